"""Cases: the texts of a ticket, with a way back to the raw value, and redacted."""

from dataclasses import dataclass
from datetime import datetime

from summarizer.models.ticket import Author, Channel
from summarizer.textmap import TextMap

__all__ = [
    "Case",
    "CaseMessage",
    "CaseText",
    "RedactedCase",
    "RedactedText",
    "RedactionSpan",
    "SpanCue",
    "Unseen",
]


@dataclass(frozen=True, slots=True, repr=False)
class Unseen:
    """Raw text in a body that a mail program shows nobody."""

    how: str
    """By what it is hidden, such as `a comment`."""
    text: str
    amid: bool = False
    """Whether it stands amid text that is shown, where no mail program puts a preview line."""


@dataclass(frozen=True, slots=True, repr=False)
class CaseText:
    """One text of a case: where it stands in the ticket, its clean form, the way back."""

    where: str
    """Path in the ticket, such as `messages[0].body`, `fields[0].key` or `fields[0].value`."""
    map: TextMap
    """`map.text` is the clean text; its source is the raw value."""
    entity: str | None = None
    """The entity this whole value is by its place (a requester's name), if any."""
    repeats: tuple[tuple[int, int], ...] = ()
    """Ranges of the clean text that repeat an earlier message (quoted replies)."""
    unseen: tuple[Unseen, ...] = ()
    """What the raw value holds that nobody sees; styles hide some of it in the clean text too."""


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """What is known of a message beside its text."""

    id: str
    """The alias used from here on: `m1`, `m2` … by position."""
    author: Author
    at: datetime | None
    attachments: int


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A ticket that was read: clean texts in reading order, each with the way back."""

    id: str
    source_message_ids: tuple[str, ...]
    """The ticket's own message ids, in the order of `messages`."""
    channel: Channel | None
    jurisdiction: str | None
    messages: tuple[CaseMessage, ...]
    texts: tuple[CaseText, ...]

    @property
    def attachments_unread(self) -> int:
        """How many attachments came with the case; none of them was read."""
        return sum(message.attachments for message in self.messages)


@dataclass(frozen=True, slots=True)
class SpanCue:
    """The words by which a range counts: where they stand, and as the redacted text shows them."""

    where: str
    start: int
    """Offset in the raw value at `where`."""
    end: int
    words: str
    """With placeholders for whatever of them was held back."""


@dataclass(frozen=True, slots=True)
class RedactionSpan:
    """One redacted range: offsets in the raw value at `where`, and no value."""

    where: str
    start: int
    end: int
    entity: str
    score: float
    recognizer: str
    placeholder: str
    """What stands in the redacted text instead: a token, a mask or a generalised value."""
    same_person: str = ""
    """Of a person's short or other form: the rule by which it has the token of a fuller one."""
    cue: SpanCue | None = None
    """The context word or the label by which it counts; None if it counts by itself."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """One text of a case after redaction."""

    where: str
    text: str
    repeats: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RedactedCase:
    """A case without personal data. Only `summarizer.redact` constructs one."""

    channel: Channel | None
    jurisdiction: str | None
    messages: tuple[CaseMessage, ...]
    texts: tuple[RedactedText, ...]
    spans: tuple[RedactionSpan, ...]
    placeholders: frozenset[str]
    """Every `<ENTITY_n>` token that stands in the texts."""
    policy: str
    """The policy that decided, as `name@sha256:…`."""

    def text(self, where: str) -> RedactedText | None:
        """Return the text at a path of the ticket, if the ticket has it."""
        return next((text for text in self.texts if text.where == where), None)

    @property
    def entities(self) -> dict[str, int]:
        """How many ranges of each entity were redacted."""
        counts: dict[str, int] = {}
        for span in self.spans:
            counts[span.entity] = counts.get(span.entity, 0) + 1
        return dict(sorted(counts.items()))
