"""Opened: a request -> the application behind the service."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Query, Request

from summarizer.bootstrap import Application

__all__ = ["Cursor", "Opened", "application_of", "is_id", "now"]

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def application_of(request: Request) -> Application:
    """Return the open application."""
    application: Application = request.app.state.application
    return application


Opened = Annotated[Application, Depends(application_of)]

Cursor = Annotated[
    str | None,
    Query(pattern=f"^{_ID.pattern}$", description="`next` of the page before"),
]


def is_id(text: str) -> bool:
    """Say whether a text has the form of an event's id; nothing else is looked up."""
    return _ID.fullmatch(text) is not None


def now() -> datetime:
    """Return the time; aware, UTC."""
    return datetime.now(UTC)
