import json
import time
from typing import Any

import pytest

from summarizer.llm.extractive import ExtractiveLLM
from summarizer.models import RedactedCase
from tests.builders import redacted_case, redacted_prompt, verdict_of
from tests.llm.gates import RecordingGate
from tests.routes import default_policy

pytestmark = pytest.mark.anyio


async def answer(case: RedactedCase) -> dict[str, Any]:
    completion = await ExtractiveLLM().complete(redacted_prompt(case=case), RecordingGate())
    found: dict[str, Any] = json.loads(completion.text)
    return found


async def test_the_subject_is_the_headline() -> None:
    found = await answer(redacted_case("Hello. I lost my card.", subject="Lost  card"))

    assert found["headline"] == "Lost card"


async def test_without_a_subject_the_first_sentence_is_the_headline() -> None:
    found = await answer(redacted_case("I lost my card! Please help."))

    assert found["headline"] == "I lost my card!"


async def test_a_long_headline_is_cut_between_words() -> None:
    found = await answer(
        redacted_case("x", subject="<PERSON_1> " * 40, placeholders=["<PERSON_1>"])
    )

    assert len(found["headline"]) <= 120
    assert found["headline"].endswith("<PERSON_1> …")


async def test_the_narrative_is_the_first_sentences() -> None:
    found = await answer(redacted_case("One. Two.", "Three.\nFour."))

    assert found["narrative"] == "One. Two. Three."


@pytest.mark.parametrize(
    "sentence",
    [
        "They took $45.10 from me.",
        "I paid 1,200 euros.",
        "It happened on 2026-03-02.",
        "It happened on 3/2/2026.",
        "It happened on March 2.",
        "It happened on the 2nd of May, no, 2 May.",
        "<PERSON_1> called me.",
    ],
)
async def test_sentences_with_amounts_dates_or_placeholders_are_facts(sentence: str) -> None:
    case = redacted_case("Hello there.", f"{sentence} Please help.", placeholders=["<PERSON_1>"])

    assert (await answer(case))["key_facts"] == [{"text": sentence, "messages": ["m2"]}]


async def test_a_number_alone_is_no_fact() -> None:
    found = await answer(redacted_case("I called 3 times. I paid $5."))

    assert [fact["text"] for fact in found["key_facts"]] == ["I paid $5."]


async def test_without_any_fact_the_first_sentences_stand_in() -> None:
    found = await answer(redacted_case("I called. Please\nhelp.", "We look into it.", "Thanks."))

    assert found["key_facts"] == [
        {"text": "I called.", "messages": ["m1"]},
        {"text": "Please", "messages": ["m1"]},
        {"text": "help.", "messages": ["m1"]},
    ]


@pytest.mark.parametrize(
    "typed", ["<item1>", "</PERSON_1>", "< PERSON_1 >", "<<item1>>", "<item\n1>", "<item. 1>"]
)
async def test_what_a_customer_typed_in_brackets_is_no_placeholder(typed: str) -> None:
    case = redacted_case(
        f"<PERSON_1> typed {typed} for $5.", subject=typed, placeholders=["<PERSON_1>"]
    )
    completion = await ExtractiveLLM().complete(redacted_prompt(case=case), RecordingGate())

    assert verdict_of(completion.text, case, default_policy().taxonomy).problems == ()
    assert "<PERSON_1> typed" in completion.text


async def test_a_comparison_stays_as_it_is() -> None:
    assert (await answer(redacted_case("It says 5 < 7.")))["narrative"] == "It says 5 < 7."


@pytest.mark.parametrize("text", ["a " * 200_000, "a" + " " * 400_000 + "b", ". " * 200_000])
async def test_a_hostile_text_takes_linear_time(text: str) -> None:
    case = redacted_case(text, subject=text, placeholders=[f"<PERSON_{n}>" for n in range(10_000)])
    started = time.process_time()
    await answer(case)

    assert time.process_time() - started < 2


async def test_labels_say_that_nobody_judged() -> None:
    found = await answer(redacted_case("x"))

    assert (found["issue_type"], found["urgency"]) == ("unclassified", "normal")
    assert found["next_action"]["code"] == "manual_review"


async def test_quoted_earlier_messages_are_not_repeated() -> None:
    case = redacted_case("I paid $5.", "And now?\n> I paid $5.", repeats=((9, 21),))

    found = await answer(case)

    assert found["narrative"] == "I paid $5. And now?"
    assert len(found["key_facts"]) == 1
