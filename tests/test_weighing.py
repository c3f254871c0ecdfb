"""A model is asked once more what it thinks of the likeliest labels, and what of nothing."""

import json

import pytest

from summarizer.errors import ProviderUnavailable
from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.models import Completion, Prompt
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.policy.models import AllowedModel
from summarizer.trace import Trace
from tests.fakes import MemoryStore
from tests.routes import answer, default_policy, fake_pipeline, ticket

BODY = "There is a payment on my card that I never made. Please stop the card."
LIKES_THE_FIRST = {"A": 0.7, "B": 0.2, "C": 0.1}
OF_THIS_CASE = {"A": 0.5, "B": 0.3, "C": 0.2}


class WeighingLLM:
    """Answers with labels when asked for a summary, and with chances when asked to weigh."""

    name = "weighing"
    full_name = "weighing:7b-q4"
    """What it says answered, as many a provider does."""

    def __init__(self, *answers: str, weighs: bool = True) -> None:
        self._answers = list(answers) or [answer()]
        self._weighs = weighs
        self.prompts: list[Prompt] = []

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        body = json.dumps({"m": messages}).encode()
        await gate.clear(WireRequest("local:weighing", body, self.name))
        self.prompts.append(prompt)
        if not prompt.weighs:
            text = self._answers.pop(0)
            await gate.received(WireResponse(200, text.encode()))
            return Completion(text=text, model=self.full_name)
        if not self._weighs:
            msg = "no probabilities"
            raise ProviderUnavailable(msg)
        of_nothing = BODY not in prompt.messages[1].content
        await gate.received(WireResponse(200, b"{}"))
        chances = LIKES_THE_FIRST if of_nothing else OF_THIS_CASE
        return Completion(text="{}", model=self.full_name, chances={"issue_type": chances})

    async def ready(self) -> None:
        return

    async def aclose(self) -> None:
        return


def pipeline(llm: WeighingLLM, store: MemoryStore | None = None) -> Pipeline:
    return fake_pipeline(llm=llm, policy=weighing_policy(), store=store)


def weighing_policy(*models: str) -> Policy:
    policy = default_policy()
    allow = (*policy.models.allow, *(AllowedModel(model=name) for name in ("weighing", *models)))
    rules = policy.models.model_copy(update={"weigh": models or ("weighing",), "allow": allow})
    return policy.model_copy(update={"models": rules})


@pytest.mark.anyio
async def test_labels_are_weighed_and_what_the_model_prefers_anyway_is_taken_off() -> None:
    trace = Trace()

    outcome = await pipeline(WeighingLLM()).summarize(ticket(BODY), trace=trace)

    second = default_policy().taxonomy.issue_types[1].code
    assert outcome.summary is not None
    assert outcome.summary.issue_type in {
        t.code for t in default_policy().taxonomy.issue_types[1:3]
    }
    assert outcome.summary.confidence == pytest.approx(
        outcome.summary.chances["issue_type"], abs=1e-9
    )
    assert trace.weighed["issue_type"][second] == pytest.approx(0.3)
    assert trace.unasked["issue_type"][second] == pytest.approx(0.2)
    assert outcome.provenance.attempts == 3


@pytest.mark.anyio
async def test_every_such_question_is_checked_and_recorded_before_it_leaves() -> None:
    store = MemoryStore()

    await pipeline(WeighingLLM(), store).summarize(ticket(BODY))

    kinds = [event.kind for event in store.events]
    assert kinds.count("prompt") == 3
    assert kinds.count("response") == 3


@pytest.mark.anyio
async def test_the_answers_own_labels_are_not_shown_to_the_model_again() -> None:
    llm = WeighingLLM(answer(issue_type="scam_payment"))

    await pipeline(llm).summarize(ticket(BODY))

    said = llm.prompts[1].messages[2]
    assert said.role == "assistant"
    assert "It is about the customer." in said.content
    assert "scam_payment" not in said.content


@pytest.mark.anyio
async def test_a_model_that_cannot_weigh_has_still_made_a_summary() -> None:
    outcome = await pipeline(WeighingLLM(weighs=False)).summarize(ticket(BODY))

    assert outcome.status == "summarized"
    assert outcome.summary is not None
    assert outcome.summary.issue_type == "unclassified"


@pytest.mark.anyio
async def test_after_a_repair_nothing_is_weighed_so_that_three_calls_are_the_most() -> None:
    llm = WeighingLLM("no json", answer())

    await pipeline(llm).summarize(ticket(BODY))

    assert [prompt.weighs for prompt in llm.prompts] == [False, False]


@pytest.mark.anyio
async def test_a_model_that_policy_does_not_name_is_asked_once() -> None:
    llm = WeighingLLM()

    await fake_pipeline(llm=llm, policy=weighing_policy("another")).summarize(ticket(BODY))

    assert len(llm.prompts) == 1
