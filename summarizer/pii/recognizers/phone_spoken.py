"""Telephone and Social Security numbers in words: "oh double seven, nine hundred" -> digits.

What the words before name decides the kind; a long run that nothing names is taken for a
telephone number. Runs that are named as another kind of number are not found here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from summarizer.pii.recognizing import Expression, Found, Needs, View

__all__ = ["PHONE_SPOKEN"]

_UNITS = {
    "zero": 0, "oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_ZEROS = {"hundred": "00", "thousand": "000"}
_WORD = rf"(?:{'|'.join((*_UNITS, *_TEENS, *_TENS, *_TIMES, *_ZEROS))})"
_HESITATION = r"(?:(?:uh|um|er|erm|and|then|dash|hyphen|space)[ ,.-]{1,4}){0,2}"
_RUN = rf"\b((?:plus[ ,]{{1,2}})?{_WORD}(?:[ ,.-]{{1,5}}{_HESITATION}{_WORD}){{3,30}})\b"
_KINDS: tuple[tuple[str | None, "re.Pattern[str]"], ...] = (
    ("US_SSN", re.compile(r"\b(?:social|ssn)\b")),
    (
        "PHONE_NUMBER",
        re.compile(
            r"\b(?:(?:tele)?phone|mobile|mob|cell|call(?:ed)?|ring|rung|text|tel|reach|landline"
            r"|my number|number's)\b"
        ),
    ),
    (
        None,
        re.compile(
            r"\b(?:card|visa|mastercard|amex|debit|iban|routing|sort ?code|account|acct|case"
            r"|reference|ticket|complaint|claim|code|pin|amount|balance)\b"
        ),
    ),
)
_LENGTHS = {"US_SSN": range(7, 12), "PHONE_NUMBER": range(7, 16)}
_LEAST_UNNAMED = 9
_SSN_DIGITS = 9
_BEFORE = 80


def _count(words: str) -> int:
    """Return how many digits number words stand for: `double five nine hundred` is 5."""
    count, times, after_tens = 0, 1, False
    for word in re.findall(r"[a-z]+", words):
        if word in _TIMES:
            times, after_tens = _TIMES[word], False
            continue
        if word in _ZEROS:
            count += len(_ZEROS[word])
        elif word in _UNITS:
            # "ninety nine" is two digits, not three.
            count += 0 if after_tens and _UNITS[word] else times
        elif word in _TEENS or word in _TENS:
            count += 2 * times
        else:
            continue
        after_tens = word in _TENS and times == 1
        times = 1
    return count


def _kind(context: str, count: int) -> str | None:
    """Return what the nearest name before a run calls it."""
    if count == _SSN_DIGITS and _KINDS[0][1].search(context):
        return "US_SSN"
    nearest, kind, is_named = -1, None, False
    for entity, named in _KINDS:
        for match in named.finditer(context):
            if match.start() > nearest:
                nearest, kind, is_named = match.start(), entity, True
    if not is_named and count >= _LEAST_UNNAMED:
        kind = "PHONE_NUMBER"
    return kind if kind is not None and count in _LENGTHS[kind] else None


@dataclass(frozen=True)
class _SpokenRecognizer:
    """Finds runs of number words."""

    name: str = "phone_spoken"
    entities: frozenset[str] = frozenset(_LENGTHS)
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "ring me on [[oh double seven double oh, nine double oh, one six two]] after 4",
        "my social um let me [[five three six uh ninety forty three ninety nine]] is that",
        "it's [[plus one two one two, triple five, zero one nine nine]], call any time",
        "[[oh four nine one... five seventy... one fifty-nine]]. And",
    )
    negatives: tuple[str, ...] = (
        "one or two of the three payments",
        "in nineteen fifty two he was twenty five",
        "two thousand five hundred pounds",
        "card four one one one one one one one one one one one",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each run of number words long enough for what it is called."""
        for match in self._compiled.matches(view):
            start, end = match.span(1)
            context = view.around(start, end, _BEFORE, 0)
            kind = _kind(context, _count(view.lower[start:end]))
            if kind is not None:
                yield Found(start, end, kind, 0.8, "phone_spoken.run")

    @cached_property
    def _compiled(self) -> Expression:
        return Expression.of(_RUN)


PHONE_SPOKEN = _SpokenRecognizer()
