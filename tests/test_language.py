"""A case that policy's languages do not cover is never summarised by guess."""

import pytest

from summarizer.language import OTHER, UNSUPPORTED, UNSURE, identify, language_findings
from summarizer.models import Ticket
from summarizer.policy.sections import LanguageRules
from tests.builders import redacted_case
from tests.routes import default_policy, fake_pipeline

ENGLISH = "There is a payment on my card that I never made. Please stop the card today."
GERMAN = "Auf meiner Karte ist eine Zahlung, die ich nie gemacht habe. Bitte sperren Sie sie."


def codes(*bodies: str, allow: tuple[str, ...] = ("en",)) -> list[tuple[str, str]]:
    case = redacted_case(*bodies)
    rules = LanguageRules(allow=allow)
    return [(each.code, each.where) for each in language_findings(case, rules, identify)]


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "Hay un cargo en mi tarjeta que yo no hice. Por favor bloqueen la tarjeta hoy mismo.",
        "Il y a sur ma carte un paiement que je n'ai jamais fait. Merci de la bloquer.",
        "На моей карте платёж, которого я не совершал. Пожалуйста, заблокируйте карту.",
        "我的卡上有一笔我没有做过的付款，请你们今天就把这张卡停掉，谢谢你们的帮助，我非常着急，请尽快回复我这个问题",
    ],
)
def test_a_case_in_another_language_is_known_as_one(text: str) -> None:
    assert codes(text) == [(UNSUPPORTED, "messages")]


def test_a_language_that_policy_lists_is_none_of_them() -> None:
    assert codes(ENGLISH) == []
    assert codes(GERMAN, allow=("en", "de")) == []


def test_one_message_in_another_language_is_noted_by_its_place() -> None:
    assert codes(ENGLISH * 4, GERMAN) == [(OTHER, "messages[1].body")]


def test_too_few_letters_say_nothing() -> None:
    assert codes("hola") == []
    assert codes("1234 5678 9012 3456 7890 1234") == []


def test_placeholders_and_addresses_are_no_words_of_a_language() -> None:
    assert codes("<PERSON_1> <STREET_ADDRESS_2> <EMAIL_ADDRESS_3> https://bank.example/karte") == []


def test_a_guess_that_is_not_sure_is_noted_and_not_refused() -> None:
    case = redacted_case(ENGLISH)

    found = list(
        language_findings(case, LanguageRules(), lambda _: {"nl": 0.5, "en": 0.4, "da": 0.1})
    )

    assert [each.code for each in found] == [UNSURE]


@pytest.mark.anyio
async def test_policy_decides_whether_such_a_case_is_refused_or_reviewed() -> None:
    ticket = Ticket.model_validate({
        "id": "T-1",
        "messages": [{"author": "customer", "body": GERMAN}],
    })
    policy = default_policy()
    lenient = policy.model_copy(update={"languages": LanguageRules(otherwise="review")})

    refused = await fake_pipeline(policy=policy).summarize(ticket)
    reviewed = await fake_pipeline(policy=lenient).summarize(ticket)

    assert refused.status == "refused"
    assert refused.error is not None
    assert refused.error.code == "UNSUPPORTED_LANGUAGE"
    assert refused.provenance.attempts == 0
    assert reviewed.status == "summarized"
    assert UNSUPPORTED in reviewed.review.reasons
