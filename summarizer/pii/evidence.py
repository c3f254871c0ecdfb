"""Evidence: a find of a name model and the text around it -> how likely it is personal.

The models learned from English and take foreign words, brands and shorthand for names. Each
find is weighed by what its words are, how they are written, what stands around them, how sure
its model is and whether another model made it too. The weights are the log-odds of a logistic
model, fitted on labelled texts and rounded, so that a policy's thresholds decide what a doubtful
find is worth.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate
from math import exp
from typing import Final, NamedTuple

import re2

from summarizer.pii.common import fold
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS
from summarizer.pii.recognizing import View
from summarizer.pii.words import WordKind, is_country, is_listed_entry, word_kind

__all__ = ["Candidate", "Evidence", "trimmed"]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_DEBRIS = re.compile(r"[=<>\"/\\{}\[\]|:]")
# What carries numbers and is no address: a law, money, a span of time, a count, a moment.
_LAW_OR_MONEY = re.compile(
    r"[§€£$%¥=<>{}\"]|U\.S\.C|\bCFR\b|\bR\. \d|\bL\. \d|\bZR\b|\bHTTP\b"
    r"|\b(?:zł|dollars?|days?|years?|months?|min|minutes|hours?|letters?|digits?|units|branches|[ap]\.?m)\b|\d[ap]m\b"
    r"|^the \d+(?:st|nd|rd|th)\b|^\d+/\d+ and \d+/\d+$",
    re.IGNORECASE,
)
_SUM = re.compile(r"([^\W\d_]+)\s\d{1,3}(?:,\d{3})+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_REST_OF_WORD = re.compile(r"[^\W\d_]+[\W_]*")
# A word as an item of a list, whose number is no house's: "2. No,".
_ITEM = re.compile(r"\d{1,2}[.)]\s+(\w+)\W*")
_OPENING = re.compile(r"(?:^|[.!?\n]|- )[\s\"'\u201c]{0,4}$")
_AROUND = 60
_REACH_OF_CUE = 32
"""Longer than any cue, so that a word cut off in front cannot pass for one."""
_LEAST_FOREIGN = 2
_FOREIGN_SHARE = 0.34
_LEAST_UNKNOWN = 4
_ENGLISH_SHARE = 0.35
_LONGEST_NAME = 4
_MOST_MARGIN = 8.0
"""What a model is surer of than this is no likelier for it."""
_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la",
    "le", "el", "al", "bin", "ibn", "bint", "ben", "abu", "mac", "mc", "st", "ter", "ten", "te",
    "zu", "zum", "zur", "und", "y", "e", "ap", "af", "av", "o", "op", "het", "t", "n", "d",
})  # fmt: skip
# Words right before a name, in the languages that customers write in.
_CUE = re2.compile(
    r"(?i)(?:(?:^|[^\pL\pN])(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|mister|herrn?|frau|se[nñ]or(?:a|ita)?"
    r"|monsieur|madame|mme|mlle|pan|pani|signor(?:a|e)?|do[nñ]a?|meneer|mevrouw|smt|shri|sri|rev"
    r"|capt|sgt|cllr|cust(?:omer)?|client|caller|clr|clnt|member|mbr|(?:card)?holder|payee"
    r"|bene(?:ficiary)?|named?|names|called|nombre|name's|naam|imi[eę]|nazwisko|nome|nom"
    r"|nazywam si[eę]|m'appelle|llamo|hei(?:ss|ß)e|i am|i'm|im|this is|it's|dear|hi|hello|hey"
    r"|thanks|regards|wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|aunt"
    r"|uncle|friend|partner|neighbou?r|colleague|cousin|niece|nephew|landlord|tenant|boss"
    r"|solicitor|attorney|spoke (?:to|with)|speaking (?:to|with)|signed|sincerely|cheers|attn|cc"
    r"|from|to|by|with|born|n[eé]e|alias|aka|agent|advis[eo]r|manager|teller|executor|guarantor"
    r"|joint|नाम|নাম|اسمي|نام|שמי|зовут|имя)[.,:]?[\s\v\x{85}\x{2028}\x{2029}]{1,3}"
    r"|我是|我叫)$"
)

Weights = Mapping[str, float]
"""Feature -> log-odds; a feature that is missing counts nothing."""

_PERSON: Final[Weights] = {
    "always": -0.7,
    "agreed": 0.7,
    "own": 0.5,
    "margin": 0.32,
    "known": 2.3,
    "ordinary": -1.6,
    "foreign": -3.1,
    "also": -0.9,
    "opens": -0.5,
    "term": -1.3,
    "entry": -3.1,
    "entry name": -2.7,
    "lower": -0.7,
    "upper": 0.2,
    "any capital": -0.2,
    "capital": 0.7,
    "single": -1.4,
    "short": 0.8,
    "abroad": -1.4,
    "abroad unknown": 0.1,
    "abroad lower": -0.8,
    "cued": 0.9,
    "lower text": 0.9,
    "digit": 1.7,
    "debris": -0.8,
}
_PLACE: Final[Weights] = {
    "always": -1.2,
    "agreed": 1.1,
    "own": 0.6,
    "margin": 0.35,
    "town": 2.8,
    "ordinary": -2.0,
    "foreign": -2.4,
    "also": -1.9,
    "term": -0.2,
    "entry": -3.8,
    "entry name": -2.9,
    "lower": -1.1,
    "upper": -0.2,
    "capital": 0.3,
    "capitals": 1.1,
    "abroad": -0.2,
    "abroad unknown": -1.1,
    "abroad lower": -1.2,
    "lower text": 1.3,
    "digit": 2.0,
    "debris": -2.0,
}
_ADDRESS: Final[Weights] = {
    "always": -1.2,
    "agreed": 1.2,
    "margin": 0.37,
    "also": -0.6,
    "term": 0.1,
    "lower": -1.1,
    "any capital": -0.2,
    "capital": 1.4,
    "capitals": 0.7,
    "single": -0.5,
    "abroad": -1.0,
    "abroad lower": -0.5,
    "cued": 0.3,
    "digit": 2.4,
    "law or money": -2.8,
}
_WEIGHTS: Final[Mapping[str, Weights]] = {
    "PERSON": _PERSON,
    "LOCATION": _PLACE,
    "STREET_ADDRESS": _ADDRESS,
}
_COUNTRY_ALONE = 0.1
"""Of a country and nothing else: the country somebody is in names nobody."""

_BRAND = 0.1
"""Of the full name of a brand or a product, of more than one word."""

_ITEM_OF_LIST = 0.1
"""Of the number and one ordinary word of a list, taken for a house and its street."""

_NO_ADDRESS = 0.1
"""Of a word and a sum ("approve 18,400"); "Laugavegur 12,101" has a house and a postcode."""


class Candidate(NamedTuple):
    """A range of a text that a model takes for an entity."""

    start: int
    end: int
    entity: str
    is_own: bool
    """Whether the model that was trained for tickets made it."""
    is_agreed: bool
    """Whether another model takes something in the range for a name too."""
    margin: float
    """By how much the model preferred an entity to none, as log-odds."""


class Evidence:
    """Weighs the finds in one text, whose words are looked up once for all of them."""

    def __init__(self, view: View) -> None:
        """Take the text as a person reads it."""
        self._view = view
        self._text = view.text

    def likelihood(self, candidate: Candidate) -> float:
        """Return how likely a find is personal data, 0 to 1; what has no letter is 0."""
        span = self._text[candidate.start : candidate.end]
        if _LETTER.search(span) is None:
            return 0.0
        is_cued = _is_cue(self._ahead(candidate.start, _REACH_OF_CUE))
        if is_country(span) and not (candidate.entity == "PERSON" and is_cued):
            return _COUNTRY_ALONE
        item = _ITEM.fullmatch(span) if candidate.entity == "STREET_ADDRESS" else None
        if item is not None and word_kind(item[1]).is_ordinary:
            return _ITEM_OF_LIST
        if candidate.entity == "STREET_ADDRESS" and _is_sum(span):
            return _NO_ADDRESS
        is_entry = is_listed_entry(span)
        # Whoever has a brand's full name is found by a cue: a title, a greeting, a signature.
        if is_entry and " " in span:
            return _BRAND
        present = self._features(candidate, span, is_cued=is_cued, is_entry=is_entry)
        weights = _WEIGHTS[candidate.entity]
        odds = sum([weight * present[feature] for feature, weight in weights.items()])
        return 1 / (1 + exp(-odds))

    def without_rest_of_word(self, start: int, end: int) -> int:
        """Return where a find starts that leaves out the end of a word: "that[s 14 Elm Road]".

        The words of a model end within a contraction that is written without its apostrophe. In
        lower case alone: a glued "AddressHigh Street" has both, and some scripts have no spaces.
        """
        around = self._text[start - 1 : start + 1] if start else ""
        rest = _REST_OF_WORD.match(self._text, start, end)
        return rest.end() if rest and around.isalpha() and around.islower() else start

    def _ahead(self, start: int, characters: int) -> str:
        return self._text[max(0, start - characters) : start]

    def _features(
        self, candidate: Candidate, span: str, *, is_cued: bool, is_entry: bool
    ) -> dict[str, float]:
        start, end = candidate.start, candidate.end
        found = _words_in(self._view, start, end)
        told = [
            (word, kind) for word, kind in found if len(word) > 1 and fold(word) not in _PARTICLES
        ] or found
        words, kinds = [word for word, _ in told], [kind for _, kind in told]
        known, ordinary, foreign, also, term = (
            map(sum, zip(*kinds, strict=True)) if kinds else (0, 0, 0, 0, 0)
        )
        count = len(kinds) or 1
        is_known = known > 0
        is_name = is_known or also > 0
        is_abroad = self._is_abroad(start, end)
        is_only_also = len(kinds) == 1 and kinds[0].is_also
        around = self._text[max(0, start - _AROUND) : end + _AROUND]
        return {
            "always": 1.0,
            "agreed": candidate.is_agreed,
            "own": candidate.is_own,
            "margin": min(candidate.margin, _MOST_MARGIN),
            "known": is_known,
            "ordinary": ordinary / count,
            "foreign": foreign / count,
            "also": also / count,
            "opens": is_only_also and _OPENING.search(self._ahead(start, _AROUND)) is not None,
            "term": term / count,
            "abroad": is_abroad,
            "abroad unknown": is_abroad and not is_known,
            "abroad lower": is_abroad and not is_known and not _has_capital(span),
            "cued": is_cued,
            "entry": is_entry and not is_name,
            "entry name": is_entry and is_name,
            **_written(span, words, candidate.entity),
            "lower text": around.islower(),
        }

    def _is_abroad(self, start: int, end: int) -> bool:
        """Say whether the words around a find are of another language, not English.

        Either they carry another language's grammar, or hardly any of them is an English word.
        The words at the rims may be cut off and do not count.
        """
        starts, ends = self._view.words.starts, self._view.words.ends
        ahead = bisect_right(ends, start - _AROUND) + 1, bisect_right(ends, start)
        behind = bisect_left(starts, end), bisect_left(starts, end + _AROUND) - 1
        ranges = [(first, last) for first, last in (ahead, behind) if first < last]
        count = sum([last - first for first, last in ranges])
        foreign, english, unknown = (
            sum([sums[last] - sums[first] for first, last in ranges]) for sums in self._sums
        )
        if foreign >= _LEAST_FOREIGN and foreign > max(_FOREIGN_SHARE * count, english):
            return True
        return unknown >= _LEAST_UNKNOWN and english < _ENGLISH_SHARE * count

    @cached_property
    def _sums(self) -> tuple[list[int], list[int], list[int]]:
        """How many words so far are foreign, English, unlisted."""
        kinds = self._view.words.kinds
        english = [kind.is_ordinary or kind.is_term for kind in kinds]
        unknown = [
            not (kind.is_known or is_english)
            for kind, is_english in zip(kinds, english, strict=True)
        ]
        foreign = [kind.is_foreign for kind in kinds]
        return (
            list(accumulate(foreign, initial=0)),
            list(accumulate(english, initial=0)),
            list(accumulate(unknown, initial=0)),
        )


def _is_sum(span: str) -> bool:
    """Say whether a name model took a sum and the word before it for a street and its number."""
    found = _SUM.fullmatch(span)
    if found is None:
        return False
    word = found[1]
    is_currency = _CURRENCY.fullmatch(word) is not None
    return word.islower() or is_currency or word_kind(word).is_no_name


def _words_in(view: View, start: int, end: int) -> list[tuple[str, WordKind]]:
    """Return the words of a range; those at its rims may be cut off."""
    words = view.words
    first, last = bisect_right(words.ends, start), bisect_left(words.starts, end)
    is_whole = first >= last or (words.starts[first] >= start and words.ends[last - 1] <= end)
    if not is_whole:
        found: list[str] = _WORD.findall(view.text[start:end])
        return [(word, word_kind(word)) for word in found]
    return [
        (view.text[words.starts[number] : words.ends[number]], words.kinds[number])
        for number in range(first, last)
    ]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut words in lower case that are no names off both ends of a person's name.

    A model often takes a word or two too much: `na nazwisko zdzisława`. What is made of nothing
    but such words is returned as it is.
    """
    words = list(_WORD.finditer(text, start, end))
    kept = [match for match in words if not _is_filler(match.group())]
    if not kept or len(kept) == len(words):
        return start, end
    if words[0] is not kept[0]:
        start = kept[0].start()
    return start, kept[-1].end() if words[-1] is not kept[-1] else end


def _is_filler(word: str) -> bool:
    if not word.islower():
        return False
    kind = word_kind(word)
    return (kind.is_ordinary or kind.is_foreign) and fold(word) not in _PARTICLES


def _written(span: str, words: list[str], entity: str) -> dict[str, float]:
    """Return what the characters of a find say, as far as it matters for such an entity."""
    is_capital = all(word[:1].isupper() and not word.isupper() for word in words)
    return {
        "town": entity == "LOCATION" and fold(span).partition(",")[0] in KNOWN_TOWNS,
        "lower": all(word.islower() for word in words),
        "upper": all(len(word) > 1 and word.isupper() for word in words),
        "capital": is_capital,
        "capitals": is_capital and 1 < len(words) <= _LONGEST_NAME,
        "any capital": any(word[:1].isupper() for word in words),
        "single": len(words) == 1,
        "short": len(words) == 1 and len(words[0]) <= 2,  # noqa: PLR2004 - two letters
        "digit": _DIGIT.search(span) is not None,
        "debris": _DEBRIS.search(span) is not None,
        "law or money": entity == "STREET_ADDRESS" and _LAW_OR_MONEY.search(span) is not None,
    }


def _is_cue(ahead: str) -> bool:
    """Say whether the words right before a find announce a name."""
    return _CUE.search(ahead.encode()) is not None


def _has_capital(span: str) -> bool:
    return any(character.isupper() for character in span)
