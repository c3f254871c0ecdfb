"""Evaluations: the runs on record, with their figures, and any two of them side by side."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import Opened
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import Filter, Record

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
_Caller = Annotated[Caller, Depends(on_page(Permission.READ_EVALUATIONS))]
_Id = Annotated[str, Query(max_length=100)]


class _Row(NamedTuple):
    """A metric of two runs."""

    metric: str
    base: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    @property
    def overlaps(self) -> bool:
        """Whether the intervals share a value, so that chance could explain the difference."""
        if self.base is None or self.new is None:
            return True
        return bool(self.base["low"] <= self.new["high"] and self.new["low"] <= self.base["high"])


@router.get("/evaluations")
async def evaluations(request: Request, application: Opened, caller: _Caller) -> Response:
    """List the newest runs on record."""
    del caller
    found = await application.log.page(Filter(kind="evaluation"), limit=_MOST, bodies=True)
    runs = [record for record in found.records if record.body is not None]
    return page(request, "evaluations.html", runs=runs, metrics=_SHOWN)


@router.get("/evaluations/compare")
async def compare(
    request: Request, application: Opened, caller: _Caller, base: _Id, new: _Id
) -> Response:
    """Show every figure of two runs side by side."""
    del caller
    runs = [await application.log.get(each) for each in (base, new)]
    old_run, new_run = (run if run is not None and run.body is not None else None for run in runs)
    if old_run is None or new_run is None or {old_run.kind, new_run.kind} != {"evaluation"}:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no such run on record")
    rows = tuple(_rows(old_run, new_run))
    return page(request, "compare.html", base=old_run, new=new_run, rows=rows)


def _rows(base: Record, new: Record) -> Iterator[_Row]:
    before, after = ((record.body or {}).get("metrics", {}) for record in (base, new))
    for metric in sorted(before.keys() | after.keys()):
        yield _Row(metric, before.get(metric), after.get(metric))
