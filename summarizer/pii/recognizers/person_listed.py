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
from summarizer.pii.words import is_country, is_listed_entry, word_kind

__all__ = ["PERSON_LISTED"]

_CAPITAL = r"[\p{Lu}](?:[\pL\pM]|['-][\pL])*"
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|zu|bin|ibn|bint|al|el|ap|ní|nic|ó|van 't|'t|van der|van den)"
_ROW = re2.compile(
    rf"(?:^|[^\pL\pM\pN'@-])({_CAPITAL}(?:(?:,? | {_PARTICLE} ){_CAPITAL}\.?){{1,7}})(?:[^\pL\pM\pN@]|$)"
)
_GLUED = re2.compile(
    r"(?:^|[^A-Za-z]|name|holder)([A-Z][a-z]+(?:[_+][A-Z][a-z]+|[A-Z][a-z]*){1,2})(?:[^a-z]|$)"
)
_LINE = re2.compile(
    rf"(?:^|\n)[ ]{{0,4}}({_CAPITAL}(?:[ ](?:{_PARTICLE} )?{_CAPITAL}){{0,3}})[ ]?"
    rf"(?:\r?\n({_CAPITAL})[ ]?)?\s{{0,8}}$"
)
_ALONE = re2.compile(rf"(?:[\pL\pN,;] [\"“]?)({_CAPITAL})(?:[^\pL\pM\pN@'’-]|['’]s|$)")
_INITIALS = re2.compile(
    r"(?:[.!?] |\n[ ]{0,4})((?:[A-Z]{2}|(?:[A-Z]\.-?){2,3}))\s{0,4}$"
    r"|(?:^|\n|\b(?:per|by|w/|cc|ask) )((?:[A-Z]\.-?){2,3}|[A-Z]{2})"
    r"(?: (?:request|passed|called|spoke|advised|agreed|will|to call|has|said)|:)"
)
_PARTS = re.compile(r"[A-Z][a-z]*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SHORT = 3
_TAIL = 200


def _is_name(words: list[str]) -> bool:
    """Say whether at least one word is a name and nothing else, and none is no name."""
    kinds = [word_kind(word) for word in words if len(word) > 1]
    return any(kind.is_known for kind in kinds) and not any(kind.is_no_name for kind in kinds)


def _is_other(text: str) -> bool:
    """Say whether a name is that of a town, a country, a brand, or a term."""
    return fold(text) in KNOWN_TOWNS or is_country(text) or is_listed_entry(text)


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of two and more words between those that are no names."""
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(text, start, end), None]:
        if word is not None and not word_kind(word.group()).is_no_name:
            run.append(word)
            continue
        words = [match.group() for match in run]
        if len(run) > 1 and _is_name(words):
            first, last = run[0].start(), run[-1].end()
            if not any(_is_other(part) for part in (text[first:last], *words)):
                yield first, last
        run = []


@dataclass(frozen=True)
class _ListedRecognizer:
    """Finds names whose words are listed."""

    name: str = "person_listed"
    entities: frozenset[str] = frozenset({"PERSON"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "MBR [[OKONKWO, IFEOMA]] EMAIL",
        "attachment W9_[[QuinonesR]]_EIN.pdf",
        "accno55779911name[[DesmondAchebe]] thats",
        "I'd like a book and a person.\n\n[[Winifred Eccleshall]]",
        "as your window is only so wide.\r\n\r\n[[Godfrey\r\nLillicrap]]\r\n",
        "the tablet broke, so [[Yewande]] logged in",
        "wrong one, reordered. [[GH]]",
        "Internal: per [[W.P.]] request, break CD today",
        "It was paid at 12:00.\n\n[[Xanthe]]",
    )
    negatives: tuple[str, ...] = (
        "Dear Valued Customer",
        "Home Equity Line of Credit",
        "paid twice in Spain, then at John Lewis and with Starling",
        "Is that OK",
        "paid by PayPal through the YouTube page",
        "We moved to Manchester in May",
        "I paid at Tesco Express",
        "Kind regards,\nThe Complaints Team",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield names in a row, glued names, a signature, and single names in a sentence."""
        for match in _ROW.finditer(view.text):
            for start, end in _rows(view.text, *match.span(1)):
                yield self._found(start, end, 0.65, "row")
        for match in _GLUED.finditer(view.text):
            if _is_name(_PARTS.findall(match.group(1))):
                yield self._found(*match.span(1), 0.6, "glued")
        yield from self._signed(view.text)
        for match in _ALONE.finditer(view.text):
            word = match.group(1)
            if len(word) > _SHORT and _is_name([word]) and not _is_other(word):
                yield self._found(*match.span(1), 0.45, "alone")
        for match in _INITIALS.finditer(view.text):
            group = 1 if match.group(1) else 2
            if not is_listed_entry(match.group(group)):
                yield self._found(*match.span(group), 0.45, "initials")

    def _signed(self, text: str) -> Iterator[Found]:
        """Yield a name that is all of the last line, or of the last two."""
        shift = max(0, len(text) - _TAIL)
        signed = _LINE.search(text[shift:])
        if signed is None or is_listed_entry(signed.group(1)):
            return
        words = _WORD.findall(signed.group())
        after_blank = text[: signed.start() + shift].rstrip(" \r").endswith("\n")
        if _is_name(words) or (after_blank and not any(word_kind(word).is_no_name for word in words)):
            end = signed.end(2) if signed.group(2) else signed.end(1)
            yield self._found(signed.start(1) + shift, end + shift, 0.65, "signed")

    def _found(self, start: int, end: int, score: float, pattern: str) -> Found:
        return Found(start, end, "PERSON", score, f"{self.name}.{pattern}")


PERSON_LISTED = _ListedRecognizer()
