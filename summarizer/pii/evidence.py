"""Evidence: a find of the name models and the text around it -> how likely it is personal.

The models learned from English and take foreign words, brands and shorthand for names. Each
find is weighed by what its words are, how they are written, what stands around them and
whether both models made it. The weights are the log-odds of a logistic model, fitted on
labelled texts and rounded, so that a policy's thresholds decide what a doubtful find is worth.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import exp
from typing import Final, NamedTuple

from summarizer.pii.common import (
    brands,
    english_words,
    fold,
    foreign_words,
    known_names,
    terms,
    words_that_are_names,
)
from summarizer.pii.recognizers.address_words import COUNTRY
from summarizer.pii.recognizers.places_known import KNOWN_TOWNS

__all__ = ["Candidate", "likelihood"]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_INNER = re.compile("['\u2019-]")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_DEBRIS = re.compile(r"[=<>\"/\\@#§%_{}\[\]:;|$€£¥&+!?]")
_LAW_OR_MONEY = re.compile(r"[§€£$%¥=<>{}\"]")
_CASED = re.compile(r"[A-Za-z\u00c0-\u04ff]")
_COUNTRY = re.compile(rf"(?:the )?(?:{COUNTRY})", re.IGNORECASE)
_AROUND = 60
_AHEAD = 30
_LEAST_FOREIGN = 2
_FOREIGN_SHARE = 0.34
_LONGEST_NAME = 4
_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la",
    "le", "el", "al", "bin", "ibn", "bint", "ben", "abu", "mac", "mc", "st", "ter", "ten", "te",
    "zu", "zum", "zur", "und", "y", "e", "ap", "af", "av", "o", "op", "het", "t", "n", "d",
})  # fmt: skip
# Words right before a name, in the languages that customers write in.
_CUE = re.compile(
    r"(?:(?:\b|_)(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|mister|herrn?|frau|se[nñ]or(?:a|ita)?"
    r"|monsieur|madame|mme|mlle|pan|pani|signor(?:a|e)?|do[nñ]a?|meneer|mevrouw|smt|shri|sri|rev"
    r"|capt|sgt|cllr|cust(?:omer)?|client|caller|clr|clnt|member|mbr|(?:card)?holder|payee"
    r"|bene(?:ficiary)?|named?|names|called|nombre|name's|naam|imi[eę]|nazwisko|nome|nom"
    r"|nazywam si[eę]|m'appelle|llamo|hei(?:ss|ß)e|i am|i'm|im|this is|it's|dear|hi|hello|hey"
    r"|thanks|regards|wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|aunt"
    r"|uncle|friend|partner|neighbou?r|colleague|cousin|niece|nephew|landlord|tenant|boss"
    r"|solicitor|attorney|spoke (?:to|with)|speaking (?:to|with)|signed|sincerely|cheers|attn|cc"
    r"|from|to|by|with|born|n[eé]e|alias|aka|agent|advis[eo]r|manager|teller|executor|guarantor"
    r"|joint)|नाम|নাম|اسمي|نام|שמי|我是|我叫|зовут|имя)[.,:]?\s{1,3}$",
    re.IGNORECASE,
)

Weights = Mapping[str, float]
"""Feature -> log-odds; a feature that is missing counts nothing."""

_PERSON: Final[Weights] = {
    "always": 0.2,
    "agreed": 0.9,
    "known": 1.6,
    "ordinary": -2.9,
    "foreign": -3.2,
    "also": -1.5,
    "term": -1.5,
    "entry": -3.2,
    "lower": -0.4,
    "upper": 0.3,
    "capital": 1.3,
    "capitals": 0.6,
    "single": -0.5,
    "short": -0.8,
    "abroad": -0.6,
    "abroad unknown": -1.5,
    "cued": 1.3,
    "lower text": 1.1,
    "digit": -2.5,
    "debris": -2.0,
    "other script": -0.8,
}
_PLACE: Final[Weights] = {
    "always": 0.0,
    "agreed": 1.4,
    "town": 3.0,
    "own": 0.8,
    "ordinary": -2.5,
    "foreign": -2.1,
    "also": -1.6,
    "term": -1.5,
    "entry": -2.7,
    "lower": -0.6,
    "upper": 0.3,
    "capital": 0.8,
    "capitals": 1.2,
    "single": -0.4,
    "short": -1.0,
    "abroad unknown": -1.1,
    "lower text": 1.4,
    "debris": -1.5,
}
_ADDRESS: Final[Weights] = {
    "always": 0.3,
    "agreed": 1.1,
    "digit": 1.0,
    "any capital": 1.4,
    "lower": -1.4,
    "single": -1.2,
    "term": -1.5,
    "abroad": -0.8,
    "abroad unknown": -0.9,
    "lower text": 1.4,
    "law or money": -3.0,
}
_WEIGHTS: Final[Mapping[str, Weights]] = {
    "PERSON": _PERSON,
    "LOCATION": _PLACE,
    "STREET_ADDRESS": _ADDRESS,
}
_COUNTRY_ALONE = 0.1
"""Of a country and nothing else: the country somebody is in names nobody."""


class Candidate(NamedTuple):
    """A range of a text that a model takes for an entity."""

    start: int
    end: int
    entity: str
    is_own: bool
    """Whether the model that was trained for tickets made it."""
    is_agreed: bool
    """Whether another model takes something in the range for a name too."""


class _Word(NamedTuple):
    """What a word is; each is exclusive but the last."""

    is_known: bool
    """A name and nothing else."""
    is_ordinary: bool
    """English and no name."""
    is_foreign: bool
    is_also: bool
    """A name that is a word too."""
    is_term: bool
    """A brand, or something a bank or a form writes."""


def likelihood(text: str, candidate: Candidate) -> float:
    """Return how likely a find is personal data, 0 to 1; what has no letter is 0."""
    span = text[candidate.start : candidate.end]
    if _LETTER.search(span) is None:
        return 0.0
    if candidate.entity == "LOCATION" and _COUNTRY.fullmatch(span.strip(" .,")):
        return _COUNTRY_ALONE
    weights = _WEIGHTS[candidate.entity]
    present = _features(text, candidate)
    odds = sum(weight * present.get(feature, 0.0) for feature, weight in weights.items())
    return 1 / (1 + exp(-odds))


def _features(text: str, candidate: Candidate) -> dict[str, float]:
    span = text[candidate.start : candidate.end]
    ahead = text[max(0, candidate.start - _AROUND) : candidate.start]
    behind = text[candidate.end : candidate.end + _AROUND]
    found = _WORD.findall(span)
    words = [word for word in found if len(word) > 1 and fold(word) not in _PARTICLES] or found
    kinds = [_kind(word) for word in words]
    # The words at the rims are cut off.
    is_abroad = _is_foreign_text([*_WORD.findall(ahead)[1:], *_WORD.findall(behind)[:-1]])
    is_known = any(kind.is_known for kind in kinds)
    return {
        "always": 1.0,
        "agreed": candidate.is_agreed,
        "own": candidate.is_own,
        "known": is_known,
        "ordinary": _share(kind.is_ordinary for kind in kinds),
        "foreign": _share(kind.is_foreign for kind in kinds),
        "also": _share(kind.is_also for kind in kinds),
        "term": _share(kind.is_term for kind in kinds),
        "abroad": is_abroad,
        "abroad unknown": is_abroad and not is_known,
        "cued": _CUE.search(ahead[-_AHEAD:]) is not None,
        **_written(span, words),
        "lower text": _is_lower(text),
    }


def _written(span: str, words: list[str]) -> dict[str, float]:
    """Return what the characters of a find say."""
    name = fold(" ".join(span.split())).strip(".,:;'\"")
    is_capital = all(word[:1].isupper() and not word.isupper() for word in words)
    return {
        "entry": name in brands() or name in terms(),
        "town": name.partition(",")[0] in KNOWN_TOWNS,
        "lower": all(word.islower() for word in words),
        "upper": all(len(word) > 1 and word.isupper() for word in words),
        "capital": is_capital,
        "capitals": is_capital and 1 < len(words) <= _LONGEST_NAME,
        "any capital": any(word[:1].isupper() for word in words),
        "single": len(words) == 1,
        "short": len(words) == 1 and len(words[0]) <= 2,  # noqa: PLR2004 - two letters
        "digit": _DIGIT.search(span) is not None,
        "debris": _DEBRIS.search(span) is not None,
        "law or money": _LAW_OR_MONEY.search(span) is not None,
        "other script": _CASED.search(span) is None,
    }


def _share(given: Iterable[bool]) -> float:
    each = list(given)
    return sum(each) / len(each) if each else 0.0


def _is_foreign_text(words: list[str]) -> bool:
    """Say whether words around a find carry another language's grammar, not English."""
    kinds = [_kind(word) for word in words]
    foreign = sum(kind.is_foreign for kind in kinds)
    english = sum(kind.is_ordinary for kind in kinds)
    return foreign >= _LEAST_FOREIGN and foreign > max(_FOREIGN_SHARE * len(kinds), english)


@lru_cache(maxsize=1)
def _is_lower(text: str) -> bool:
    """Say whether a text has letters and no capital; the finds of one text come in a row."""
    return text.islower()


@lru_cache(maxsize=16384)
def _kind(word: str) -> _Word:
    folded = fold(word)
    parts = [part for part in _INNER.split(folded) if len(part) > 1] or [folded]
    base = folded.removesuffix("'s").removesuffix("\u2019s")
    is_name = any(map(_is_name, (base, *parts)))
    is_english = _is_all(english_words().__contains__, base, parts)
    is_foreign = _is_all(foreign_words().__contains__, base, parts) and not is_english
    return _Word(
        is_known=is_name and not (is_english or is_foreign),
        is_ordinary=is_english and not is_name,
        is_foreign=is_foreign and not is_name,
        is_also=is_name and (is_english or is_foreign),
        is_term=not is_name and (base in terms() or base in brands()),
    )


def _is_name(folded: str) -> bool:
    return folded in known_names() or folded in words_that_are_names()


def _is_all(is_listed: Callable[[str], bool], base: str, parts: list[str]) -> bool:
    return is_listed(base) or (len(parts) > 1 and all(map(is_listed, parts)))
