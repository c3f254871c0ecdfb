"""Thread: the exact request that was sent for a case -> its messages, redacted, as people read."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from summarizer.audit import Record
from summarizer.models import Author, Channel, RedactedCase
from summarizer.models.base import PublicModel
from summarizer.redact.recorded import read_case

__all__ = ["Field", "Message", "Thread", "thread_of"]


class Message(PublicModel):
    """One message of a case."""

    id: str
    """`m1`, `m2` … by position, as the summary names messages."""
    author: Author
    author_name: str | None = None
    at: datetime | None = None
    body: str
    attachments: tuple[str, ...] = ()
    """Their redacted names; none of them was read."""


class Field(PublicModel):
    """A field of the case tool."""

    key: str
    value: str


class Thread(PublicModel):
    """A case as the model was shown it; every text is redacted."""

    channel: Channel | None = None
    jurisdiction: str | None = None
    requester: str | None = None
    subject: str | None = None
    tags: str | None = None
    fields: tuple[Field, ...] = ()
    messages: tuple[Message, ...]


def thread_of(prompts: Sequence[Record]) -> Thread | None:
    """Return the case that the first of these requests shows.

    Returns:
        None if none can be read, or a long history was shortened before it was sent.
    """
    for record in prompts:
        case = read_case(str((record.body or {}).get("body", "")))
        if case is not None:
            return _thread(case)
    return None


def _thread(case: RedactedCase) -> Thread:
    return Thread(
        channel=case.channel,
        jurisdiction=case.jurisdiction,
        requester=_text(case, "requester.name"),
        subject=_text(case, "subject"),
        tags=_text(case, "tags[0]"),
        fields=tuple(_fields(case)),
        messages=tuple(_messages(case)),
    )


def _messages(case: RedactedCase) -> Iterator[Message]:
    for at, message in enumerate(case.messages):
        where = f"messages[{at}]"
        yield Message(
            id=message.id,
            author=message.author,
            author_name=_text(case, f"{where}.author_name"),
            at=message.at,
            body=_text(case, f"{where}.body") or "",
            attachments=tuple(
                _text(case, f"{where}.attachments[{number}].name") or ""
                for number in range(message.attachments)
            ),
        )


def _fields(case: RedactedCase) -> Iterator[Field]:
    number = 0
    while (key := _text(case, f"fields[{number}].key")) is not None:
        yield Field(key=key, value=_text(case, f"fields[{number}].value") or "")
        number += 1


def _text(case: RedactedCase, where: str) -> str | None:
    found = case.text(where)
    return None if found is None else found.text
