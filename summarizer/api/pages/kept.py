"""Kept: an id that a page is asked for -> the run on record, and what is kept of its cases."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import anyio.to_thread
from fastapi import Depends, Query

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import is_id
from summarizer.api.pages.guard import on_page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import Record
from summarizer.bootstrap import Application
from summarizer.evals.archive import Absent, KeptRun, RunArchive
from summarizer.evals.records import CaseRecord

__all__ = ["LISTED", "CaseId", "Engineer", "EventId", "KeptCase", "case_of", "in_archive",
           "listed", "open_runs", "run_on_record"]  # fmt: skip

LISTED: Final = 50
"""Cases on a page of a list."""

Engineer = Annotated[Caller, Depends(on_page(Permission.READ_EVALUATIONS))]
EventId = Annotated[str, Query(max_length=100)]
CaseId = Annotated[str, Query(alias="id", max_length=256)]

_Read = TypeVar("_Read")
_Item = TypeVar("_Item")


class KeptCase(NamedTuple):
    """A case of a run, with the run."""

    run: KeptRun
    case: CaseRecord


async def run_on_record(application: Application, event_id: str) -> Record:
    """Return the event of a run.

    Raises:
        HTTPRefusal: if there is no such run on record.
        AuditUnavailable: if the log cannot be read.
    """
    record = await application.log.get(event_id) if is_id(event_id) else None
    if record is None or record.kind != "evaluation" or record.body is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no such run on record")
    return record


async def in_archive(application: Application, read: Callable[[RunArchive], _Read]) -> _Read:
    """Read what is kept of runs, one reader at a time and in a thread."""
    archive = RunArchive(application.settings.runs_folder)
    return await anyio.to_thread.run_sync(read, archive, limiter=application.opening_runs)


async def open_runs(application: Application, *records: Record) -> tuple[KeptRun | Absent, ...]:
    """Return what is kept of some runs, or why nothing is."""
    return await in_archive(
        application, lambda archive: tuple(archive.find(_files(each)) for each in records)
    )


async def case_of(application: Application, record: Record, case_id: str) -> KeptCase:
    """Return one case of a run.

    Raises:
        HTTPRefusal: if the run is not kept, or has no such case.
    """

    def read(archive: RunArchive) -> KeptCase | Absent | None:
        found = archive.find(_files(record))
        if isinstance(found, Absent):
            return found
        line = found.line(case_id)
        case = found.read(line) if line else None
        if line is not None and case is None:
            return Absent.CHANGED
        return KeptCase(found, case) if case else None

    found = await in_archive(application, read)
    if isinstance(found, Absent):
        raise HTTPRefusal(HTTPCode.NOT_FOUND, found)
    if found is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "the run has no case of this id")
    return found


def listed(items: list[_Item] | tuple[_Item, ...], number: int) -> Mapping[str, Any]:
    """Return what a page of a list shows: its part, and whether there is more."""
    start = (number - 1) * LISTED
    return {
        "part": items[start : start + LISTED],
        "total": len(items),
        "number": number,
        "more": start + LISTED < len(items),
    }


def _files(record: Record) -> Mapping[str, str] | None:
    found = (record.body or {}).get("files")
    return found if isinstance(found, Mapping) else None
