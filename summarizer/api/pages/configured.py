"""Configured: the settings in force, as an operator set them -> a page that shows no secret."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import Opened
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.settings import Settings

__all__ = ["router"]

_LOGIN: Final = re.compile(r"(?<=://).*@", re.DOTALL)
_QUERY: Final = re.compile(r"(?<=\?).*", re.DOTALL)

router = APIRouter(include_in_schema=False)
_Admin = Annotated[Caller, Depends(on_page(Permission.READ_SETTINGS))]


class _Setting(NamedTuple):
    """A setting as the page shows it."""

    name: str
    value: str
    is_default: bool


@router.get("/settings")
async def settings(request: Request, application: Opened, caller: _Admin) -> Response:
    """Show every setting; of a secret, whether it is set."""
    del caller
    return page(request, "settings.html", settings=tuple(_told(application.settings)))


def _told(settings: Settings) -> Iterator[_Setting]:
    is_set = {
        "api_key": settings.credentials(settings.model)["api_key"] is not None,
        "oidc_client_secret": settings.client_secret is not None,
        "zendesk_secret": settings.zendesk_secret is not None,
    }
    for name in sorted(type(settings).model_fields):
        if name in is_set:
            # It may stand in the secrets file, too.
            yield _Setting(name, "set" if is_set[name] else "not set", not is_set[name])
        else:
            value = _shown(getattr(settings, name))
            yield _Setting(name, value, name not in settings.model_fields_set)


def _shown(value: Any) -> str:
    """Write a value; an address without who signs in there, and without what it asks."""
    if isinstance(value, SecretStr):
        # One that is not listed above; better too little than a secret.
        return "set"
    if value is None or value == ():
        return "not set"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    text = str(value)
    return _QUERY.sub("…", _LOGIN.sub("…@", text)) if "://" in text else text
