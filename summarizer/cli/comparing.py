"""Comparing: the folders of two runs -> what changed beyond chance."""

from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import pretty, printable, write_json
from summarizer.evals.compare import Difference, compare_stored
from summarizer.evals.records import StoredRun, read_run, write_whole
from summarizer.evals.report import html_report, markdown_report
from summarizer.evals.words import number, signed

__all__ = ["compare_runs", "difference_table"]

_STYLES = {"better": "green", "worse": "bold red"}
_NAMED = 5
"""Cases that are named in the terminal; `--json` and `--html` have them all."""


def compare_runs(
    base_folder: Path, new_folder: Path, *, markdown: Path | None, html: Path | None, json: bool
) -> int:
    """Print every metric's change; 1 if one is significantly worse or a gate is missed.

    Raises:
        ConfigurationError: if a folder is not a run.
    """
    base, new = read_run(base_folder), read_run(new_folder)
    differences = compare_stored(base, new)
    if markdown is not None:
        write_whole(markdown, markdown_report(new, base).encode())
    if html is not None:
        write_whole(html, html_report(new, base).encode())
    worse = [each.metric for each in differences if each.verdict == "worse"]
    if json:
        write_json({
            "base": _named(base),
            "new": _named(new),
            "common": len(base.rows.keys() & new.rows.keys()),
            "differences": [asdict(each) for each in differences],
            "worse": worse,
            "missed_gates": list(new.run.missed_gates),
        })
    else:
        _print(base, new, differences)
    return 1 if worse or new.run.missed_gates else 0


def _named(stored: StoredRun) -> dict[str, str | int | None]:
    run = stored.run
    return {
        "set": run.set_hash, "model": run.model, "prompt": run.prompt, "policy": run.policy,
        "taxonomy": run.taxonomy, "labels": run.labels, "code": run.code, "n": run.n,
    }  # fmt: skip


def _print(base: StoredRun, new: StoredRun, differences: list[Difference]) -> None:
    console = pretty()
    changed = [name for name, value in _named(base).items() if _named(new)[name] != value]
    console.print("differs in: " + (", ".join(changed) or "nothing"))
    console.print(difference_table(differences))
    _print_cases(differences)
    console.print(
        "The interval is that of the change, 95 %. p is corrected for the "
        "number of metrics (Holm). A true change smaller than what is detectable would usually "
        "not be noticed on so few cases."
    )
    for gate in new.run.missed_gates:
        console.print(f"[bold red]gate missed[/] {printable(gate)}", markup=True)


def difference_table(differences: list[Difference]) -> Table:
    """Show what changed, with its interval and how sure it is."""
    # Figures of seventy columns beside names of thirty: no space to waste.
    table = Table(box=SIMPLE, padding=0)
    for column in ("", "base", "new", "change", "interval", "p", "detectable", "n", ""):
        table.add_column(column, justify="left" if not table.columns else "right", no_wrap=True)
    for each in differences:
        table.add_row(
            each.metric,
            *map(number, (each.base, each.new)),
            signed(each.new - each.base),
            f"{signed(each.low)} to {signed(each.high)}",
            "" if each.p is None else f"{each.p:.3f}",
            number(each.detectable),
            str(each.n),
            each.verdict if each.verdict in _STYLES else "",
            style=_STYLES.get(each.verdict, ""),
        )
    return table


def _print_cases(differences: list[Difference]) -> None:
    """Name the cases behind each figure that moved, so that they can be looked up."""
    moved = [each for each in differences if each.won or each.lost]
    if not moved:
        return
    table = Table(box=SIMPLE, title="Cases that changed", title_justify="left")
    for column in ("", "lost", "won"):
        table.add_column(column, overflow="fold")
    for each in moved:
        table.add_row(each.metric, _ids(each.lost), _ids(each.won))
    pretty().print(table)


def _ids(cases: tuple[str, ...]) -> str:
    if not cases:
        return ""
    more = f" and {len(cases) - _NAMED} more" if len(cases) > _NAMED else ""
    return printable(f"{len(cases)}: {', '.join(cases[:_NAMED])}{more}")
