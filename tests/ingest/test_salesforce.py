"""Salesforce: a Case with its comments and e-mails, as a query gives it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from summarizer.errors import ErrorCode
from summarizer.ingest.payload import Call
from summarizer.ingest.salesforce import post_back
from summarizer.policy.sections import Limits
from tests.ingest.payloads import changed, received, refused

CASE = "salesforce_case.json"
CASE_ID = "500D000000IRNAJIA5"


def _record(payload: Any) -> Any:
    return payload["records"][0]


def test_a_case_is_read_with_comments_and_mails_in_the_order_of_time() -> None:
    ticket = received("salesforce", CASE).ticket

    assert (ticket.id, ticket.channel) == ("00001026", "web")
    assert [(message.author, message.body) for message in ticket.messages] == [
        ("customer", "The wire of $9,800 never arrived."),
        ("agent", "Trace opened with the correspondent bank."),
        ("customer", "I am the sender of the wire."),
        ("agent", "<p>Thank you, we traced it.</p>"),
        ("customer", "Any news?"),
        ("system", "Escalated by rule."),
    ]
    assert [len(message.attachments) for message in ticket.messages] == [0, 0, 2, 0, 0, 0]
    assert ticket.fields == {
        "status": "Working",
        "priority": "High",
        "type": "Problem",
        "Product_Line__c": "Wires",
        "Amount__c": 9800.0,
    }


def test_who_the_customer_is_stands_where_redaction_masks_it() -> None:
    requester = received("salesforce", CASE).ticket.requester

    assert requester is not None
    assert (requester.name, requester.email, requester.phone, requester.identifiers) == (
        "Hannah Whitfield",
        "h.whitfield@example.net",
        "+1 828-555-0199",
        ("hannah.whitfield@example.com", "+1 828-555-0142", "owen.whitfield@example.com"),
    )


def test_the_record_alone_is_read_like_the_answer_around_it() -> None:
    payload = json.loads(changed(CASE, lambda _: None))
    alone = received("salesforce", json.dumps(_record(payload)).encode())

    assert alone.ticket == received("salesforce", CASE).ticket


def test_a_description_that_is_the_first_mail_stands_there_once() -> None:
    def by_mail(payload: Any) -> None:
        _record(payload)["Description"] = "I am the sender\r\nof the wire."

    ticket = received("salesforce", changed(CASE, by_mail)).ticket
    assert [message.body.startswith("I am") for message in ticket.messages].count(True) == 1


def test_a_case_that_an_agent_opened_begins_with_the_agent() -> None:
    def by_phone(payload: Any) -> None:
        for key in ("SuppliedName", "SuppliedEmail", "SuppliedPhone"):
            _record(payload)[key] = None

    assert received("salesforce", changed(CASE, by_phone)).ticket.messages[0].author == "agent"


def test_nobody_is_of_the_bank_because_the_kind_of_user_is_missing() -> None:
    def unknown(payload: Any) -> None:
        for row in _record(payload)["CaseComments"]["records"]:
            del row["CreatedBy"]

    messages = received("salesforce", changed(CASE, unknown)).ticket.messages
    assert [messages[at].author for at in (1, 4, 5)] == ["agent", "customer", "customer"]


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda payload: payload["records"].clear(), "records: 0 cases; query one Case"),
        (lambda payload: payload["records"].append(_record(payload)), "records: 2 cases"),
        (
            lambda payload: _record(payload).pop("CaseNumber"),
            "records[0].CaseNumber: missing; add it",
        ),
        (
            lambda payload: _record(payload)["CaseComments"]["records"][1].pop("CommentBody"),
            "records[0].CaseComments.records[1].CommentBody: missing; add it",
        ),
        (
            lambda payload: _record(payload)["EmailMessages"]["records"][0].update(
                Incoming="Maria"
            ),
            "records[0].EmailMessages.records[0].Incoming: must be a valid boolean",
        ),
        (
            lambda payload: _record(payload)["EmailMessages"].update(done=False),
            "EmailMessages.done: false; follow nextRecordsUrl",
        ),
    ],
)
def test_what_is_needed_and_wrong_is_named_with_the_fix(
    change: Callable[[Any], object], detail: str
) -> None:
    error = refused("salesforce", changed(CASE, change))

    assert error.detail.startswith(detail)
    assert "Maria" not in error.detail


def test_the_limits_of_a_ticket_hold() -> None:
    for limits in (Limits(messages=2), Limits(ticket_bytes=100), Limits(message_characters=20)):
        assert refused("salesforce", CASE, limits).code is ErrorCode.TICKET_TOO_LARGE


def test_a_summary_goes_back_as_a_comment_customers_do_not_see() -> None:
    give_back = received("salesforce", CASE).post_back

    assert give_back is not None
    assert give_back("A note.") == Call(
        "POST",
        "/services/data/v62.0/sobjects/CaseComment",
        {"ParentId": CASE_ID, "CommentBody": "A note.", "IsPublished": False},
    )
    with pytest.raises(ValueError, match="15 or 18"):
        post_back("500/../User", "A note.")


def test_a_note_that_is_too_long_for_a_comment_is_cut() -> None:
    body = post_back(CASE_ID, "x" * 4_001).body["CommentBody"]

    assert len(body) == 4_000
    assert body.endswith("x…")
    assert post_back(CASE_ID, "x" * 4_000).body["CommentBody"] == "x" * 4_000
