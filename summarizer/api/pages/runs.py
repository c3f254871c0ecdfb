"""Runs: one evaluation run -> its figures, what it takes for what, and each of its cases.

Looking at a case of a run is no event of the log. The cases of a set are invented, or taken from
the record by `eval harvest`, which is an event; what is shown is what redaction left of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.api.opened import Opened
from summarizer.api.pages.kept import (
    CaseId,
    Engineer,
    case_of,
    listed,
    open_runs,
    run_on_record,
)
from summarizer.api.pages.rendering import page
from summarizer.audit import Record
from summarizer.evals.archive import Absent, CaseLine, KeptRun
from summarizer.evals.drill import ANY, Chosen, confusions, fault_counts
from summarizer.evals.records import LABELS, Wrong
from summarizer.evals.words import MEANINGS

__all__ = ["FAULTS", "contributions", "router"]

FAULTS: Final[Mapping[str, str]] = {
    Wrong.URGENCY: "Wrong urgency",
    Wrong.ISSUE_TYPE: "Wrong issue type",
    Wrong.NEXT_ACTION: "Wrong next action",
    Wrong.LEAKED: "Leaked",
    Wrong.UNSUPPORTED: "Unsupported",
    Wrong.FACT: "Fact missing",
    Wrong.NO_SUMMARY: "No summary",
}
"""Kind of fault -> what a page calls it."""

router = APIRouter(include_in_schema=False)
_Fault = Literal[
    "", "any", "no_summary", "issue_type", "urgency", "next_action", "fact", "unsupported", "leaked"
]
_Label = Literal["", "issue_type", "urgency", "next_action"]
_Text = Annotated[str, Query(max_length=200)]


class _Gate(NamedTuple):
    """A bound that a figure was held against."""

    metric: str
    bound: float
    is_met: bool


def _chosen(
    wrong: _Fault = "",
    part: Annotated[str, Query(alias="slice", max_length=200)] = "",
    label: _Label = "",
    expected: _Text = "",
    got: _Text = "",
) -> Chosen:
    """Read from an address which cases are wanted."""
    return Chosen(wrong=wrong, part=part, label=label, expected=expected, got=got)


_Chosen = Annotated[Chosen, Depends(_chosen)]


@router.get("/evaluations/{event_id}")
async def run(request: Request, application: Opened, caller: Engineer, event_id: str) -> Response:
    """Show the figures of a run, and where it goes wrong if its cases are kept."""
    del caller
    record = await run_on_record(application, event_id)
    (kept,) = await open_runs(application, record)
    lines = () if isinstance(kept, Absent) else kept.lines
    return page(
        request,
        "run.html",
        record=record,
        kept=None if isinstance(kept, Absent) else kept.run,
        absent=kept if isinstance(kept, Absent) else None,
        gates=list(_gates(record)),
        meanings=MEANINGS,
        confusions=confusions(lines),
        faults=_counted(lines),
        faulty=len(Chosen(wrong=ANY).among(lines)),
    )


@router.get("/evaluations/{event_id}/cases")
async def cases(
    request: Request,
    application: Opened,
    caller: Engineer,
    *,
    event_id: str,
    chosen: _Chosen,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """List the cases of a run, by what is wrong with them and by slice."""
    del caller
    record = await run_on_record(application, event_id)
    (kept,) = await open_runs(application, record)
    is_kept = isinstance(kept, KeptRun)
    lines = kept.lines if isinstance(kept, KeptRun) else ()
    return page(
        request,
        "run_cases.html",
        record=record,
        absent=None if is_kept else kept,
        chosen=chosen,
        query=_query(chosen),
        names={kind.name.lower(): words for kind, words in _named()},
        labels=LABELS,
        slices=sorted({each for line in lines for each in line.slices}),
        shown=listed(chosen.among(lines), number),
    )


@router.get("/evaluations/{event_id}/case")
async def case(
    request: Request,
    application: Opened,
    caller: Engineer,
    *,
    event_id: str,
    case_id: CaseId,
    chosen: _Chosen,
) -> Response:
    """Show one case: what was sent, what was expected, what came, and what is made of it."""
    del caller
    record = await run_on_record(application, event_id)
    found = await case_of(application, record, case_id)
    ids = [line.id for line in chosen.among(found.run.lines)]
    at = ids.index(case_id) if case_id in ids else None
    return page(
        request,
        "run_case.html",
        record=record,
        case=found.case,
        rows=contributions(found.case.rows),
        meanings=MEANINGS,
        query=_query(chosen),
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at is not None and at + 1 < len(ids) else None,
    )


def contributions(rows: Mapping[str, Any]) -> dict[str, str]:
    """Write what a case adds to each metric: parts of a share, two labels, or a figure."""
    return {metric: _contribution(row) for metric, row in rows.items()}


def _contribution(row: Any) -> str:
    match row:
        case [str(expected), str(got)]:
            return got if got == expected else f"{got} for {expected}"
        case [int() | float() as part, int() | float() as whole]:
            return f"{part:g} of {whole:g}"
        case int() | float():
            return f"{row:g}"
        case _:
            # Of a version that measured in another way.
            return json.dumps(row)


def _gates(record: Record) -> Iterator[_Gate]:
    body = record.body or {}
    missed = {each.partition(":")[0] for each in body["missed_gates"]}
    for metric, bound in body["gates"].items():
        yield _Gate(metric, bound, metric not in missed)


def _named() -> Iterator[tuple[Wrong, str]]:
    return ((Wrong(kind), words) for kind, words in FAULTS.items())


def _counted(lines: Sequence[CaseLine]) -> list[tuple[str, str, int]]:
    """Return of each kind of fault its name in addresses, its words and its count."""
    counts = fault_counts(lines)
    return [(kind.name.lower(), words, counts[kind]) for kind, words in _named()]


def _query(chosen: Chosen) -> str:
    given = {
        "wrong": chosen.wrong,
        "slice": chosen.part,
        "label": chosen.label,
        "expected": chosen.expected,
        "got": chosen.got,
    }
    return urlencode({name: value for name, value in given.items() if value})
