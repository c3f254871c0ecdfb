"""What a real server receives is what the real audit store recorded, byte for byte."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable, ErrorCode
from summarizer.llm.attempts import Attempts
from summarizer.llm.litellm_client import LiteLLMClient
from summarizer.pii.ticket import TicketDetector
from tests.fakes import MemoryStore
from tests.providers import Behaviour, Provider, misbehaving_provider
from tests.routes import fake_pipeline, ticket

pytestmark = pytest.mark.anyio

MODELS = ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5")
TEXT = (
    "Hello, I am Margaret Whitfield (m.whitfield@example.com, +1 212-555-0187). My card "
    '4111 1111 1111 1111 was charged £95 twice — I paid café «Étoile» once. 請幫忙\n\t"quoted" \\n'
)
PERSONAL = ("Margaret", "Whitfield", "m.whitfield", "212-555-0187", "4111 1111")


def client(model: str, provider: Provider) -> Attempts:
    async def no_pause(_: float) -> None:
        return

    base = f"{provider.url}/v1" if model.startswith("openai") else provider.url
    one = LiteLLMClient(
        model,
        timeout_seconds=5,
        max_output_tokens=100,
        api_base=base,
        api_key="test-key",
        environ={},
    )
    return Attempts(one, attempts=3, sleep=no_pause)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("script", "requests"),
    [
        (["normal"], 1),
        (["rate_limited", "server_error", "normal"], 3),
        (["prose", "normal"], 2),
        (["prose", "empty", "normal"], 3),
        (["server_error", "server_error", "server_error"], 3),
    ],
)
async def test_the_record_holds_exactly_what_was_received(
    model: str,
    script: Sequence[Behaviour],
    requests: int,
    tmp_path: Path,
    detector: TicketDetector,
) -> None:
    store = await SQLAuditStore.create(f"sqlite:///{tmp_path}/audit.db", data_dir=tmp_path)
    with misbehaving_provider() as provider:
        provider.behave(*script)
        llm = client(model, provider)
        outcome = await fake_pipeline(llm=llm, store=store, detector=detector).summarize(
            ticket(TEXT)
        )
        received = list(provider.bodies)
        await llm.aclose()

    records = [record async for record in store.read(bodies=True)]
    await store.aclose()
    sent = [dict(event.body or {})["body"].encode() for event in records if event.kind == "prompt"]
    assert sent == received
    assert len(sent) == requests == outcome.provenance.attempts
    for value in PERSONAL:
        assert not any(value.encode() in body for body in received)
    answered = [event.body or {} for event in records if event.kind == "response"]
    assert [body["status"] for body in answered] == [_status(step) for step in script]


def _status(step: Behaviour) -> int:
    return {"rate_limited": 429, "server_error": 500}.get(step, 200)


@pytest.mark.parametrize("model", MODELS)
async def test_nothing_reaches_the_server_without_a_record(
    model: str, detector: TicketDetector
) -> None:
    with misbehaving_provider() as provider:
        llm = client(model, provider)
        outcome = await fake_pipeline(
            llm=llm, store=MemoryStore(fail_on="prompt"), detector=detector
        ).summarize(ticket(TEXT))
        await llm.aclose()

        assert provider.bodies == []
    assert outcome.error is not None
    assert outcome.error.code == ErrorCode.AUDIT_UNAVAILABLE


@pytest.mark.parametrize("model", MODELS)
async def test_nothing_reaches_the_server_when_the_last_look_finds_a_value(
    model: str, detector: TicketDetector
) -> None:
    """The detector misses the card, redaction is told to leave it: the wire still stops it."""
    store = MemoryStore()
    with misbehaving_provider() as provider:
        provider.behave("echo")
        llm = client(model, provider)
        pipeline = fake_pipeline(llm=llm, store=store, detector=detector)
        leaking: Any = _Leaking(pipeline.template)
        outcome = await _with(pipeline, template=leaking).summarize(ticket(TEXT))
        await llm.aclose()

        assert provider.bodies == []
    assert outcome.error is not None
    assert outcome.error.code == ErrorCode.EGRESS_BLOCKED
    findings = store.bodies("egress_blocked")[0]["findings"]
    assert {finding["entity"] for finding in findings} >= {"CREDIT_CARD", "PERSON"}
    assert not any(value in str(findings) for value in PERSONAL)


class _Leaking:
    """A prompt template with a bug: it adds the raw values to what it renders."""

    def __init__(self, template: Any) -> None:
        self._template = template
        self.version = template.version

    def render(self, case: Any, digest: Any = None) -> Any:
        prompt = self._template.render(case, digest)
        system, user = prompt.messages
        leaked = type(user)("user", f"{user.content}\n{TEXT}")
        return type(prompt)(
            (system, leaked),
            prompt.response_schema,
            prompt.case,
            prompt.version,
            prompt.fixed,
            {},
            prompt.fixed_sha256,
        )


def _with(pipeline: Any, **changes: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    return replace(pipeline, **changes)


async def test_a_store_that_fails_between_attempts_stops_the_next_one(
    detector: TicketDetector,
) -> None:
    class _Filling(MemoryStore):
        async def append(self, events: Any) -> Any:
            if "prompt" in self.kinds:
                msg = "the disk is full"
                raise AuditUnavailable(msg)
            return await super().append(events)

    with misbehaving_provider() as provider:
        provider.behave("server_error", "normal")
        llm = client("openai/gpt-4o-mini", provider)
        outcome = await fake_pipeline(llm=llm, store=_Filling(), detector=detector).summarize(
            ticket(TEXT)
        )
        await llm.aclose()

        assert len(provider.bodies) == 1
    assert outcome.error is not None
    assert outcome.error.code == ErrorCode.AUDIT_UNAVAILABLE
