"""Names and codes spelled letter by letter: "a for apple, f for fan", "p a p a d o p o u l o s".

Nobody spells what is not a name, an address or a code. The words before say which it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizing import Expression, Found, Needs, View

__all__ = ["SPELLED"]

_DIGITS = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_NATO = (
    "alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike"
    "|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-ray|xray|yankee|zulu"
)
_LIKE = r"[a-z] (?:as in|for|like|as) [a-z]{2,12}"
_GAP = r"[ ,.\-]{1,3}"
# At least three units, of which one is a letter "for" a word, or six letters or code words.
_UNIT = rf"(?:{_LIKE}|(?:{_NATO})\b|(?:{_DIGITS})\b|[a-z0-9]\b)"
_EXPLAINED = re.compile(
    rf"(?<![\w'])(?:{_UNIT}{_GAP}){{0,6}}{_LIKE}(?:{_GAP}{_UNIT}){{1,40}}(?![\w'])", re.IGNORECASE
)
_CODE_WORDS = re.compile(
    rf"(?<![\w'])(?:{_NATO})(?:{_GAP}(?:{_NATO}|{_DIGITS}|[a-z0-9])){{3,40}}(?![\w'])",
    re.IGNORECASE,
)
# Nothing is spelled without these, which RE2 finds sooner.
_EXPLAINS = Expression.of(r"\b[a-z] (?:for|like|as) [a-z]{2}|\b[a-z] as in [a-z]{2}")
_IS_CODE = Expression.of(rf"\b(?:{_NATO}){_GAP}(?:{_NATO}|{_DIGITS}|[a-z0-9])")
_IN_A_ROW = Expression.of(r"\b[a-z](?:[ .-]{1,3}[a-z]){5}")
# Python takes these for ASCII letters where case does not count, RE2 not all of them.
_LIKE_ASCII = re.compile("[\u0130\u0131\u017f\u212a]")
_LETTERS = re.compile(r"(?<![\w'.])[a-z](?:[ .\-]{1,3}[a-z]){5,40}(?![\w'])", re.IGNORECASE)
_CALLED = (
    ("IN_PAN", re.compile(r"\bpan\b")),
    ("CASE_REFERENCE", re.compile(r"\b(?:case|reference|ref|ticket|complaint|claim)\b")),
    ("EMAIL_ADDRESS", re.compile(r"\be-?mail\b")),
    ("POSTCODE", re.compile(r"\b(?:post ?code|zip)\b")),
)
_PATTERNS = ((_EXPLAINS, _EXPLAINED), (_IS_CODE, _CODE_WORDS), (_IN_A_ROW, _LETTERS))
_BEFORE = 60


@dataclass(frozen=True)
class _SpelledRecognizer:
    """Finds runs of spelled letters."""

    name: str = "spelled"
    entities: frozenset[str] = frozenset({"PERSON", *(entity for entity, _ in _CALLED)})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "my surname is [[b as in boy a as in apple l as in lima]], thanks",
        "pan number is [[a for apple f for fan z for zebra seven one nine oh l for london]] please",
        "[[p a p a d o p o u l o s]], same as it sounds",
        "Signed,\n[[H Y A C I N T H]]\n",
        "case [[D as in dog nine nine oh four one]] so I looked",
        "it's [[papa alpha tango echo lima]] and then",
    )
    negatives: tuple[str, ...] = (
        "i for one am waiting",
        "plan a or b is fine",
        "a, b and c of the form",
        "e.g. u.s. tax",
        "the delta between two and four",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each run, as what the words before call it, a name if nothing does."""
        is_odd = not view.text.isascii() and _LIKE_ASCII.search(view.text) is not None
        for needed, pattern in _PATTERNS:
            if not (is_odd or needed.is_in(view)):
                continue
            for match in pattern.finditer(view.text):
                start, end = match.span()
                ahead = view.around(start, end, _BEFORE, 0)
                entity = next((what for what, called in _CALLED if called.search(ahead)), "PERSON")
                yield Found(start, end, entity, 0.6, f"{self.name}.run")


SPELLED = _SpelledRecognizer()
