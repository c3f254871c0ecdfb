"""Ingest: a Zendesk ticket with its comments and users, or a webhook's event -> Ticket.

Read are the objects of `GET /api/v2/tickets/{id}.json?include=users` and
`GET /api/v2/tickets/{id}/comments.json?include=users`, put together in one object, and ticket
events (Zendesk: "Ticket events", schema 2022-11-06).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from pydantic import AwareDatetime

from summarizer.errors import TicketError
from summarizer.ingest.payload import (
    Call,
    Identifier,
    Loose,
    Received,
    Shape,
    fields_of,
    in_time,
    read_shape,
    sound,
)
from summarizer.models import Author, Channel
from summarizer.policy.sections import Limits

__all__ = ["post_back", "read_zendesk"]

_CHANNELS: Final[dict[str, Channel]] = {
    "email": "email",
    "chat": "chat",
    "native_messaging": "chat",
    "sms": "chat",
    "whatsapp": "chat",
    "facebook": "chat",
    "voice": "phone",
    "web": "web",
    "web_widget": "web",
    "web_form": "web",
    "mobile": "web",
    "mobile_sdk": "web",
    "help_center": "web",
    "api": "web",
    "web_service": "web",
}
_SYSTEM_USER: Final = "-1"
_STAFF: Final = frozenset({"agent", "admin"})
_MORE: Final = "there are more comments than these; fetch every page and put them into one list"


class _Via(Shape):
    channel: Loose = None


class _Attachment(Shape):
    file_name: str = "attachment"
    content_type: str | None = None
    size: int | None = None


class _System(Shape):
    """Where a comment was sent from; the program and the coordinates are not read."""

    ip_address: str | None = None
    location: str | None = None


class _Metadata(Shape):
    system: _System | None = None


class _CommentAuthor(Shape):
    id: Identifier
    name: str | None = None
    is_staff: bool = False


class _Comment(Shape):
    """A comment of the API, or of an event, where two keys are called otherwise."""

    id: Identifier
    body: str
    author_id: Identifier | None = None
    author: _CommentAuthor | None = None
    public: bool | None = None
    is_public: bool | None = None
    created_at: AwareDatetime | None = None
    attachments: tuple[_Attachment, ...] | None = None
    metadata: _Metadata | None = None

    @property
    def by_staff(self) -> bool:
        """Only staff write private comments; an event says it of the author."""
        private = self.public is False or self.is_public is False
        return private or (self.author is not None and self.author.is_staff)


class _User(Shape):
    id: Identifier
    role: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: Loose = None


class _CustomField(Shape):
    id: Identifier
    value: Any = None


class _FieldTitle(Shape):
    id: Identifier
    title: str


class _Ticket(Shape):
    id: Identifier
    subject: str | None = None
    description: str | None = None
    created_at: AwareDatetime | None = None
    requester_id: Identifier | None = None
    submitter_id: Identifier | None = None
    assignee_id: Identifier | None = None
    status: str | None = None
    priority: str | None = None
    type: str | None = None
    external_id: Loose = None
    via: _Via | None = None
    tags: tuple[str, ...] | None = None
    custom_fields: tuple[_CustomField, ...] | None = None


class _Meta(Shape):
    has_more: bool = False


class _EventBody(Shape):
    comment: _Comment | None = None


class _Payload(Shape):
    ticket: _Ticket | None = None
    comments: tuple[_Comment, ...] | None = None
    users: tuple[_User, ...] | None = None
    ticket_fields: tuple[_FieldTitle, ...] | None = None
    next_page: str | None = None
    meta: _Meta | None = None
    detail: _Ticket | None = None
    event: _EventBody | None = None
    time: AwareDatetime | None = None


def read_zendesk(data: bytes, limits: Limits, *, line: int = 1) -> Received:
    """Read a ticket with its comments, or a ticket event.

    Raises:
        TicketError: naming the path in the payload and the fix, or the limit it is above.
    """
    payload = read_shape(data, _Payload, limits, line=line)
    case = payload.ticket or payload.detail
    if case is None:
        msg = "ticket: missing; send the ticket's object under this key, or a ticket event"
        raise TicketError(msg)
    if payload.next_page or (payload.meta and payload.meta.has_more):
        key = "next_page" if payload.next_page else "meta.has_more"
        msg = f"{key}: {_MORE}"
        raise TicketError(msg)
    reader = _Reader(payload, case)
    ticket = sound(limits, reader.parts())
    return Received(ticket, partial(post_back, ticket.id))


def post_back(ticket_id: str, text: str) -> Call:
    """Return the call that adds a private comment (Zendesk: "Update Ticket").

    Raises:
        ValueError: if the id is not a number, as Zendesk's are.
    """
    if not (ticket_id.isascii() and ticket_id.isdigit()):
        msg = "a ticket of Zendesk has a number; the id of this one is none"
        raise ValueError(msg)
    comment = {"body": text, "public": False}
    return Call("PUT", f"/api/v2/tickets/{ticket_id}.json", {"ticket": {"comment": comment}})


class _Reader:
    """One payload under reading."""

    def __init__(self, payload: _Payload, case: _Ticket) -> None:
        self._payload = payload
        self._case = case
        self._users = {user.id: user for user in payload.users or ()}
        if not (case.id.isascii() and case.id.isdigit()):
            msg = "ticket.id (detail.id of an event): must be a number, as Zendesk gives it"
            raise TicketError(msg)

    def parts(self) -> dict[str, Any]:
        case = self._case
        channel = case.via.channel if case.via else None
        return {
            "id": case.id,
            "channel": _CHANNELS.get(channel or ""),
            "subject": case.subject or "",
            "requester": self._requester(),
            "messages": self._messages(),
            "fields": fields_of(self._fields()),
            "tags": case.tags or (),
        }

    def _messages(self) -> list[dict[str, Any]]:
        comments = self._payload.comments
        if comments is not None:
            return in_time([self._message(comment) for comment in comments])
        # Without the comments the description is what is known: it is the first of them.
        who = self._case.submitter_id or self._case.requester_id
        opened = {
            "author": self._author(who),
            "author_name": self._name(who),
            "at": self._case.created_at,
            "body": self._case.description or "",
        }
        added = self._payload.event.comment if self._payload.event else None
        if added is None:
            return [opened]
        message = self._message(added)
        message["at"] = message["at"] or self._payload.time
        same = (self._case.description or "").strip() == added.body.strip()
        return [message] if same else [opened, message]

    def _message(self, comment: _Comment) -> dict[str, Any]:
        who = comment.author.id if comment.author else comment.author_id
        given = comment.author.name if comment.author else None
        return {
            "id": comment.id,
            "author": self._author(who, staff=comment.by_staff),
            "author_name": given or self._name(who),
            "at": comment.created_at,
            "body": comment.body,
            "attachments": [
                {
                    "name": attachment.file_name,
                    "media_type": attachment.content_type or "application/octet-stream",
                    "bytes": attachment.size or 0,
                }
                for attachment in comment.attachments or ()
            ],
        }

    def _author(self, who: str | None, *, staff: bool = False) -> Author:
        """Whoever is not known to work for the bank counts as a customer, whatever they say."""
        if who == _SYSTEM_USER:
            return "system"
        user = self._users.get(who or "")
        if user is not None:
            return "agent" if staff or user.role in _STAFF else "customer"
        assigned = who is not None and who == self._case.assignee_id
        return "agent" if staff or assigned else "customer"

    def _name(self, who: str | None) -> str | None:
        user = self._users.get(who or "")
        return user.name if user else None

    def _requester(self) -> dict[str, Any] | None:
        user = self._users.get(self._case.requester_id or "")
        identifiers = list(dict.fromkeys(self._identifiers()))
        if user is None and not identifiers:
            return None
        return {
            "name": user.name if user else None,
            "email": user.email if user else None,
            "phone": user.phone if user else None,
            "identifiers": identifiers,
        }

    def _identifiers(self) -> Iterator[str]:
        """Yield what tells a person and is no name: masked by its place, and wherever it stands."""
        if self._case.external_id:
            yield self._case.external_id
        for user in self._payload.users or ():
            if user.role in _STAFF:
                continue
            known = (
                (user.external_id,)
                if user.id == self._case.requester_id
                else (
                    user.external_id,
                    user.email,
                    user.phone,
                )
            )
            yield from (value for value in known if value)
        for comment in self._payload.comments or ():
            system = comment.metadata.system if comment.metadata else None
            if system is not None and self._author(comment.author_id) == "customer":
                yield from (value for value in (system.ip_address, system.location) if value)

    def _fields(self) -> Iterator[tuple[str, Any]]:
        case = self._case
        yield from (("status", case.status), ("priority", case.priority), ("type", case.type))
        titles = {field.id: field.title for field in self._payload.ticket_fields or ()}
        for field in case.custom_fields or ():
            yield titles.get(field.id, f"custom field {field.id}"), field.value
