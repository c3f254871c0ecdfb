"""Body: a request -> its bytes, read under a limit and only if they are what it takes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.ingest.size import too_large

__all__ = ["invalid", "read_body", "read_json", "read_model", "refused"]

M = TypeVar("M", bound=BaseModel)

_JSON: Final = "application/json"
_MOST_BYTES: Final = 1_000_000
_MOST_TOLD: Final = 5


async def read_json(request: Request, *, limit: int) -> bytes:
    """Return the bytes of a JSON body of at most `limit` bytes; they are not parsed.

    Raises:
        HTTPRefusal: if the body is not plain JSON in UTF-8.
        TicketError: if it is too large; no more than the limit was held.
    """
    return await read_body(request, limit=limit, media_types=(_JSON,))


async def read_body(request: Request, *, limit: int, media_types: Collection[str]) -> bytes:
    """Return the bytes of a body of at most `limit` bytes; they are not parsed.

    Args:
        request: to read.
        limit: in bytes.
        media_types: what the body may be declared as; JSON is in UTF-8.

    Raises:
        HTTPRefusal: if the body is declared as something else, or compressed.
        TicketError: if it is too large; no more than the limit was held.
    """
    _require_plain(request, media_types)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(size=int(declared), unit="bytes", limit=limit)
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > limit:
            raise too_large(size=None, unit="bytes", limit=limit)
        body += chunk
    return bytes(body)


async def read_model(request: Request, model: type[M]) -> M:
    """Return a JSON body of at most a megabyte, read as a model.

    Raises:
        HTTPRefusal: if it is no plain JSON in UTF-8, or not of this form; names the fields.
        TicketError: if it is too large.
    """
    data = await read_json(request, limit=_MOST_BYTES)
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise refused(error) from None


def refused(error: ValidationError) -> HTTPRefusal:
    """Return the refusal of what does not fit a model; it names the fields and quotes nothing."""
    told = error.errors(include_url=False, include_context=False, include_input=False)
    return HTTPRefusal(HTTPCode.INVALID_REQUEST, invalid(told))


def invalid(errors: Sequence[Mapping[str, Any]]) -> str:
    """Name what is wrong with a request, field by field, without its values."""
    return "; ".join(f"{_field(error['loc'])}: {_wrong(error)}" for error in errors[:_MOST_TOLD])


def _field(path: Sequence[str | int]) -> str:
    # The name of a field that is not known is the caller's own.
    return ".".join(str(part) for part in path) or "body"


def _wrong(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind == "extra_forbidden":
        return "is not known; leave it out"
    return str(error["msg"]).removeprefix("Value error, ").replace("String should have", "give")


def _require_plain(request: Request, media_types: Collection[str]) -> None:
    types = request.headers.getlist("content-type")
    if len(types) != 1 or not _is_one_of(types[0], media_types):
        in_utf8 = ", encoded in UTF-8" if _JSON in media_types else ""
        detail = f"send Content-Type: {' or '.join(media_types)}{in_utf8}"
        raise HTTPRefusal(HTTPCode.UNSUPPORTED_MEDIA_TYPE, detail)
    codings = request.headers.getlist("content-encoding")
    if any(coding.strip().lower() != "identity" for coding in codings):
        # RFC 9110, 12.5.3: a 415 for the coding says which ones are understood.
        raise HTTPRefusal(
            HTTPCode.UNSUPPORTED_MEDIA_TYPE,
            "send the body without a Content-Encoding; compressed bodies are not read",
            headers={"Accept-Encoding": "identity"},
        )


def _is_one_of(content_type: str, media_types: Collection[str]) -> bool:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    return media_type in media_types and (
        # A mail says inside itself how it is written.
        media_type != _JSON
        or all(parameter.replace('"', "") in {"", "charset=utf-8"} for parameter in parameters)
    )
