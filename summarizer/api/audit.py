"""Audit: the log over HTTP -> events, cases, checkpoints and proofs; findings on them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import examples, openapi
from summarizer.api.asked import FindingBody, Moment, SubjectBody
from summarizer.api.body import read_model
from summarizer.api.guard import allowed
from summarizer.api.opened import Cursor, Opened, is_id, now
from summarizer.api.problems import HTTPCode, HTTPRefusal, json_response
from summarizer.api.watching import verify_for
from summarizer.audit import EventKind, Filter
from summarizer.audit.erasure import find_cases
from summarizer.audit.proving import prove_consistency
from summarizer.casework.events import MOST, Timeline, head, record_reading, shown, timeline
from summarizer.casework.findings import record_finding
from summarizer.errors import UnknownCase

__all__ = ["router"]

router = APIRouter()

_Reader = Annotated[Caller, Depends(allowed(Permission.READ_AUDIT))]
_Prover = Annotated[Caller, Depends(allowed(Permission.READ_CHECKPOINTS))]
_Limit = Annotated[int, Query(ge=1, le=MOST)]
_Word = Annotated[str | None, Query(max_length=512, pattern=r"^[^\x00]*$")]


class _Events(BaseModel):
    events: list[dict[str, Any]]
    next: str | None


class _Verified(BaseModel):
    ok: bool
    entries: int
    root: str
    checkpoint: str | None
    findings: list[dict[str, Any]]


class _Cases(BaseModel):
    cases: list[str]


class _Recorded(BaseModel):
    event: str


def _wanted(
    *,
    case: Annotated[str | None, Query(max_length=256, description="the case tool's id")] = None,
    kind: EventKind | None = None,
    actor: Annotated[str | None, Query(max_length=256, description="a key's name")] = None,
    model: _Word = None,
    prompt: _Word = None,
    policy: _Word = None,
    outcome: _Word = None,
    since: Annotated[Moment | None, Query(description="with a zone")] = None,
    until: Annotated[Moment | None, Query(description="with a zone, not included")] = None,
) -> Filter:
    return Filter(
        case=case, kind=kind, actor=actor, model=model, prompt=prompt, policy=policy,
        outcome=outcome, since=since, until=until,
    )  # fmt: skip


@router.get(
    "/v1/audit/events",
    response_model=_Events,
    responses=openapi.responses(openapi.READ_CODES, newest=examples.EVENTS),
)
async def list_events(
    application: Opened,
    caller: _Reader,
    wanted: Annotated[Filter, Depends(_wanted)],
    limit: _Limit = 50,
    after: Cursor = None,
) -> Response:
    """Return the newest events that match, newest first, without what they hold."""
    log = application.log
    page = await log.page(wanted, after=after, limit=limit)
    named = ("kind", "actor", "model", "prompt", "policy", "outcome", "since", "until")
    told = {name: str(value) for name in named if (value := getattr(wanted, name)) is not None}
    # A record of a case would make a key for one that is not known, or that was erased.
    of_case = wanted.case if page.records else None
    what = {**told, "events": len(page.records)}
    await record_reading(log, "list", what, of_case, actor=caller.name, now=now())
    return json_response({"events": [head(each) for each in page.records], "next": page.next})


@router.get(
    "/v1/audit/events/{id}",
    response_model=dict[str, Any],
    responses=openapi.responses(openapi.RECORD_CODES, event=examples.EVENT),
)
async def read_event(
    application: Opened,
    caller: _Reader,
    event_id: Annotated[str, Path(alias="id")],
) -> Response:
    """Return one event with what it holds, if that can be read still."""
    record = await application.log.get(event_id) if is_id(event_id) else None
    if record is None:
        detail = "there is no event of this id"
        raise _unknown(detail)
    what = {"event": event_id}
    await record_reading(application.log, "show", what, actor=caller.name, now=now())
    return json_response(shown(record))


@router.get(
    "/v1/audit/cases/{case:path}",
    response_model=Timeline,
    responses=openapi.responses(openapi.CASE_CODES, case=examples.TIMELINE),
)
async def read_case(
    application: Opened,
    caller: _Reader,
    case: Annotated[str, Path(max_length=256, description="the case tool's id")],
    limit: _Limit = 100,
    after: Cursor = None,
) -> Response:
    """Return what happened to a case, oldest first: what was sent, what came back, who looked."""
    found = await timeline(application.log, case, after=after, limit=limit)
    if found is None:
        msg = "nothing is recorded of this case, or it was erased; check the id"
        raise UnknownCase(msg)
    what = {"events": len(found.events)}
    await record_reading(application.log, "case", what, case, actor=caller.name, now=now())
    return json_response(found.model_dump(mode="json"))


@router.get(
    "/v1/audit/checkpoint",
    responses=openapi.text_responses(openapi.RECORD_CODES, examples.NOTE),
    response_class=Response,
)
async def read_checkpoint(application: Opened, caller: _Prover) -> Response:
    """Return the newest signed checkpoint that was published: a C2SP note."""
    del caller
    note = await application.log.newest_note()
    if note is None:
        detail = "no checkpoint was published yet; try again in a few seconds"
        raise _unknown(detail)
    return Response(note.encode(), media_type="text/plain")


@router.get(
    "/v1/audit/proofs/inclusion",
    response_model=dict[str, Any],
    responses=openapi.responses(openapi.RECORD_CODES, proof=examples.INCLUSION),
)
async def prove_inclusion(
    application: Opened,
    caller: _Prover,
    event_id: Annotated[str, Query(alias="id", max_length=64)],
) -> Response:
    """Prove that an event is in the log under the newest checkpoint (RFC 9162, 2.1.3)."""
    del caller
    proof = await application.log.prove(event_id) if is_id(event_id) else None
    if proof is None:
        detail = (
            "there is no event of this id, or no checkpoint covers it yet: then try again in a "
            "few seconds"
        )
        raise _unknown(detail)
    return json_response(proof.as_json())


@router.get(
    "/v1/audit/proofs/consistency",
    response_model=dict[str, Any],
    responses=openapi.responses(openapi.RECORD_CODES, proof=examples.CONSISTENCY),
)
async def prove_continuation(
    application: Opened,
    caller: _Prover,
    old: Annotated[int, Query(alias="from", ge=0, le=2**53, description="events, as signed")],
    size: Annotated[int, Query(alias="to", ge=0, le=2**53, description="events, as signed")],
) -> Response:
    """Prove that the log of one size is the beginning of a later one (RFC 9162, 2.1.4)."""
    del caller
    log = application.log
    proof = await log.run(lambda: prove_consistency(log.database, old, size))
    if proof is None:
        detail = "the log never had these sizes; take them from two checkpoints, old first"
        raise _unknown(detail)
    return json_response(proof.as_json())


@router.post(
    "/v1/audit/verify",
    response_model=_Verified,
    responses=openapi.responses(openapi.GUARDED_CODES, intact=examples.VERIFIED),
)
async def verify(application: Opened, caller: _Reader) -> Response:
    """Recompute the whole log from its stored bytes, against every published checkpoint.

    That it was asked for is recorded. One at a time; a million events take one core about half a
    minute.
    """
    found = await verify_for(application, by=caller.name)
    return json_response({
        "ok": found.ok,
        "entries": found.entries,
        "root": found.root,
        "checkpoint": found.checkpoint,
        "findings": [
            {"kind": each.kind, "seq": each.seq, "detail": each.detail} for each in found.findings
        ],
    })


@router.post(
    "/v1/audit/subject",
    response_model=_Cases,
    responses=openapi.responses(openapi.BODY_CODES, cases={"cases": ["T-1001"]}),
    openapi_extra=openapi.json_body([SubjectBody], value=examples.SUBJECT),
)
async def find_subject(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.FIND_SUBJECT))],
) -> Response:
    """Return the cases in which a value was held back. That it was searched is recorded."""
    asked = await read_model(request, SubjectBody)
    cases = await find_cases(application.log, asked.identifier, actor=caller.name, now=now())
    return json_response({"cases": list(cases)})


@router.post(
    "/v1/audit/findings",
    response_model=_Recorded,
    responses=openapi.responses(openapi.WRITTEN_CODES, recorded=examples.RECORDED),
    openapi_extra=openapi.json_body([FindingBody], finding=examples.FINDING),
)
async def add_finding(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.RECORD_FINDINGS))],
) -> Response:
    """Record what was noticed in a case."""
    asked = await read_model(request, FindingBody)
    event = await record_finding(
        application.log,
        application.redactor,
        asked.case,
        asked.text,
        severity=asked.severity,
        about=asked.event,
        actor=caller.name,
        now=now(),
    )
    return json_response({"event": event})


def _unknown(detail: str) -> HTTPRefusal:
    return HTTPRefusal(HTTPCode.UNKNOWN_RECORD, detail)
