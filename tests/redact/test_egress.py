"""What the egress check finds in the bytes of a request."""

import json
from collections.abc import Sequence

import pytest

from summarizer.models import ChatMessage, Prompt
from summarizer.pii import Detection
from summarizer.redact.egress import EgressCheck, EgressHit
from summarizer.redact.vault import Vault
from tests.fakes import FakeDetector
from tests.redact.cases import case, policy, redactor

FOUND = {
    "PERSON": ["Maria Lopez", "May", "Ann"],
    "CUSTOMER_ID": ["AB-123456", "4821"],
    "CREDIT_CARD": ["4111 1111 1111 1111"],
}
FIXED = "You summarise. Never write 4111 1111 1111 1111."


def check(detector: FakeDetector | None = None, **rules: object) -> EgressCheck:
    redacted = redactor(FOUND).redact(
        case("Maria Lopez, May, Ann; AB-123456, 4821, 4111 1111 1111 1111", "see [m1]")
    )
    prompt = Prompt(
        messages=(ChatMessage("system", FIXED),),
        response_schema={},
        case=redacted.case,
        version="p@sha256:0",
        fixed=frozenset({FIXED}),
        case_parts={},
        fixed_sha256="",
    )
    return EgressCheck(
        detector=detector or FakeDetector(),
        policy=policy(**rules),
        prompt=prompt,
        vault=redacted.vault,
    )


def body(content: str, *, ascii_only: bool = True) -> bytes:
    messages = [{"role": "system", "content": FIXED}, {"role": "user", "content": content}]
    return json.dumps({"messages": messages}, ensure_ascii=ascii_only).encode()


@pytest.mark.parametrize(
    ("content", "entity"),
    [
        ("from Maria Lopez", "PERSON"),
        ("MARIALOPEZ85", "PERSON"),
        ("maria.lopez@", "PERSON"),
        ("m\u00e1ria", "PERSON"),
        ("ma\u0301ria l", "PERSON"),
        ("mariana", None),
        ("Ｍａｒｉａ　Ｌｏｐｅｚ", "PERSON"),
        ("ab123456", "CUSTOMER_ID"),
        ("AB 12-34-56", "CUSTOMER_ID"),
        ("code 4821!", "CUSTOMER_ID"),
        ("code 48210", None),
        ("ANN said", "PERSON"),
        ("Annual fee", None),
        ("in may or May", None),
        ("4111.1111.1111.1111", "CREDIT_CARD"),
        ("another card 5555 5555 5555 4444", "CREDIT_CARD"),
        ("GB33 BUKB 2020 1555 5555 55", "IBAN_CODE"),
        ("536-90-4399", "US_SSN"),
        ("reference 536904399", None),
        ("<PERSON_1> lost a card", None),
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_value_is_found_however_it_is_written(
    content: str,
    entity: str | None,
    ascii_only: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    hits = check().search("https://llm.example/v1/chat", body(content, ascii_only=ascii_only))

    assert {hit.entity for hit in hits} == ({entity} if entity else set())


def test_the_fixed_part_is_not_searched_but_any_change_of_it_is() -> None:
    assert check().search("https://llm.example/", body("nothing")) == []

    changed = body("nothing").replace(b"You summarise", b"Please summarise")
    assert check().search("https://llm.example/", changed) == [EgressHit("CREDIT_CARD", "request")]


def test_a_common_word_counts_where_the_detector_finds_it_again() -> None:
    finder = check(FakeDetector({"PERSON": ["May"]}))

    assert finder.search("https://llm.example/", body("May called")) == [
        EgressHit("PERSON", "request")
    ]


def test_a_common_word_counts_as_what_the_detector_finds_it_to_be() -> None:
    class Second(FakeDetector):
        """Takes the second of the same words for something."""

        def __init__(self, entity: str) -> None:
            super().__init__()
            self._entity = entity

        def detect(
            self, texts: Sequence[str], before: Sequence[str] | None = None
        ) -> list[list[Detection]]:
            del before
            starts = [text.rindex("May") for text in texts]
            return [[Detection(at, at + 3, self._entity, 0.9, "second")] for at in starts]

    seen = {
        entity: check(Second(entity)).search("", body("in May, says May"))
        for entity in ("PERSON", "LOCATION")
    }

    assert seen == {"PERSON": [EgressHit("PERSON", "request")], "LOCATION": []}


def test_the_detector_reads_the_whole_lines_around_each_common_word() -> None:
    lines = [f"line {at} of a long letter, which goes on about the fees" for at in range(200)]
    lines[20], lines[21], lines[150] = "we met in May, I think", "or in may", "May Miller called"
    seen: list[str] = []

    class Reading(FakeDetector):
        def detect(
            self, texts: Sequence[str], before: Sequence[str] | None = None
        ) -> list[list[Detection]]:
            seen.extend(texts)
            return super().detect(texts, before)

    egress = check(Reading({"PERSON": ["May"]}))

    assert egress.search("", body("\n".join(lines))) == [EgressHit("PERSON", "request")]
    early, late = (passage.split("\n") for passage in seen)
    assert "we met in May, I think" in early
    assert "or in may" in early
    assert "May Miller called" in late
    for passage in (early, late):
        assert set(passage) <= set(lines)
        assert 10 < len(passage) < 20
    assert check(FakeDetector()).search("", body("\n".join(lines))) == []


def test_the_hit_names_the_message_it_stands_in() -> None:
    redacted = redactor().redact(case("hello", "card 4111-1111-1111-1111", "bye"))
    broken = type(redacted.case)(
        channel=None,
        jurisdiction=None,
        messages=redacted.case.messages,
        texts=tuple(
            type(text)(text.where, text.text.replace("<CREDIT_CARD_1>", "4111-1111-1111-1111"))
            for text in redacted.case.texts
        ),
        spans=(),
        placeholders=frozenset(),
        policy="",
    )
    prompt = Prompt((), {}, broken, "", frozenset({FIXED}), {}, "")
    finder = EgressCheck(
        detector=FakeDetector(), policy=policy(), prompt=prompt, vault=redacted.vault
    )

    hits = finder.search("https://llm.example/", body("4111-1111-1111-1111"))

    assert hits == [EgressHit("CREDIT_CARD", "messages[1].body")]


@pytest.mark.parametrize(
    "url", ["https://x.example/AB123456", "https://x.example/?q=maria%20lopez"]
)
def test_the_address_is_searched_too(url: str) -> None:
    assert check().search(url, body("nothing"))


def test_numbers_and_keys_are_searched_too() -> None:
    raw = json.dumps({"messages": [], "seed": 4821, "AB-123456": True}).encode()

    assert check().search("https://x.example/", raw) == [EgressHit("CUSTOMER_ID", "request")]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{", b"grant_type=x"])
def test_what_cannot_be_read_cannot_be_cleared(raw: bytes) -> None:
    assert check().search("https://x.example/", raw) == [EgressHit("UNREADABLE", "request")]


def test_an_entity_that_policy_lets_pass_is_not_blocked_by_its_arithmetic() -> None:
    empty = Vault((), {}, ())
    prompt = Prompt((), {}, redactor().redact(case("x")).case, "", frozenset(), {}, "")
    finder = EgressCheck(
        detector=FakeDetector(),
        policy=policy(CREDIT_CARD={"detect": False}),
        prompt=prompt,
        vault=empty,
    )

    assert finder.search("https://x.example/", body("5555555555554444")) == []
