"""Forms: what a page posts -> its fields, read once, under a limit and the interface's bounds."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from summarizer.api.body import refused
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.ingest.size import too_large

__all__ = ["read_as", "read_form"]

M = TypeVar("M", bound=BaseModel)

_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 100


async def read_form(request: Request, *, limit: int) -> Mapping[str, str]:
    """Return the fields of a form; of a field that is there twice, the last.

    Raises:
        HTTPRefusal: if the body is no form.
        TicketError: if it has more than `limit` bytes.
    """
    kept: Mapping[str, str] | None = getattr(request.state, "form", None)
    if kept is not None:
        return kept
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise HTTPRefusal(HTTPCode.UNSUPPORTED_MEDIA_TYPE, f"send Content-Type: {_MEDIA_TYPE}")
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > limit:
            raise too_large(size=None, unit="bytes", limit=limit)
        body += chunk
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise HTTPRefusal(HTTPCode.BAD_REQUEST, "the form cannot be read") from None
    request.state.form = form = dict(pairs)
    return form


def read_as(model: type[M], fields: Mapping[str, Any]) -> M:
    """Return fields as what callers send over the interface; a blank one is not given.

    Raises:
        HTTPRefusal: if they are not within the same bounds; names the fields.
    """
    given = {
        name: value
        for name, value in fields.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refused(error) from None
