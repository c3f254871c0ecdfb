"""Erasures: what a customer or a court asks for -> erased cases and holds, by two persons.

A hold is placed at once, since it only protects. To erase, and to release a hold, needs another
person: the first call records what is asked for, the second confirms it.
"""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api import examples, openapi
from summarizer.api.asked import ErasureBody, HoldBody, ReleaseBody
from summarizer.api.body import read_model
from summarizer.api.guard import allowed
from summarizer.api.opened import Opened, now
from summarizer.api.problems import HTTPCode, HTTPRefusal, json_response
from summarizer.audit.erasure import check_erasable, hold_on, place_hold
from summarizer.bootstrap import Application
from summarizer.casework.approvals import (
    Action,
    NotApproved,
    confirm_erasure,
    confirm_release,
    request_approval,
)

__all__ = ["router"]

router = APIRouter()

_Holder = Annotated[Caller, Depends(allowed(Permission.HOLD))]


class _Done(BaseModel):
    case: str
    state: str
    events: list[str]


class _Pending(BaseModel):
    request: str
    state: str
    needs: str


class _Held(BaseModel):
    case: str
    until: str | None
    event: str


@router.post(
    "/v1/audit/erasures",
    response_model=_Done,
    responses={
        **openapi.responses(openapi.ERASURE_CODES, erased=examples.ERASED),
        202: openapi.accepted(_Pending, examples.PENDING),
    },
    openapi_extra=openapi.json_body(
        [ErasureBody], first=examples.ERASURE, second=examples.CONFIRMED
    ),
)
async def erase_case(
    request: Request,
    application: Opened,
    caller: Annotated[Caller, Depends(allowed(Permission.ERASE))],
) -> Response:
    """Erase a case by destroying its key: asked for by one person, confirmed by another.

    What its events say, what was kept of it and what the index knows of it is gone for good.
    """
    asked = await read_model(request, ErasureBody)
    at = now()
    if asked.confirms is None:
        await check_erasable(application.log, asked.case, now=at)
        return await _asked(application, caller, "erase", asked.case, asked.reason)
    done = confirm_erasure(
        application.log, asked.case, asked.confirms, reason=asked.reason, actor=caller.name, now=at
    )
    events = [asked.confirms, await _confirmed(done)]
    return json_response({"case": asked.case, "state": "erased", "events": events})


@router.post(
    "/v1/audit/holds",
    response_model=_Held,
    responses=openapi.responses(openapi.HOLD_CODES, held=examples.HELD),
    openapi_extra=openapi.json_body([HoldBody], hold=examples.HOLD),
)
async def hold(request: Request, application: Opened, caller: _Holder) -> Response:
    """Place a legal hold: the case can be neither erased nor pruned."""
    asked = await read_model(request, HoldBody)
    at = now()
    if asked.until is not None and asked.until <= at:
        detail = "until: this moment has passed; give one to come"
        raise HTTPRefusal(HTTPCode.INVALID_REQUEST, detail)
    event = await place_hold(
        application.log,
        asked.case,
        reason=asked.reason,
        actor=caller.name,
        now=at,
        until=asked.until,
    )
    until = None if asked.until is None else asked.until.isoformat()
    return json_response({"case": asked.case, "until": until, "event": event})


@router.delete(
    "/v1/audit/holds/{case:path}",
    response_model=_Done,
    responses={
        **openapi.responses(openapi.ERASURE_CODES, released=examples.RELEASED),
        202: openapi.accepted(_Pending, examples.PENDING),
    },
    openapi_extra=openapi.json_body(
        [ReleaseBody], first=examples.RELEASE, second=examples.RELEASE_CONFIRMED
    ),
)
async def release(
    request: Request,
    application: Opened,
    caller: _Holder,
    case: Annotated[str, Path(max_length=256, description="the case tool's id")],
) -> Response:
    """Release a hold: asked for by one person, confirmed by another."""
    asked = await read_model(request, ReleaseBody)
    at = now()
    if asked.confirms is None:
        await hold_on(application.log, case, now=at)
        return await _asked(application, caller, "release", case, asked.reason)
    done = confirm_release(
        application.log, case, asked.confirms, reason=asked.reason, actor=caller.name, now=at
    )
    events = [asked.confirms, await _confirmed(done)]
    return json_response({"case": case, "state": "released", "events": events})


async def _asked(
    application: Application, caller: Caller, action: Action, case: str, reason: str
) -> Response:
    request = await request_approval(
        application.log, action, case, reason=reason, actor=caller.name, now=now()
    )
    pending = {"request": request, "state": "pending", "needs": "a second person"}
    return json_response(pending, status=202)


async def _confirmed(done: Awaitable[str]) -> str:
    """Return the event of what a second person confirms.

    Raises:
        HTTPRefusal: if there is nothing that they could confirm.
    """
    try:
        return await done
    except NotApproved as error:
        raise HTTPRefusal(HTTPCode.SECOND_PERSON_NEEDED, error.detail) from None
