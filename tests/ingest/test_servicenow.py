"""ServiceNow: records of the Table API with their journals."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from summarizer.errors import ErrorCode
from summarizer.ingest.payload import Call
from summarizer.ingest.servicenow import post_back
from summarizer.policy.sections import Limits
from tests.ingest.payloads import changed, received, refused

INCIDENT = "servicenow_incident.json"
CASE = "servicenow_case.json"


def test_an_incident_is_read_with_its_journal_in_the_order_of_time() -> None:
    ticket = received("servicenow", INCIDENT).ticket

    assert (ticket.id, ticket.channel) == ("INC0010021", "email")
    assert ticket.subject == "Locked out of online banking"
    assert [(message.author, message.body) for message in ticket.messages] == [
        ("customer", "The code never arrives and I cannot log in."),
        ("agent", "<p>We will call you back today.</p>"),
        ("customer", "Still nothing, please hurry."),
        ("system", "Reminder sent."),
        ("agent", "Phone number on file is outdated."),
    ]
    assert ticket.messages[0].at == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    assert [each.name for each in ticket.messages[0].attachments] == ["screenshot.png"]
    assert ticket.fields["u_branch"] == "Asheville Downtown"
    assert "u_account_reference" not in ticket.fields


def test_who_the_customer_is_stands_where_redaction_masks_it() -> None:
    requester = received("servicenow", INCIDENT).ticket.requester

    assert requester is not None
    assert (requester.name, requester.email, requester.phone, requester.identifiers) == (
        "Hannah Whitfield",
        "hannah.whitfield@example.com",
        "+1 828-555-0142",
        ("+1 828-555-0199", "hannah.whitfield"),
    )


def test_a_case_is_read_with_display_values_and_dot_walked_columns() -> None:
    ticket = received("servicenow", CASE).ticket

    assert (ticket.id, ticket.channel) == ("CS0001057", "phone")
    assert ticket.fields == {"state": "Open", "priority": "2 - High"}
    [message] = ticket.messages
    # An agent took the call down.
    assert (message.author, message.author_name) == ("agent", "Priya Raman")
    assert message.at == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    assert ticket.requester is not None
    assert (ticket.requester.name, ticket.requester.email, ticket.requester.phone) == (
        "Maria Lopez",
        "maria.lopez@example.org",
        "+1 312-555-0164",
    )


def test_nobody_is_of_the_bank_because_a_user_record_is_missing() -> None:
    ticket = received(
        "servicenow", changed(INCIDENT, lambda payload: payload.pop("sys_user"))
    ).ticket

    authors = {message.body: message.author for message in ticket.messages}
    assert authors["<p>We will call you back today.</p>"] == "customer"
    assert authors["Phone number on file is outdated."] == "agent"


def test_a_contact_with_a_user_record_is_a_customer() -> None:
    def external(payload: Any) -> None:
        payload["sys_user"]["result"][1]["sys_class_name"] = "customer_contact"

    ticket = received("servicenow", changed(INCIDENT, external)).ticket

    assert ticket.messages[1].author == "customer"
    assert ticket.requester is not None
    assert "priya@bank.example" in ticket.requester.identifiers


def test_rows_may_come_without_the_answer_around_them() -> None:
    def unwrapped(payload: Any) -> None:
        for table in list(payload):
            payload[table] = payload[table]["result"]

    assert (
        received("servicenow", changed(INCIDENT, unwrapped)).ticket
        == received("servicenow", INCIDENT).ticket
    )


def test_tables_that_are_null_are_empty() -> None:
    def empty(payload: Any) -> None:
        payload.update(sys_user=None, sys_attachment={"result": None}, sn_customerservice_case=None)

    ticket = received("servicenow", changed(INCIDENT, empty)).ticket
    assert ticket.messages[0].attachments == ()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda payload: payload.pop("incident"), "incident: missing; send the record"),
        (
            lambda payload: payload["incident"]["result"].pop("number"),
            "incident.number: missing; add it",
        ),
        (
            lambda payload: payload["incident"]["result"].update(number=""),
            "incident.number: empty; ask for this column",
        ),
        (
            lambda payload: payload["incident"]["result"].update(opened_at="03/02/2026 Maria"),
            "incident.opened_at: must be YYYY-MM-DD hh:mm:ss in UTC; ask with",
        ),
        (
            lambda payload: payload["incident"]["result"].update(opened_at="2026-02-30 09:00:00"),
            "incident.opened_at: must be YYYY-MM-DD hh:mm:ss in UTC; ask with",
        ),
        (
            lambda payload: payload["incident"]["result"].update(description=["Maria"]),
            "incident.description: must be a string, or an object with value and display_value",
        ),
        (
            lambda payload: payload["sys_journal_field"]["result"][0].pop("value"),
            "sys_journal_field[0].value: missing; add it",
        ),
        (
            lambda payload: payload.update(sys_journal_field={"error": {"message": "Maria"}}),
            "sys_journal_field: must be a valid",
        ),
    ],
)
def test_what_is_needed_and_wrong_is_named_with_the_fix(
    change: Callable[[Any], object], detail: str
) -> None:
    error = refused("servicenow", changed(INCIDENT, change))

    assert error.detail.startswith(detail)
    assert "Maria" not in error.detail


def test_the_limits_of_a_ticket_hold() -> None:
    for limits in (Limits(messages=2), Limits(ticket_bytes=100), Limits(message_characters=20)):
        assert refused("servicenow", INCIDENT, limits).code is ErrorCode.TICKET_TOO_LARGE


def test_a_summary_goes_back_as_a_work_note() -> None:
    calls = []
    for name in (INCIDENT, CASE):
        give_back = received("servicenow", name).post_back
        assert give_back is not None
        calls.append(give_back("A note."))

    assert calls == [
        Call(
            "PATCH",
            "/api/now/table/incident/a9e30c7dc61122760116894de7bcc7bd",
            {"work_notes": "A note."},
        ),
        Call(
            "PATCH",
            "/api/now/table/sn_customerservice_case/f352fe1c1b2f2010a2a9b9d5604bcb2f",
            {"work_notes": "A note."},
        ),
    ]
    with pytest.raises(ValueError, match="32 hexadecimal"):
        post_back("incident", "../sys_user", "A note.")


def test_a_record_without_its_sys_id_is_read_and_has_no_way_back() -> None:
    def nameless(payload: Any) -> None:
        del payload["incident"]["result"]["sys_id"]

    assert received("servicenow", changed(INCIDENT, nameless)).post_back is None
