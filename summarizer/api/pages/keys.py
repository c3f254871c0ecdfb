"""Keys: who may ask, by which key, until when -> made and revoked by an admin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Caller
from summarizer.access.keys import LONGEST_DAYS, IssuedKey, StoredKey
from summarizer.access.permissions import GRANTED, Permission, Role
from summarizer.api.asked import KeyBody
from summarizer.api.keys import issue, revoke_known
from summarizer.api.opened import Opened, now
from summarizer.api.pages.forms import read_as, read_form
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.audit import Filter
from summarizer.audit.store import SQLAuditStore
from summarizer.bootstrap import Application

__all__ = ["router"]

_FORM_BYTES: Final = 20_000
_AT_ONCE: Final = 500
_CREATED: Final = 201
_SEE_OTHER: Final = 303
_WITHOUT: Final = "without."
_EMPTY: Final = {"role": "agent", "name": "", "days": "365"}

router = APIRouter(include_in_schema=False)
_Admin = Annotated[Caller, Depends(on_page(Permission.MANAGE_KEYS))]


class _Told(NamedTuple):
    """A key as the page lists it."""

    key: StoredKey
    state: str
    by: str | None
    """Who made it; None if that cannot be read."""
    since: datetime
    """When its state began."""


@router.get("/keys")
async def keys(
    request: Request,
    application: Opened,
    caller: _Admin,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List every key, and ask for another."""
    del caller
    note = "The key is revoked: the next request with it is refused." if done == "revoked" else ""
    return await _shown(request, application, done=note)


@router.post("/keys")
async def make(request: Request, application: Opened, caller: _Admin) -> Response:
    """Make a key and show it, this once: only its hash is stored."""
    form = await read_form(request, limit=_FORM_BYTES)
    try:
        issued, _ = await issue(application, read_as(KeyBody, _asked(form)), by=caller.name)
    except HTTPRefusal as refusal:
        status = refusal.code.http_status
        return await _shown(request, application, form=form, fault=refusal.detail, status=status)
    return await _shown(request, application, issued=issued, status=_CREATED)


@router.get("/keys/{id}")
async def ask_to_revoke(
    request: Request, application: Opened, caller: _Admin, key_id: Annotated[str, Path(alias="id")]
) -> Response:
    """Show one key, and ask whether to revoke it."""
    told = next((each for each in await _told(application) if each.key.id == key_id), None)
    if told is None:
        raise HTTPRefusal(HTTPCode.UNKNOWN_RECORD, "there is no key of this id")
    return page(request, "key.html", told=told, is_own=caller.credential == key_id)


@router.post("/keys/{id}")
async def revoke(
    application: Opened, caller: _Admin, key_id: Annotated[str, Path(alias="id")]
) -> Response:
    """Revoke a key at once, and with it every session that it began."""
    await revoke_known(application, key_id, by=caller.name)
    return RedirectResponse("/keys?done=revoked", _SEE_OTHER)


def _asked(form: Mapping[str, str]) -> Mapping[str, object]:
    """Read the form as the interface reads its JSON."""
    given = {name: form.get(name, "").strip() for name in ("role", "name", "days")}
    return {
        **given,
        "without": [name.removeprefix(_WITHOUT) for name in form if name.startswith(_WITHOUT)],
    }


async def _shown(
    request: Request,
    application: Application,
    *,
    form: Mapping[str, str] | None = None,
    issued: IssuedKey | None = None,
    done: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    told = await _told(application)
    return page(
        request,
        "keys.html",
        status=status,
        active=[each for each in told if each.state == "active"],
        over=[each for each in told if each.state != "active"],
        form={**_EMPTY, **(form or {})},
        issued=issued,
        done=done,
        fault=fault,
        roles=list(Role),
        permissions=[
            (each, [role for role in Role if each in GRANTED[role]]) for each in Permission
        ],
        longest=LONGEST_DAYS,
    )


async def _told(application: Application) -> list[_Told]:
    """Return every key, newest first."""
    makers, at = await _makers(application.log), now()
    return [
        _Told(
            key,
            key.state(at),
            makers.get(key.id),
            key.revoked or (key.expires if at >= key.expires else key.created),
        )
        for key in reversed(await application.desk.keys.all())
    ]


async def _makers(log: SQLAuditStore) -> Mapping[str, str]:
    """Return who made each key, by its id, as it is on record."""
    makers: dict[str, str] = {}
    after: str | None = None
    while True:
        found = await log.page(Filter(kind="key_created"), after=after, limit=_AT_ONCE, bodies=True)
        for record in found.records:
            if record.body is not None:
                makers[str(record.facts["key"])] = record.body["actor"]
        if found.next is None:
            return makers
        after = found.next
