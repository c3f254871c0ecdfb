"""History: an empty log -> the sample cases and a little of what people do with them.

For a first look alone, so that every page has something to show. Every record names what answered.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import anyio.to_thread

from summarizer.access.development import PEOPLE
from summarizer.api.samples import samples
from summarizer.audit import Filter
from summarizer.audit.erasure import place_hold
from summarizer.bootstrap import Application
from summarizer.casework.approvals import request_approval
from summarizer.casework.findings import record_finding
from summarizer.casework.reviewing import review
from summarizer.errors import ModelNotAllowed
from summarizer.evaluation import RunOptions, evaluate, wanted
from summarizer.ingest.native import parse_ticket
from summarizer.models import Ticket
from summarizer.pipeline import Pipeline
from summarizer.settings import Settings, bundled

__all__ = ["add_evaluations", "add_history"]

_AGENT, _RISK = PEOPLE[0][0], PEOPLE[1][0]
_ENGINEER = PEOPLE[3][0]
_AT_ONCE: Final = ("scripted", "extractive")
_EMPTY: Final = Ticket.model_validate({
    "id": "T-1999",
    "channel": "web",
    "messages": [{"author": "customer", "body": "…"}],
})
"""Is refused: there is nothing to summarize."""
_REJECTED: Final = "The second payment is missing; the customer names two."
_NOTICED: Final = "The agent waited a day before anyone was told of the scam."


async def add_history(application: Application) -> bool:
    """Summarize the samples, review some and note what a risk officer would; once for a log.

    Args:
        application: open on a model that answers at once.

    Returns:
        whether the log had no outcome, so that this was done.

    Raises:
        SummarizerError: if something cannot be recorded.
    """
    log = application.log
    if (await log.page(Filter(kind="outcome"), limit=1)).records:
        return False
    pipeline = application.pipeline
    tickets = await anyio.to_thread.run_sync(_samples, application)
    await pipeline.summarize(_EMPTY, actor=_AGENT)
    # The first sample came in before, with fewer messages.
    first = tickets[0]
    await pipeline.summarize(
        first.model_copy(update={"messages": first.messages[:1]}), actor=_AGENT
    )
    made = [await _summarized(pipeline, ticket) for ticket in tickets]
    await _reviewed(application, tickets, made)
    return True


async def add_evaluations(settings: Settings) -> None:
    """Run the smallest set on each model that answers at once: two runs, so that they compare.

    Args:
        settings: of the service; the runs are put where it finds them.

    Raises:
        SummarizerError: if something cannot be recorded.
    """
    # Baselines would take longer than all the rest, and whoever starts the service waits.
    options = RunOptions(folder=bundled("eval_sets") / "smoke", baselines=False)
    asked = await anyio.to_thread.run_sync(wanted, options)
    for model in _AT_ONCE:
        of_model = settings.model_copy(update={"model": model})
        # A bank's own policy may not list both.
        with suppress(ModelNotAllowed):
            await evaluate(of_model, options, asked, actor=_ENGINEER)


async def _summarized(pipeline: Pipeline, ticket: Ticket) -> str:
    """Return the id of a ticket's summary: the event of its outcome."""
    outcome = await pipeline.summarize(ticket, actor=_AGENT)
    return outcome.audit.event_ids[-1]


async def _reviewed(
    application: Application, tickets: Sequence[Ticket], made: Sequence[str]
) -> None:
    """Do what people do with summaries; the last one is left open."""
    log, redactor = application.log, application.redactor
    accepted, rejected = made[0], made[1]
    await review(
        log, redactor, accepted, "accept", reason=None, final=None, actor=_AGENT, now=_now()
    )
    await review(
        log, redactor, rejected, "reject", reason=_REJECTED, final=None, actor=_AGENT, now=_now()
    )
    case = tickets[1].id
    await record_finding(
        log,
        redactor,
        case,
        _NOTICED,
        severity="medium",
        about=rejected,
        actor=_RISK,
        now=_now(),
    )
    await place_hold(log, case, reason="matter 2026-4", actor=_RISK, now=_now())
    await request_approval(
        log, "erase", _EMPTY.id, reason="request DSR-17", actor=_RISK, now=_now()
    )


def _samples(application: Application) -> list[Ticket]:
    return [parse_ticket(data, application.policy.limits) for data in samples().values()]


def _now() -> datetime:
    return datetime.now(UTC)
