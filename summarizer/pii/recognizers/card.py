"""Payment card numbers (ISO/IEC 7812-1): 12 to 19 digits, however they are separated.

A number is proven by an issuer's prefix, the length that belongs to it and the Luhn digit; the
ranges are those the schemes publish. Anything else of that length counts beside its context.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from summarizer.pii import Cue
from summarizer.pii.recognizing import Found, Needs, View

__all__ = ["CARD", "luhn"]

# Prefix range (of the same number of digits) and the lengths issued under it.
_ISSUED: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4, 4, (13, 16, 18, 19)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, (14, 16, 19)),  # Diners Club
    (3095, 3095, (14, 16, 19)),
    (36, 36, (14, 16, 19)),
    (38, 39, (14, 16, 19)),
    (3528, 3589, (16, 17, 18, 19)),  # JCB
    (2200, 2204, (16, 17, 18, 19)),  # Mir
    (50, 50, tuple(range(12, 20))),  # Maestro, RuPay, Verve
    (56, 69, tuple(range(12, 20))),  # Maestro, Discover, UnionPay, RuPay
    (81, 82, (16, 17, 18, 19)),  # UnionPay, RuPay
    (9792, 9792, (16,)),  # Troy
)
_LENGTHS = range(12, 20)
_SHAPES = (
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4),
    (4, 6, 5),
    (4, 6, 4),
    (8, 8),
    (6, 13),
    (4, 4, 4, 3),
    (4, 4, 5),
    (4, 4, 4, 2),
    (4, 4, 4),
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_READ_AS = str.maketrans("oOiIlL|sSbB", "00111115588")
# Both are a chain of disjoint classes, so that a search is linear.
_RUN = re.compile(r"[0-9](?:(?:\r?\n[ \t]{4,32}|\\[nrt]|[^\w+$£€¥₹]|_){0,4}[0-9])*")
_LOOKALIKES = re.compile(
    r"(?<![0-9A-Za-z|])[0-9OISBL|]{4,6}(?:[ ./_-]{1,2}[0-9OISBL|]{3,6}){2,4}(?![0-9A-Za-z|])",
    re.IGNORECASE,
)
_GROUP = re.compile(r"[0-9]+")
_LOOKALIKE_GROUP = re.compile(r"[^ ./_-]+")
_CONTEXT = re.compile(
    r"(?<![^\W_])(?:(?:bank|credit|debit|gift)?cards?(?:holder)?|visa|master ?card"
    r"|amex|american express|debit"
    r"|credit|pan|maestro|cc|plastic|long number|16[- ]digits?|diners|discover|rupay|unionpay|jcb"
    r"|(?:kredit|bank)?karte|carte|tarjeta|kaart|karta|cart[ãa]o|carta)(?![^\W_])"
)
_ASKED = re.compile(
    r"\bcard(?:'s)? (?:number|no\b|details)|\b(?:long|full|whole|16[- ]digit) (?:card )?number"
    r"|\bnumber (?:on|across|of|from) (?:the|your) (?:front|card)|\bdigits (?:on"
    r"|of) (?:the|your) card"
)
_FIRST_GROUPS = frozenset({*(shape[0] for shape in _SHAPES), *_LENGTHS})
_BEFORE = 80
_AFTER = 50
_HALF = range(4, 12)
_NEAR_START = 60
_TAIL = 60
_QUESTION = 200
_AT_END = re.compile(r"([0-9][0-9 .-]{2,24})[^0-9]{0,30}$")
_QUARTERS = re.compile(r"[0-9]{8}(?:[0-9]{2,3})?")
_SCORES = {"proven": 1.0, "regrouped": 0.6, "context": 0.9, "unissued": 0.55, "half": 0.8}


def luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    numbers = [int(digit) for digit in digits]
    return (sum(numbers[-1::-2]) + sum(_DOUBLED[number] for number in numbers[-2::-2])) % 10 == 0


def _is_issued(digits: str) -> bool:
    return any(
        low <= int(digits[: len(str(low))]) <= high and len(digits) in lengths
        for low, high, lengths in _ISSUED
    )


def _proves_itself(digits: str) -> bool:
    return len(digits) in _LENGTHS and luhn(digits) and _is_issued(digits)


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def _joined(groups: list[_Group]) -> str:
    return "".join(group.digits for group in groups)


def _groups(run: re.Match[str], group: re.Pattern[str]) -> list[_Group]:
    return [
        _Group(run.start() + m.start(), run.start() + m.end(), m.group().translate(_READ_AS))
        for m in group.finditer(run.group())
    ]


def _windows(groups: list[_Group], at: int) -> Iterator[int]:
    """Yield how many groups from `at` on have the shape of a card number, longest first."""
    lengths = tuple(len(group.digits) for group in groups[at : at + len(_SHAPES[0])])
    for shape in _SHAPES:
        if lengths[: len(shape)] == shape:
            yield len(shape)
    if lengths[0] in _LENGTHS:
        yield 1


@dataclass(frozen=True)
class _Context:
    """Where the words stand that make a number a card number."""

    starts: list[int]
    ends: list[int]
    asked: Cue | None
    """Such a word in the message before."""

    @classmethod
    def of(cls, view: View) -> "_Context":
        spans = [match.span() for match in _CONTEXT.finditer(view.lower)]
        words = _CONTEXT.search(view.before[-_QUESTION:].lower())
        asked = None if words is None else view.cue_before(words.span(), _QUESTION)
        return cls([start for start, _ in spans], [end for _, end in spans], asked)

    def near(self, groups: list[_Group]) -> Cue | None:
        """Return the words near a number."""
        start, end = groups[0].start, groups[-1].end
        ahead = bisect_left(self.starts, start - _BEFORE)
        behind = bisect_left(self.starts, end)
        if ahead < len(self.ends) and self.ends[ahead] <= start:
            return Cue(self.starts[ahead], self.ends[ahead])
        if behind < len(self.ends) and self.ends[behind] <= end + _AFTER:
            return Cue(self.starts[behind], self.ends[behind])
        return self.asked if start < _BEFORE else None


@dataclass(frozen=True, kw_only=True)
class _Card:
    """Runs of digits in groups -> the groups that are a card number."""

    examples: tuple[str, ...]
    negatives: tuple[str, ...]
    name: str = "card"
    entities: frozenset[str] = frozenset({"CREDIT_CARD"})
    needs: Needs = "digit"

    def find(self, view: View) -> Iterator[Found]:
        """Yield numbers proven or beside their context, and halves of a number asked for."""
        context = _Context.of(view)
        for match in _RUN.finditer(view.text):
            groups = _groups(match, _GROUP)
            if sum(len(group.digits) for group in groups) >= _LENGTHS.start:
                yield from self._in_run(context, groups)
            elif view.before and match.start() < _NEAR_START:
                yield from self._half(view, groups)
        for match in _LOOKALIKES.finditer(view.text):
            if re.search("[0-9]", match.group()) and re.search("[A-Za-z|]", match.group()):
                yield from self._in_run(context, _groups(match, _LOOKALIKE_GROUP))

    def _in_run(self, context: "_Context", groups: list[_Group]) -> Iterator[Found]:
        whole = _joined(groups) if len(groups) <= _LENGTHS[-1] else ""
        found = False
        at = 0
        while at < len(groups):
            size, how = self._at(context, groups, at)
            if size:
                found = True
                window = groups[at : at + size]
                yield self._found(window, how, None if how == "proven" else context.near(window))
            at += size or 1
        if found or len(whole) not in _LENGTHS:
            return
        if _proves_itself(whole):
            is_even = len({len(group.digits) for group in groups[:-1]}) == 1
            yield self._found(groups, "proven" if is_even else "regrouped")
        elif (cue := context.near(groups)) is not None:
            yield self._found(groups, "context" if _is_issued(whole) else "unissued", cue)

    def _at(self, context: "_Context", groups: list[_Group], at: int) -> tuple[int, str]:
        """Return how many groups from `at` on are a card number (0: none), and why."""
        if len(groups[at].digits) not in _FIRST_GROUPS:
            return 0, ""
        sizes = list(_windows(groups, at))
        for size in sizes:
            if _proves_itself(_joined(groups[at : at + size])):
                return size, "proven"
        if sizes and context.near(groups[at : at + sizes[0]]) is not None:
            is_issued = _is_issued(_joined(groups[at : at + sizes[0]]))
            return sizes[0], "context" if is_issued else "unissued"
        return 0, ""

    def _half(self, view: View, groups: list[_Group]) -> Iterator[Found]:
        """Yield a part of a number that is spread over two messages."""
        digits = _joined(groups)
        if len(digits) not in _HALF:
            return
        ahead = _AT_END.search(view.before[-_TAIL:])
        said = "".join(c for c in ahead.group(1) if c.isdigit()) if ahead else ""
        is_asked = _ASKED.search(view.before[-_QUESTION:].lower())
        if _proves_itself(said + digits) or (is_asked and _QUARTERS.fullmatch(digits)):
            yield self._found(groups, "half")

    def _found(self, groups: list[_Group], how: str, cue: Cue | None = None) -> Found:
        start, end = groups[0].start, groups[-1].end
        return Found(start, end, "CREDIT_CARD", _SCORES[how], f"{self.name}.{how}", cue)


CARD = _Card(
    examples=(
        "my card is [[4111 1111 1111 1111]].",
        "[[5555-5555-5555-4444]] declined",
        "2-series: [[2223003122003222]]",
        "maestro [[6304000000000000000]] with 19 digits",
        "the card [[4111 1111 1111 1112]] has a typo",
        "What is your card number? ⏎ [[378282246310005]]",
        "[[4111/1111/1111/1111]] or [[5105_1051_0510_5100]], [[3782 822463 10005]]",
        "cc [[5.5.5.5.5.5.5.5.5.5.5.5.4.4.4.4]] happy?",
        "card[[4111111111111111]]exp0928cvv314",
        "[[4012888888881881]] 11/28 903 zip 78745",
        "[[5555555555554444]] [[4012888888881881]] both blocked",
        "visa [[4012 8888 8888 181]] i think im missing a number",
        "card nubmer [[4lll llll llll llll]] sorry, broken key",
        "split [[41111111 11111111]] in two",
        "Your card number? ⏎ [[4111 1111]]",
        "4111 1111 ⏎ [[1111 1111]] sorry hit send",
        '{"pan":"[[6011111111111117]]"}',
    ),
    negatives=(
        "reference 1234567812345678 for the parcel",
        "the amount was 4,111,111.00 on 2026-11-03",
        "timestamp 20261103101500",
        "IMEI 356938035643809 of the handset",
        "from 2025-03-14 12:30:11 to 2025-03-14 18:45:22",
        "paid 12.50 40.10 30.00 55.20 10.00 on 3/14 and 4/15",
        "4111 1111 ⏎ thanks, and the 12345678 one?",
    ),
)
