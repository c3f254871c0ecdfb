import json
from typing import Any

import pytest

from summarizer.llm.scripted import ScriptedLLM
from tests.builders import redacted_case, redacted_prompt, small_taxonomy
from tests.llm.gates import RecordingGate

pytestmark = pytest.mark.anyio


async def answer(*bodies: str, placeholders: tuple[str, ...] = ()) -> dict[str, Any]:
    prompt = redacted_prompt(case=redacted_case(*bodies, placeholders=placeholders))
    completion = await ScriptedLLM(small_taxonomy()).complete(prompt, RecordingGate())
    found: dict[str, Any] = json.loads(completion.text)
    return found


async def test_the_same_case_gets_the_same_answer() -> None:
    assert await answer("a case") == await answer("a case")


async def test_labels_are_the_taxonomys_and_depend_on_the_case() -> None:
    taxonomy = small_taxonomy()
    answers = [await answer(f"case {n}") for n in range(30)]

    assert {a["issue_type"] for a in answers} == {t.code for t in taxonomy.issue_types}
    assert {a["next_action"]["code"] for a in answers} == {t.code for t in taxonomy.next_actions}
    assert {a["urgency"] for a in answers} == {t.code for t in taxonomy.urgency}


async def test_facts_quote_the_messages_they_name() -> None:
    found = await answer("one two three four five six seven eight nine", "<PERSON_1> called")

    assert found["key_facts"] == [
        {"text": "one two three four five six seven eight", "messages": ["m1"]},
        {"text": "<PERSON_1> called", "messages": ["m2"]},
    ]


async def test_only_placeholders_of_the_case_are_named() -> None:
    found = await answer("x", placeholders=("<PERSON_2>", "<PERSON_1>"))

    assert "<PERSON_1>, <PERSON_2>" in found["narrative"]
    assert "<" not in (await answer("x"))["narrative"]
