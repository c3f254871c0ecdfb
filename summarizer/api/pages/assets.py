"""Assets: the files a page loads, each at an address that changes with its content."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

from summarizer.api.problems import HTTPCode, HTTPRefusal

__all__ = ["asset", "router"]

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_DIGITS: Final = 16
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False)


def asset(name: str) -> str:
    """Return the address of a file of the pages."""
    return f"/static/{_read(name)[0]}/{name}"


@router.get("/static/{digest}/{name}")
async def static_file(digest: str, name: str) -> Response:
    """Give a file out, for good: another content has another address."""
    if name in _names():
        found, content = _read(name)
        if digest == found:
            media_type = _MEDIA_TYPES[Path(name).suffix]
            return Response(content, headers=_FOR_EVER, media_type=media_type)
    raise HTTPRefusal(HTTPCode.NOT_FOUND, "there is no such file; load the page again")


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.iterdir() if path.suffix in _MEDIA_TYPES)


@cache
def _read(name: str) -> tuple[str, bytes]:
    content = (_FOLDER / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:_DIGITS], content
