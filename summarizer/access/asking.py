"""Asking: an address of the bank's issuer -> the JSON object that it answers with.

It is asked over TLS unless it is this machine, without a redirect or a proxy, for some seconds and
for no more bytes than an answer can need.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

import anyio
import anyio.to_thread
import httpx

from summarizer.access.loopback import is_loopback
from summarizer.errors import IssuerUnavailable

__all__ = ["Answer", "Origin", "ask", "is_safe", "line_to_issuer", "origin_of"]

_MOST_BYTES: Final = 256 * 1024
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}

Origin = tuple[str, str, int | None]
"""Scheme, host and port."""


class Answer(NamedTuple):
    """What the issuer answered."""

    status: int
    content: Mapping[str, Any]


def origin_of(address: str) -> Origin | None:
    """Return the origin of an address; None if it is none that could be asked."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        return None
    return url.scheme, url.host, url.port


def is_safe(origin: Origin) -> bool:
    """Say whether nobody on the line can read or change what goes there."""
    return origin[0] == "https" or is_loopback(origin[1])


@asynccontextmanager
async def line_to_issuer(*, timeout_seconds: float) -> AsyncIterator[httpx.AsyncClient]:
    """Open a line to the issuer.

    Args:
        timeout_seconds: until everything that is asked must be answered.

    Raises:
        IssuerUnavailable: if it does not answer in time.
    """
    try:
        with anyio.fail_after(timeout_seconds):
            transport = await anyio.to_thread.run_sync(_transport)
            async with httpx.AsyncClient(
                transport=transport, trust_env=False, headers=_HEADERS
            ) as http:
                yield http
    except (OSError, httpx.HTTPError):
        # A timeout is an OSError, and so is a file of authorities that cannot be read.
        msg = "the issuer of tokens did not answer; try again, or use an API key"
        raise IssuerUnavailable(msg) from None


async def ask(
    http: httpx.AsyncClient, request: httpx.Request, *, expected: Collection[int] = (200,)
) -> Answer:
    """Ask for a JSON object, and hold no more of an answer than one can need.

    Args:
        http: a line to the issuer.
        request: what is asked.
        expected: the statuses of an answer.

    Raises:
        IssuerUnavailable: if the answer is none.
        httpx.HTTPError: if there is no answer.
    """
    body = bytearray()
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        if response.status_code not in expected:
            msg = f"the issuer of tokens answered with status {response.status_code}"
            raise IssuerUnavailable(msg)
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > _MOST_BYTES:
                msg = f"the issuer of tokens answered with more than {_MOST_BYTES:,} bytes"
                raise IssuerUnavailable(msg)
    finally:
        await response.aclose()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        msg = "the issuer of tokens did not answer with a JSON object"
        raise IssuerUnavailable(msg)
    return Answer(response.status_code, content)


def _transport() -> httpx.AsyncHTTPTransport:
    """Read who vouches for certificates: SSL_CERT_FILE may name the bank's own authority."""
    return httpx.AsyncHTTPTransport(verify=httpx.create_ssl_context())
