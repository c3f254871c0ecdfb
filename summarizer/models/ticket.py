"""Tickets: what came in, raw."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from summarizer.models.base import RawModel

__all__ = ["Attachment", "Author", "Channel", "Message", "Requester", "Ticket"]

Channel = Literal["email", "chat", "phone", "web", "letter"]
Author = Literal["customer", "agent", "system"]
FieldValue = str | int | float | bool | None

_ID = Annotated[str, Field(min_length=1, max_length=256)]


class Attachment(RawModel):
    """A file that came with a message; it is counted, never read."""

    name: str = Field(max_length=1_000)
    media_type: str = Field(default="application/octet-stream", max_length=255)
    bytes: int = Field(default=0, ge=0)


class Message(RawModel):
    """One message of a ticket, as the case tool gave it."""

    id: _ID | None = Field(default=None, description="`m1`, `m2` … by position when absent")
    author: Author
    author_name: str | None = Field(default=None, max_length=1_000)
    at: AwareDatetime | None = Field(default=None, description="ISO 8601 with an offset")
    body: str = Field(description="plain text, HTML or an e-mail body with quoted replies")
    attachments: tuple[Attachment, ...] = ()


class Requester(RawModel):
    """The customer the ticket is about; every value here is personal data by its place."""

    name: str | None = Field(default=None, max_length=1_000)
    email: str | None = Field(default=None, max_length=1_000)
    phone: str | None = Field(default=None, max_length=1_000)
    identifiers: tuple[Annotated[str, Field(max_length=1_000)], ...] = ()


class Ticket(RawModel):
    """A support ticket with its whole message history, as received."""

    id: _ID
    channel: Channel | None = None
    subject: str = ""
    jurisdiction: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166, such as `US`"
    )
    requester: Requester | None = None
    messages: tuple[Message, ...]
    fields: dict[Annotated[str, Field(pattern=r"^[\w .:/-]{1,64}$")], FieldValue] = Field(
        default={}
    )
    tags: tuple[str, ...] = ()
