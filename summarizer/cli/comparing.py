"""Comparing: the folders of two runs -> what changed beyond chance."""

from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import pretty, printable, write_json
from summarizer.evals.compare import Difference, compare_rows
from summarizer.evals.records import StoredRun, read_run, write_whole
from summarizer.evals.report import html_report, markdown_report

__all__ = ["compare_runs"]

_STYLES = {"better": "green", "worse": "bold red"}
_LARGE = 100
"""From here on decimals say nothing."""


def compare_runs(
    base_folder: Path, new_folder: Path, *, markdown: Path | None, html: Path | None, json: bool
) -> int:
    """Print every metric's change; 1 if one is significantly worse or a gate is missed.

    Raises:
        ConfigurationError: if a folder is not a run.
    """
    base, new = read_run(base_folder), read_run(new_folder)
    differences = compare_rows(base.rows, new.rows)
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


def _named(stored: StoredRun) -> dict[str, str | int]:
    run = stored.run
    return {
        "set": run.set_hash, "model": run.model, "prompt": run.prompt, "policy": run.policy,
        "taxonomy": run.taxonomy, "code": run.code, "n": run.n,
    }  # fmt: skip


def _print(base: StoredRun, new: StoredRun, differences: list[Difference]) -> None:
    console = pretty()
    changed = [name for name, value in _named(base).items() if _named(new)[name] != value]
    console.print("differs in: " + (", ".join(changed) or "nothing"))
    table = Table(box=SIMPLE)
    for column in ("", "base", "new", "change", "from", "to", "p", "detectable", "n", ""):
        table.add_column(column, justify="left" if not table.columns else "right", no_wrap=True)
    for each in differences:
        table.add_row(
            each.metric,
            *map(_number, (each.base, each.new)),
            *map(_signed, (each.new - each.base, each.low, each.high)),
            "" if each.p is None else f"{each.p:.3f}",
            _number(each.detectable),
            str(each.n),
            each.verdict if each.verdict in _STYLES else "",
            style=_STYLES.get(each.verdict, ""),
        )
    console.print(table)
    console.print(
        "From and to are the ends of the 95 % interval of the change. p is corrected for the "
        "number of metrics (Holm). A true change smaller than what is detectable would usually "
        "not be noticed on so few cases."
    )
    for gate in new.run.missed_gates:
        console.print(f"[bold red]gate missed[/] {printable(gate)}", markup=True)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= _LARGE else f"{value:+.3f}"
