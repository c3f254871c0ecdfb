"""What a run tells whoever waits for it, and what comes of one that takes too long."""

import anyio
import pytest

from summarizer.errors import ErrorCode
from summarizer.llm.extractive import ExtractiveLLM
from summarizer.models import Outcome
from summarizer.steps import Step
from tests.api.services import HangingLLM
from tests.fakes import AnsweringLLM, FailingDetector, MemoryStore
from tests.routes import answer, fake_pipeline, ticket

pytestmark = pytest.mark.anyio


async def test_each_step_is_told_right_after_it_is_done() -> None:
    store = MemoryStore()
    told: list[tuple[Step, tuple[str, ...]]] = []

    await fake_pipeline(llm=AnsweringLLM(answer()), store=store).summarize(
        ticket("Hello there."), tell=lambda step: told.append((step, tuple(store.kinds)))
    )

    on_record = ("received", "redacted", "prompt")
    assert told == [
        ("redacted", ()),
        ("sent", on_record),
        ("drafted", on_record),
        ("validated", on_record),
    ]


async def test_an_answer_that_is_mended_is_drafted_again_and_validated_once() -> None:
    told: list[Step] = []

    await fake_pipeline(llm=AnsweringLLM("no json", answer())).summarize(
        ticket("Hello there."), tell=told.append
    )

    assert told == ["redacted", "sent", "drafted", "sent", "drafted", "validated"]


async def test_nothing_is_told_of_a_ticket_that_could_not_be_redacted() -> None:
    told: list[Step] = []

    await fake_pipeline(detector=FailingDetector()).summarize(ticket("Hi."), tell=told.append)

    assert told == []


async def _too_late(
    store: MemoryStore, llm: HangingLLM, stand_in: ExtractiveLLM | None = None
) -> Outcome:
    with anyio.fail_after(20):
        return await fake_pipeline(llm=llm, store=store, stand_in=stand_in).summarize(
            ticket("My card was stolen yesterday."), deadline=anyio.current_time() + 0.2
        )


async def test_a_model_that_does_not_answer_by_the_deadline_is_stopped_and_that_is_recorded() -> (
    None
):
    store, llm = MemoryStore(), HangingLLM()

    outcome = await _too_late(store, llm)

    assert llm.stopped.is_set()
    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.PROVIDER_TIMEOUT
    assert "request_seconds" in outcome.error.detail
    assert outcome.provenance.attempts == 1
    assert store.kinds == ["received", "redacted", "prompt", "response", "outcome"]
    assert store.bodies("response")[0]["code"] == "PROVIDER_TIMEOUT"
    assert store.bodies("outcome")[0]["error"]["code"] == "PROVIDER_TIMEOUT"


async def test_the_summary_without_a_model_stands_in_after_the_deadline() -> None:
    store = MemoryStore()

    outcome = await _too_late(store, HangingLLM(), stand_in=ExtractiveLLM())

    assert outcome.status == "summarized"
    assert "PROVIDER_TIMEOUT" in outcome.review.reasons


async def test_nothing_is_sent_once_the_deadline_has_passed() -> None:
    store, llm = MemoryStore(), HangingLLM()

    outcome = await fake_pipeline(llm=llm, store=store).summarize(
        ticket("Hello there."), deadline=anyio.current_time()
    )

    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.PROVIDER_TIMEOUT
    assert not llm.asked.is_set()
    assert outcome.provenance.attempts == 0
