"""Numbers in words: "four one double two" -> what other recognizers find in 4122.

The words are replaced by digits in a second reading; what is found there counts if a word of it
was replaced. A transcript writes every number so, and some people do to get past a filter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizers.address import ADDRESS
from summarizer.pii.recognizers.bank_account import ABA_ROUTING_NUMBER, BANK_ACCOUNT, UK_SORT_CODE
from summarizer.pii.recognizers.card import CARD
from summarizer.pii.recognizers.card_details import CARD_EXPIRY, CARD_LAST4, CVV
from summarizer.pii.recognizers.iban import IBAN
from summarizer.pii.recognizers.references import CASE, CUSTOMER
from summarizer.pii.recognizers.secrets import ONE_TIME_CODE, PIN
from summarizer.pii.recognizing import Expression, Found, Needs, Recognizer, View
from summarizer.textmap import TextMap, TextMapBuilder

__all__ = ["SPOKEN", "Spoken"]

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNITS = {"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0"} | {
    word: str(value) for value, word in enumerate(_ONES, 1)
}
_TO_FIFTEEN = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen")
_TO_NINETEEN = ("sixteen", "seventeen", "eighteen", "nineteen")
_TEENS = {word: str(value) for value, word in enumerate((*_TO_FIFTEEN, *_TO_NINETEEN), 10)}
_BY_TEN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: str(value) for value, word in enumerate(_BY_TEN, 2)}
_TIMES = {"double": 2, "triple": 3, "treble": 3}

_UNIT = "zero|oh|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine"
_NUMBER = (
    rf"(?:(?:double|triple|treble)[ -]?(?:{_UNIT}|o|[0-9])"
    rf"|(?:{'|'.join(_TENS)})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine)(?![a-z]))?"
    rf"|{'|'.join(_TEENS)}|{_UNIT}|[0-9])"
)
_BETWEEN = r"[ ]?(?:,|-|…|\.{2,3})?[ ]?(?:(?:uh|um|er|erm|and then|then)[ ,]{1,2})?"
# A run of numbers in words and digits; every part is bounded or of disjoint classes.
_RUN = re.compile(
    rf"(?<![A-Za-z0-9])(?=[0-9d-fnostz]){_NUMBER}(?:{_BETWEEN}(?:{_NUMBER}|o(?![a-z])))*(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?P<times>double|triple|treble)[ -]?(?P<what>{_UNIT}|o|[0-9])"
    rf"|(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<unit>one|two|three|four|five|six|seven"
    rf"|eight|nine)(?![a-z]))?"
    rf"|(?P<teens>{'|'.join(_TEENS)})|(?P<units>{_UNIT}|o)|(?P<digit>[0-9])",
    re.IGNORECASE,
)
_IS_SPOKEN = re.compile(rf"(?:{_UNIT}|{'|'.join(_TEENS)}|{'|'.join(_TENS)})", re.IGNORECASE)
# Two number words side by side: without them there is nothing to look for.
_PAIR = Expression.of(
    rf"(?:{_UNIT}|{'|'.join(_TEENS)}"
    rf"|{'|'.join(_TENS)})[ ,.…-]{{0,4}}{_NUMBER.replace('(?![a-z])', '')}"
)
_LEAST = 3
_QUANTITY = re.compile(r"[ -](?:hundred|thousand|million|billion|dozen|lakh|crore)", re.IGNORECASE)
_INTERJECTION = frozenset({"oh", "nil"})


def _digits(run: str) -> str:
    """Return the digits that a run of words says."""
    return "".join(_said(part) for part in _PART.finditer(run.lower()))


def _said(part: re.Match[str]) -> str:
    word = part.group()
    if part["times"]:
        return _TIMES[part["times"]] * _UNITS.get(part["what"], part["what"])
    if part["tens"]:
        return _TENS[part["tens"]] + _UNITS.get(part["unit"] or "", "0")
    return _TEENS.get(word) or _UNITS.get(word) or word


def _in_digits(text: str) -> tuple[TextMap, list[tuple[int, int]]]:
    """Return the text with numbers in digits, and where they stand in it."""
    builder = TextMapBuilder(text)
    places: list[tuple[int, int]] = []
    at = length = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        run = match.group()
        is_number = _IS_SPOKEN.search(run) and run.lower() not in _INTERJECTION
        if not is_number or _QUANTITY.match(text, end):
            continue
        digits = _digits(run)
        builder.keep(at, start)
        builder.replace(start, end, digits)
        length += start - at
        places.append((length, length + len(digits)))
        length += len(digits)
        at = end
    builder.keep(at, len(text))
    return builder.build(), places


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Runs other recognizers on the text with its number words in digits."""

    recognizers: tuple[Recognizer, ...]
    name: str = "spoken"
    needs: Needs = "letter"
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    @property
    def entities(self) -> frozenset[str]:
        """Whatever its recognizers find."""
        return frozenset().union(*(recognizer.entities for recognizer in self.recognizers))

    def find(self, view: View) -> Iterator[Found]:
        """Yield what holds a number said in words, in offsets of the view."""
        if not _PAIR.is_in(view):
            return
        spoken, places = _in_digits(view.text)
        if all(end - start < _LEAST for start, end in places):
            return
        said = View(spoken.text, _in_digits(view.before)[0].text)
        for recognizer in self.recognizers:
            for found in recognizer.find(said):
                if any(start < found.end and found.start < end for start, end in places):
                    start, end = spoken.to_source(found.start, found.end)
                    yield found._replace(start=start, end=end, pattern=f"spoken.{found.pattern}")


SPOKEN = Spoken(
    recognizers=(
        CARD,
        CARD_LAST4,
        CVV,
        CARD_EXPIRY,
        PIN,
        ONE_TIME_CODE,
        IBAN,
        BANK_ACCOUNT,
        ABA_ROUTING_NUMBER,
        UK_SORT_CODE,
        CASE,
        CUSTOMER,
        ADDRESS,
    ),
    examples=(
        "my card is [[four one one one, one one one one, one one one one, one one one one]] ok",
        "[[five one oh five one oh five one oh five one oh five one oh oh]] so",
        "the card, it expires [[oh nine twenty eight]] do you need",
        "the three on the back it's [[six one nine]] i know",
        "routing [[oh two one triple oh oh two one]] and they took",
        "the account [[seven seven four oh one one three eight two six]] and they took",
        "sort code is [[forty twelve 76]] and account [[three eight 0 four two 0 double seven]]",
        "the pin is um [[two two six oh]] and",
        "the one ending [[four two four seven]]",
        "iban okay ready [[n l twenty i n g b one eight oh nine five three two seven two oh]] yes",
        "heres the card [[5five55 55five5 fivefive55 fourfour44]] it keeps",
        "Account: [[seven-seven-three-zero-zero-one-nine-four-two-eight]]. Routing",
        "sure it is [[four oh seven sycamore bend road tulsa oklahoma 74199]]",
        "i live at [[twenty two oh six pellum boulevard]] like",
        "the code says [[four four oh nine two seven]] wait",
    ),
    negatives=(
        "one of the two cards was declined three times in four days",
        "oh, the account was charged eighty nine dollars for one month",
        "my account was opened nineteen years ago, four hundred and twelve dollars in it",
        "someone at the desk said two or three weeks",
    ),
)
