"""Mentions: a text -> the numbers, dates, placeholders and content words it names.

Written so that two ways to say one thing compare equal: `$1,200.00` and `1200 dollars`, `3 March`
and `2026-03-03`, `three payments` and `3 payments`. Words are compared by a light stem.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

__all__ = ["Day", "Mentions", "mentions"]

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR: Final = r"(?:,? (?P<year>(?:19|20)\d\d))?"
_DATES: Final = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}{_YEAR}"),
    re.compile(rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}"),
    re.compile(r"\b(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4}|\d\d)\b"),
    re.compile(r"(?<![\w/$£€.])(?P<first>\d{1,2})/(?P<second>\d{1,2})\b(?![/%\d])"),
)
_PLACEHOLDER: Final = re.compile(r"<[A-Z][A-Z0-9_]*_[0-9]+>|\[[A-Z][A-Z0-9_ ]*\]")
_TIME: Final = re.compile(r"\b(\d{1,2}:\d\d)(?!\d)")
_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?P<digits>\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d{1,2})?"
    r"|\d{1,3}(?:[ ',.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)"
    r"(?:\s?(?P<scale>k|m|million|thousand|lakh))?(?!\w)"
)
_SCALES: Final = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6, "lakh": 10**5}
_NUMBER_WORDS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "  # noqa: SIM905 - a list of words reads as one line
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"once": 1, "twice": 2, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_STOP: Final = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can "  # noqa: SIM905 - a list of words reads as one line
    "could customer did do does doing down during each for from further had has have having he her "
    "here hers him his how i if in into is it its just me more most my no nor not now of off on "
    "only or other our out over own same she should so some still such than that the their them "
    "then there these they this those to too under until up very was we were what when where "
    "which while who whom why will with would you your bank dollar dollars pound pounds euro euros "
    "usd gbp eur rupees".split()
)
_SUFFIXES: Final = (
    "ations",
    "ation",
    "ings",
    "ing",
    "edly",
    "ed",
    "ies",
    "es",
    "ly",
    "s",
    "al",
    "e",
)
_SHORTEST_STEM: Final = 3
_LAST_MONTH: Final = 12
_LAST_DAY: Final = 31
_DECIMALS: Final = 2
_CENTURY: Final = 100


class Day(NamedTuple):
    """A day as it was written; `year` is None if the text leaves it open."""

    year: int | None
    month: int
    day: int

    def is_same(self, other: "Day") -> bool:
        """Say whether both can mean one day: an open year agrees with every year."""
        if (self.month, self.day) != (other.month, other.day):
            return False
        return self.year is None or other.year is None or self.year == other.year


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a text names."""

    numbers: frozenset[Decimal]
    """Amounts and counts in digits, without currency and trailing zeros."""
    spelled: frozenset[Decimal]
    """Counts in words, from zero to ninety."""
    times: frozenset[str]
    """Times of day, as hours and minutes."""
    days: tuple[frozenset[Day], ...]
    """Each date with every way to read it: `03/04` is a day in March or in April."""
    placeholders: frozenset[str]
    words: frozenset[str]
    """Stems of content words, without stop words."""

    @classmethod
    def of_all(cls, parts: Iterable["Mentions"]) -> "Mentions":
        """Return what several texts name together."""
        every = tuple(parts)
        return cls(
            numbers=frozenset().union(*(each.numbers for each in every)),
            spelled=frozenset().union(*(each.spelled for each in every)),
            times=frozenset().union(*(each.times for each in every)),
            days=tuple(day for each in every for day in each.days),
            placeholders=frozenset().union(*(each.placeholders for each in every)),
            words=frozenset().union(*(each.words for each in every)),
        )

    def has_number(self, number: Decimal) -> bool:
        """Say whether the number stands in the text, in digits or in words."""
        return number in self.numbers or number in self.spelled

    def has_day(self, day: frozenset[Day]) -> bool:
        """Say whether the text names a day that can be meant by one of these readings."""
        return any(a.is_same(b) for a in day for readings in self.days for b in readings)

    def lacks(self, other: "Mentions") -> list[str]:
        """Name the numbers, days, times and placeholders of `other` that are not in this text."""
        return [
            *(str(number) for number in sorted(other.numbers) if not self.has_number(number)),
            *(_written(day) for day in other.days if not self.has_day(day)),
            *sorted(other.times - self.times),
            *sorted(other.placeholders - self.placeholders),
        ]

    def share_of_words(self, other: "Mentions") -> float:
        """Return the share of the content words of `other` that stand in this text; 1 if none."""
        if not other.words:
            return 1.0
        return len(self.words & other.words) / len(other.words)


def mentions(text: str) -> Mentions:
    """Read a text; the time is linear in its length."""
    placeholders = frozenset(_PLACEHOLDER.findall(text))
    rest = _PLACEHOLDER.sub(" ", text).casefold()
    days: list[frozenset[Day]] = []
    for pattern in _DATES:
        rest = pattern.sub(lambda match: _taken(match, days), rest)
    times = frozenset(match.zfill(5) for match in _TIME.findall(rest))
    rest = _TIME.sub(" ", rest)
    words = _WORD.findall(rest)
    return Mentions(
        numbers=frozenset(_numbers(rest)),
        spelled=frozenset(Decimal(_NUMBER_WORDS[word]) for word in words if word in _NUMBER_WORDS),
        times=times,
        days=tuple(days),
        placeholders=placeholders,
        words=frozenset(_stems(words)),
    )


def _taken(match: re.Match[str], days: list[frozenset[Day]]) -> str:
    """Keep the date and blank it out, so that its parts are not read as numbers."""
    readings = frozenset(_readings(match.groupdict()))
    if not readings:
        return match[0]
    days.append(readings)
    return " "


def _readings(parts: dict[str, str | None]) -> Iterator[Day]:
    written_year = parts.get("year")
    year = int(written_year) if written_year else None
    if year is not None and year < _CENTURY:
        year += 2000
    if "first" in parts:
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        candidates = {(first, second), (second, first)}
    else:
        written = parts["month"] or ""
        candidates = {(_month(written), int(parts["day"] or 0))}
    for month, day in candidates:
        if 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY:
            yield Day(year, month, day)


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(written[:3]))


def _written(day: frozenset[Day]) -> str:
    first = min(day, key=lambda each: (each.month, each.day))
    return f"{first.year or '????'}-{first.month:02}-{first.day:02}"


def _numbers(text: str) -> Iterator[Decimal]:
    for match in _NUMBER.finditer(text):
        number = _decimal(match["digits"].replace(" ", "").replace("'", ""))
        if number is not None:
            yield (number * _SCALES.get(match["scale"] or "", 1)).normalize() + 0


def _decimal(digits: str) -> Decimal | None:
    """Read digits whose marks may be thousands or decimals, as either continent writes them."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    tail = digits[last + 1 :]
    whole = re.sub(r"[.,]", "", digits[:last])
    is_decimal = len(tail) <= _DECIMALS or (digits[last] == "." and digits.count(".") == 1)
    if is_decimal and len(tail) == 3 and digits[last] == "." and "," not in digits:  # noqa: PLR2004
        # `1.234` is one thousand where amounts are written with a point for thousands; nobody
        # writes three decimals of money.
        is_decimal = False
    return Decimal(f"{whole}.{tail}") if is_decimal and tail else Decimal(whole + tail)


def _stems(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        bare = word.replace("\u2019", "'").removesuffix("'s")
        if bare not in _STOP and bare not in _NUMBER_WORDS and len(bare) > 1:
            yield _stem(bare)


def _stem(word: str) -> str:
    if not word.endswith(_SUFFIXES):
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word.removesuffix(suffix)
    return word
