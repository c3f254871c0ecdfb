"""Approvals: erasures and holds, and what waits for a second person."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Final, NamedTuple, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.asked import ErasureBody
from summarizer.api.guard import require
from summarizer.api.opened import Opened, now
from summarizer.api.pages.forms import read_as, read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPRefusal
from summarizer.audit import Filter
from summarizer.audit.erasure import check_erasable, hold_on, place_hold
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.approvals import (
    LASTS,
    Action,
    NotApproved,
    confirm_erasure,
    confirm_release,
    request_approval,
)
from summarizer.errors import SummarizerError

__all__ = ["router"]

_FORM_BYTES: Final = 20_000
_MOST: Final = 100
_SEE_OTHER: Final = 303
_CONFLICT: Final = 409
_UNPROCESSABLE: Final = 422
_DONE: Final = {
    "asked": "It is on record. Now another person must confirm it here.",
    "erase": "The case is erased.",
    "hold": "The case is on hold.",
    "release": "The hold is released.",
}

router = APIRouter(include_in_schema=False)
_Caller = Annotated[Caller, Depends(on_page(Permission.ERASE))]


class _Pending(NamedTuple):
    """What one person asked for and no other has confirmed yet."""

    request: str
    action: Action
    case_id: str
    reason: str
    by: str
    at: datetime
    ends: datetime


@router.get("/approvals")
async def approvals(
    request: Request,
    application: Opened,
    caller: _Caller,
    case: Annotated[str, Query(max_length=500)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List what waits for a second person, and ask for more."""
    del caller
    return await _shown(request, application.log, case=case, done=_DONE.get(done, ""))


@router.post("/approvals")
async def act(request: Request, application: Opened, caller: _Caller) -> Response:
    """Ask for an erasure or a release, confirm one, or place a hold."""
    form = await read_form(request, limit=_FORM_BYTES)
    given = {name: form.get(name, "").strip() for name in ErasureBody.model_fields}
    action, case = form.get("action", ""), given["case"]
    refused = partial(_shown, request, application.log, case=case)
    work = _WORK.get(action)
    if work is None or not case or not given["reason"]:
        fault = "Give the case, a reason, and what to do."
        return await refused(fault=fault, status=_UNPROCESSABLE)
    if action != "erase":
        await require(application, caller, Permission.HOLD)
    try:
        done = await work(application.log, read_as(ErasureBody, given), caller.name)
    except HTTPRefusal as error:
        return await refused(fault=error.detail, status=error.code.http_status)
    except NotApproved as error:
        return await refused(fault=error.detail, status=_CONFLICT)
    except SummarizerError as error:
        return await refused(fault=error.detail, status=error.code.http_status)
    return RedirectResponse(f"/approvals?done={done}", _SEE_OTHER)


# The form is the same for all three: the body of an erasure names every field that it has.


async def _erase(store: SQLAuditStore, asked: ErasureBody, by: str) -> str:
    at = now()
    if asked.confirms is None:
        await check_erasable(store, asked.case, now=at)
        return await _request(store, "erase", asked, by)
    await confirm_erasure(store, asked.case, asked.confirms, reason=asked.reason, actor=by, now=at)
    return "erase"


async def _release(store: SQLAuditStore, asked: ErasureBody, by: str) -> str:
    at = now()
    if asked.confirms is None:
        await hold_on(store, asked.case, now=at)
        return await _request(store, "release", asked, by)
    await confirm_release(store, asked.case, asked.confirms, reason=asked.reason, actor=by, now=at)
    return "release"


async def _hold(store: SQLAuditStore, asked: ErasureBody, by: str) -> str:
    await place_hold(store, asked.case, reason=asked.reason, actor=by, now=now())
    return "hold"


async def _request(store: SQLAuditStore, action: Action, asked: ErasureBody, by: str) -> str:
    await request_approval(store, action, asked.case, reason=asked.reason, actor=by, now=now())
    return "asked"


_WORK: Final = {"erase": _erase, "release": _release, "hold": _hold}


async def _shown(
    request: Request,
    store: SQLAuditStore,
    *,
    case: str = "",
    done: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "approvals.html",
        status=status,
        pending=await _pending(store),
        case=case,
        done=done,
        fault=fault,
    )


async def _pending(store: SQLAuditStore) -> Sequence[_Pending]:
    """Return what can still be confirmed, newest first."""
    at = now()
    found = await store.page(Filter(kind="approval_requested"), limit=_MOST, bodies=True)
    tags = [record.case for record in found.records if record.case is not None]
    names = await store.run(partial(store.keystore.names, tags))
    waiting: list[_Pending] = []
    for record in found.records:
        case_id = names.get(record.case or "")
        # An erased case has no readable request any more.
        if record.body is None or case_id is None or at - record.at > LASTS:
            continue
        action = cast("Action", record.facts["action"])
        hold = await store.run(partial(store.keystore.holds.of, case_id, at))
        # A hold that was released, or placed anew, uses up the request to release it.
        if action == "release" and (hold is None or hold.event_id > record.id):
            continue
        said = record.body
        waiting.append(
            _Pending(
                record.id,
                action,
                case_id,
                said["reason"],
                said["actor"],
                record.at,
                record.at + LASTS,
            )
        )
    return waiting
