"""What a summary says must be said by the case."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from summarizer.models import CaseMessage, RedactedCase, RedactedText, Verdict
from summarizer.policy.sections import GroundingRules, ReviewRules
from tests.builders import verdict_of
from tests.fakes import AnsweringLLM, FakeDetector
from tests.routes import answer, default_policy, fake_pipeline, ticket

TAXONOMY = default_policy().taxonomy
SAID = (
    ("customer", "I was charged $1,200.00 on 3 March at 14:05, three times. Order <ORDER_1>."),
    ("agent", "Sorry about this. We will refund the charge within 5 days."),
    ("customer", "Nothing came. My rent is due on 04/15/2026."),
)


def case(*said: tuple[str, str]) -> RedactedCase:
    return RedactedCase(
        channel="email",
        jurisdiction="US",
        messages=tuple(
            CaseMessage(
                id=f"m{at}",
                author=author,  # type: ignore[arg-type]
                at=datetime(2026, 3, 9, 9, tzinfo=UTC),
                attachments=0,
            )
            for at, (author, _) in enumerate(said, 1)
        ),
        texts=tuple(
            RedactedText(f"messages[{at}].body", text) for at, (_, text) in enumerate(said)
        ),
        spans=(),
        placeholders=frozenset({"<ORDER_1>"}),
        policy="test@sha256:0",
    )


CASE = case(*SAID)
WAIT = {"code": "manual_review", "detail": "Refund the charge."}


def fact(text: str, *messages: str) -> str:
    true = {"text": "It is about the customer.", "messages": ["m1"]}
    return answer(key_facts=[{"text": text, "messages": messages or ["m1"]}, true])


def verdict(text: str, of: RedactedCase = CASE, **rules: object) -> Verdict:
    return verdict_of(text, of, TAXONOMY, **rules)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize(
    "text",
    [
        "The charge was 1200 dollars.",
        "Charged USD 1.2k.",
        "The charge was on 2026-03-03.",
        "Charged on March 3rd at 14:05.",
        "Charged 3 times.",
        "Charged three times for order <ORDER_1>.",
        "Charged; written on 9 March 2026.",
        "The charge was on 3 March 2026.",
    ],
)
def test_another_way_to_write_what_the_case_says_is_supported(text: str) -> None:
    assert verdict(fact(text)).findings == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The charge was $1,250.", "UNSUPPORTED_NUMBER"),
        ("The charge was $12,000.", "UNSUPPORTED_NUMBER"),
        ("Charged on card ending 4417.", "UNSUPPORTED_NUMBER"),
        ("The charge was on 4 March.", "UNSUPPORTED_DATE"),
        ("The charge was on 3 March 2019.", "UNSUPPORTED_DATE"),
        ("Charged at 15:05.", "UNSUPPORTED_DATE"),
        ("The mortgage application was rejected.", "UNSUPPORTED_FACT"),
    ],
)
def test_a_fact_the_case_does_not_have_is_left_out(text: str, code: str) -> None:
    found = verdict(fact(text))

    assert codes(found) == [code]
    assert found.findings[0].where == "key_facts.0.text"
    assert found.draft is not None
    assert [kept.text for kept in found.draft.key_facts] == ["It is about the customer."]


def test_a_quotation_is_supported_even_where_it_is_cut() -> None:
    assert verdict(fact("I was charged $1,200.00 on 3")).findings == ()


def test_characters_nobody_sees_part_no_words_of_the_case() -> None:
    split = case(("customer", "The re\u200bfund of $1\u00ad20 was pro\x11mised."))

    assert verdict(fact("The refund of $120 was promised", "m1"), split).findings == ()


def test_a_fact_under_the_wrong_message_gets_the_right_one() -> None:
    found = verdict(fact("The rent is due on 15 April 2026.", "m1"))

    assert codes(found) == ["EVIDENCE_ELSEWHERE"]
    assert found.draft is not None
    assert found.draft.key_facts[0].messages == ("m3",)


@pytest.mark.parametrize("field", ["narrative", "headline", "detail"])
def test_a_number_from_nowhere_leaves_no_field(field: str) -> None:
    texts = {
        "narrative": answer(narrative="It is about the customer. They were charged $999."),
        "headline": answer(headline="Charged $999"),
        "detail": answer(next_action={"code": "manual_review", "detail": "Pay $999."}),
    }
    found = verdict(texts[field])

    assert codes(found) == ["UNSUPPORTED_NUMBER"]
    assert found.draft is not None
    assert "999" not in json.dumps(found.draft.model_dump())
    assert "It is about the customer." in found.draft.texts.values()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The bank has agreed to waive the charge.", "UNSUPPORTED_PROMISE"),
        ("We guarantee that the charge will be refunded.", "UNSUPPORTED_PROMISE"),
        ("The bank is liable for the charge.", "UNSUPPORTED_LIABILITY"),
        ("The bank was at fault for the charge.", "UNSUPPORTED_LIABILITY"),
        ("The customer should get a lawyer over the charge.", "UNSUPPORTED_ADVICE"),
    ],
)
def test_what_commits_the_bank_must_have_been_said_by_an_agent(text: str, code: str) -> None:
    words = " ".join(reversed(text.removesuffix(".").split()))
    quiet = case(("customer", f"{SAID[0][1]} {words}"), ("agent", "We look into it."))

    assert codes(verdict(fact(text), of=quiet)) == [code]

    assert codes(verdict(fact(text), of=quiet)) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "The bank promised to refund the charge.",
        "The customer says the bank promised compensation for the charge.",
    ],
)
def test_what_an_agent_said_or_the_customer_claims_commits_nobody_anew(text: str) -> None:
    said = case(*SAID, ("customer", "You promised compensation for the charge, says the bank."))

    assert codes(verdict(fact(text, "m1", "m2", "m4"), of=said)) == []


def test_the_model_is_asked_once_to_mend_what_is_unsupported() -> None:
    wrong = fact("The charge was $1,250.")
    found = verdict(wrong, may_mend=True)

    assert found.draft is None
    assert found.well_formed
    assert found.problems == (
        "key_facts.0.text: has a number that the case does not have; copy it or leave it out",
    )
    assert "1,250" not in "".join(found.problems)


def test_a_model_mends_unless_policy_or_the_weighing_of_labels_is_against_it() -> None:
    policy = default_policy()
    never = policy.model_copy(update={"grounding": GroundingRules(repair=False)})

    assert policy.mends("openai/gpt-4o")
    assert not policy.mends("embedded")
    assert not never.mends("openai/gpt-4o")


def test_a_wrong_message_id_alone_is_mended_without_the_model() -> None:
    assert verdict(fact("The rent is due on 15 April 2026.", "m1"), may_mend=True).draft


def test_an_answer_without_one_fact_of_the_case_is_no_summary() -> None:
    invented = answer(key_facts=[{"text": "The charge was $1,250.", "messages": ["m1"]}])

    assert verdict(invented).draft is None


def test_policy_may_keep_what_is_unsupported_under_a_finding() -> None:
    found = verdict(fact("The charge was $1,250."), grounding=GroundingRules(unsupported="keep"))

    assert codes(found) == ["UNSUPPORTED_NUMBER"]
    assert found.draft is not None
    assert found.draft.key_facts[0].text == "The charge was $1,250."


@pytest.mark.parametrize("field", ["narrative", "headline", "detail", "fact"])
def test_personal_data_that_was_not_in_the_prompt_is_sent_back(field: str) -> None:
    name = "Jane Roe"
    texts = {
        "narrative": answer(narrative=f"It is {name}."),
        "headline": answer(headline=name),
        "detail": answer(next_action={"code": "manual_review", "detail": name}),
        "fact": fact(name),
    }

    def find(values: list[str]) -> list[list[str]]:
        return [[name] if name in value else [] for value in values]

    found = verdict(texts[field], personal_in=find)

    assert found.draft is None
    assert "personal data" in found.problems[0]
    assert name not in found.problems[0]


@pytest.mark.parametrize(
    ("text", "is_searched"),
    [
        ("Order <ORDER_1>: the rent is due. Refund the charge.", False),
        ("They were wrongly debited twice.", False),
        ("It is Jane.", True),
        ("it is zephyrine.", True),
        ("Jane pays.", True),
        ("Mark pays.", True),
        ("Call +1 415 555 0132.", True),
        ("The PIN is four one four two.", True),
        ("jroe@example.com wrote.", True),
    ],
)
def test_only_words_that_can_be_personal_and_are_new_are_searched(
    text: str, *, is_searched: bool
) -> None:
    searched: list[str] = []

    def find(texts: Sequence[str]) -> list[list[str]]:
        searched.extend(texts)
        return [[]] * len(texts)

    verdict(answer(narrative=text, headline="Rent", next_action=WAIT), personal_in=find)

    assert searched == ([text] if is_searched else [])


def test_what_the_model_was_shown_is_no_new_personal_data() -> None:
    found = verdict(fact("Order <ORDER_1>."), personal_in=lambda texts: [["Order"]] * len(texts))

    assert found.draft is not None


@pytest.mark.anyio
async def test_a_name_the_model_makes_up_does_not_reach_the_caller() -> None:
    invented = answer(narrative="It is Jane Roe.")
    pipeline = fake_pipeline(
        llm=AnsweringLLM(*[invented] * 3), detector=FakeDetector({"PERSON": ["Jane Roe"]})
    )

    outcome = await pipeline.summarize(ticket("Where is my card?"))

    assert outcome.status == "failed"
    assert outcome.error is not None
    assert outcome.error.code == "INVALID_MODEL_OUTPUT"


@pytest.mark.anyio
async def test_what_was_left_out_is_named_and_asks_for_a_person() -> None:
    invented = fact("The charge was $1,250.")
    pipeline = fake_pipeline(llm=AnsweringLLM(invented, invented))

    outcome = await pipeline.summarize(ticket("I was charged $1,200."))

    assert outcome.status == "summarized"
    assert [finding.code for finding in outcome.findings] == ["UNSUPPORTED_NUMBER"]
    assert outcome.review.required
    assert "UNSUPPORTED_NUMBER" in outcome.review.reasons


def test_an_answer_short_of_facts_has_those_its_narrative_tells() -> None:
    told = answer(
        narrative="The charge was on 3 March. An agent will refund it within 5 days. It was $7.",
        key_facts=[{"text": "The customer lost $1,250.", "messages": ["m1"]}],
    )
    found = verdict(told)

    assert found.draft is not None
    assert [(fact.text, fact.messages) for fact in found.draft.key_facts] == [
        ("The charge was on 3 March.", ("m1",)),
        ("An agent will refund it within 5 days.", ("m2",)),
    ]
    assert codes(found) == ["UNSUPPORTED_NUMBER", "UNSUPPORTED_NUMBER"]


def test_a_fact_is_not_told_twice() -> None:
    told = answer(
        narrative="The charge was on 3 March.",
        key_facts=[{"text": "The charge was on 2026-03-03.", "messages": ["m1"]}],
    )

    assert len(verdict(told).draft.key_facts) == 1  # type: ignore[union-attr]


@pytest.mark.anyio
async def test_what_policy_only_notes_asks_nobody_and_leaves_the_confidence() -> None:
    moved = fact("The rent is due on 15 April 2026.", "m1")
    ticket_ = ticket("I was charged.", "We look into it.", "My rent is due on 15 April 2026.")
    policy = default_policy()
    asking = policy.model_copy(update={"review": ReviewRules()})

    noted = await fake_pipeline(llm=AnsweringLLM(moved), policy=policy).summarize(ticket_)
    asked = await fake_pipeline(llm=AnsweringLLM(moved), policy=asking).summarize(ticket_)

    assert [each.code for each in noted.findings] == ["EVIDENCE_ELSEWHERE"]
    assert "EVIDENCE_ELSEWHERE" not in noted.review.reasons
    assert "EVIDENCE_ELSEWHERE" in asked.review.reasons
