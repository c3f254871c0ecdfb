"""Long cases: what a model is shown of them, and that nothing is left out unsaid."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.digest import digest_finding, shorten
from summarizer.errors import ErrorCode, TicketError
from summarizer.excerpts import CaseDigest
from summarizer.fitting import FittedPrompt, fitted_prompt, prompt_tokens
from summarizer.models import Outcome, RedactedCase, Ticket
from summarizer.policy import Policy
from summarizer.policy.models import AllowedModel, ModelRules
from summarizer.policy.sections import LongCases, ReviewRules
from summarizer.telling import sentences_of
from summarizer.tokencount import estimated_tokens
from tests.builders import redacted_case
from tests.conversations import NEEDLES, long_ticket
from tests.fakes import AnsweringLLM, FakeDetector, MemoryStore
from tests.redact.cases import case, redactor
from tests.routes import answer, default_policy, fake_pipeline
from tests.test_prompt import TEMPLATE

pytestmark = pytest.mark.anyio

BUDGET = 5_000
_HEAD = re.compile(r"^\[m(\d+)(?: to m(\d+))?\] ", re.MULTILINE)


def policy(budget: int = BUDGET, share: float = 0.5) -> Policy:
    shipped = default_policy()
    return shipped.model_copy(
        update={
            "models": shipped.models.model_copy(
                update={"allow": (AllowedModel(model="*", prompt_tokens=budget),)}
            ),
            "long_cases": LongCases(review_above_shortened_share=share),
        }
    )


def sent(store: MemoryStore) -> str:
    """The user message of the prompt that is on record."""
    body = json.loads(store.bodies("prompt")[0]["body"])
    return str(body["messages"][1]["content"])


def accounted(content: str) -> list[int]:
    """The numbers of the messages that the headings of a prompt stand for, in order."""
    return [
        number
        for head in _HEAD.finditer(content)
        for number in range(int(head[1]), int(head[2] or head[1]) + 1)
    ]


async def summarized(ticket: Ticket, policy: Policy) -> tuple[Outcome, str]:
    store = MemoryStore()
    outcome = await fake_pipeline(store=store, policy=policy).summarize(ticket)
    return outcome, sent(store)


def prompt_tokens_of(content: str) -> int:
    return estimated_tokens(TEMPLATE.system, content)


def case_of(ticket: Ticket) -> RedactedCase:
    return redacted_case(*(message.body for message in ticket.messages))


def digest_of(case: RedactedCase, budget: int = BUDGET) -> CaseDigest:
    digest = shorten(case, budget=budget, measure=lambda p: prompt_tokens(TEMPLATE.render(case, p)))
    assert digest is not None
    return digest


@pytest.mark.parametrize("count", [10, 100, 1_000])
async def test_every_message_and_the_facts_in_the_middle_are_shown_within_the_budget(
    count: int,
) -> None:
    outcome, content = await summarized(long_ticket(count), policy())

    assert outcome.status == "summarized"
    assert accounted(content) == list(range(1, count + 1))
    assert [needle for needle in NEEDLES if needle not in content] == []
    assert prompt_tokens_of(content) <= BUDGET


async def test_a_short_case_is_shown_whole_and_nothing_is_said_of_it() -> None:
    outcome, content = await summarized(long_ticket(10), policy())

    assert outcome.findings == ()
    assert "Shortened:" not in content


async def test_what_was_shortened_is_counted_in_the_prompt_and_in_the_outcome() -> None:
    outcome, content = await summarized(long_ticket(120), policy())

    digest = digest_of(case_of(long_ticket(120)))
    [finding] = outcome.findings
    assert (finding.code, finding.where) == ("CASE_DIGESTED", "messages")
    counts = [int(number) for number in re.findall(r"\d+", finding.detail)]
    assert counts[0] == 120 == sum(counts[1:4])
    assert "Of its 120 messages" in content
    assert digest.whole + digest.shortened + digest.folded == 120


async def test_the_finding_is_on_record_with_the_outcome() -> None:
    store = MemoryStore()

    await fake_pipeline(store=store, policy=policy()).summarize(long_ticket(120))

    [recorded] = store.bodies("outcome")[0]["findings"]
    assert recorded["code"] == "CASE_DIGESTED"


@pytest.mark.parametrize(("share", "asked"), [(0.2, True), (1.0, False)])
async def test_a_person_is_asked_for_above_the_share_that_policy_names(
    share: float, *, asked: bool
) -> None:
    llm = AnsweringLLM(answer(issue_type="login_access", next_action=_ACTION))

    outcome = await fake_pipeline(llm=llm, policy=policy(share=share)).summarize(long_ticket(120))

    assert outcome.review.required is asked
    assert ("CASE_DIGESTED" in outcome.review.reasons) is asked


async def test_a_bank_whose_reviews_leave_the_finding_out_is_never_asked_for_a_person() -> None:
    reviewing = policy(share=0.0).model_copy(update={"review": ReviewRules(findings=())})
    llm = AnsweringLLM(answer(issue_type="login_access", next_action=_ACTION))

    outcome = await fake_pipeline(llm=llm, policy=reviewing).summarize(long_ticket(120))

    assert [finding.code for finding in outcome.findings] == ["CASE_DIGESTED"]
    assert "CASE_DIGESTED" not in outcome.review.reasons


_ACTION = {"code": "restore_access", "detail": "The agent must restore access."}


async def test_three_calls_of_a_model_are_the_most_whatever_the_length() -> None:
    llm = AnsweringLLM("no", "no", "no", answer())

    outcome = await fake_pipeline(llm=llm, policy=policy()).summarize(long_ticket(120))

    assert len(llm.prompts) == 3
    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.INVALID_MODEL_OUTPUT


def test_policy_cannot_allow_more_than_two_repairs() -> None:
    with pytest.raises(ValueError, match="less than or equal to 2"):
        ModelRules(repairs=3)


async def test_evidence_may_name_a_message_that_was_folded_away() -> None:
    ticket = long_ticket(120)
    said = ticket.messages[69].body.partition(".")[0]
    llm = AnsweringLLM(answer(key_facts=[{"text": f"{said}.", "messages": ["m70"]}]))

    outcome = await fake_pipeline(llm=llm, policy=policy()).summarize(ticket)

    assert not any(one.whole and one.first == 69 for one in digest_of(case_of(ticket)).excerpts)
    assert outcome.summary is not None
    assert outcome.summary.key_facts[0].messages == ("m70",)


async def test_what_a_digest_shows_is_searched_before_it_leaves() -> None:
    """The name is typed so that redaction on this detector misses it but knows the value."""
    detector = FakeDetector({"PERSON": ["Maria Lopez"]})
    store = MemoryStore()
    ticket = long_ticket(120, requester={"name": "Maria Lopez"})
    bodies = [message.model_dump() for message in ticket.messages]
    bodies[61]["body"] += " Maria Lopez owes $93.12 and must pay by 9 July."
    ticket = Ticket.model_validate(ticket.model_dump() | {"messages": bodies})

    await fake_pipeline(store=store, policy=policy(), detector=detector).summarize(ticket)

    assert "<PERSON_1> owes $93.12 and must pay by 9 July." in sent(store)
    assert "Lopez" not in sent(store)


def test_every_sentence_of_a_digest_is_among_what_the_wire_is_told_to_search() -> None:
    redacted = redactor().redact(case(*(one.body for one in long_ticket(120).messages))).case
    fitted = fitted_prompt(TEMPLATE, redacted, policy(), "scripted")

    [searched] = fitted.prompt.case_parts.values()
    shown = [
        line.split(": ", 1)[-1] if re.match(r"\| m\d+: ", line) else line[2:]
        for line in fitted.prompt.messages[1].content.splitlines()
        if line.startswith("| ") and len(line) > 2
    ]
    assert len(shown) > 50
    assert all(line in searched for line in shown)


async def test_a_case_that_cannot_fit_is_refused_before_a_model_is_asked() -> None:
    llm = AnsweringLLM(answer())
    ticket = long_ticket(10, tags=["word " * 180] * 50)

    outcome = await fake_pipeline(llm=llm, policy=policy()).summarize(ticket)

    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.TICKET_TOO_LARGE
    assert "prompt_tokens in models.yaml" in outcome.error.detail
    assert llm.prompts == []


def test_the_first_customer_message_and_the_latest_stand_whole() -> None:
    digest = digest_of(case_of(long_ticket(100)))

    whole = {excerpt.first for excerpt in digest.excerpts if excerpt.whole}
    assert {0, 96, 97, 98, 99} <= whole


def test_pivotal_messages_stand_whole_while_there_is_room() -> None:
    digest = digest_of(case_of(long_ticket(100)))

    whole = {excerpt.first for excerpt in digest.excerpts if excerpt.whole}
    assert {25, 50, 75} <= whole


def test_a_message_longer_than_the_room_is_shown_in_excerpts() -> None:
    """It is not left out, and what it says at its end is found."""
    long = " ".join(f"Then I waited for line {word} again." for word in _letters(4_000))
    case = redacted_case(f"{long} {NEEDLES[0]}", "We look into it.")

    digest = digest_of(case)

    assert [excerpt.first for excerpt in digest.excerpts] == [0, 1]
    assert any(NEEDLES[0] in text for _, text in digest.excerpts[0].sentences)


def _letters(count: int) -> list[str]:
    return ["".join(chr(97 + at // 26**place % 26) for place in range(3)) for at in range(count)]


def test_sentences_stand_in_the_order_of_the_case() -> None:
    digest = digest_of(case_of(long_ticket(1_000)))

    for excerpt in digest.excerpts:
        at = [message for message, _ in excerpt.sentences]
        assert at == sorted(at)
        assert all(excerpt.first <= message <= excerpt.last for message in at)


def test_quoted_repeats_are_in_no_digest() -> None:
    old = "You promised me a refund of $99.00 by 3 May."
    bodies = [f"{message.body}" for message in long_ticket(100).messages]
    last = f"New words.\n> {old}"
    case = redacted_case(*bodies, last, repeats=((11, len(last)),))

    shown = TEMPLATE.render(case, digest_of(case)).messages[1].content

    assert old not in shown


@pytest.mark.parametrize("count", [20, 200, 1_000])
def test_a_prompt_is_rendered_as_often_whatever_the_length(count: int) -> None:
    """Planning asks how long a prompt is a fixed number of times; each is linear."""
    case = case_of(long_ticket(count))
    calls = 0

    def measure(plan: CaseDigest | None) -> int:
        nonlocal calls
        calls += 1
        return prompt_tokens(TEMPLATE.render(case, plan))

    shorten(case, budget=2_600, measure=measure)

    assert calls <= 9


def fitted_or_code(case: RedactedCase, budget: int) -> FittedPrompt | ErrorCode:
    try:
        return fitted_prompt(TEMPLATE, case, policy(budget), "scripted")
    except TicketError as error:
        return error.code


@given(
    bodies=st.lists(st.text(max_size=300), min_size=1, max_size=60),
    budget=st.integers(min_value=1_500, max_value=4_000),
)
@settings(max_examples=25, deadline=None)
def test_any_case_fits_with_every_message_or_is_refused(bodies: list[str], budget: int) -> None:
    fitted = fitted_or_code(redacted_case(*bodies), budget)
    if isinstance(fitted, ErrorCode):
        assert fitted is ErrorCode.TICKET_TOO_LARGE
        return
    content = fitted.prompt.messages[1].content
    heads = [n for line in content.splitlines() if line[:1] == "[" for n in accounted(line)]
    assert prompt_tokens(fitted.prompt) <= budget
    assert heads == list(range(1, len(bodies) + 1))


@given(st.text(max_size=2_000))
@settings(max_examples=100, deadline=None)
def test_sentences_have_every_word_of_a_text_together(text: str) -> None:
    together = "".join(sentence.text for sentence in sentences_of(text))

    assert "".join(together.split()) == "".join(text.split())


def test_a_long_sentence_is_never_cut_inside_a_placeholder_or_a_mask() -> None:
    mark = "[date of birth in 1961] <BANK_ACCOUNT_12>"
    for lead in range(250, 330):
        pieces = [sentence.text for sentence in sentences_of(f"{'a' * lead} {mark} {'b ' * 90}")]
        assert sum("[date of birth in 1961]" in piece for piece in pieces) == 1
        assert sum("<BANK_ACCOUNT_12>" in piece for piece in pieces) == 1


def test_the_finding_says_nothing_of_the_case() -> None:
    digest = digest_of(case_of(long_ticket(120)))

    assert "refund" not in digest_finding(digest).detail
