"""Cards: an Outcome -> what a person reads in the terminal."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from summarizer.cli.meanings import MEANINGS
from summarizer.cli.output import colour, coloured, printable, short
from summarizer.models import Outcome, OutcomeError, Summary
from summarizer.taxonomy import Taxonomy

__all__ = ["card"]

_URGENCY: Final = {
    "low": "green",
    "normal": "cyan",
    "high": "bold yellow",
    "critical": "bold white on red",
}
_MILLISECONDS: Final = 1000


def card(outcome: Outcome, taxonomy: Taxonomy) -> Panel:
    """Lay out one outcome: the summary or the failure, then what stands behind it."""
    rows: list[RenderableType] = []
    if outcome.summary is not None:
        rows += _summary(outcome.summary, taxonomy)
    if outcome.error is not None:
        rows += _failure(outcome.error)
    if outcome.summary is not None or outcome.audit.event_ids:
        rows += [Text(), _facts_behind(outcome)]
    return Panel(
        Group(*rows),
        title=_title(outcome),
        title_align="left",
        subtitle=_subtitle(outcome),
        subtitle_align="right",
        border_style=_border(outcome),
        padding=(1, 2),
    )


def _title(outcome: Outcome) -> Text:
    title = Text.assemble((f" {printable(outcome.case_id)} ", "bold"))
    if outcome.summary is not None:
        urgency = outcome.summary.urgency
        title.append(" ").append(f" {urgency.upper()} ", style=_URGENCY[urgency])
    else:
        title.append(f" {outcome.status} ", style="bold red")
    return title.append(" ")


def _subtitle(outcome: Outcome) -> Text:
    seq = outcome.audit.seq
    if seq is None and not outcome.audit.event_ids:
        return Text(" not recorded ", style="red")
    return Text(f" audit #{seq} " if seq is not None else " audit: recorded ", style="dim")


def _border(outcome: Outcome) -> str:
    if outcome.summary is None:
        return "red"
    return {"critical": "red", "high": "yellow"}.get(outcome.summary.urgency, "dim")


def _summary(summary: Summary, taxonomy: Taxonomy) -> Iterator[RenderableType]:
    headline = coloured(summary.headline)
    headline.stylize("bold")
    yield headline
    yield Text()
    yield coloured(summary.narrative)
    yield Text()
    yield _pairs(_labels(summary, taxonomy))
    yield Text()
    yield Text("Key facts", style="bold")
    for fact in summary.key_facts:
        evidence = printable(", ".join(fact.messages))
        yield _bullet(Text.assemble(coloured(fact.text), (f"  [{evidence}]", "dim")))
    if summary.deadlines:
        yield Text("\nDeadlines", style="bold")
    for deadline in summary.deadlines:
        yield _bullet(
            Text.assemble(
                (f"due {deadline.due}: ", "bold"),
                printable(f"{deadline.rule} ({deadline.citation}): {deadline.because}"),
            )
        )

    if summary.urgency_reasons:
        yield Text("\nWhy it is urgent", style="bold")
    for reason in summary.urgency_reasons:
        yield _bullet(
            Text.assemble(
                (f"at least {reason.level}: ", "bold"),
                printable(reason.because),
                (f"  [{printable(reason.message)}]", "dim"),
            )
        )


def _labels(summary: Summary, taxonomy: Taxonomy) -> Iterator[tuple[str, RenderableType]]:
    titles = {entry.code: entry.title for entry in taxonomy.issue_types}
    actions = {entry.code: entry.title for entry in taxonomy.next_actions}
    issue, action = summary.issue_type, summary.next_action
    yield "Issue", Text.assemble(titles.get(issue, issue), (f"  {issue}", "dim"))
    yield "Team", Text(summary.team)
    title = actions.get(action.code, action.code)
    due = f" (next deadline {action.due})" if action.due else ""
    yield (
        "Next action",
        Text.assemble(
            (title, "bold"),
            (due, "bold yellow"),
            *(("\n", coloured(action.detail)) if action.detail != title else ()),
        ),
    )


def _failure(error: OutcomeError) -> Iterator[RenderableType]:
    meaning = MEANINGS[error.code]
    yield Text(str(error.code), style="bold red")
    yield Text()
    yield _pairs([
        ("What happened", Text(printable(error.detail))),
        ("It means", Text(meaning.what)),
        ("What to do", Text(meaning.todo)),
    ])


def _facts_behind(outcome: Outcome) -> RenderableType:
    held_back = Text(", ").join(
        Text.assemble((entity, colour(entity)), f" {count}")
        for entity, count in outcome.redaction.entities.items()
    )
    rows: list[tuple[str, RenderableType]] = [("Held back", held_back or Text("nothing"))]
    if outcome.attachments_unread:
        rows.append(("Not read", Text(f"{outcome.attachments_unread} attachment(s)")))
    rows.append(("Review", _review(outcome)))
    provenance = outcome.provenance
    rows.append((
        "Made by",
        Text(
            f"{provenance.model} · {short(provenance.prompt)} · policy {short(provenance.policy)}",
            style="dim",
        ),
    ))
    rows.append(("Took", Text(_took(outcome), style="dim")))
    return _pairs(rows)


def _review(outcome: Outcome) -> Text:
    if not outcome.review.required:
        return Text("not required", style="green")
    reasons = ", ".join(outcome.review.reasons) or "by rule"
    return Text.assemble(("required", "bold yellow"), f": {printable(reasons)}")


def _took(outcome: Outcome) -> str:
    timings, usage = outcome.timings_ms, outcome.usage
    parts = [
        f"{timings.total / _MILLISECONDS:.1f} s",
        f"redaction {timings.redact / _MILLISECONDS:.1f} s",
        f"model {timings.llm / _MILLISECONDS:.1f} s",
    ]
    if usage.prompt_tokens:
        parts.append(f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens")
    if usage.cost_usd:
        parts.append(f"${usage.cost_usd:.4f}")
    return " · ".join(parts)


def _pairs(
    rows: "Iterator[tuple[str, RenderableType]] | list[tuple[str, RenderableType]]",
) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, min_width=13)
    table.add_column()
    for name, value in rows:
        table.add_row(name, value)
    return table


def _bullet(text: Text) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_row("•", text)
    return table
