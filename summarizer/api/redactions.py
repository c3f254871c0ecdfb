"""Redactions: a ticket or a text and its redaction -> what a caller is shown of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from summarizer.models import (
    Case,
    CaseMessage,
    CaseText,
    Message,
    RedactedCase,
    RedactionSpan,
    Requester,
    Ticket,
)
from summarizer.textmap import TextMap

__all__ = [
    "RedactedTextBody",
    "RedactedTicketBody",
    "Span",
    "TextBody",
    "redacted_text",
    "redacted_ticket",
    "text_case",
]

_TEXT = "text"


class Span(BaseModel):
    """One redacted range; offsets are code points of the input, end exclusive."""

    model_config = ConfigDict(extra="forbid")

    start: int
    end: int
    entity: str
    score: float
    recognizer: str
    placeholder: str = Field(description="what stands there instead")


class TextBody(BaseModel):
    """A single text to redact."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(repr=False)


class RedactedTextBody(BaseModel):
    """A redacted text."""

    model_config = ConfigDict(extra="forbid")

    redacted: str
    spans: tuple[Span, ...]


class RedactedTicketBody(Ticket):
    """A redacted ticket; `spans` has the ranges of each text that had any, by its path."""

    spans: dict[str, tuple[Span, ...]]


def text_case(text: str) -> Case:
    """Make a case of one text, taken as it is."""
    message = CaseMessage("m1", "customer", None, 0)
    return Case(_TEXT, ("m1",), None, None, (message,), (CaseText(_TEXT, TextMap.identity(text)),))


def redacted_text(case: RedactedCase) -> dict[str, Any]:
    """Return `{"redacted", "spans"}` for the case of one text."""
    text = case.text(_TEXT)
    return {"redacted": text.text if text else "", "spans": [_span(span) for span in case.spans]}


def redacted_ticket(ticket: Ticket, case: RedactedCase) -> dict[str, Any]:
    """Return the ticket with redacted texts only, and `spans` by `where`.

    It is built from the redacted case: what the case does not have stays out. Messages bear
    the ids `m1`, `m2` … by position, and attachments no media type, since nothing redacts
    those; the ticket's own id is given back as it came.
    """
    texts = {text.where: text.text for text in case.texts}
    content: dict[str, Any] = {
        "id": ticket.id,
        "channel": ticket.channel,
        "subject": texts.get("subject", ""),
        "jurisdiction": ticket.jurisdiction,
        "requester": ticket.requester and _requester(ticket.requester, texts),
        "messages": [
            _message(message, known, f"messages[{i}]", texts)
            for i, (message, known) in enumerate(zip(ticket.messages, case.messages, strict=True))
        ],
        "fields": {
            texts.get(f"fields[{i}].key", name): _field_value(
                value, texts.get(f"fields[{i}].value", "")
            )
            for i, (name, value) in enumerate(ticket.fields.items())
        },
        "tags": _listed("tags", len(ticket.tags), texts),
        "spans": _by_where(case.spans, list(ticket.fields)),
    }
    return {name: value for name, value in content.items() if value is not None}


def _requester(requester: Requester, texts: Mapping[str, str]) -> dict[str, Any]:
    content: dict[str, Any] = {
        name: texts.get(f"requester.{name}", "")
        for name in ("name", "email", "phone")
        if getattr(requester, name) is not None
    }
    count = len(requester.identifiers)
    return content | {"identifiers": _listed("requester.identifiers", count, texts)}


def _message(
    message: Message, known: CaseMessage, where: str, texts: Mapping[str, str]
) -> dict[str, Any]:
    content: dict[str, Any] = {"id": known.id, "author": message.author}
    if message.author_name is not None:
        content["author_name"] = texts.get(f"{where}.author_name", "")
    if message.at is not None:
        content["at"] = message.at.isoformat()
    content["body"] = texts.get(f"{where}.body", "")
    content["attachments"] = [
        {"name": texts.get(f"{where}.attachments[{j}].name", ""), "bytes": attachment.bytes}
        for j, attachment in enumerate(message.attachments)
    ]
    return content


def _field_value(value: Any, redacted: str) -> Any:
    """Keep a number or flag as it is if nothing of it was redacted."""
    return value if value is None or redacted == json.dumps(value) else redacted


def _listed(where: str, count: int, texts: Mapping[str, str]) -> list[str]:
    return [texts.get(f"{where}[{i}]", "") for i in range(count)]


def _by_where(
    spans: Iterable[RedactionSpan], field_names: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Group spans by path; a field's value is named by its key, which the caller has."""
    paths = {f"fields[{i}].value": f"fields.{name}" for i, name in enumerate(field_names)}
    grouped: dict[str, list[dict[str, Any]]] = {}
    for span in spans:
        grouped.setdefault(paths.get(span.where, span.where), []).append(_span(span))
    return grouped


def _span(span: RedactionSpan) -> dict[str, Any]:
    return {name: getattr(span, name) for name in Span.model_fields}
