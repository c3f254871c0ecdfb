"""Flattening a ticket: where every text stands, what it is by its place, and the way back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.case import sufficient, to_case
from summarizer.models import Case, CaseMessage, CaseText, Ticket
from summarizer.policy.sections import Limits
from tests.textmap_laws import assert_laws

LIMITS = Limits()


def _ticket(**content: Any) -> Ticket:
    return Ticket.model_validate_json(json.dumps({"id": "T-1", "messages": [], **content}))


def _case(**content: Any) -> Case:
    return to_case(_ticket(**content), LIMITS)


def _body(case: Case, index: int = 0) -> CaseText:
    return next(text for text in case.texts if text.where == f"messages[{index}].body")


def _message(body: str, **more: Any) -> dict[str, Any]:
    return {"author": "customer", "body": body, **more}


def test_every_text_stands_in_reading_order_with_its_place_and_entity() -> None:
    case = _case(
        channel="chat",
        jurisdiction="GB",
        subject="Lost card",
        requester={
            "name": "Maria Lopez",
            "email": "maria@example.com",
            "phone": "+44 20 7946 0000",
            "identifiers": ["C-1", "C-2"],
        },
        fields={"product": "card", "vip": True, "amount": 12.5, "count": 3, "none": None},
        tags=["urgent", "lost"],
        messages=[
            _message("Help", author_name="Maria", attachments=[{"name": "maria.pdf"}]),
            _message("Hello", author="agent", author_name="Priya", id="x", at="2026-03-02T09:14Z"),
            _message("Closed", author="system", author_name="Bot"),
        ],
    )  # fmt: skip
    assert [(text.where, text.map.text, text.entity) for text in case.texts] == [
        ("subject", "Lost card", None),
        ("requester.name", "Maria Lopez", "PERSON"),
        ("requester.email", "maria@example.com", "EMAIL_ADDRESS"),
        ("requester.phone", "+44 20 7946 0000", "PHONE_NUMBER"),
        ("requester.identifiers[0]", "C-1", "CUSTOMER_ID"),
        ("requester.identifiers[1]", "C-2", "CUSTOMER_ID"),
        ("fields[0].key", "product", None),
        ("fields[0].value", "card", None),
        ("fields[1].key", "vip", None),
        ("fields[1].value", "true", None),
        ("fields[2].key", "amount", None),
        ("fields[2].value", "12.5", None),
        ("fields[3].key", "count", None),
        ("fields[3].value", "3", None),
        ("tags[0]", "urgent", None),
        ("tags[1]", "lost", None),
        ("messages[0].author_name", "Maria", "PERSON"),
        ("messages[0].body", "Help", None),
        ("messages[0].attachments[0].name", "maria.pdf", None),
        ("messages[1].author_name", "Priya", "PERSON"),
        ("messages[1].body", "Hello", None),
        ("messages[2].author_name", "Bot", None),
        ("messages[2].body", "Closed", None),
    ]
    assert (case.id, case.channel, case.jurisdiction) == ("T-1", "chat", "GB")
    assert case.source_message_ids == ("m1", "x", "m3")
    assert case.messages[0] == CaseMessage("m1", "customer", None, 1)
    assert case.messages[1].id == "m2"
    assert case.messages[1].at is not None
    assert case.attachments_unread == 1


@pytest.mark.parametrize("blank", ["", " \n\t ", "\x00", "<p>&nbsp;</p>"])
def test_texts_without_a_visible_character_are_left_out(blank: str) -> None:
    case = _case(
        subject=blank,
        requester={"name": " ", "identifiers": [""]},
        fields={"a": ""},
        tags=["\x00"],
        messages=[_message(f"> {blank}\n", author_name="", attachments=[{"name": ""}])],
    )
    assert [text.where for text in case.texts] == ["fields[0].key"]
    assert len(case.messages) == 1


def test_an_html_body_leads_back_to_the_raw_body_through_every_step() -> None:
    raw = (
        "<div>Hi,\r\n<blockquote>I am Ma\x00<b>ria</b>&#13;\n<br>Lopez &amp; Co</blockquote></div>"
    )
    body = _body(_case(messages=[_message(raw)]))
    assert body.map.text == "Hi,\nI am Maria\nLopez & Co"
    start = body.map.text.index("Maria")
    back = body.map.to_source(start, start + len("Maria\nLopez"))
    assert raw[slice(*back)] == "Ma\x00<b>ria</b>&#13;\n<br>Lopez"
    assert_laws(body.map, raw)


def test_only_subject_and_bodies_are_read_as_html() -> None:
    case = _case(
        subject="<b>Lost</b>",
        tags=["<b>x</b>"],
        fields={"a": "<i>y</i>"},
        messages=[_message("a<br>b")],
    )
    assert [text.map.text for text in case.texts] == [
        "Lost",
        "a",
        "<i>y</i>",
        "<b>x</b>",
        "a\nb",
    ]


def test_a_quoted_reply_is_marked_and_stays_whole() -> None:
    first = "I did not make this payment.\nPlease help."
    quoted = "".join(f"> {line}\n" for line in first.split("\n"))
    reply = f"We look into it.\n\nOn 2 March 2026 Maria wrote:\n{quoted}"
    case = _case(messages=[_message(first), _message(reply, author="agent")])
    body = _body(case, 1)
    assert first in body.map.text
    assert [body.map.text[start:end] for start, end in body.repeats] == [first]
    assert _body(case).repeats == ()


def test_a_quote_in_html_is_marked_too() -> None:
    html = "<p>We look into it.</p><blockquote><p>I did not make<br>this payment.</p></blockquote>"
    case = _case(messages=[_message("I did not make this payment."), _message(html)])
    body = _body(case, 1)
    assert [body.map.text[start:end] for start, end in body.repeats] == [
        "I did not make\nthis payment."
    ]


def test_a_message_does_not_repeat_a_later_one() -> None:
    case = _case(messages=[_message("> Please help me"), _message("Please help me")])
    assert _body(case).repeats == ()


@pytest.mark.parametrize(
    ("limits", "detail"),
    [
        (Limits(messages=1), "messages: 2 messages; the policy allows 1"),
        (Limits(message_characters=4), "messages[1].body: 5 characters; the policy allows 4"),
    ],
)
def test_a_ticket_that_was_not_parsed_here_is_held_to_the_limits_too(
    limits: Limits, detail: str
) -> None:
    with pytest.raises(TicketError) as refused:
        to_case(_ticket(messages=[_message("Help"), _message("Hello")]), limits)
    assert refused.value.code is ErrorCode.TICKET_TOO_LARGE
    assert refused.value.detail.startswith(detail)


@pytest.mark.parametrize(
    ("bodies", "enough"),
    [
        ([], False),
        ([""], False),
        (["?!", "..."], False),
        (["ok"], False),
        (["<p> </p>"], False),
        (["o", "k", "2"], True),
        (["Help"], True),
        (["Помогите"], True),
    ],
)
def test_a_case_without_a_word_is_insufficient(bodies: list[str], *, enough: bool) -> None:
    case = _case(
        subject="My card is lost",
        requester={"name": "Maria"},
        messages=[_message(body, author_name="Maria Lopez") for body in bodies],
    )
    assert sufficient(case) is enough


def test_a_case_does_not_show_its_texts() -> None:
    case = _case(subject="Maria", messages=[_message("Maria")])
    assert "Maria" not in repr(case)
    assert "Maria" not in repr(case.texts)


def test_right_to_left_marks_stay() -> None:
    raw = "\u202b\u05de\u05e8\u05d9\u05d4\u202c \u200fhelp"
    assert _body(_case(messages=[_message(raw)])).map.text == raw


PARTS = st.sampled_from(
    ["<p>", "</p>", "<br>", "> ", "\n", "\r\n", "\x00", "&amp;", "Maria", " ", "<b>", "On x wrote:",
     "<a href='mailto:a@example.com'>", "</a>", "<blockquote>", "é", "\u200f", "<PERSON_1>"]
)  # fmt: skip


@given(st.lists(st.lists(PARTS, max_size=12).map("".join), min_size=1, max_size=3))
def test_every_map_of_a_case_obeys_the_laws(bodies: list[str]) -> None:
    for text in _case(messages=[_message(body) for body in bodies]).texts:
        source = bodies[int(text.where[len("messages[")])]
        assert_laws(text.map, source)
        assert not any(ord(character) < 9 for character in text.map.text)
        for start, end in text.repeats:
            assert 0 <= start < end <= len(text.map.text)
