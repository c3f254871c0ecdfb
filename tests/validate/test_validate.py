"""What a model's answer must be like."""

import time

import pytest

from summarizer.validate.placeholders import check_placeholders
from tests.builders import verdict_of
from tests.redact.cases import case, redactor
from tests.routes import answer, default_policy

TAXONOMY = default_policy().taxonomy
CASE = redactor({"PERSON": ["Maria Lopez"]}).redact(case("Maria Lopez lost a card.", "Noted.")).case


def problems(text: str) -> tuple[str, ...]:
    return verdict_of(text, CASE, TAXONOMY).problems


def test_a_valid_answer_becomes_a_draft() -> None:
    verdict = verdict_of(answer(headline="  <PERSON_1> lost a card "), CASE, TAXONOMY)

    assert verdict.problems == ()
    assert verdict.draft is not None
    assert verdict.draft.headline == "<PERSON_1> lost a card"


@pytest.mark.parametrize(
    "fence", ["```json\n{}\n```", "```\n{}\n```", "```{}```", " \n```json {} \n``` \n", "  {}\n"]
)
def test_a_fence_around_the_answer_is_forgiven(fence: str) -> None:
    assert problems(fence.replace("{}", answer())) == ()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "I cannot help.", answer()[:-1], answer() * 2, "\ud800", "```", "````"],
)
def test_what_is_not_one_json_object_is_refused(text: str) -> None:
    assert len(problems(text)) == 1


def test_several_problems_are_all_named() -> None:
    found = problems(answer(urgency="asap", narrative="x" * 3000, surprise=1))

    assert found == (
        "narrative: is too long",
        "urgency: is not one of the listed letters",
        "(unknown field): must not be there",
    )


@pytest.mark.parametrize(
    "name", ["<PERSON_2>", "<person_1>", "< PERSON_1 >", "<PERSON 1>", "<EMAIL_ADDRESS_1>"]
)
@pytest.mark.parametrize("field", ["headline", "narrative", "detail", "fact"])
def test_an_invented_or_altered_placeholder_is_refused_in_every_field(
    name: str, field: str
) -> None:
    (problem,) = problems(in_field(field, f"{name} called."))

    assert "placeholder" in problem
    assert name not in problem


def in_field(field: str, text: str) -> str:
    return {
        "headline": answer(headline=text),
        "narrative": answer(narrative=text),
        "detail": answer(next_action={"code": "manual_review", "detail": text}),
        "fact": answer(key_facts=[{"text": text, "messages": ["m1"]}]),
    }[field]


@pytest.mark.parametrize("name", ["</PERSON_2>", "<PERSON_2/>", "<\n PERSON_2\t>", "<item5>"])
def test_what_looks_like_a_placeholder_is_one(name: str) -> None:
    assert len(problems(answer(narrative=f"{name} called."))) == 1


@pytest.mark.parametrize("text", ["\ud800", '{"headline": "\ud800"}', answer(headline="\ud800")])
def test_half_a_surrogate_pair_is_an_invalid_answer(text: str) -> None:
    assert len(problems(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "```" + " " * 1_000_000 + "x",
        "```json\n{" + "\n" * 1_000_000 + "}",
        "`" * 1_000_000,
        " " * 1_000_000 + "```",
    ],
    ids=range(4),
)
def test_a_hostile_answer_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()

    assert problems(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "<a" + "1" * 500_000 + " " * 500_000,
        "<a" + " 1" * 500_000,
        "<a" + "1" * 500_000 + " " * 500_000 + "!>",
        "<" * 1_000_000,
        "<a1" * 300_000,
    ],
    ids=range(5),
)
def test_a_hostile_text_is_searched_for_placeholders_in_linear_time(text: str) -> None:
    draft = verdict_of(answer(), CASE, TAXONOMY).draft
    assert draft is not None
    started = time.process_time()
    list(check_placeholders(draft.model_copy(update={"narrative": text}), CASE, TAXONOMY))

    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", ["If < that and > this.", "We <1>."])
def test_a_comparison_is_neither_a_placeholder_nor_markup(text: str) -> None:
    assert problems(answer(narrative=text)) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("See https://example.com/x now.", "a link"),
        ("See www.example.com.", "a link"),
        ("See [this](evil).", "a link"),
        ("javascript:alert(1)", "a link"),
        ("It <b>is</b> so.", "markup"),
        ("It <IMG src=x onerror=alert(1)>.", "markup"),
        ("It <!-- is -->.", "markup"),
        ("It &lt;is&#62; so.", "markup"),
        ("```It is.```", "markup"),
        ("It is\u202e so.", "control or invisible"),
        ("It is\u200b so.", "control or invisible"),
        ("It is\x1b[2J so.", "control or invisible"),
    ],
)
@pytest.mark.parametrize("field", ["headline", "narrative", "detail", "fact"])
def test_an_answer_is_plain_text_in_every_field(text: str, what: str, field: str) -> None:
    found = problems(in_field(field, text))

    assert len(found) == 1
    assert what in found[0]


def test_no_problem_quotes_the_answer() -> None:
    found = problems('{"secret words": "secret", "headline": 5, "urgency": "secret"}')

    assert found
    assert "secret" not in " ".join(found)


def test_what_is_said_twice_is_kept_once() -> None:
    fact = {"text": "A card was lost.", "messages": ["m1"]}
    verdict = verdict_of(
        answer(narrative="It was lost. It was lost. A card!  it was lost.", key_facts=[fact, fact]),
        CASE,
        TAXONOMY,
    )

    assert verdict.draft is not None
    assert verdict.draft.narrative == "It was lost. A card!"
    assert len(verdict.draft.key_facts) == 1
