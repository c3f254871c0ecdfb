import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import AuditUnavailable, EgressBlocked
from summarizer.llm import LLM
from summarizer.llm.extractive import ExtractiveLLM
from summarizer.llm.local import message_texts
from summarizer.llm.scripted import ScriptedLLM
from tests.builders import redacted_case, redacted_prompt, small_taxonomy
from tests.llm.gates import RecordingGate, RefusingGate

pytestmark = pytest.mark.anyio

MODELS: list[LLM] = [ScriptedLLM(small_taxonomy()), ExtractiveLLM()]


@pytest.mark.parametrize("llm", MODELS, ids=lambda llm: llm.name)
async def test_the_prompt_and_the_answer_pass_the_gate(llm: LLM) -> None:
    gate = RecordingGate()
    prompt = redacted_prompt("My card <CARD_1> was charged \u20ac12.")

    completion = await llm.complete(prompt, gate)

    assert gate.requests[0].url == f"local:{llm.name}"
    assert json.loads(gate.bodies[0]) == {
        "model": llm.name,
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
    }
    assert gate.responses[0].body.decode() == completion.text
    assert completion.model == llm.name
    assert completion.cost_usd == 0.0


@pytest.mark.parametrize("llm", MODELS, ids=lambda llm: llm.name)
async def test_a_refusal_of_the_gate_is_raised(llm: LLM) -> None:
    for gate in (
        RefusingGate(clear=EgressBlocked("hit")),
        RefusingGate(received=AuditUnavailable("full")),
    ):
        with pytest.raises((EgressBlocked, AuditUnavailable)):
            await llm.complete(redacted_prompt("x"), gate)


@given(body=st.text(), subject=st.text())
async def test_any_text_is_answered_in_the_drafts_shape(body: str, subject: str) -> None:
    case = redacted_case(body, subject=subject, placeholders=["<PERSON_1>"])
    for llm in MODELS:
        completion = await llm.complete(redacted_prompt(case=case), RecordingGate())

        answer = json.loads(completion.text)
        assert list(answer) == [
            "headline",
            "narrative",
            "key_facts",
            "issue_type",
            "urgency",
            "next_action",
        ]
        assert list(answer["next_action"]) == ["code", "detail"]
        assert answer["headline"]
        assert answer["narrative"]
        assert {id_ for fact in answer["key_facts"] for id_ in fact["messages"]} <= {"m1"}


def test_repeats_and_messages_that_say_nothing_are_left_out() -> None:
    case = redacted_case("first", " \n", "new\n> first\nend", repeats=((4, 12),), subject="s")

    texts = [(message.id, message.text.split()) for message in message_texts(case)]

    assert texts == [("m1", ["first"]), ("m3", ["new", "end"])]
