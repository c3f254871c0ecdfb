"""Reading: a RedactedCase -> who says what and when, as the rules look at it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from summarizer.models import Author, Channel, RedactedCase

__all__ = ["CaseReading", "Passage", "Said", "read_case"]

_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=[\s\"')]|$)|\n\s*\n|\n(?=\s*(?:[-*•>]|\d+[.)])\s)")
_REACH: Final = 400
"""Characters on either side: whoever writes without a full stop keeps a rule linear."""
_TYPED: Final = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\xa0", "'''\"\" ")
"""Typographic quotation marks and the hard space, as a pattern names them."""


class Passage:
    """A text of a case with its sentences."""

    __slots__ = ("_ends", "of_customer", "text")

    def __init__(
        self, text: str, repeats: Sequence[tuple[int, int]] = (), *, of_customer: bool = True
    ) -> None:
        """Take a text; what repeats an earlier message counts as empty lines."""
        self.of_customer: Final = of_customer
        text = text.translate(_TYPED)
        for start, end in repeats:
            text = text[:start] + "\n" * (end - start) + text[end:]
        self.text: Final = text
        self._ends = [match.end() for match in _SENTENCE_END.finditer(text)]

    def sentence(self, position: int) -> tuple[int, int]:
        """Return where the sentence around a position starts and ends, as far as it matters."""
        at = bisect_right(self._ends, position)
        start = self._ends[at - 1] if at else 0
        end = self._ends[at] if at < len(self._ends) else len(self.text)
        return max(start, position - _REACH), min(end, position + _REACH)


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One message; the subject of a case stands before its first."""

    id: str
    where: str
    """Path in the ticket, such as `messages[0]`."""
    author: Author
    at: datetime | None
    passage: Passage


@dataclass(frozen=True, slots=True, repr=False)
class CaseReading:
    """What the rules see of a case."""

    jurisdiction: str | None
    channel: Channel | None
    said: tuple[Said, ...]
    fields: tuple[tuple[str, str], ...] = ()
    """The ticket's own fields, by key."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every text of the case: messages, then fields."""
        fields = (Passage(f"{key}: {value}") for key, value in self.fields)
        return (*(said.passage for said in self.said), *fields)

    @property
    def last_at(self) -> datetime | None:
        """When the last message with a date was sent."""
        return max((said.at for said in self.said if said.at is not None), default=None)


def read_case(case: RedactedCase) -> CaseReading:
    """Arrange the texts of a case for the rules."""
    texts = {text.where: text for text in case.texts}
    subject = texts["subject"].text if "subject" in texts else ""
    said = []
    for at, message in enumerate(case.messages):
        body = texts.get(f"messages[{at}].body")
        text, repeats = (body.text, body.repeats) if body is not None else ("", ())
        if at == 0 and subject:
            before = f"{subject}\n\n"
            text = before + text
            repeats = tuple((start + len(before), end + len(before)) for start, end in repeats)
        passage = Passage(text, repeats, of_customer=message.author == "customer")
        said.append(Said(message.id, f"messages[{at}]", message.author, message.at, passage))
    return CaseReading(
        jurisdiction=case.jurisdiction,
        channel=case.channel,
        said=tuple(said),
        fields=tuple(
            (text.text, texts[value].text)
            for where, text in texts.items()
            if where.endswith("].key") and (value := where.removesuffix("key") + "value") in texts
        ),
    )
