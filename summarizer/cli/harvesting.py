"""Harvesting: the audit store -> a file of candidate cases, for a person to approve."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError
from rich.text import Text

from summarizer.casework.reviews import State
from summarizer.casework.summaries import MOST, list_summaries
from summarizer.casework.summary import SummaryRecord, read_summary
from summarizer.cli.audit_reading import open_existing, record_reading
from summarizer.cli.outcome_file import write_private
from summarizer.cli.output import pretty, write_json
from summarizer.evals.cases import EvalCase
from summarizer.evals.harvest import candidate
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["harvest"]

_STATES: Final[tuple[State, ...]] = ("accepted", "edited")


async def harvest(
    settings: Settings, output: Path, *, limit: int | None = None, json: bool
) -> None:
    """Write the reviewed cases, the newest first, and say how many there are.

    Raises:
        ConfigurationError: if the file cannot be written.
        AuditUnavailable: if the log cannot be read, or the reading is not on record.
    """
    cases: dict[str, EvalCase] = {}
    passed_over = 0
    async with open_existing(settings) as store:
        async for summary in _reviewed(store):
            if len(cases) == limit:
                break
            case = _case(summary)
            if case is None:
                passed_over += 1
            else:
                cases[case.id] = case
        await record_reading(store, "harvest", {"summaries": sorted(cases)})
    data = "".join(f"{case.model_dump_json(exclude_none=True)}\n" for case in cases.values())
    write_private(output, data.encode())
    if json:
        write_json({"cases": len(cases), "passed_over": passed_over, "output": str(output)})
        return
    text = f"{len(cases)} candidate(s) in {output}, for a person to approve"
    pretty().print(Text(text), soft_wrap=True)
    if passed_over:
        pretty().print(Text(f"{passed_over} passed over: not on record as a whole", style="dim"))


async def _reviewed(store: "SQLAuditStore") -> AsyncIterator[SummaryRecord]:
    for state in _STATES:
        after: str | None = None
        while True:
            page = await list_summaries(store, after=after, limit=MOST, state=state)
            for line in page.summaries:
                found = await read_summary(store, line.id)
                if found is not None:
                    yield found
            after = page.next
            if after is None:
                break


def _case(summary: SummaryRecord) -> EvalCase | None:
    """Return the candidate; None if the record does not show the whole case as a ticket."""
    made = summary.outcome.summary
    if summary.thread is None or made is None or not summary.reviews:
        return None
    try:
        return candidate(
            summary.id,
            at=summary.at.date(),
            thread=summary.thread,
            summary=made,
            review=summary.reviews[-1],
        )
    except ValidationError:
        # A field's redacted name can have signs that no ticket's field has.
        return None
