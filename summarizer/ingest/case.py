"""Ingest: Ticket -> Case."""

import json
from collections.abc import Iterator

from summarizer.ingest.controls import without_controls
from summarizer.ingest.html import html_to_text, looks_like_html
from summarizer.ingest.quotes import History, unquote
from summarizer.ingest.size import require_readable
from summarizer.ingest.unseen import unseen_in
from summarizer.models import Case, CaseMessage, CaseText, Message, Requester, Ticket
from summarizer.policy.sections import Limits
from summarizer.textmap import TextMap

__all__ = ["sufficient", "to_case"]

_LEAST_CHARACTERS = 3


def to_case(ticket: Ticket, limits: Limits) -> Case:
    """Flatten a ticket into its texts in reading order; texts without a visible character go.

    Raises:
        TicketError: TICKET_TOO_LARGE, if the ticket is above a limit.
    """
    require_readable(ticket, limits)
    messages = tuple(
        CaseMessage(f"m{number}", message.author, message.at, len(message.attachments))
        for number, message in enumerate(ticket.messages, start=1)
    )
    return Case(
        id=ticket.id,
        source_message_ids=tuple(
            message.id or known.id for message, known in zip(ticket.messages, messages, strict=True)
        ),
        channel=ticket.channel,
        jurisdiction=ticket.jurisdiction,
        messages=messages,
        texts=tuple(text for text in _texts(ticket) if text.map.text.strip()),
    )


def sufficient(case: Case) -> bool:
    """Say whether the message bodies hold a word: at least three letters or digits in all."""
    count = 0
    for text in case.texts:
        if text.where.startswith("messages[") and text.where.endswith("].body"):
            for character in text.map.text:
                count += character.isalnum()
                if count >= _LEAST_CHARACTERS:
                    return True
    return False


def _texts(ticket: Ticket) -> Iterator[CaseText]:
    yield CaseText("subject", _clean(ticket.subject))
    if ticket.requester is not None:
        yield from _requester_texts(ticket.requester)
    for i, (key, value) in enumerate(ticket.fields.items()):
        if value is not None:
            # By number, since a path goes into the record and a key may be anything.
            shown = value if isinstance(value, str) else json.dumps(value)
            yield CaseText(f"fields[{i}].key", without_controls(key))
            yield CaseText(f"fields[{i}].value", without_controls(shown))
    for i, tag in enumerate(ticket.tags):
        yield CaseText(f"tags[{i}]", without_controls(tag))
    history = History()
    for i, message in enumerate(ticket.messages):
        yield from _message_texts(f"messages[{i}]", message, history)


def _requester_texts(requester: Requester) -> Iterator[CaseText]:
    for name, value, entity in (
        ("name", requester.name, "PERSON"),
        ("email", requester.email, "EMAIL_ADDRESS"),
        ("phone", requester.phone, "PHONE_NUMBER"),
    ):
        yield CaseText(f"requester.{name}", without_controls(value or ""), entity)
    for i, identifier in enumerate(requester.identifiers):
        where = f"requester.identifiers[{i}]"
        yield CaseText(where, without_controls(identifier), "CUSTOMER_ID")


def _message_texts(where: str, message: Message, history: History) -> Iterator[CaseText]:
    person = None if message.author == "system" else "PERSON"
    yield CaseText(f"{where}.author_name", without_controls(message.author_name or ""), person)
    clean = _clean(message.body)
    body = unquote(clean.text)
    yield CaseText(
        f"{where}.body",
        clean.then(body.map),
        repeats=history.repeated(body),
        unseen=unseen_in(message.body) if looks_like_html(message.body) else (),
    )
    history.add(body.map.text)
    for j, attachment in enumerate(message.attachments):
        yield CaseText(f"{where}.attachments[{j}].name", without_controls(attachment.name))


def _clean(source: str) -> TextMap:
    """Return the text a person would read; entities of HTML can stand for control characters."""
    shown = html_to_text(source) if looks_like_html(source) else TextMap.identity(source)
    return shown.then(without_controls(shown.text))
