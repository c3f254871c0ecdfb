"""When no model gives a valid answer: what stands in for its summary, and what never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import (
    BudgetExceeded,
    EgressBlocked,
    ErrorCode,
    ModelNotAllowed,
    ProviderTimeout,
    ProviderUnavailable,
    RedactionError,
    SummarizerError,
)
from summarizer.llm import Gate
from summarizer.llm.extractive import ExtractiveLLM
from summarizer.llm.router import Router
from summarizer.llm.scripted import ScriptedLLM
from summarizer.models import Completion, Prompt, Usage
from summarizer.pipeline import Pipeline
from summarizer.policy.sections import ReviewRules
from summarizer.trace import Trace
from tests.fakes import AnsweringLLM, MemoryStore
from tests.llm.faulty import FaultyLLM
from tests.routes import answer, default_policy, fake_pipeline, ticket
from tests.test_weighing import BODY, WeighingLLM, weighing_policy

pytestmark = pytest.mark.anyio

TEXT = "I never made this payment. Please send me the form to dispute it."
STOOD_IN = [
    ProviderUnavailable("the provider answered with status 500"),
    ProviderTimeout("the provider did not answer"),
    BudgetExceeded("the budget does not cover another request"),
]


def standing_in(*answers: str | Exception, store: MemoryStore | None = None) -> Pipeline:
    return fake_pipeline(llm=AnsweringLLM(*answers), stand_in=ExtractiveLLM(), store=store)


@pytest.mark.parametrize("fault", STOOD_IN)
async def test_sentences_of_the_case_stand_in_for_review_with_the_reason(
    fault: SummarizerError,
) -> None:
    outcome = await standing_in(fault).summarize(ticket(TEXT))

    assert outcome.status == "summarized"
    assert outcome.error is None
    assert outcome.summary is not None
    assert outcome.summary.key_facts[0].text in TEXT
    assert outcome.provenance.model == "extractive"
    assert outcome.review.required
    assert {str(fault.code), "EXTRACTIVE_SUMMARY"} <= set(outcome.review.reasons)
    [finding] = [each for each in outcome.findings if each.where == "model"]
    assert (finding.code, finding.detail) == (str(fault.code), fault.detail)


async def test_answers_that_stay_invalid_are_stood_in_for_after_the_repairs() -> None:
    outcome = await standing_in("no json", "[]", "{}").summarize(ticket(TEXT))

    assert outcome.status == "summarized"
    assert {"INVALID_MODEL_OUTPUT", "EXTRACTIVE_SUMMARY"} <= set(outcome.review.reasons)


async def test_what_stands_in_passes_the_same_gate_and_checks_and_is_on_record() -> None:
    store = MemoryStore()

    await standing_in(STOOD_IN[0], store=store).summarize(ticket(TEXT))

    assert store.kinds == [
        "received", "redacted", "prompt", "prompt", "response", "verdict", "outcome",
    ]  # fmt: skip
    assert [body["model"] for body in store.bodies("prompt")] == ["scripted", "extractive"]


@pytest.mark.parametrize(
    "fault",
    [EgressBlocked("held"), RedactionError("no"), ModelNotAllowed("no"), RuntimeError("a fault")],
)
async def test_nothing_stands_in_where_the_case_may_not_go_on(fault: Exception) -> None:
    outcome = await standing_in(fault).summarize(ticket(TEXT))

    assert outcome.summary is None
    assert outcome.error is not None
    assert outcome.error.code == getattr(fault, "code", ErrorCode.INTERNAL)


async def test_nothing_stands_in_where_nothing_can_be_recorded() -> None:
    outcome = await standing_in(answer(), store=MemoryStore(fail_on="prompt")).summarize(
        ticket(TEXT)
    )

    assert outcome.summary is None
    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.AUDIT_UNAVAILABLE


@pytest.mark.parametrize("fault", STOOD_IN)
async def test_where_policy_lets_nothing_stand_in_the_fault_is_the_outcome(
    fault: SummarizerError,
) -> None:
    outcome = await fake_pipeline(llm=AnsweringLLM(fault)).summarize(ticket(TEXT))

    assert outcome.summary is None
    assert outcome.error is not None
    assert outcome.error.code == fault.code


async def test_a_person_is_asked_whatever_findings_policy_asks_one_for() -> None:
    policy = default_policy().model_copy(update={"review": ReviewRules(findings=())})
    pipeline = fake_pipeline(llm=AnsweringLLM(STOOD_IN[0]), stand_in=ExtractiveLLM(), policy=policy)

    outcome = await pipeline.summarize(ticket(TEXT))

    assert "PROVIDER_UNAVAILABLE" in outcome.review.reasons


async def test_the_model_that_answered_is_named_and_paid_and_not_the_configured_one() -> None:
    used = Usage(prompt_tokens=3, completion_tokens=2, cost_usd=0.5)
    second = FaultyLLM(name="openai/second", usage=used)
    router = Router([FaultyLLM([STOOD_IN[1]] * 3, name="openai/first"), second])

    outcome = await fake_pipeline(llm=router).summarize(ticket(TEXT))

    assert outcome.provenance.model == "openai/second"
    # Its answer, an empty object, was sent back twice.
    assert (second.calls, outcome.usage.cost_usd) == (3, 1.5)


_AWKWARD = st.sampled_from([
    *("re\u200bfund", "a\x11b", "$1,200.50", "12/3/2026", "3 pm", "We will refund you"),
    *("<b>", "</a>", "<!--", "&amp;", "```", "http://x.example/y", "<PERSON_1>", "[URL]"),
    *("On Monday you wrote:\n", "> ", "\n", "\t", " ", "."),
    *("\xad", "e\u0301", "\u0663", "\xbd", "\u0130", "\ufb01", "\ud7fc"),
])
_TEXTS = st.text(max_size=60) | st.lists(_AWKWARD, max_size=25).map("".join)
_PIPELINES = [
    fake_pipeline(llm=ExtractiveLLM()),
    fake_pipeline(llm=ScriptedLLM(default_policy().taxonomy)),
]


@given(bodies=st.lists(_TEXTS, min_size=1, max_size=4), subject=_TEXTS)
async def test_what_is_made_without_a_model_passes_every_check(
    bodies: list[str], subject: str
) -> None:
    for pipeline in _PIPELINES:
        outcome = await pipeline.summarize(ticket(*bodies, subject=subject))

        # A ticket may have no text at all, which is refused.
        assert outcome.error is None or outcome.error.code != ErrorCode.INVALID_MODEL_OUTPUT


async def test_labels_are_not_weighed_by_another_model_than_answered() -> None:
    class LeftAlone(FaultyLLM):
        async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
            del prompt, gate
            self.calls += 1
            raise STOOD_IN[0]

    llm, down, trace = WeighingLLM(), LeftAlone(name="openai/first"), Trace()
    policy = weighing_policy("openai/first", "weighing")

    outcome = await fake_pipeline(llm=Router([down, llm]), policy=policy).summarize(
        ticket(BODY), trace=trace
    )

    assert outcome.provenance.model == llm.full_name
    assert down.calls == 1
    assert [prompt.weighs for prompt in llm.prompts] == [False]
    assert trace.weighed == {}
