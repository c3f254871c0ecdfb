"""E-mail: messages and mailboxes, threads, who wrote what."""

from datetime import UTC, datetime

import pytest

from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.case import to_case
from summarizer.ingest.mail import read_mails
from summarizer.ingest.payload import Received
from summarizer.models import Ticket
from summarizer.policy.sections import Limits
from tests.ingest.payloads import FIXTURES, LIMITS, received, refused

MAILBOX = (FIXTURES / "thread.mbox").read_bytes()


def threads(data: bytes, *, domains: tuple[str, ...] = ("bank.example",)) -> list[Ticket]:
    found = read_mails(data, LIMITS, domains=domains)
    assert all(isinstance(each, Received) for each in found)
    return [each.ticket for each in found if isinstance(each, Received)]


def message(*headers: str, body: str = "Hello") -> bytes:
    given = ["From: Sam Doe <sam@example.org>", *headers]
    return ("\n".join(given) + f"\n\n{body}\n").encode()


def mailbox(*messages: bytes) -> bytes:
    return b"\n".join(b"From x@example.org Mon Mar  2 09:14:00 2026\n" + each for each in messages)


def test_a_mailbox_gives_a_ticket_for_each_thread() -> None:
    ticket, other = threads(MAILBOX)

    assert ticket.subject == "Payment I did not make – help"
    assert [(each.author, each.author_name) for each in ticket.messages] == [
        ("customer", "Hannah Whitfield"),
        ("system", "noreply@bank.example"),
        ("agent", "Raman, Priya"),
    ]
    assert ticket.messages[2].at == datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
    assert other.messages[0].body == "Please close my account.\n"
    assert other.id != ticket.id


def test_the_text_is_decoded_and_what_is_attached_is_counted() -> None:
    first = threads(MAILBOX)[0].messages[0]

    assert first.body == "The café charged me twice.\nFrom now on the card is blocked.\n"
    assert [each.name for each in first.attachments] == ["Kontoauszüge.pdf", "attachment"]


@pytest.mark.parametrize(
    "unread", ["198.51.100.23", "Thunderbird", "SECRET", "support@bank", "mx.bank"]
)
def test_what_is_not_needed_is_not_read(unread: str) -> None:
    assert unread not in threads(MAILBOX)[0].model_dump_json()


def test_a_quoted_reply_is_known_as_a_repetition() -> None:
    case = to_case(threads(MAILBOX)[0], LIMITS)
    body = next(text for text in case.texts if text.where == "messages[2].body")

    assert [body.map.text[start:end] for start, end in body.repeats] == [
        "The café charged me twice."
    ]


def test_a_later_mail_alone_is_the_same_case_as_its_thread() -> None:
    reply = message("Message-ID: <z9@example.org>", "References: <a1@mail.example.com> <b2@x.y>")

    assert threads(reply)[0].id == threads(MAILBOX)[0].id


def test_mails_that_answer_the_same_mail_are_one_thread() -> None:
    both = mailbox(
        message("Message-ID: <1@x.y>", "In-Reply-To: <0@x.y>"),
        message("Message-ID: <2@x.y>", "In-Reply-To: <0@x.y>"),
        message("Message-ID: <3@x.y>"),
        message(),
    )
    assert [len(each.messages) for each in threads(both)] == [2, 1, 1]


def test_html_alone_keeps_what_its_styles_hide_for_the_search() -> None:
    ticket = received("email", "html_only.eml").ticket
    [body] = [text for text in to_case(ticket, LIMITS).texts if text.where == "messages[0].body"]

    assert "A fee of €35 was charged." in body.map.text
    assert [each.text for each in body.unseen] == ["hidden words of somebody"]


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Priya <priya@bank.example>", "agent"),
        ("priya@BANK.example", "agent"),
        ("priya@bank.example (Priya)", "agent"),
        ("sam@example.org", "customer"),
        ("priya@mail.bank.example", "customer"),
        ("priya@bank.example.org", "customer"),
        # A name that looks like an address of the bank says nothing.
        ('"priya@bank.example" <sam@example.org>', "customer"),
        ('"<priya@bank.example>" <sam@example.org>', "customer"),
        ("priya@bank.example <sam@example.org>", "customer"),
        ("=?utf-8?Q?=3Cpriya=40bank.example=3E?= <sam@example.org>", "customer"),
        ("sam@example.org <priya@bank.example>", "customer"),
        ("sam@example.org, <priya@bank.example>", "customer"),
        ("Priya <priya@bank.example>, Sam <sam@example.org>", "customer"),
    ],
)
def test_only_the_banks_own_domain_makes_an_agent(sender: str, author: str) -> None:
    data = f"From: {sender}\n\nHello".encode()

    assert threads(data)[0].messages[0].author == author
    assert threads(data, domains=())[0].messages[0].author == "customer"


@pytest.mark.parametrize(
    ("sender", "header", "author"),
    [
        ("a@bank.example", "auto-generated", "system"),
        ("a@bank.example", "no", "agent"),
        # Whoever writes from elsewhere cannot call themselves the bank's system.
        ("a@example.org", "auto-replied", "customer"),
    ],
)
def test_what_the_bank_sends_by_itself_is_of_the_system(
    sender: str, header: str, author: str
) -> None:
    data = f"From: {sender}\nAuto-Submitted: {header}\n\nHello".encode()
    assert threads(data)[0].messages[0].author == author


def test_who_the_customers_are_stands_where_redaction_masks_it() -> None:
    both = mailbox(
        message("Message-ID: <1@x.y>"),
        b"From: Ann Roe <ann@example.net>\nIn-Reply-To: <1@x.y>\n\nMe too\n",
    )
    requester = threads(both)[0].requester

    assert requester is not None
    assert (requester.name, requester.email, requester.identifiers) == (
        "Sam Doe",
        "sam@example.org",
        ("ann@example.net",),
    )


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Mon, 2 Mar 2026 04:14:00 -0500", datetime(2026, 3, 2, 9, 14, tzinfo=UTC)),
        ("2 Mar 2026 09:14 -0000", datetime(2026, 3, 2, 9, 14, tzinfo=UTC)),
        ("last Tuesday", None),
        ("Mon, 99 Mar 2026 04:14:00 -0500", None),
        ("Fri, 31 Dec 9999 23:59:00 -1200", None),
        ("Mon, 2 Mar 2026 04:14:00 +9999999999999", None),
    ],
)
def test_a_date_that_is_wrong_counts_as_missing(date: str, at: datetime | None) -> None:
    assert threads(message(f"Date: {date}"))[0].messages[0].at == at


def test_a_line_of_a_body_that_begins_with_from_is_no_new_mail() -> None:
    data = mailbox(message(body="Hello.\n\nFrom here on, in 2026, I want paper."))
    assert len(threads(data)) == 1


def test_a_mail_that_cannot_be_read_is_an_error_in_its_place_and_not_the_end() -> None:
    found = read_mails(mailbox(b"To: a@example.org\n\nMaria\n", message()), LIMITS)

    assert isinstance(found[0], TicketError)
    assert found[0].detail.startswith("mail 1: From: missing, or without an address")
    assert isinstance(found[1], Received)


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "mail 1: From: missing"),
        (b"\x00\xff\xfe" * 100, "mail 1: From: missing"),
        (b"PK\x03\x04" + bytes(range(256)), "mail 1: From: missing"),
        (b"From: nobody\n\nHello", "mail 1: From: missing, or without an address"),
        (b"From: " + b"a" * 3_000 + b"@x.y\n\nHello", "mail 1: From: more than 2,000 characters"),
        (MAILBOX, "the mailbox: 2 threads"),
    ],
)
def test_what_is_no_mail_is_refused_with_the_fix(data: bytes, detail: str) -> None:
    assert refused("email", data).detail.startswith(detail)


def test_the_limits_of_a_ticket_hold() -> None:
    for limits in (Limits(ticket_bytes=100), Limits(messages=1)):
        with pytest.raises(TicketError) as refusal:
            read_mails(MAILBOX, limits)
        assert refusal.value.code is ErrorCode.TICKET_TOO_LARGE
    [thread, *_] = read_mails(MAILBOX, Limits(message_characters=30))
    assert isinstance(thread, TicketError)
    assert thread.code is ErrorCode.TICKET_TOO_LARGE


def test_a_summary_goes_back_as_a_mail_that_joins_the_thread_and_has_no_recipient() -> None:
    [thread, _] = read_mails(MAILBOX, LIMITS)
    assert isinstance(thread, Received)
    assert thread.post_back is not None
    call = thread.post_back("A note.")

    assert (call.method, call.path) == ("MAIL", "")
    assert call.body == {
        "headers": {
            "Subject": f"Summary of {thread.ticket.id}",
            "In-Reply-To": "<b2@bank.example>",
            "References": "<a1@mail.example.com> <c3@bank.example> <b2@bank.example>",
        },
        "text": "A note.",
    }


def test_a_mail_without_a_name_of_its_own_is_not_answered_by_one() -> None:
    [thread] = read_mails(message(), LIMITS)
    assert isinstance(thread, Received)
    assert thread.post_back is not None
    assert thread.post_back("A note.").body["headers"].keys() == {"Subject"}
