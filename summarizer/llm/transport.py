"""Transport: one attempt's HTTP request -> its response, past the gate or not at all."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from summarizer.errors import (
    ModelNotAllowed,
    ProviderTimeout,
    ProviderUnavailable,
    SummarizerError,
)
from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.llm.usage import tokens_in
from summarizer.models import Usage

__all__ = ["GuardedTransport", "retry_after_seconds"]

_PUBLIC_QUERY = ("api-version",)
_TRANSFER_HEADERS = ("content-encoding", "content-length", "transfer-encoding")
_UNRECORDED_HEADERS = (*_TRANSFER_HEADERS, "set-cookie")
_INFLATED = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
"""Either header is recognized."""
_RETRYABLE_STATUS = frozenset({408, 425, 429})


class GuardedTransport(httpx.AsyncBaseTransport):
    """The only way out, made anew for each attempt, so that calls cannot mix.

    It lets one POST to one origin through, after the gate has cleared its exact bytes, and
    gives the response on after the gate has taken note of it. Whatever stops the attempt is
    kept in `fault`, because the libraries above wrap exceptions together with the request.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        gate: Gate,
        *,
        origin: str,
        timeout_seconds: float,
        cost_usd: Callable[[int, int], float],
        max_response_bytes: int = 4_000_000,
    ) -> None:
        """Guard `inner`, which is shared between attempts and therefore never closed here.

        Args:
            inner: sends the request; `httpx.AsyncHTTPTransport` verifies TLS.
            gate: clears every request of this attempt.
            origin: scheme, host and port the request may go to; a path is ignored.
            timeout_seconds: for the whole exchange, without the time the gate takes.
            cost_usd: what so many tokens of a prompt and of an answer to it cost.
            max_response_bytes: a longer answer is not read to its end.
        """
        self._inner = inner
        self._gate = gate
        self._origin = _origin(httpx.URL(origin))
        self._timeout_seconds = timeout_seconds
        self._cost_usd = cost_usd
        self._max_response_bytes = max_response_bytes
        self.requests = 0
        """How many requests the library above tried to send."""
        self.fault: Exception | None = None
        """The first thing that stopped the attempt."""
        self.usage = Usage()
        """What the provider's answer says was used."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Clear, send, take note, hand on.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
            ModelNotAllowed: if the request is not what this route may send.
            ProviderUnavailable, ProviderTimeout: if there is no answer to hand on.
        """
        self.requests += 1
        try:
            return await self._exchange(request)
        except Exception as error:
            self.fault = self.fault or error
            raise

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        self._refuse_unexpected(request)
        body = await request.aread()
        await self._gate.clear(WireRequest(_recorded_url(request.url), body))
        response = await self._send(request, body)
        self.usage = response.usage or self.usage
        await self._gate.received(response)
        fault = _status_fault(response) or _body_fault(response)
        if fault is not None:
            raise fault
        return httpx.Response(response.status, headers=response.headers, content=response.body)

    def _refuse_unexpected(self, request: httpx.Request) -> None:
        if self.requests > 1:
            msg = "the route tried to send a second request in one attempt; it was not sent"
            raise ProviderUnavailable(msg, retryable=False)
        if request.method != "POST" or _origin(request.url) != self._origin:
            msg = (
                "the route asked for something else than a POST to the configured API base;"
                " it was not sent"
            )
            raise ModelNotAllowed(msg)

    async def _send(self, request: httpx.Request, body: bytes) -> WireResponse:
        # Compressed answers could not be recorded as the text they are.
        request.headers["Accept-Encoding"] = "identity"
        cleared = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=httpx.ByteStream(body),
            extensions=request.extensions,
        )
        outcome = await _fault_as_value(self._receive(cleared))
        if isinstance(outcome, SummarizerError):
            raise outcome
        return outcome

    async def _receive(self, request: httpx.Request) -> WireResponse:
        async with asyncio.timeout(self._timeout_seconds):
            response = await self._inner.handle_async_request(request)
            try:
                raw = bytearray()
                async for chunk in response.aiter_raw():
                    raw += chunk
                    _refuse_longer(raw, self._max_response_bytes)
            finally:
                await response.aclose()
        encoding = response.headers.get("content-encoding", "")
        body = _decoded(bytes(raw), encoding, self._max_response_bytes)
        headers = {k: v for k, v in response.headers.items() if k not in _UNRECORDED_HEADERS}
        return WireResponse(response.status_code, body, headers, self._usage(body))

    def _usage(self, body: bytes) -> Usage | None:
        tokens = tokens_in(body)
        if tokens is None:
            return None
        prompt, completion = tokens
        cost = self._cost_usd(prompt, completion)
        return Usage(prompt_tokens=prompt, completion_tokens=completion, cost_usd=cost)


def retry_after_seconds(value: str | None, *, now: datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3); None if neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())


async def _fault_as_value(answer: Awaitable[WireResponse]) -> WireResponse | SummarizerError:
    # Returned and not raised: raised here they would hold httpx's exception, and with it the
    # request, as their context.
    try:
        return await answer
    except (TimeoutError, httpx.TimeoutException):
        return ProviderTimeout("the provider did not answer within the time policy gives it")
    except (httpx.ConnectError, httpx.UnsupportedProtocol):
        return ProviderUnavailable("the provider could not be reached", sent=False)
    except httpx.HTTPError:
        return ProviderUnavailable("the provider broke off its answer")
    except ProviderUnavailable as error:
        return error


def _decoded(raw: bytes, encoding: str, most: int) -> bytes:
    """Undo a compression that was not asked for; a small answer never becomes a huge one."""
    if encoding.strip().lower() in {"", "identity"}:
        return raw
    if encoding.strip().lower() not in _INFLATED:
        msg = "the provider's answer was compressed, though that was not asked for"
        raise ProviderUnavailable(msg)
    try:
        body = zlib.decompressobj(_GZIP_OR_ZLIB).decompress(raw, most + 1)
    except zlib.error:
        msg = "the provider's answer was not compressed as it says"
        raise ProviderUnavailable(msg) from None
    _refuse_longer(body, most)
    return body


def _refuse_longer(body: bytes | bytearray, most: int) -> None:
    if len(body) > most:
        msg = f"the provider's answer was too large: over {most:,} bytes"
        raise ProviderUnavailable(msg)


def _status_fault(response: WireResponse) -> ProviderUnavailable | None:
    status = response.status
    if status == httpx.codes.OK:
        return None
    if httpx.codes.is_redirect(status):
        return ProviderUnavailable(
            f"the provider redirected (status {status}); set the API base to its final address",
            retryable=False,
        )
    return ProviderUnavailable(
        f"the provider answered with status {status}",
        retryable=status in _RETRYABLE_STATUS or httpx.codes.is_server_error(status),
        retry_after=retry_after_seconds(response.headers.get("retry-after")),
    )


def _body_fault(response: WireResponse) -> ProviderUnavailable | None:
    if not response.body.strip():
        return ProviderUnavailable("the provider's answer was empty")
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        return ProviderUnavailable("the provider's answer was not JSON, or was cut off")
    if not isinstance(answer, dict):
        return ProviderUnavailable("the provider's answer was not a JSON object")
    return None


def _recorded_url(url: httpx.URL) -> str:
    query = {name: url.params[name] for name in _PUBLIC_QUERY if name in url.params}
    address = url.copy_with(userinfo=b"", query=None, fragment=None)
    return str(address.copy_merge_params(query) if query else address)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default
