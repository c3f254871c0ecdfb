"""Differing: a set of texts -> how we differ from stock Presidio, rule by rule."""

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.evals.declared import RULES
from summarizer.evals.differential import Comparison, Difference, compare
from summarizer.evals.labelled import read_labelled

__all__ = ["evaluate_differential"]

_FAILED = 1


def evaluate_differential(labelled: Path, *, errors: int, json: bool) -> int:
    """Run both detectors on a set and print the table; return the exit code.

    Raises:
        ConfigurationError: if the set cannot be read.
        RedactionError: if a detector failed on a text.
    """
    from summarizer.pii.models import default_models
    from summarizer.pii.presidio import PresidioDetector
    from summarizer.pii.ticket import TicketDetector

    texts = [text.text for text in read_labelled(labelled)]
    with notes().status(f"running stock Presidio and ours on {len(texts):,} texts"):
        comparison = compare(
            texts, stock=PresidioDetector(), ours=TicketDetector(default_models()), rules=RULES
        )
    if json:
        write_json(_described(comparison))
    else:
        console = pretty()
        console.print(_table(comparison))
        for difference in comparison.undeclared[:errors]:
            console.print(printable(_in_words(difference)), soft_wrap=True)
    return _FAILED if comparison.undeclared else 0


def _described(comparison: Comparison) -> dict[str, object]:
    return {
        "texts": comparison.texts,
        "same": comparison.same,
        "rules": [
            {"id": rule.id, "reason": rule.reason, "count": comparison.counts[rule.id]}
            for rule in RULES
        ],
        "undeclared": len(comparison.undeclared),
    }


def _table(comparison: Comparison) -> Table:
    table = Table(
        box=SIMPLE,
        header_style="dim",
        title=f"{comparison.texts:,} texts, {comparison.same:,} finds the same",
        title_justify="left",
    )
    table.add_column("rule", no_wrap=True)
    table.add_column("why we differ from stock Presidio", overflow="fold")
    table.add_column("count", justify="right")
    rows: Sequence[tuple[str, str, int]] = [
        (rule.id, rule.reason, comparison.counts[rule.id]) for rule in RULES
    ]
    for name, reason, count in rows:
        table.add_row(name, reason, f"{count:,}")
    table.add_section()
    table.add_row("undeclared", "no rule says why", f"{len(comparison.undeclared):,}")
    return table


def _in_words(difference: Difference) -> str:
    stock = difference.stock
    theirs = f"{stock.entity} {difference.value!r} at {stock.score:.2f}" if stock else "nothing"
    ours = ", ".join(
        f"{item.entity} {difference.text[item.start : item.end]!r}" for item in difference.ours
    )
    return f"{difference.kind}: stock {theirs}; ours {ours or 'nothing'}"
