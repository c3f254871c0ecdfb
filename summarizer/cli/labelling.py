"""Labelling: a set -> one person's labels, case by case, in a terminal; and how two agree."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from rich.box import SIMPLE
from rich.console import Console
from rich.panel import Panel
from rich.prompt import Prompt
from rich.table import Table
from rich.text import Text

from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.evals.agreement import CaseLabels, LabelFile, agreement
from summarizer.evals.cases import EvalCase
from summarizer.models import Urgency
from summarizer.taxonomy import Taxonomy

__all__ = ["label_cases", "print_agreement"]

_SKIP, _STOP = "s", "q"
_DIFFERENCES = 20


def label_cases(
    cases: Sequence[EvalCase],
    taxonomy: Taxonomy,
    file: LabelFile,
    by: str,
    ask: Callable[[str], str] = Prompt.ask,
) -> int:
    """Show each case that has no label yet and ask for its labels; return how many were added.

    The expected labels of the set are not shown: a second opinion is worth what it knows.
    """
    console = notes()
    waiting = [case for case in cases if case.id not in file.labels]
    added = 0
    for number, case in enumerate(waiting, 1):
        _show(console, case, f"{number} of {len(waiting)} · {case.id}")
        chosen = _ask_all(console, taxonomy, ask)
        if chosen == _STOP:
            break
        if isinstance(chosen, tuple):
            issue_type, urgency, action = chosen
            file.add(
                CaseLabels(
                    id=case.id,
                    by=by,
                    at=datetime.now(UTC).replace(microsecond=0),
                    issue_type=issue_type,
                    urgency=urgency,
                    next_action=action,
                )
            )
            added += 1
    return added


def print_agreement(first: Path, second: Path, *, json: bool) -> None:
    """Print how far two people agree, and where they do not.

    Raises:
        ConfigurationError: if a file holds no labels, or they have no cases in common.
    """
    found = agreement(LabelFile(first).labels, LabelFile(second).labels)
    if json:
        write_json([
            {**each._asdict(), "kappa": each.kappa._asdict(), "differing": list(each.differing)}
            for each in found
        ])
        return
    console = pretty()
    table = Table(box=SIMPLE)
    for column in ("", "same", "kappa", "95 % interval", "n", "agreement"):
        table.add_column(column, justify="left" if not table.columns else "right")
    for each in found:
        kappa = each.kappa
        table.add_row(
            each.label, f"{each.same:.0%}", f"{kappa.value:.2f}",
            f"{kappa.low:.2f} to {kappa.high:.2f}", str(kappa.n), each.words,
        )  # fmt: skip
    console.print(table)
    for each in found:
        for case, one, other in each.differing[:_DIFFERENCES]:
            console.print(f"{each.label} {printable(case)}: {one} or {other}", markup=False)


def _show(console: Console, case: EvalCase, title: str) -> None:
    text = Text()
    if case.ticket.subject:
        text.append(f"{printable(case.ticket.subject)}\n\n", style="bold")
    for message in case.ticket.messages:
        at = f" {message.at:%Y-%m-%d %H:%M}" if message.at else ""
        text.append(f"{message.author}{at}\n", style="dim")
        text.append(f"{printable(message.body)}\n\n")
    console.print(Panel(text, title=title, title_align="left"))


def _ask_all(
    console: Console, taxonomy: Taxonomy, ask: Callable[[str], str]
) -> tuple[str, Urgency, str] | str:
    """Ask for the three labels; `s` skips the case, `q` stops."""
    lists = (
        ("issue type", [(e.code, e.description) for e in taxonomy.issue_types]),
        ("urgency", [(e.code, e.description) for e in taxonomy.urgency]),
        ("next action", [(e.code, e.description) for e in taxonomy.next_actions]),
    )
    chosen: list[str] = []
    for name, options in lists:
        for number, (code, description) in enumerate(options, 1):
            console.print(
                Text.assemble((f"{number:>3} ", "bold"), code, (f"  {description}", "dim"))
            )
        answer = _ask(name, [code for code, _ in options], ask)
        if answer in {_SKIP, _STOP}:
            return answer
        chosen.append(answer)
    return chosen[0], cast("Urgency", chosen[1]), chosen[2]


def _ask(name: str, codes: Sequence[str], ask: Callable[[str], str]) -> str:
    while True:
        answer = ask(f"{name}: number or code, {_SKIP} to skip, {_STOP} to stop").strip().lower()
        if answer in {_SKIP, _STOP} or answer in codes:
            return answer
        if answer.isdecimal() and 1 <= int(answer) <= len(codes):
            return codes[int(answer) - 1]
