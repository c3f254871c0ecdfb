"""What a caller is shown of a redacted ticket: only what the redacted case has."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.api.redactions import (
    RedactedTicketBody,
    redacted_text,
    redacted_ticket,
    text_case,
)
from summarizer.ingest.case import to_case
from summarizer.models import Ticket
from summarizer.policy.sections import Limits
from tests.redact.cases import redactor

NAME = "Ottoline Vandersloot"


def _redacted(**fields: Any) -> dict[str, Any]:
    content = {"id": "T-1", "messages": [{"author": "customer", "body": "Hello."}], **fields}
    ticket = Ticket.model_validate(content)
    case = redactor({"PERSON": [NAME]}).redact(to_case(ticket, Limits())).case
    return redacted_ticket(ticket, case)


def test_attachments_keep_their_size_and_lose_their_name_and_type() -> None:
    attachment = {"name": f"{NAME}.pdf", "media_type": f"text/{NAME}", "bytes": 7}
    message = {"author": "agent", "body": "See the file.", "attachments": [attachment]}

    (shown,) = _redacted(messages=[message])["messages"]

    assert shown["attachments"] == [{"name": "<PERSON_1>.pdf", "bytes": 7}]


def test_messages_bear_ids_by_position() -> None:
    messages = [
        {"id": NAME, "author": "customer", "body": "Hello."},
        {"id": "x", "author": "agent", "body": "Hi.", "at": "2026-10-28T20:41:00-04:00"},
    ]

    shown = _redacted(messages=messages)["messages"]

    assert [message["id"] for message in shown] == ["m1", "m2"]
    assert shown[1]["at"] == "2026-10-28T20:41:00-04:00"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4111111111111111, "[************1111]"),
        (41, 41),
        (2.5, 2.5),
        (True, True),
        (None, None),
        ("41", "41"),
        (" ", ""),
    ],
)
def test_a_field_keeps_its_type_unless_something_of_it_was_redacted(
    value: object, shown: object
) -> None:
    mask = {"action": "mask", "keep_last": 4}
    content = {
        "id": "T-1", "messages": [{"author": "customer", "body": "Hello."}], "fields": {"x": value}
    }  # fmt: skip
    ticket = Ticket.model_validate(content)
    case = redactor(CREDIT_CARD=mask).redact(to_case(ticket, Limits())).case

    assert redacted_ticket(ticket, case)["fields"] == {"x": shown}


@given(st.text(), st.text(), st.lists(st.text()), st.dictionaries(st.just("k"), st.text()))
def test_the_shown_ticket_is_a_ticket_and_keeps_its_shape(
    subject: str, body: str, tags: list[str], fields: dict[str, str]
) -> None:
    messages = [{"author": "customer", "body": f"{NAME} {body}"}]

    shown = _redacted(subject=subject, messages=messages, tags=tags, fields=fields)

    parsed = RedactedTicketBody.model_validate(shown)
    assert len(parsed.tags) == len(tags)
    assert parsed.fields.keys() == fields.keys()
    assert NAME not in repr(shown)
    assert {"messages[0].body"} <= parsed.spans.keys()


@given(st.text(max_size=50))
def test_the_spans_of_a_text_lead_from_the_text_to_what_is_shown(text: str) -> None:
    source = f"{text}\n{NAME}\n{text}"

    shown = redacted_text(redactor({"PERSON": [NAME]}).redact(text_case(source)).case)

    parts, at = [], 0
    for span in shown["spans"]:
        parts += [source[at : span["start"]], span["placeholder"]]
        at = span["end"]
    assert "".join(parts) + source[at:] == shown["redacted"]
    assert NAME not in shown["redacted"]
