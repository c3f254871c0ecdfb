"""Advising: why values were missed, and what would help -> the terminal and JSON."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import pretty, printable
from summarizer.evals.analysis import Analysis
from summarizer.evals.misses import Missed, Nearest

__all__ = ["analysis_json", "print_analysis"]

_SHOWN = 20


def analysis_json(analysis: Analysis, errors: int) -> dict[str, Any]:
    """Return reasons, misses and suggestions.

    Args:
        analysis: of a set.
        errors: how many misses may quote the set; if any, terms are quoted too.
    """
    return {
        "reasons": _reasons(analysis),
        "missed": [
            _quoted(asdict(miss), "value", quoting=at < errors)
            for at, miss in enumerate(analysis.missed)
        ],
        "suggestions": [
            _quoted(asdict(each), "term", quoting=errors > 0) for each in analysis.suggestions
        ],
    }


def print_analysis(analysis: Analysis, errors: int) -> None:
    """Print what would help, and why the first `errors` values were missed."""
    console = pretty()
    if analysis.missed:
        reasons = ", ".join(f"{count} {name}" for name, count in _reasons(analysis).items())
        console.print(f"\n{len(analysis.missed)} values were not held back whole: {reasons}")
    if analysis.suggestions:
        _print_suggestions(analysis, quoting=errors > 0)
    for miss in analysis.missed[:errors]:
        console.print(f"why: {_why(miss)}")


def _print_suggestions(analysis: Analysis, *, quoting: bool) -> None:
    table = Table(box=SIMPLE, title="What would help", title_justify="left")
    for column in ("cases", "mends", "breaks"):
        table.add_column(column, justify="right")
    table.add_column("change", overflow="fold")
    table.add_column("entity", overflow="fold")
    for each in analysis.suggestions[:_SHOWN]:
        term = f"  {each.term!r}" if quoting and each.term else ""
        table.add_row(
            str(each.misses), _count(each.mends), _count(each.breaks),
            printable(f"{each.change}{term}"), each.entity,
        )  # fmt: skip
    console = pretty()
    console.print(table)
    more = len(analysis.suggestions) - _SHOWN
    if more > 0:
        console.print(f"{more} more with --json.")
    console.print(
        "Cases led to the suggestion; tried on these texts, the change mends and breaks as many: "
        "a broken one is a range without a label that would be held back. Values stand as their "
        "shape, A and a for letters and 9 for digits; --errors N quotes them."
    )


def _reasons(analysis: Analysis) -> dict[str, int]:
    return dict(Counter(miss.reason for miss in analysis.missed).most_common())


def _why(miss: Missed) -> str:
    near = "nothing near it" if miss.nearest is None else _near(miss.nearest)
    asked = ", ".join(miss.recognizers) or "no recognizer"
    return printable(
        f"{miss.id} {miss.start}:{miss.end} {miss.entity} {miss.value!r}: {miss.reason}; "
        f"{near}; to be found by {asked}"
    )


def _near(near: Nearest) -> str:
    return f"{near.relation} {near.entity} {near.score:g} by {near.recognizer}"


def _quoted(values: dict[str, Any], quote: str, *, quoting: bool) -> dict[str, Any]:
    return {name: value for name, value in values.items() if quoting or name != quote}


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
