"""Excerpts: how a prompt shows the messages of a case that is too long to be shown whole."""

from dataclasses import dataclass

from summarizer.models import RedactedText

__all__ = ["CaseDigest", "Excerpt", "own_text"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One message, or a run of messages under one heading."""

    first: int
    """Position of the first message, from 0."""
    last: int
    """Position of the last one; the same for one message."""
    sentences: tuple[tuple[int, str], ...] = ()
    """What is shown of them in order: position of the message, and its redacted words."""
    of: int = 0
    """How many sentences these messages have."""
    whole: bool = False
    """The message stands as it is; then `sentences` is empty."""

    @property
    def messages(self) -> int:
        """How many messages this accounts for."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class CaseDigest:
    """Every message of a case, in order and exactly once."""

    excerpts: tuple[Excerpt, ...]

    @property
    def whole(self) -> int:
        """How many messages stand as they are."""
        return sum(excerpt.whole for excerpt in self.excerpts)

    @property
    def shortened(self) -> int:
        """How many messages stand under their own id with some of their sentences."""
        return sum(not one.whole and one.messages == 1 for one in self.excerpts)

    @property
    def folded(self) -> int:
        """How many messages share a heading with others."""
        return sum(one.messages for one in self.excerpts if one.messages > 1)

    @property
    def runs(self) -> int:
        """How many headings stand for more than one message."""
        return sum(one.messages > 1 for one in self.excerpts)

    @property
    def messages(self) -> int:
        """How many messages the case has."""
        return self.whole + self.shortened + self.folded


def own_text(text: RedactedText, instead: str) -> str:
    """Return what a text says itself, with other words instead of each quoted repeat."""
    parts: list[str] = []
    at = 0
    for start, end in text.repeats:
        parts += (text.text[at:start], instead)
        at = end
    return "".join((*parts, text.text[at:]))
