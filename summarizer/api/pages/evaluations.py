"""Evaluations: the runs on record, with their figures, and any two of them side by side."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from summarizer.api.opened import Opened
from summarizer.api.pages.kept import (
    CaseId,
    Engineer,
    EventId,
    case_of,
    in_archive,
    listed,
    open_runs,
    run_on_record,
)
from summarizer.api.pages.rendering import page
from summarizer.api.pages.runs import contributions
from summarizer.audit import Filter, Record
from summarizer.bootstrap import Application
from summarizer.evals.archive import Absent, KeptRun, RunArchive
from summarizer.evals.compare import Difference
from summarizer.evals.drill import Paired, paired
from summarizer.evals.records import RUN_FILE

__all__ = ["router"]

_MOST: Final = 100
_SHOWN: Final = (
    "issue_type.accuracy",
    "urgency.accuracy",
    "urgency.undertriage_rate",
    "facts.recall",
    "pii.leak_rate",
)

router = APIRouter(include_in_schema=False)


class _Row(NamedTuple):
    """A metric of two runs."""

    metric: str
    base: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    difference: Difference | None
    """Of the cases that both measured; None if they are not at hand."""

    @property
    def overlaps(self) -> bool:
        """Whether the intervals share a value, so that chance could explain the difference."""
        if self.base is None or self.new is None:
            return True
        return bool(self.base["low"] <= self.new["high"] and self.new["low"] <= self.base["high"])


@router.get("/evaluations")
async def evaluations(request: Request, application: Opened, caller: Engineer) -> Response:
    """List the newest runs on record, and name what lies among the runs and is not on record."""
    del caller
    found = await application.log.page(Filter(kind="evaluation"), limit=_MOST, bodies=True)
    runs = [record for record in found.records if record.body is not None]
    folders = await in_archive(application, RunArchive.folders)
    recorded = {_run_hash(record) for record in runs}
    return page(
        request,
        "evaluations.html",
        runs=runs,
        metrics=_SHOWN,
        kept={record.id for record in runs if _run_hash(record) in folders},
        # With older runs than these on record, none can be called unrecorded.
        unrecorded=[]
        if found.next
        else sorted(_name(folder) for digest, folder in folders.items() if digest not in recorded),
    )


@router.get("/evaluations/compare")
async def compare(
    request: Request,
    application: Opened,
    caller: Engineer,
    *,
    base: EventId,
    new: EventId,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """Show every figure of two runs side by side, and the cases that were won and lost."""
    del caller
    before, after = [await run_on_record(application, each) for each in (base, new)]
    pair = await _paired(application, before, after)
    found = pair if isinstance(pair, Paired) else None
    return page(
        request,
        "compare.html",
        base=before,
        new=after,
        rows=tuple(_rows(before, after, found)),
        pair=found,
        unpaired=None if found else pair,
        shown=listed(found.moved if found else (), number),
    )


@router.get("/evaluations/compare/case")
async def compare_case(
    request: Request,
    application: Opened,
    caller: Engineer,
    *,
    base: EventId,
    new: EventId,
    case_id: CaseId,
) -> Response:
    """Show a case with the answers of two runs side by side."""
    del caller
    records = [await run_on_record(application, each) for each in (base, new)]
    before, after = [await case_of(application, each, case_id) for each in records]
    pair = await _paired(application, *records)
    moved = pair.moved if isinstance(pair, Paired) else ()
    return page(
        request,
        "compare_case.html",
        base=records[0],
        new=records[1],
        cases=(before.case, after.case),
        rows=(contributions(before.case.rows), contributions(after.case.rows)),
        moved=next((each for each in moved if each.id == case_id), None),
    )


async def _paired(application: Application, base: Record, new: Record) -> Paired | str:
    """Compare two runs case by case, or say why that cannot be done."""
    kept = await open_runs(application, base, new)
    for name, each in zip(("Base", "New"), kept, strict=True):
        if isinstance(each, Absent):
            return f"{name}: {each}"
    before, after = (each for each in kept if isinstance(each, KeptRun))
    return await in_archive(application, lambda _: paired(before, after))


def _rows(base: Record, new: Record, pair: Paired | None) -> Iterator[_Row]:
    before, after = ((record.body or {}).get("metrics", {}) for record in (base, new))
    differences = {each.metric: each for each in pair.differences} if pair else {}
    for metric in sorted(before.keys() | after.keys()):
        yield _Row(metric, before.get(metric), after.get(metric), differences.get(metric))


def _name(folder: Path) -> str:
    """Return what a folder is called; a name that is no text has its bytes written out."""
    return os.fsencode(folder.name).decode(errors="backslashreplace")


def _run_hash(record: Record) -> str:
    files = (record.body or {}).get("files", {})
    return str(files.get(RUN_FILE, ""))
