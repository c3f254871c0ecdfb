"""Keys: API keys -> made, listed and revoked by an admin."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from summarizer.access.caller import Caller
from summarizer.access.keys import IssuedKey, StoredKey
from summarizer.access.permissions import GRANTED, Permission, Role
from summarizer.access.records import create_key, revoke_key
from summarizer.api import examples, openapi
from summarizer.api.asked import KeyBody
from summarizer.api.body import read_model
from summarizer.api.guard import allowed
from summarizer.api.opened import Opened, now
from summarizer.api.problems import HTTPCode, HTTPRefusal, json_response
from summarizer.bootstrap import Application
from summarizer.errors import ConfigurationError

__all__ = ["issue", "revoke_known", "router"]

_NO_NAME: Final = "name: use up to 100 letters, digits, spaces and . _ @ + -"

router = APIRouter()

_Admin = Annotated[Caller, Depends(allowed(Permission.MANAGE_KEYS))]


class _Key(BaseModel):
    id: str
    name: str
    role: Role
    without: list[Permission]
    created: str
    expires: str
    state: str


class _Keys(BaseModel):
    keys: list[_Key]


class _Made(_Key):
    key: str
    event: str


class _Revoked(BaseModel):
    id: str
    event: str


@router.get(
    "/v1/keys",
    response_model=_Keys,
    responses=openapi.responses(openapi.GUARDED_CODES, keys=examples.KEYS),
)
async def list_keys(application: Opened, caller: _Admin) -> Response:
    """Return every key, oldest first; no secret is stored that could be returned."""
    del caller
    keys = await application.desk.keys.all()
    return json_response({"keys": [_told(key).model_dump(mode="json") for key in keys]})


@router.post(
    "/v1/keys",
    status_code=201,
    response_model=_Made,
    responses=openapi.responses(openapi.BODY_CODES, ok=201, made=examples.MADE_KEY),
    openapi_extra=openapi.json_body([KeyBody], agent=examples.KEY),
)
async def make_key(request: Request, application: Opened, caller: _Admin) -> Response:
    """Make a key. `key` is shown this once; only its hash is stored."""
    issued, event = await issue(application, await read_model(request, KeyBody), by=caller.name)
    told = _told(issued.stored).model_dump(mode="json")
    return json_response({**told, "key": issued.secret, "event": event}, status=201)


@router.delete(
    "/v1/keys/{id}",
    response_model=_Revoked,
    responses=openapi.responses(openapi.RECORD_CODES, revoked=examples.REVOKED),
)
async def revoke(
    application: Opened, caller: _Admin, key_id: Annotated[str, Path(alias="id")]
) -> Response:
    """Revoke a key: the next request with it is refused."""
    event = await revoke_known(application, key_id, by=caller.name)
    return json_response({"id": key_id, "event": event})


async def issue(application: Application, asked: KeyBody, *, by: str) -> tuple[IssuedKey, str]:
    """Make a key that opens what was asked for from now on; return the event that records it.

    Raises:
        HTTPRefusal: if the role has not what it is to go without, or the name is none.
        AuditUnavailable: if the key was not recorded or not stored.
    """
    if unknown := sorted(set(asked.without) - GRANTED[asked.role]):
        detail = f"without: {', '.join(unknown)}: the role {asked.role} does not have it"
        raise HTTPRefusal(HTTPCode.INVALID_REQUEST, detail)
    keys = application.desk.keys
    try:
        issued = keys.issue(
            name=asked.name,
            role=asked.role,
            lifetime=timedelta(days=asked.days),
            withheld=asked.without,
        )
    except ConfigurationError:
        # What is a letter to the pattern of the interface need not be one to Python.
        raise HTTPRefusal(HTTPCode.INVALID_REQUEST, _NO_NAME) from None
    return issued, await create_key(keys, application.log, issued, actor=by, now=now())


async def revoke_known(application: Application, key_id: str, *, by: str) -> str:
    """Revoke a key; return the event that records it.

    Raises:
        HTTPRefusal: if there is none of this id that could be revoked.
        AuditUnavailable: if it was not revoked, or was and is not on record.
    """
    detail = "there is no key of this id that could be revoked; see GET /v1/keys"
    keys = application.desk.keys
    if key_id not in {key.id for key in await keys.all()}:
        raise HTTPRefusal(HTTPCode.UNKNOWN_RECORD, detail)
    try:
        return await revoke_key(keys, application.log, key_id, actor=by, now=now())
    except ConfigurationError:
        raise HTTPRefusal(HTTPCode.UNKNOWN_RECORD, detail) from None


def _told(key: StoredKey) -> _Key:
    return _Key(
        id=key.id,
        name=key.name,
        role=key.role,
        without=sorted(key.withheld),
        created=key.created.isoformat(),
        expires=key.expires.isoformat(),
        state=key.state(now()),
    )
