"""Names of people by what their words are: listed names, side by side, glued, or alone in a line.

The name models miss names that are written in capitals, glued to one another or signed in a
line of their own. A word counts as a name here if it stands in the list of names and in no
list of words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from summarizer.pii.common import fold
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS
from summarizer.pii.recognizing import Found, Needs, View
from summarizer.pii.words import word_kind

__all__ = ["PERSON_LISTED"]

_CAPITAL = r"[\p{Lu}](?:[\pL\pM]|['-][\pL])*"
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|zu|bin|ibn|bint|al|el|ap|ní|nic|ó|van 't|'t|van der|van den)"
_ROW = re2.compile(
    rf"(?:^|[^\pL\pM\pN'@-])({_CAPITAL}(?:(?:,? | {_PARTICLE} ){_CAPITAL}\.?){{1,3}})(?:[^\pL\pM\pN@]|$)"
)
_GLUED = re2.compile(r"(?:^|[^A-Za-z])([A-Z][a-z]+(?:[_+][A-Z][a-z]+|[A-Z][a-z]*){1,2})(?:[^a-z]|$)")
_LINE = re2.compile(
    rf"(?:^|\n)[ ]{{0,4}}({_CAPITAL}(?:[ ](?:{_PARTICLE} )?{_CAPITAL}){{0,3}})[ ]?(?:\r?\n({_CAPITAL})[ ]?)?\s{{0,8}}$"
)
_ALONE = re2.compile(rf"(?:[\pL\pN,;] (?:\"|“)?)({_CAPITAL})(?:[^\pL\pM\pN@'’-]|['’]s|$)")
_PARTS = re.compile(r"[A-Z][a-z]*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SHORT = 3


def _is_name(words: list[str]) -> bool:
    """Say whether at least one word is a name and nothing else, and none is no name."""
    kinds = [word_kind(word) for word in words if len(word) > 1]
    return any(kind.is_known for kind in kinds) and not any(kind.is_no_name for kind in kinds)


def _is_town(words: list[str]) -> bool:
    return any(fold(word) in KNOWN_TOWNS for word in words)


@dataclass(frozen=True)
class _ListedRecognizer:
    """Finds names whose words are listed."""

    name: str = "person_listed"
    entities: frozenset[str] = frozenset({"PERSON"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "MBR [[OKONKWO, IFEOMA]] EMAIL",
        "cust [[Olumide Adebayo]] verif ok",
        "attachment W9_[[QuinonesR]]_EIN.pdf",
        "accno55779911name[[DesmondAchebe]] thats",
        "I'd like a book and a person.\n\n[[Winifred Eccleshall]]",
        "as your window is only so wide.\r\n\r\n[[Godfrey\r\nLillicrap]]\r\n",
        "the tablet broke, so [[Yewande]] logged in",
    )
    negatives: tuple[str, ...] = (
        "Dear Valued Customer",
        "Home Equity Line of Credit",
        "paid by PayPal through the YouTube page",
        "We moved to Manchester in May",
        "I paid at Tesco Express",
        "Kind regards,\nThe Complaints Team",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield names in a row, glued names, a signature, and single names in a sentence."""
        for match in _ROW.finditer(view.text):
            words = _WORD.findall(match.group(1))
            if _is_name(words) and not _is_town(words):
                yield self._found(*match.span(1), 0.65, "row")
        for match in _GLUED.finditer(view.text):
            if _is_name(_PARTS.findall(match.group(1))):
                yield self._found(*match.span(1), 0.6, "glued")
        signed = _LINE.search(view.text[-200:])
        if signed is not None and _is_name(_WORD.findall(signed.group())):
            shift = max(0, len(view.text) - 200)
            end = signed.end(2) if signed.group(2) else signed.end(1)
            yield self._found(signed.start(1) + shift, end + shift, 0.65, "signed")
        for match in _ALONE.finditer(view.text):
            word = match.group(1)
            if len(word) > _SHORT and _is_name([word]) and not _is_town([word]):
                yield self._found(*match.span(1), 0.45, "alone")

    def _found(self, start: int, end: int, score: float, pattern: str) -> Found:
        return Found(start, end, "PERSON", score, f"{self.name}.{pattern}")


PERSON_LISTED = _ListedRecognizer()
