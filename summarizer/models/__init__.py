"""The typed values that travel between the steps; every one is frozen.

Values that hold raw customer text never show it: their `repr` names the type alone, and
validation errors do not quote the input.
"""

from summarizer.models.answer import (
    ChatMessage,
    Completion,
    Draft,
    Finding,
    KeyFact,
    NextAction,
    Prompt,
    Summary,
    Verdict,
)
from summarizer.models.case import (
    Case,
    CaseMessage,
    CaseText,
    RedactedCase,
    RedactedText,
    RedactionSpan,
    SpanCue,
    Unseen,
)
from summarizer.models.outcome import (
    AuditRef,
    Outcome,
    OutcomeError,
    Provenance,
    Redaction,
    Review,
    Status,
    Timings,
    Usage,
)
from summarizer.models.ticket import Attachment, Author, Channel, Message, Requester, Ticket
from summarizer.reasons import Deadline, Urgency, UrgencyReason

__all__ = [
    "Attachment",
    "AuditRef",
    "Author",
    "Case",
    "CaseMessage",
    "CaseText",
    "Channel",
    "ChatMessage",
    "Completion",
    "Deadline",
    "Draft",
    "Finding",
    "KeyFact",
    "Message",
    "NextAction",
    "Outcome",
    "OutcomeError",
    "Prompt",
    "Provenance",
    "RedactedCase",
    "RedactedText",
    "Redaction",
    "RedactionSpan",
    "Requester",
    "Review",
    "SpanCue",
    "Status",
    "Summary",
    "Ticket",
    "Timings",
    "Unseen",
    "Urgency",
    "UrgencyReason",
    "Usage",
    "Verdict",
]
