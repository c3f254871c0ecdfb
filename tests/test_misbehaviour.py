"""Providers that misbehave, through the whole route: what comes out, and what is on record."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from summarizer.audit import EventKind
from summarizer.errors import ErrorCode
from summarizer.llm import LLM
from summarizer.llm.attempts import Attempts
from summarizer.llm.breaker import Breaking
from summarizer.llm.extractive import ExtractiveLLM
from summarizer.llm.litellm_client import LiteLLMClient
from summarizer.llm.metered import Metered
from summarizer.llm.pace import Pace
from summarizer.llm.router import Router
from summarizer.models import Outcome
from summarizer.policy.models import Breaker, PerMinute, Price
from tests.fakes import MemoryStore
from tests.providers import ANSWER, Behaviour, Provider, misbehaving_provider
from tests.routes import fake_pipeline, ticket

pytestmark = pytest.mark.anyio

MODELS = ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5")
TEXT = "I never made this payment to Café Noir. Please send me the form to dispute it."
ACCENTED = ANSWER.replace("about the customer.", "about Café Noir.")
PRICE = Price(prompt=1.0, completion=2.0)
COST = 25 / 1_000_000
"""Of the eleven and seven tokens that the provider counts."""


async def no_pause(_: float) -> None:
    return


def asked(model: str, provider: Provider, *, timeout_seconds: float = 5) -> LLM:
    """A model behind all that stands before one in service, without pauses."""
    client = LiteLLMClient(
        model,
        timeout_seconds=timeout_seconds,
        max_output_tokens=100,
        api_base=f"{provider.url}/v1" if model.startswith("openai") else provider.url,
        api_key="test-key",
        price=PRICE,
        environ={},
    )
    metered = Metered(
        client, pace=Pace(PerMinute()), price=PRICE, budget=None, max_output_tokens=100
    )
    return Attempts(Breaking(metered, Breaker()), attempts=2, sleep=no_pause)


async def outcome_of(store: MemoryStore, *llms: LLM, stand_in: bool = True) -> Outcome:
    router = Router(llms)
    try:
        return await fake_pipeline(
            llm=router, store=store, stand_in=ExtractiveLLM() if stand_in else None
        ).summarize(ticket(TEXT))
    finally:
        await router.aclose()


def recorded(store: MemoryStore) -> Sequence[tuple[EventKind, Any]]:
    """Each request with its model, and each response with its status or the code of its fault."""
    return [
        (event.kind, body["model"] if event.kind == "prompt" else body["status"] or body["code"])
        for event in store.events
        if event.kind in {"prompt", "response"} and (body := event.body)
    ]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("behaviour", "code", "responses"),
    [
        ("rate_limited", "PROVIDER_UNAVAILABLE", [429, 429]),
        ("rate_limited_until_date", "PROVIDER_UNAVAILABLE", [429]),
        ("server_error", "PROVIDER_UNAVAILABLE", [500, 500]),
        ("unauthorized", "PROVIDER_UNAVAILABLE", [401]),
        ("redirect", "PROVIDER_UNAVAILABLE", [307]),
        ("hang_up", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("cut", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("huge", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("gzip_bomb", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("not_gzip", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("brotli", "PROVIDER_UNAVAILABLE", ["PROVIDER_UNAVAILABLE"] * 2),
        ("truncated", "PROVIDER_UNAVAILABLE", [200, 200]),
        ("html", "PROVIDER_UNAVAILABLE", [200, 200]),
        ("empty", "PROVIDER_UNAVAILABLE", [200, 200]),
        ("wrong_form", "PROVIDER_UNAVAILABLE", [200, 200]),
        ("latin1", "PROVIDER_UNAVAILABLE", [200, 200]),
        ("prose", "INVALID_MODEL_OUTPUT", [200, 200, 200]),
    ],
)
async def test_each_misbehaviour_is_on_record_and_sentences_of_the_case_stand_in(
    model: str, behaviour: Behaviour, code: str, responses: Sequence[object]
) -> None:
    store = MemoryStore()
    with misbehaving_provider() as provider:
        provider.answer = ACCENTED
        provider.behave(behaviour)
        outcome = await outcome_of(store, asked(model, provider))
        received = list(provider.bodies)

    told = recorded(store)
    assert [value for kind, value in told if kind == "response"] == [*responses, 200]
    assert [value for kind, value in told if kind == "prompt"] == [
        *[model] * len(responses),
        "extractive",
    ]
    assert sent(store)[:-1] == received
    assert outcome.status == "summarized"
    assert outcome.provenance.model == "extractive"
    assert outcome.review.required
    assert {code, "EXTRACTIVE_SUMMARY"} <= set(outcome.review.reasons)
    assert [finding.code for finding in outcome.findings if finding.where == "model"] == [code]


@pytest.mark.parametrize("model", MODELS)
async def test_a_provider_that_is_too_slow_is_a_timeout(model: str) -> None:
    store = MemoryStore()
    with misbehaving_provider() as provider:
        provider.behave("hang")
        outcome = await outcome_of(store, asked(model, provider, timeout_seconds=0.1))

    assert recorded(store)[:2] == [("prompt", model), ("response", "PROVIDER_TIMEOUT")]
    assert {"PROVIDER_TIMEOUT", "EXTRACTIVE_SUMMARY"} <= set(outcome.review.reasons)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("behaviour", ["gzip", "utf16"])
async def test_an_answer_in_another_encoding_is_read_and_recorded(
    model: str, behaviour: Behaviour
) -> None:
    store = MemoryStore()
    with misbehaving_provider() as provider:
        provider.answer = ACCENTED
        provider.behave(behaviour)
        outcome = await outcome_of(store, asked(model, provider))

    assert outcome.summary is not None
    assert outcome.summary.narrative == "It is about Café Noir."
    assert recorded(store) == [("prompt", model), ("response", 200)]


@pytest.mark.parametrize("model", MODELS)
async def test_an_answer_that_ignores_the_schema_is_sent_back_and_then_stood_in_for(
    model: str,
) -> None:
    store = MemoryStore()
    with misbehaving_provider() as provider:
        provider.answer = json.dumps({"issue_type": "whatever", "summary": ["a", 1]})
        outcome = await outcome_of(store, asked(model, provider))

    verdicts = [body["accepted"] for body in store.bodies("verdict")]
    assert verdicts == [False, False, False, True]
    assert "INVALID_MODEL_OUTPUT" in outcome.review.reasons


@pytest.mark.parametrize("model", MODELS)
async def test_failed_attempts_are_paid_as_the_provider_counted_them(model: str) -> None:
    with misbehaving_provider() as provider:
        provider.behave("prose", "no_text", "normal")
        outcome = await outcome_of(MemoryStore(), asked(model, provider))

    assert outcome.provenance.attempts == 3
    assert (outcome.usage.prompt_tokens, outcome.usage.completion_tokens) == (33, 21)
    assert outcome.usage.cost_usd == pytest.approx(3 * COST)


async def test_another_provider_answers_for_one_that_is_down() -> None:
    store = MemoryStore()
    first, second = MODELS
    with misbehaving_provider() as down, misbehaving_provider() as up:
        down.behave("server_error")
        outcome = await outcome_of(store, asked(first, down), asked(second, up))
        assert sent(store) == [*down.bodies, *up.bodies]

    assert recorded(store) == [
        ("prompt", first),
        ("response", 500),
        ("prompt", first),
        ("response", 500),
        ("prompt", second),
        ("response", 200),
    ]
    assert (outcome.status, outcome.provenance.model) == ("summarized", second)
    assert "EXTRACTIVE_SUMMARY" not in outcome.review.reasons


async def test_where_policy_lets_nothing_stand_in_the_configured_models_fault_is_the_outcome() -> (
    None
):
    first, second = MODELS
    with misbehaving_provider() as down, misbehaving_provider() as refuses:
        down.behave("server_error")
        refuses.behave("unauthorized")
        outcome = await outcome_of(
            MemoryStore(), asked(first, down), asked(second, refuses), stand_in=False
        )

    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.PROVIDER_UNAVAILABLE
    assert "500" in outcome.error.detail
    assert outcome.summary is None


def sent(store: MemoryStore) -> list[bytes]:
    """The exact bytes that are on record as sent."""
    return [_bytes(body) for body in store.bodies("prompt")]


def _bytes(body: Mapping[str, Any]) -> bytes:
    return str(body["body"]).encode()
