from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from summarizer.errors import (
    AuditUnavailable,
    ModelNotAllowed,
    ProviderTimeout,
    ProviderUnavailable,
)
from summarizer.llm import Gate, WireResponse
from summarizer.llm.transport import GuardedTransport, retry_after_seconds
from summarizer.models import Usage
from tests.llm.gates import RecordingGate, RefusingGate, SlowGate
from tests.providers import Behaviour, Provider

pytestmark = pytest.mark.anyio

BODY = '{"messages": [{"role": "user", "content": "caf\u00e9 \\u00e9 <PERSON_1>"}]}'.encode()


@asynccontextmanager
async def guarded(
    gate: Gate, provider: Provider, *, timeout_seconds: float = 5, max_response_bytes: int = 4_000
) -> AsyncIterator[tuple[httpx.AsyncClient, GuardedTransport]]:
    inner = httpx.AsyncHTTPTransport()
    transport = GuardedTransport(
        inner,
        gate,
        origin=f"{provider.url}/v1",
        timeout_seconds=timeout_seconds,
        cost_usd=lambda prompt, completion: prompt * 0.5 + completion,
        max_response_bytes=max_response_bytes,
    )
    async with inner, httpx.AsyncClient(transport=transport, trust_env=False) as http:
        yield http, transport


async def test_exactly_the_cleared_bytes_are_sent(provider: Provider) -> None:
    gate = RecordingGate()

    async with guarded(gate, provider) as (http, transport):
        response = await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert response.json()["object"] == "chat.completion"
    assert provider.bodies == gate.bodies == [BODY]
    usage = Usage(prompt_tokens=11, completion_tokens=7, cost_usd=12.5)
    assert gate.responses == [WireResponse(200, response.content, gate.responses[0].headers, usage)]
    assert transport.requests == 1
    assert transport.fault is None


async def test_the_recorded_url_holds_no_credential(provider: Provider) -> None:
    gate = RecordingGate()
    address = provider.url.replace("http://", "http://user:pass@")

    async with guarded(gate, provider) as (http, _):
        await http.post(f"{address}/v1/x?key=secret&api-version=2024-10-21&alt=sse#f", content=BODY)
        url = gate.requests[0].url

    assert url == f"{provider.url}/v1/x?api-version=2024-10-21"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1/chat/completions",
        "http://127.0.0.1:1/v1/chat/completions",
        "https://127.0.0.1/v1/chat/completions",
    ],
)
async def test_another_origin_is_refused_before_the_gate(provider: Provider, url: str) -> None:
    gate = RecordingGate()

    async with guarded(gate, provider) as (http, transport):
        with pytest.raises(ModelNotAllowed):
            await http.post(url, content=BODY)

    assert isinstance(transport.fault, ModelNotAllowed)
    assert gate.requests == []


async def test_only_posts_are_let_through(provider: Provider) -> None:
    async with guarded(RecordingGate(), provider) as (http, _):
        with pytest.raises(ModelNotAllowed):
            await http.get(f"{provider.url}/v1/models")

    assert provider.requests == []


async def test_a_second_request_in_one_attempt_is_refused(provider: Provider) -> None:
    gate = RecordingGate()

    async with guarded(gate, provider) as (http, transport):
        await http.post(f"{provider.url}/v1/chat/completions", content=BODY)
        with pytest.raises(ProviderUnavailable) as caught:
            await http.post(f"{provider.url}/v1/chat/completions", content=b"{}")

    assert not caught.value.retryable
    assert transport.fault is caught.value
    assert provider.bodies == gate.bodies == [BODY]


async def test_a_fault_of_the_gate_is_kept_and_nothing_is_sent(provider: Provider) -> None:
    fault = AuditUnavailable("the audit store is full")

    async with guarded(RefusingGate(clear=fault), provider) as (http, transport):
        with pytest.raises(AuditUnavailable):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert transport.fault is fault
    assert provider.requests == []


async def test_an_answer_that_could_not_be_recorded_is_not_handed_on(provider: Provider) -> None:
    fault = AuditUnavailable("the audit store is full")

    async with guarded(RefusingGate(received=fault), provider) as (http, transport):
        with pytest.raises(AuditUnavailable):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert transport.fault is fault


@pytest.mark.parametrize(
    ("behaviour", "retryable", "retry_after", "words"),
    [
        ("rate_limited", True, 7.0, "429"),
        ("server_error", True, None, "500"),
        ("overloaded", True, None, "529"),
        ("bad_request", False, None, "400"),
        ("unauthorized", False, None, "401"),
        ("unprocessable", False, None, "422"),
        ("redirect", False, None, "redirected"),
        ("empty", True, None, "empty"),
        ("truncated", True, None, "not JSON"),
        ("html", True, None, "not JSON"),
        ("list", True, None, "not a JSON object"),
    ],
)
async def test_a_bad_answer_is_recorded_and_becomes_a_fault(
    provider: Provider,
    behaviour: Behaviour,
    retryable: bool,  # noqa: FBT001 - a column of the table
    retry_after: float | None,
    words: str,
) -> None:
    gate = RecordingGate()
    provider.behave(behaviour)

    async with guarded(gate, provider) as (http, transport):
        with pytest.raises(ProviderUnavailable):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    fault = transport.fault
    assert isinstance(fault, ProviderUnavailable)
    assert (fault.retryable, fault.retry_after) == (retryable, retry_after)
    assert words in fault.detail
    assert "PERSON" not in fault.detail
    assert len(gate.responses) == len(provider.requests) == 1


async def test_a_huge_answer_is_not_read_to_its_end(provider: Provider) -> None:
    provider.behave("huge")

    async with guarded(RecordingGate(), provider, max_response_bytes=100_000) as (http, _):
        with pytest.raises(ProviderUnavailable, match="too large: over 100,000 bytes"):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
async def test_the_whole_exchange_has_one_time_limit(
    provider: Provider, behaviour: Behaviour
) -> None:
    """A byte now and then does not keep a call alive."""
    provider.behave(behaviour)

    async with guarded(RecordingGate(), provider, timeout_seconds=0.2) as (http, _):
        with pytest.raises(ProviderTimeout):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)


async def test_the_time_limit_does_not_count_the_gate(provider: Provider) -> None:
    async with guarded(SlowGate(), provider, timeout_seconds=0.4) as (http, _):
        response = await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert response.status_code == 200


async def test_a_broken_connection_is_a_fault_without_the_request_in_it(provider: Provider) -> None:
    provider.behave("hang_up")

    async with guarded(RecordingGate(), provider) as (http, transport):
        with pytest.raises(ProviderUnavailable, match="broke off its answer"):
            await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert transport.fault is not None
    assert transport.fault.__context__ is None
    assert transport.fault.__cause__ is None


async def test_answers_are_asked_for_uncompressed(provider: Provider) -> None:
    async with guarded(RecordingGate(), provider) as (http, _):
        await http.post(f"{provider.url}/v1/chat/completions", content=BODY)

    assert provider.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    now = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

    assert retry_after_seconds(value, now=now) == seconds
