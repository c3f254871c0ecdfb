"""Ingest: an e-mail, or a mailbox of them (mbox, RFC 4155) -> Tickets, one for each thread.

A thread is what the headers Message-ID, In-Reply-To and References join (RFC 5322, 3.6.4). Its
ticket is called `email-` and the first 16 hexadecimal digits of the SHA-256 of its first
Message-ID, so that a later mail of the thread is the same case; without one, of the mail itself.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final

from summarizer.errors import TicketError
from summarizer.ingest.mime import Mail, decoded_words, overlong, read_mail
from summarizer.ingest.payload import Call, Received, sound
from summarizer.ingest.size import too_large
from summarizer.models import Author
from summarizer.policy.sections import Limits

__all__ = ["post_back", "read_mails"]

_FROM_LINE: Final = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [^\n]*\d{4}[^\n]*\n"
)
_QUOTED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,250})>")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_ANGLE: Final = re.compile(r"<\s*([^<>\s@]{1,64}@[^<>\s@]{1,255})\s*>")
_BARE: Final = re.compile(r"[^<>\s@,;:]{1,64}@[^<>\s@,;:]{1,255}")
_HEADER_CHARACTERS: Final = 2_000
_DATE_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True, repr=False)
class _Letter:
    """A mail, with what joins it to others and who wrote it."""

    mail: Mail
    own_id: str
    """The Message-ID, or a hash of the mail that has none."""
    is_named: bool
    references: tuple[str, ...]
    """What it answers, the first of the thread first."""
    name: str
    addresses: tuple[str, ...]
    at: datetime | None

    @property
    def root(self) -> str:
        return self.references[0] if self.references else self.own_id


def read_mails(
    data: bytes, limits: Limits, *, domains: Collection[str] = ()
) -> tuple[Received | TicketError, ...]:
    """Read the threads of a message or a mailbox, in the order of their first mails.

    A mail that cannot be read, and a thread that is above a limit, is its error.

    Args:
        data: the source of one message, or a mailbox.
        limits: what policy calls too large; attachments count with the bytes.
        domains: the bank's own mail domains, in lower case: who writes from elsewhere is a
            customer.

    Raises:
        TicketError: TICKET_TOO_LARGE, before anything is read.
    """
    if len(data) > limits.ticket_bytes:
        raise too_large(len(data), "bytes", limits.ticket_bytes, where="the mail")
    letters: list[_Letter] = []
    found: list[Received | TicketError] = []
    for number, message in enumerate(_messages(data), start=1):
        if number > limits.messages:
            raise too_large(None, "mails", limits.messages, where="the mailbox")
        try:
            letters.append(_letter(message, limits))
        except TicketError as error:
            found.append(TicketError(f"mail {number}: {error.detail}", code=error.code))
    for thread in _threads(letters):
        try:
            found.append(_received(thread, limits, domains))
        except TicketError as error:
            found.append(error)
    return tuple(found)


def post_back(case_id: str, text: str, *, answers: Sequence[str] = ()) -> Call:
    """Return a mail that joins the thread in a mailbox of the bank.

    It has no recipient, so that it cannot reach the customer by mistake: address it to the team.

    Args:
        case_id: the ticket's id, for the subject.
        text: what to say.
        answers: the Message-IDs of the thread, the newest last.
    """
    headers = {"Subject": f"Summary of {case_id}"}
    if answers:
        headers["In-Reply-To"] = f"<{answers[-1]}>"
        headers["References"] = " ".join(f"<{each}>" for each in answers)
    return Call("MAIL", "", {"headers": headers, "text": text})


def _messages(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"From "):
        yield data
        return
    marks = [match.span() for match in _FROM_LINE.finditer(data)] or [(0, 0)]
    ends = [start for start, _ in marks[1:]] + [len(data)]
    for (_, start), end in zip(marks, ends, strict=True):
        yield _QUOTED_FROM.sub(rb"\1", data[start:end])


def _letter(message: bytes, limits: Limits) -> _Letter:
    mail = read_mail(message, limits)
    name, addresses = _author(mail.headers.get("from", ""))
    found = _MESSAGE_ID.search(mail.headers.get("message-id", ""))
    references = _MESSAGE_ID.findall(mail.headers.get("references", ""))
    answered = _MESSAGE_ID.findall(mail.headers.get("in-reply-to", ""))
    return _Letter(
        mail,
        found[1] if found else hashlib.sha256(message).hexdigest(),
        found is not None,
        tuple(dict.fromkeys([*references, *answered])),
        name,
        addresses,
        _date(mail.headers.get("date", "")),
    )


def _author(value: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the addresses of a From header, taken apart before it is decoded.

    The first address is the sender's; one that stands in the name counts as another.
    """
    if len(value) > _HEADER_CHARACTERS:
        where = "From"
        raise overlong(where, f"{_HEADER_CHARACTERS:,} characters")
    bare = _QUOTED.sub(" ", value)
    addresses = [*_ANGLE.findall(bare), *_BARE.findall(_ANGLE.sub(" ", bare))]
    if not addresses:
        msg = "From: missing, or without an address; send the mail's whole source"
        raise TicketError(msg)
    name = decoded_words(value.partition("<")[0]) if "<" in bare else ""
    return name.strip().strip('"').strip(), tuple(dict.fromkeys(addresses))


def _date(value: str) -> datetime | None:
    """Read a Date header; one that is wrong counts as missing. `-0000` says UTC (RFC 5322)."""
    try:
        at = parsedate_to_datetime(value[:_DATE_CHARACTERS])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _threads(letters: Sequence[_Letter]) -> list[list[_Letter]]:
    """Join mails that name each other, or the same other mail."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        path = []
        while above.setdefault(name, name) != name:
            path.append(name)
            name = above[name]
        above.update(dict.fromkeys(path, name))
        return name

    for letter in letters:
        for reference in letter.references:
            above[top(letter.own_id)] = top(reference)
    threads: dict[str, list[_Letter]] = {}
    for letter in letters:
        threads.setdefault(top(letter.own_id), []).append(letter)
    return list(threads.values())


def _received(thread: list[_Letter], limits: Limits, domains: Collection[str]) -> Received:
    dated = [(letter.at, letter) for letter in thread if letter.at is not None]
    if len(dated) == len(thread):
        thread = [letter for _, letter in sorted(dated, key=lambda each: each[0])]
    case_id = f"email-{hashlib.sha256(thread[0].root.encode()).hexdigest()[:16]}"
    parts = {
        "id": case_id,
        "channel": "email",
        "subject": decoded_words(thread[0].mail.headers.get("subject", "")),
        "requester": _requester([each for each in thread if _role(each, domains) == "customer"]),
        "messages": [
            {
                "author": _role(letter, domains),
                "author_name": letter.name or letter.addresses[0],
                "at": letter.at,
                "body": letter.mail.body,
                "attachments": letter.mail.attachments,
            }
            for letter in thread
        ],
    }
    answers = [letter.own_id for letter in thread if letter.is_named]
    return Received(sound(limits, parts), partial(post_back, case_id, answers=answers))


def _requester(customers: list[_Letter]) -> dict[str, object] | None:
    if not customers:
        return None
    addresses = list(dict.fromkeys(each for letter in customers for each in letter.addresses))
    return {
        "name": customers[0].name or None,
        "email": addresses[0],
        "identifiers": addresses[1:],
    }


def _role(letter: _Letter, domains: Collection[str]) -> Author:
    """Whoever does not write from the bank's own domain is a customer, whatever they say."""
    own = all(each.rpartition("@")[2].casefold() in domains for each in letter.addresses)
    if not own:
        return "customer"
    # RFC 3834: what a person wrote says nothing, or `no`.
    automatic = letter.mail.headers.get("auto-submitted", "no").strip().casefold()
    return "agent" if automatic.startswith("no") else "system"
