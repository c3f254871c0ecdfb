"""Names of people by what their words are: listed names, side by side, glued, or alone in a line.

The name model misses names that are written in capitals, glued to one another or signed in a
line of their own. A word counts as a name here if it stands in the list of names and in no
list of words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from summarizer.pii.common import fold
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS
from summarizer.pii.recognizing import Found, Needs, View
from summarizer.pii.words import WordKind, is_country, is_listed_entry, word_kind

__all__ = ["PERSON_LISTED"]

_PARTICLES = r"(?:van|von|der|den|de|del|della|di|da|dos|zu|bin|ibn|bint|al|el|ap|n\u00ed|nic|'t)"
# What may stand between two words of one name.
_BETWEEN = re.compile(rf"\.?,? (?:{_PARTICLES} ){{0,2}}")
_LONGEST_GAP = 14
_GLUED = re.compile(
    r"(?:^|[^A-Za-z]|name|holder)([A-Z][a-z]+(?:[_+][A-Z][a-z]+|[A-Z][a-z]*){1,2})(?:[^a-z]|$)"
)
_INITIALS = re.compile(
    r"(?:[.!?] |\n[ ]{0,4}|\b[Ss]ign(?:ature|ed|é)? ?: ?)"
    r"((?:[A-Z]{2}|(?:[A-Z]\.-?){2,3}))\s{0,4}$"
    r"|(?:^|\n|\b(?:per|by|w/|cc|ask) )((?:[A-Z]\.-?){2,3}|[A-Z]{2})"
    r"(?: (?:request|passed|called|spoke|advised|agreed|will|to call|has|said)|:)"
)
_INITIALLED = re.compile(
    r"(?:^|(?<=[^\w.&-]))(?<!\d )(?:[A-Z]\. ?){1,3}"
    r"([A-Z\u00c0-\u00de][^\W\d_]{2,}(?:['\u2019-][^\W\d_]+)*)"
)
# The end of a sentence, then nothing but a name: a signature that the lines were taken from.
_SIGNED_BEHIND = re.compile(
    r"[.!?][ ]{1,2}([A-Z][^\W\d_]{1,15}(?: [A-Z]\.)?"
    r" [A-Z][^\W\d_]{2,15}(?:-[A-Z][^\W\d_]{2,15})?)\s{0,4}$"
)
_MOST_SIGNED = 60
# What in lower case or in brackets still belongs to a name: "Hitesh bhai", "Bich Ngoc (Jade)".
_NAME_GOES_ON = re.compile(
    r" (?:(?:bhai|bhaiya|behen|ji|garu|saab|sahib|didi|amma)\b|\([A-Z][a-z]{1,14}\))"
)
# First names that are words: beside a surname they are names.
_FIRST = frozenset({
    "mark", "may", "will", "grace", "rose", "june", "april", "dawn", "faith", "hope", "joy", "bill",
    "jack", "frank", "grant", "drew", "chase", "rob", "nick", "pat", "ray", "guy", "dean", "art",
    "gene", "glen", "max", "rich", "miles", "jean", "joyce", "ruby", "pearl", "iris", "ivy",
    "lily", "daisy", "heather", "robin", "dale", "lance", "amber", "jade", "hazel", "violet",
})  # fmt: skip
# Surnames that, with a capital right behind a first name, are no words.
_SHORT_SURNAMES = frozenset({"Ho", "Do", "So", "To", "He", "An", "Oh", "Low", "Go", "Sung", "Song"})
_PARTS = re.compile(r"[A-Z][a-z]*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_BEFORE = re.compile(r"[\w,;)] [\"\u201c(]?$")
_OPENS = re.compile(r"(?:^|[.!?:\n])[ \"\u201c]{0,2}$")
# What a person does or is, right behind the name that opens a sentence: "Tarquin has left".
_DOES = re.compile(
    r" (?:has|had|is|was|will|says|said|called|rang|wrote|works|wants|asked|told|left|and I)\b"
)
_GLUE = frozenset("@_=/\\&#+")
_SHORT = 3
_TAIL = 200
_LETTERS = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_NAME_LINES = re.compile(rf"{_LETTERS}(?:(?: |\r?\n)(?:{_PARTICLES} )?{_LETTERS}){{0,3}}")


class _Word(NamedTuple):
    """A word with a capital."""

    start: int
    end: int
    text: str
    kind: WordKind


def _is_name(words: list[str]) -> bool:
    """Say whether at least one word is a name and nothing else, and none is no name."""
    kinds = [word_kind(word) for word in words if len(word) > 1]
    return any(kind.is_known for kind in kinds) and not any(kind.is_no_name for kind in kinds)


def _is_other(text: str) -> bool:
    """Say whether a name is that of a town, a country, a brand, or a term."""
    return fold(text) in KNOWN_TOWNS or is_country(text) or is_listed_entry(text)


def _runs(view: View) -> Iterator[list[_Word]]:
    """Yield the words with a capital that stand side by side and are not listed as no names."""
    text, words = view.text, view.words
    run: list[_Word] = []
    for start, end, kind in zip(words.starts, words.ends, words.kinds, strict=True):
        if not text[start].isupper():
            continue
        word = _Word(start, end, text[start:end], kind)
        is_name = not kind.is_no_name and _is_free(text, start, end)
        if not (is_name or (run and _is_short_surname(text, run[-1], word))):
            continue
        if run and not _is_beside(text, run[-1].end, start):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_free(text: str, start: int, end: int) -> bool:
    """Say whether a word is not glued to something that is no name."""
    return text[start - 1 : start] not in _GLUE and text[end : end + 1] not in _GLUE


def _is_short_surname(text: str, first: _Word, word: _Word) -> bool:
    is_short = word.text in _SHORT_SURNAMES and text[first.end : word.start] == " "
    return is_short and first.kind.is_known


def _is_beside(text: str, end: int, start: int) -> bool:
    return start - end <= _LONGEST_GAP and _BETWEEN.fullmatch(text, end, start) is not None


def _going_on(text: str, end: int) -> int:
    """Return the end of what still belongs to a name that ends there."""
    more = _NAME_GOES_ON.match(text, end)
    return end if more is None else more.end()


def _start_of_last(text: str, lines: int) -> int:
    at = len(text)
    for _ in range(lines):
        at = text.rfind("\n", 0, max(0, at - 1))
    return at + 1


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
        "Form shows [[V. Thirunavukkarasu]], is it you?",
        "no fee due. [[R. Field]] will call at the branch",
        "the card of [[Kalani Do]] was sent",
        "her name is [[Nguyen, Thi Lan (Holly)]] on it",
        "nephew [[Mukesh bhai]] on the line",
        "spoke w/ [[May Tolliver]] today",
        "please write, do not ring. [[Wenna Tregaskis]]",
        "you mean [[Mark Bell]], not the bell",
        "Morning,\n\n[[Lysander]] has left the firm",
        "Montant: 12 EUR\nSignature : [[K.L.-B.]]",
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
        "A. Will the fee change? B. Can I leave?",
        "paid to U.S. Bank and P.O. Box",
        "It was late. Will Monday do",
        "on 1 May Day it was closed",
        "It has not come. Yours Sincerely",
        "thank you. Barclays Bank",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield names in a row, glued names, a signature, and single names in a sentence."""
        for run in _runs(view):
            yield from self._of_run(view.text, run)
        for match in _GLUED.finditer(view.text):
            if _is_name(_PARTS.findall(match.group(1))):
                yield self._found(*match.span(1), 0.6, "glued")
        yield from self._signed(view.text)
        yield from self._signed_behind(view.text)
        if "." in view.text:
            yield from self._initialled(view.text)
        for match in _INITIALS.finditer(view.text):
            group = 1 if match.group(1) else 2
            if not is_listed_entry(match.group(group)):
                yield self._found(*match.span(group), 0.45, "initials")

    def _of_run(self, text: str, run: list[_Word]) -> Iterator[Found]:
        start, end = run[0].start, run[-1].end
        words = [word.text for word in run]
        if len(run) > 1 and words[0].lower() in _FIRST:
            yield from self._beside_first(text, run)
        if words[-1] in _SHORT_SURNAMES:
            words.pop()
        if not _is_name(words) or any(_is_other(part) for part in (text[start:end], *words)):
            return
        if len(run) > 1:
            yield self._found(start, _going_on(text, end), 0.65, "row")
        elif more := _NAME_GOES_ON.match(text, end):
            yield self._found(start, more.end(), 0.45, "goes_on")
        elif end - start > _SHORT and (
            _SENTENCE_BEFORE.search(text, max(0, start - 3), start) or _DOES.match(text, end)
        ):
            yield self._found(start, end, 0.45, "alone")

    def _beside_first(self, text: str, run: list[_Word]) -> Iterator[Found]:
        """Yield "Mark Bell": a first name that is a word, and a surname that may be one."""
        (first, last), between = run[:2], text[run[0].end : run[1].start]
        is_title = first.text.istitle() and last.text.istitle()
        opens = _OPENS.search(text, max(0, first.start - 3), first.start) is not None
        is_verb = opens and first.text in {"Will", "May"}
        is_day = text[max(0, first.start - 2) : first.start].strip().isdigit()
        if (
            between == " "
            and is_title
            and not (is_verb or is_day)
            and not _is_other(text[first.start : last.end])
        ):
            yield self._found(first.start, last.end, 0.5, "first")

    def _initialled(self, text: str) -> Iterator[Found]:
        """Yield "K. Meenakshi": initials and a surname that is in no list of words."""
        for match in _INITIALLED.finditer(text):
            surname = match.group(1)
            kind = word_kind(surname)
            # At the beginning of a line a letter with a point counts: "A. Will it cost more?"
            begins = match.start() == 0 or text[match.start() - 1] == "\n"
            if not (kind.is_no_name or (begins and kind.is_also) or _is_other(surname)):
                yield self._found(match.start(), match.end(), 0.5, "initialled")

    def _signed_behind(self, text: str) -> Iterator[Found]:
        tail = text[-_MOST_SIGNED:]
        match = _SIGNED_BEHIND.search(tail)
        if match is None or _is_other(match.group(1)):
            return
        surname = word_kind(match.group(1).split()[-1])
        if not (surname.is_no_name or surname.is_also):
            shift = len(text) - len(tail)
            start, end = match.span(1)
            yield self._found(start + shift, end + shift, 0.5, "signed_behind")

    def _signed(self, text: str) -> Iterator[Found]:
        """Yield a name that is all of the last line, or of the last two."""
        tail = text[-_TAIL:].rstrip()
        shift = max(0, len(text) - _TAIL)
        for lines in (1, 2):
            start = _start_of_last(tail, lines)
            name = tail[start:]
            if not _NAME_LINES.fullmatch(name) or is_listed_entry(name):
                continue
            words = _WORD.findall(name)
            after_blank = tail[:start].replace("\r", "").endswith("\n\n")
            is_open = after_blank and not any(word_kind(word).is_no_name for word in words)
            if _is_name(words) or is_open:
                yield self._found(start + shift, len(tail) + shift, 0.65, "signed")

    def _found(self, start: int, end: int, score: float, pattern: str) -> Found:
        return Found(start, end, "PERSON", score, f"{self.name}.{pattern}")


PERSON_LISTED = _ListedRecognizer()
