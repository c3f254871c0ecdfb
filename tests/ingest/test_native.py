"""Reading one ticket: what is taken, what is refused, and that refusals repeat nothing."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.native import parse_ticket
from summarizer.policy.sections import Limits

LIMITS = Limits()
SECRET = "Maria Lopez 4111111111111111"


def ticket(**changes: Any) -> dict[str, Any]:
    """Make a small ticket in JSON form."""
    message = {"author": "customer", "body": "I did not make this payment."}
    return {"id": "T-1", "messages": [message], **changes}


def message(**changes: Any) -> dict[str, Any]:
    """Make a ticket whose only message is changed."""
    return ticket(messages=[{"author": "customer", "body": "Hello", **changes}])


def refuse(content: object, limits: Limits = LIMITS, **options: int) -> TicketError:
    """Return the refusal of a ticket given as bytes, JSON text or object."""
    if isinstance(content, bytes):
        data = content
    else:
        data = (content if isinstance(content, str) else json.dumps(content)).encode()
    with pytest.raises(TicketError) as refused:
        parse_ticket(data, limits, **options)
    # A cause would carry the ticket: JSONDecodeError.doc, UnicodeDecodeError.object.
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    return refused.value


def test_the_whole_form_is_read() -> None:
    content = {
        "id": "T-1001",
        "channel": "email",
        "subject": "Payment",
        "jurisdiction": "US",
        "requester": {"name": "A", "email": "a@example.com", "phone": "1", "identifiers": ["C1"]},
        "messages": [
            {
                "id": "first",
                "author": "agent",
                "author_name": "Priya",
                "at": "2026-03-02T09:14:00+01:00",
                "body": "Hello",
                "attachments": [{"name": "a.pdf", "media_type": "application/pdf", "bytes": 9}],
            }
        ],
        "fields": {"product": "card", "amount": 12.5, "open": True, "none": None, "count": 3},
        "tags": ["vip"],
    }
    read = parse_ticket(json.dumps(content).encode(), LIMITS)
    again = read.model_dump(mode="json")
    assert again == content
    assert read.messages[0].at is not None
    assert read.messages[0].at.tzinfo is not None


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse_ticket(b"\xef\xbb\xbf" + json.dumps(ticket()).encode(), LIMITS).id == "T-1"


def test_a_ticket_without_messages_is_read() -> None:
    assert parse_ticket(b'{"id": "T-1", "messages": []}', LIMITS).messages == ()


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ("", "line 1, column 1: not valid JSON: Expecting value"),
        ('{"id": "T-1",\n "messages": [}', "line 2, column 15: not valid JSON: Expecting value"),
        ('{"id": "T-1"', "line 1, column 13: not valid JSON: Expecting ',' delimiter"),
        ('{"id": "T\n1"}', "line 1, column 10: not valid JSON: Invalid control character at"),
        ('{"id": 1} {"id": 2}', "line 1, column 11: not valid JSON: Extra data"),
        ('{"id": "\\ud800"}', "a \\u escape is half of a surrogate pair"),
        ('{"id": NaN}', "NaN is not JSON; write null or a string"),
        ('{"id": -Infinity}', "-Infinity is not JSON; write null or a string"),
        ('{"fields": {"amount": 1e999}}', "a number is too large; write it as a string"),
        ('{"id": ' + "9" * 5000 + "}", "a number has too many digits; write it as a string"),
        ('{"id": "a", "id": "b"}', "id: the key stands twice in one object; keep one"),
        ('{"x": {"Maria L": 1, "Maria L": 2}}', "(a key that is not a plain name): the key stands"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[]", "the ticket: must be a JSON object"),
        ("null", "the ticket: must be a JSON object"),
    ],
)
def test_what_is_not_one_json_object_is_refused(content: str, detail: str) -> None:
    error = refuse(content)
    assert error.code is ErrorCode.INVALID_TICKET
    assert error.detail.startswith(detail) or detail in error.detail


def test_nesting_that_only_one_of_the_parsers_takes_is_refused() -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    error = refuse(f'{{"id": "T-1", "messages": [], "fields": {deep}}}')
    assert error.code is ErrorCode.INVALID_TICKET


def test_half_a_surrogate_pair_is_located() -> None:
    error = refuse('{"id": "T-1",\n"subject": "\\udc00", "messages": []}')
    assert error.detail.startswith("line 2, column ")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b'{"id":\n "\xff"}', "line 2, byte 3: not UTF-8 text; save the ticket as UTF-8 JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1, byte 1: not UTF-8 text"),
        ('{"id": "T-1"}'.encode("utf-16"), "line 1, byte 1: not UTF-8 text"),
        (b'{"id": "\xed\xa0\x80"}', "line 1, byte 9: not UTF-8 text"),
        (b"\x00\x00\x00", "line 1, column 1: not valid JSON"),
    ],
)
def test_binary_bytes_are_refused(data: bytes, detail: str) -> None:
    assert refuse(data).detail.startswith(detail)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ({"id": "T-1"}, "messages: missing; add it"),
        (ticket(priority=1), "priority: unknown key; remove it, or put the value under fields"),
        (message(sender="x"), "messages[0].sender: unknown key"),
        (message(body=None), "messages[0].body: must be a valid string"),
        (message(author="bot"), "messages[0].author: must be 'customer', 'agent' or 'system'"),
        (message(at="2026-03-02T09:14:00"), "messages[0].at: the time has no offset; add an off"),
        (message(at="2026-03-02"), "messages[0].at: write an ISO 8601 time with an offset"),
        (message(at="yesterday"), "messages[0].at: write an ISO 8601 time with an offset, such"),
        (message(at=1_772_442_840), "messages[0].at: write an ISO 8601 time with an offset"),
        (message(attachments=[{"name": "a", "bytes": -1}]), "messages[0].attachments[0].bytes: "),
        (ticket(messages=[None]), "messages[0]: must be a JSON object"),
        (ticket(messages={}), "messages: must be a valid array"),
        (ticket(channel="fax"), "channel: must be 'email', 'chat', 'phone', 'web' or 'letter'"),
        (ticket(jurisdiction="usa"), "jurisdiction: String should match pattern"),
        (ticket(id=""), "id: String should have at least 1 character"),
        (ticket(id=7), "id: must be a valid string"),
        (ticket(requester="x"), "requester: must be a JSON object"),
        (ticket(fields={"a": [1]}), "fields.a: must be a string, a number, true, false or null"),
        (ticket(fields={"a" * 65: 1}), "fields.(a key that is not a plain name): a key has 1 to"),
        (ticket(fields={"str": {}}), "fields.str: must be a string, a number, true, false or null"),
    ],
)
def test_a_wrong_field_is_named_with_the_fix(content: dict[str, Any], detail: str) -> None:
    error = refuse(content)
    assert error.code is ErrorCode.INVALID_TICKET
    assert error.detail.startswith(detail)


def test_one_fault_is_told_once() -> None:
    assert refuse(ticket(fields={"a": [1]})).detail.count("fields.a") == 1


def test_many_faults_are_counted() -> None:
    error = refuse(ticket(**{f"key{letter}": 1 for letter in "abcdefghi"}))
    assert error.detail.count("unknown key") == 5
    assert error.detail.endswith("; and 4 more")


@pytest.mark.parametrize(
    "content",
    [
        {SECRET: 1},
        {"id": SECRET},
        ticket(channel=SECRET),
        ticket(**{SECRET: SECRET}),
        ticket(fields={SECRET + "!": SECRET}),
        ticket(fields={SECRET: [SECRET]}),
        ticket(jurisdiction=SECRET),
        ticket(requester={"name": {"first": SECRET}, SECRET: 1}),
        message(at=SECRET),
        message(author=SECRET, body=[SECRET]),
        ticket(messages=[{"id": SECRET, "author": "agent", "body": ""}] * 2),
        f'{{"id": "{SECRET}", "{SECRET}": "{SECRET}" {SECRET}',
        f'{{"{SECRET}": 1, "{SECRET}": 2}}',
        f'{{"id": "{SECRET} \\ud800"}}',
        f'{{"id": "{SECRET}\\q"}}',
        SECRET.encode() + b"\xff",
    ],
)
def test_no_refusal_repeats_what_stands_in_the_ticket(content: object) -> None:
    error = refuse(content)
    shown = f"{error} {error!r} {error.detail} {error.args}"
    assert not any(part in shown for part in SECRET.split())


def test_two_messages_with_one_id_are_refused() -> None:
    same = {"id": "a", "author": "agent", "body": ""}
    error = refuse(ticket(messages=[same, {**same, "id": "b"}, same]))
    assert error.detail.startswith("messages[2].id: the same as that of messages[0]")


def test_an_id_that_a_message_without_one_would_get_is_refused() -> None:
    plain = {"author": "agent", "body": ""}
    error = refuse(ticket(messages=[{**plain, "id": "m2"}, plain]))
    assert error.detail.startswith("messages[1].id: the same as that of messages[0]")


def test_too_many_bytes_are_refused_before_they_are_parsed() -> None:
    error = refuse(b"\xff" * 101, Limits(ticket_bytes=100))
    assert error.code is ErrorCode.TICKET_TOO_LARGE
    assert error.detail == (
        "the ticket: 101 bytes; the policy allows 100: split it or raise limits"
    )


def test_a_message_of_a_megabyte_is_too_large() -> None:
    error = refuse(message(body="x" * 1_000_000))
    assert error.code is ErrorCode.TICKET_TOO_LARGE
    assert error.detail.startswith("messages[0].body: 1,000,000 characters; the policy allows 200,")


def test_ten_thousand_messages_are_too_many() -> None:
    error = refuse(ticket(messages=[{"author": "agent", "body": "x"}] * 10_000))
    assert error.code is ErrorCode.TICKET_TOO_LARGE
    assert error.detail.startswith("messages: 10,000 messages; the policy allows 2,000")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (ticket(tags=["x"] * 4), "tags"),
        (ticket(fields=dict.fromkeys("abcd", 1)), "fields"),
        (ticket(requester={"identifiers": ["x"] * 4}), "requester.identifiers"),
        (message(attachments=[{"name": "x"}] * 4), "messages[0].attachments"),
    ],
)
def test_too_many_items_of_a_list_are_refused_by_name(content: dict[str, Any], where: str) -> None:
    data = json.dumps(content).encode()
    assert parse_ticket(data, Limits(items=4)).id == "T-1"
    error = refuse(data, Limits(items=3))
    assert error.code is ErrorCode.TICKET_TOO_LARGE
    assert error.detail.startswith(f"{where}: 4 items; the policy allows 3")


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_a_time_that_has_no_utc_form_is_refused(at: str) -> None:
    error = refuse(message(at=at))
    assert error.code is ErrorCode.INVALID_TICKET
    assert error.detail.startswith("messages[0].at: the time in UTC is not in the years 1 to 9999")


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00-05:00"])
def test_a_time_at_the_end_of_the_calendar_is_read(at: str) -> None:
    assert parse_ticket(json.dumps(message(at=at)).encode(), LIMITS).messages[0].at is not None


@pytest.mark.parametrize(
    "key", ["GB33BUKB20201555555555", "Maria_Lopez", "Maria", "a1", "x" * 21, "maria-lopez"]
)
@pytest.mark.parametrize("form", ['{{"id":"1","messages":[],"{}":1}}', '{{"{}":1,"{}":2}}'])
def test_a_key_that_may_be_customer_text_is_not_repeated(key: str, form: str) -> None:
    detail = refuse(form.format(key, key)).detail
    assert key not in detail
    assert "(a key that is not a plain name)" in detail


def test_an_overlong_subject_is_too_large() -> None:
    error = refuse(ticket(subject="x" * 11), Limits(message_characters=10))
    assert error.code is ErrorCode.TICKET_TOO_LARGE


def test_what_is_exactly_at_the_limit_is_read() -> None:
    data = json.dumps(message(body="x" * 10)).encode()
    limits = Limits(ticket_bytes=len(data), messages=1, message_characters=10)
    assert parse_ticket(data, limits).id == "T-1"


def test_positions_are_those_of_the_file_the_line_comes_from() -> None:
    assert refuse("{", line=7).detail.startswith("line 7, column 2")
    assert refuse(b"\xff", line=7).detail.startswith("line 7, byte 1")
    assert refuse('"\\ud800"', line=7).detail.startswith("line 7, column ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["id", "messages", "author", "body", "at", "fields", "tags", "requester"])


@given(
    st.binary() | (JSON | st.dictionaries(KEYS, JSON)).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    with suppress(TicketError):
        parse_ticket(data, LIMITS)
