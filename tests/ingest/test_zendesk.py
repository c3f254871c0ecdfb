"""Zendesk: tickets with comments and users, and ticket events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from summarizer.errors import ErrorCode
from summarizer.ingest.payload import Call
from summarizer.ingest.zendesk import post_back
from summarizer.policy.sections import Limits
from tests.ingest.payloads import changed, received, refused

TICKET = "zendesk_ticket.json"
EVENT = "zendesk_event.json"


def test_a_ticket_is_read_with_its_comments_in_the_order_of_their_times() -> None:
    ticket = received("zendesk", TICKET).ticket

    assert (ticket.id, ticket.channel, ticket.subject) == (
        "35436",
        "email",
        "Payment I did not make",
    )
    assert [(message.id, message.author) for message in ticket.messages] == [
        ("1274", "customer"),
        ("1275", "system"),
        ("1276", "agent"),
    ]
    assert ticket.messages[0].at == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    assert ticket.tags == ("card", "fraud")
    [attachment] = ticket.messages[0].attachments
    assert (attachment.name, attachment.bytes) == ("statement.pdf", 2532)


def test_who_the_customer_is_stands_where_redaction_masks_it() -> None:
    ticket = received("zendesk", TICKET).ticket
    requester = ticket.requester

    assert requester is not None
    assert (requester.name, requester.email, requester.phone) == (
        "Hannah Whitfield",
        "hannah.whitfield@example.com",
        "+1 828-555-0142",
    )
    assert requester.identifiers == (
        "ahg35h3jh",
        "CUST-7741902",
        "owen.whitfield@example.com",
        "198.51.100.23",
        "Asheville, NC, United States",
    )


@pytest.mark.parametrize(
    "unread", ["Mozilla", "35.5951", "203.0.113.9", "Charlotte", "priya@bank", "Great support"]
)
def test_what_is_not_needed_is_not_read(unread: str) -> None:
    assert unread not in received("zendesk", TICKET).ticket.model_dump_json()


def test_custom_fields_have_their_titles_where_these_are_sent() -> None:
    def with_titles(payload: Any) -> None:
        payload["ticket_fields"] = [{"id": 27642, "title": "Product (main)", "type": "tagger"}]

    plain = received("zendesk", TICKET).ticket.fields
    titled = received("zendesk", changed(TICKET, with_titles)).ticket.fields

    assert plain["custom field 27642"] == "debit_card"
    assert titled["Product main"] == "debit_card"
    assert titled["custom field 27650"] == "branch, app"
    assert titled["custom field 27652"] is True
    assert "custom field 27648" not in titled


def test_nobody_is_of_the_bank_because_a_user_record_is_missing() -> None:
    def without_users(payload: Any) -> None:
        del payload["users"]
        payload["ticket"]["assignee_id"] = None
        payload["comments"][1]["public"] = True

    authors = [
        message.author
        for message in received("zendesk", changed(TICKET, without_users)).ticket.messages
    ]
    assert authors == ["customer", "system", "customer"]


def test_a_private_comment_is_of_the_bank_whoever_wrote_it() -> None:
    def unknown(payload: Any) -> None:
        payload["comments"][1]["author_id"] = 999

    messages = received("zendesk", changed(TICKET, unknown)).ticket.messages
    assert messages[2].author == "agent"


def test_an_event_gives_the_description_and_the_new_comment() -> None:
    ticket = received("zendesk", EVENT).ticket

    assert ticket.id == "5158"
    assert [(message.author, message.body) for message in ticket.messages] == [
        ("customer", "I was charged twice for one transfer."),
        ("agent", "One of the two charges will be reversed."),
    ]


def test_an_event_whose_comment_is_the_description_has_one_message() -> None:
    def first(payload: Any) -> None:
        payload["event"]["comment"]["body"] = payload["detail"]["description"]

    assert len(received("zendesk", changed(EVENT, first)).ticket.messages) == 1


def test_lists_that_are_null_are_empty() -> None:
    def empty(payload: Any) -> None:
        payload.update(users=None, ticket_fields=None, meta=None, event=None)
        payload["ticket"].update(tags=None, custom_fields=None)
        payload["comments"][0]["attachments"] = None

    ticket = received("zendesk", changed(TICKET, empty)).ticket
    assert (ticket.tags, ticket.messages[0].attachments) == ((), ())


def test_keys_that_are_not_known_are_let_be() -> None:
    def more(payload: Any) -> None:
        payload["ticket"]["brand_new"] = {"any": ["thing"]}
        payload["new"] = 1

    assert received("zendesk", changed(TICKET, more)).ticket == received("zendesk", TICKET).ticket


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda payload: payload.pop("ticket"), "ticket: missing; send the ticket's object"),
        (lambda payload: payload["ticket"].pop("id"), "ticket.id: missing; add it"),
        (lambda payload: payload["ticket"].update(id="Maria"), "ticket.id (detail.id of an"),
        (lambda payload: payload["comments"][1].pop("body"), "comments[1].body: missing; add it"),
        (
            lambda payload: payload["comments"][0].update(body=["Maria"]),
            "comments[0].body: must be a valid string",
        ),
        (
            lambda payload: payload["comments"][0].update(created_at="Maria"),
            "comments[0].created_at: write an ISO 8601 time",
        ),
        (lambda payload: payload.update(users="Maria"), "users: must be a valid array"),
        (lambda payload: payload.update(next_page="https://x/2"), "next_page: there are more"),
        (lambda payload: payload.update(meta={"has_more": True}), "meta.has_more: there are"),
    ],
)
def test_what_is_needed_and_wrong_is_named_with_the_fix(
    change: Callable[[Any], object], detail: str
) -> None:
    error = refused("zendesk", changed(TICKET, change))

    assert error.detail.startswith(detail)
    assert "Maria" not in error.detail


def test_the_limits_of_a_ticket_hold() -> None:
    for limits in (Limits(messages=2), Limits(ticket_bytes=100), Limits(message_characters=20)):
        assert refused("zendesk", TICKET, limits).code is ErrorCode.TICKET_TOO_LARGE


def test_a_summary_goes_back_as_a_private_comment() -> None:
    give_back = received("zendesk", TICKET).post_back

    assert give_back is not None
    assert give_back("A note.") == Call(
        "PUT",
        "/api/v2/tickets/35436.json",
        {"ticket": {"comment": {"body": "A note.", "public": False}}},
    )
    with pytest.raises(ValueError, match="has a number"):
        post_back("1/../users", "A note.")
