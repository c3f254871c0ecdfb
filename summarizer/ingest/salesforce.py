"""Ingest: a Salesforce Case with its comments and e-mails -> Ticket.

Read is the answer of the REST query resource to a SOQL query over one Case with the child
relationships CaseComments and EmailMessages, or the record alone.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, Generic, TypeVar

from pydantic import AwareDatetime, ConfigDict, Field

from summarizer.errors import TicketError
from summarizer.ingest.payload import Call, Received, Shape, fields_of, in_time, read_shape, sound
from summarizer.models import Author, Channel
from summarizer.policy.sections import Limits

__all__ = ["post_back", "read_salesforce"]

_CHANNELS: Final[dict[str, Channel]] = {
    "email": "email",
    "phone": "phone",
    "chat": "chat",
    "messaging": "chat",
    "web": "web",
    "community": "web",
    "letter": "letter",
    "mail": "letter",
}
_INTERNAL: Final = "Standard"
"""`User.UserType` of staff; portal users, guests and partners have others."""
_AUTOMATED: Final = frozenset({"AutomatedProcess", "CloudIntegrationUser"})
_DRAFT: Final = "5"
"""`EmailMessage.Status` of a mail that was not sent."""
_COMMENT_CHARACTERS: Final = 4_000
"""Most that `CaseComment.CommentBody` takes."""
_RECORD_ID: Final = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_VERSION: Final = re.compile(r"/services/data/(v\d{1,3}\.\d)/")
_DEFAULT_VERSION: Final = "v61.0"

RowT = TypeVar("RowT")


class _Rows(Shape, Generic[RowT]):
    """What a child relationship is answered with."""

    records: tuple[RowT, ...]
    done: bool = True


class _Attributes(Shape):
    type: str | None = None
    url: str | None = None


class _Person(Shape):
    """A Contact, or the user who wrote something."""

    name: str | None = Field(default=None, alias="Name")
    email: str | None = Field(default=None, alias="Email")
    phone: str | None = Field(default=None, alias="Phone")
    mobile_phone: str | None = Field(default=None, alias="MobilePhone")
    user_type: str | None = Field(default=None, alias="UserType")


class _Comment(Shape):
    id: str = Field(alias="Id")
    body: str | None = Field(alias="CommentBody")
    published: bool | None = Field(default=None, alias="IsPublished")
    at: AwareDatetime | None = Field(default=None, alias="CreatedDate")
    by: _Person | None = Field(default=None, alias="CreatedBy")


class _Mail(Shape):
    id: str = Field(alias="Id")
    incoming: bool = Field(alias="Incoming")
    text: str | None = Field(default=None, alias="TextBody")
    html: str | None = Field(default=None, alias="HtmlBody")
    from_name: str | None = Field(default=None, alias="FromName")
    from_address: str | None = Field(default=None, alias="FromAddress")
    status: str | None = Field(default=None, alias="Status")
    at: AwareDatetime | None = Field(default=None, alias="MessageDate")
    has_attachment: bool = Field(default=False, alias="HasAttachment")
    documents: tuple[str, ...] | None = Field(default=None, alias="ContentDocumentIds")


class _Attachment(Shape):
    name: str = Field(alias="Name")
    media_type: str | None = Field(default=None, alias="ContentType")
    size: int | None = Field(default=None, alias="BodyLength")


class _Case(Shape):
    """A Case; fields that a bank added end in `__c`."""

    model_config = ConfigDict(extra="allow")

    attributes: _Attributes = _Attributes()
    id: str | None = Field(default=None, alias="Id")
    number: str = Field(alias="CaseNumber")
    subject: str | None = Field(default=None, alias="Subject")
    description: str | None = Field(default=None, alias="Description")
    origin: str | None = Field(default=None, alias="Origin")
    status: str | None = Field(default=None, alias="Status")
    priority: str | None = Field(default=None, alias="Priority")
    type: str | None = Field(default=None, alias="Type")
    reason: str | None = Field(default=None, alias="Reason")
    at: AwareDatetime | None = Field(default=None, alias="CreatedDate")
    supplied_name: str | None = Field(default=None, alias="SuppliedName")
    supplied_email: str | None = Field(default=None, alias="SuppliedEmail")
    supplied_phone: str | None = Field(default=None, alias="SuppliedPhone")
    contact: _Person | None = Field(default=None, alias="Contact")
    created_by: _Person | None = Field(default=None, alias="CreatedBy")
    comments: _Rows[_Comment] | None = Field(default=None, alias="CaseComments")
    mails: _Rows[_Mail] | None = Field(default=None, alias="EmailMessages")
    attachments: _Rows[_Attachment] | None = Field(default=None, alias="Attachments")


class _Query(Shape):
    """The answer to a query, or a record: only one of the two has `records`."""

    records: tuple[_Case, ...]
    done: bool = True


class _Kind(Shape):
    """What tells an answer from a record."""

    records: Any = None


def read_salesforce(data: bytes, limits: Limits, *, line: int = 1) -> Received:
    """Read a Case with its comments and e-mails.

    Raises:
        TicketError: naming the path in the payload and the fix, or the limit it is above.
    """
    if read_shape(data, _Kind, limits, line=line).records is None:
        case = read_shape(data, _Case, limits, line=line)
    else:
        query = read_shape(data, _Query, limits, line=line)
        if len(query.records) != 1:
            msg = f"records: {len(query.records)} cases; query one Case by its Id"
            raise TicketError(msg)
        case = query.records[0]
    for name, rows in (
        ("CaseComments", case.comments),
        ("EmailMessages", case.mails),
        ("Attachments", case.attachments),
    ):
        if rows is not None and not rows.done:
            msg = f"{name}.done: false; follow nextRecordsUrl and put all records into one list"
            raise TicketError(msg)
    ticket = sound(limits, _parts(case))
    if case.id is None or not _RECORD_ID.fullmatch(case.id):
        return Received(ticket)
    version = _VERSION.match(case.attributes.url or "")
    return Received(
        ticket, partial(post_back, case.id, version=version[1] if version else _DEFAULT_VERSION)
    )


def post_back(case_id: str, text: str, *, version: str = _DEFAULT_VERSION) -> Call:
    """Return the call that adds a comment customers do not see (Salesforce: "CaseComment").

    A text above what a comment takes is cut, and ends in `…`.

    Raises:
        ValueError: if the id is none of Salesforce's.
    """
    if not _RECORD_ID.fullmatch(case_id):
        msg = "the Id of a Case has 15 or 18 letters and digits"
        raise ValueError(msg)
    body = text if len(text) <= _COMMENT_CHARACTERS else f"{text[: _COMMENT_CHARACTERS - 1]}…"
    comment = {"ParentId": case_id, "CommentBody": body, "IsPublished": False}
    return Call("POST", f"/services/data/{version}/sobjects/CaseComment", comment)


def _parts(case: _Case) -> dict[str, Any]:
    origin = (case.origin or "").casefold()
    comments = [_comment(row) for row in (case.comments.records if case.comments else ())]
    mails = [
        _mail(row) for row in (case.mails.records if case.mails else ()) if row.status != _DRAFT
    ]
    known = not case.attachments and _stands_in(case.description, mails)
    opened = [] if known else [_opened(case)]
    return {
        "id": case.number,
        "channel": _CHANNELS.get(origin),
        "subject": case.subject or "",
        "requester": _requester(case),
        "messages": in_time([*opened, *comments, *mails]),
        "fields": fields_of(_fields(case)),
    }


def _stands_in(description: str | None, mails: list[dict[str, Any]]) -> bool:
    """Say whether Email-to-Case made the description of the first mail, so that it is there."""
    shown = (description or "").split()
    return bool(mails) and any(mail["body"].split() == shown for mail in mails)


def _opened(case: _Case) -> dict[str, Any]:
    # Web-to-Case and Email-to-Case write in the name of a user; what they supply is the customer.
    supplied = case.supplied_name or case.supplied_email
    by = _Person(Name=case.supplied_name) if supplied else case.created_by
    return {
        "author": _author(by),
        "author_name": by.name if by else None,
        "at": case.at,
        "body": case.description or "",
        "attachments": [
            {
                "name": row.name,
                "media_type": row.media_type or "application/octet-stream",
                "bytes": row.size or 0,
            }
            for row in (case.attachments.records if case.attachments else ())
        ],
    }


def _comment(row: _Comment) -> dict[str, Any]:
    return {
        "id": row.id,
        "author": _author(row.by, private=row.published is False),
        "author_name": row.by.name if row.by else None,
        "at": row.at,
        "body": row.body or "",
    }


def _mail(row: _Mail) -> dict[str, Any]:
    documents = row.documents or ()
    count = len(documents) or int(row.has_attachment)
    return {
        "id": row.id,
        "author": "customer" if row.incoming else "agent",
        "author_name": row.from_name or row.from_address,
        "at": row.at,
        "body": row.text or row.html or "",
        "attachments": [{"name": f"attachment {number}"} for number in range(1, count + 1)],
    }


def _author(person: _Person | None, *, private: bool = False) -> Author:
    """Whoever is not known to work for the bank counts as a customer, whatever they say."""
    kind = person.user_type if person else None
    if kind in _AUTOMATED:
        return "system"
    return "agent" if private or kind == _INTERNAL else "customer"


def _requester(case: _Case) -> dict[str, Any] | None:
    contact = case.contact or _Person()
    names = _present(contact.name, case.supplied_name)
    emails = _present(contact.email, case.supplied_email)
    phones = _present(contact.phone, contact.mobile_phone, case.supplied_phone)
    senders = _present(
        *(mail.from_address for mail in (case.mails.records if case.mails else ()) if mail.incoming)
    )
    others = [*names[1:], *emails[1:], *phones[1:], *senders]
    if not (names or emails or phones or others):
        return None
    return {
        "name": names[0] if names else None,
        "email": emails[0] if emails else None,
        "phone": phones[0] if phones else None,
        "identifiers": [value for value in dict.fromkeys(others) if value not in emails[:1]],
    }


def _present(*values: str | None) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _fields(case: _Case) -> Iterator[tuple[str, Any]]:
    yield from (
        ("status", case.status),
        ("priority", case.priority),
        ("type", case.type),
        ("reason", case.reason),
    )
    for name, value in (case.model_extra or {}).items():
        if name.endswith("__c"):
            yield name, value
