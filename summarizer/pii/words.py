"""Words: a word as written -> whether it is a name, a word of some language, a term or a brand."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple

from summarizer.pii.common import (
    brands,
    english_words,
    fold,
    foreign_words,
    known_names,
    terms,
    words_that_are_names,
)
from summarizer.pii.countries import COUNTRY

__all__ = ["WordKind", "Words", "is_country", "is_listed_entry", "word_kind"]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")

_MORE_COUNTRIES = (
    "europe|the eu|eu|gb|america|africa|asia|middle east|russia|georgia|jordan|lebanon|iraq|iran"
    "|kuwait|oman|bahrain|yemen|syria|algeria|libya|sudan|ethiopia|uganda|tanzania|rwanda"
    "|cameroon|zimbabwe|zambia|botswana|namibia|mozambique|angola|senegal|mali|ivory coast|togo"
    "|benin|gambia|sierra leone|liberia|somalia|mauritius|cuba|haiti|dominican republic"
    "|puerto rico|trinidad|trinidad and tobago|barbados|bahamas|ecuador|bolivia|paraguay"
    "|venezuela|guyana|panama|costa rica|guatemala|honduras|el salvador|nicaragua|taiwan"
    "|cambodia|laos|myanmar|mongolia|afghanistan|kazakhstan|uzbekistan|armenia|azerbaijan"
    "|albania|bosnia|macedonia|montenegro|kosovo|moldova|belarus|andorra|monaco|fiji"
)
_COUNTRY = re.compile(rf"(?:the )?(?:{COUNTRY}|{_MORE_COUNTRIES})", re.IGNORECASE)
_INNER = re.compile("['\u2019-]")
# The ends of "won't", "they've", "bank's": what stands before them decides.
_SHORTENED = re.compile(r"(?:n['\u2019]t|['\u2019](?:s|ve|re|ll|d|m))$")
_WITHOUT_ENDING = frozenset({"wo", "ca", "sha", "ai"})
_LEAST_PART = 2


class WordKind(NamedTuple):
    """What a word is; each excludes the others but `is_term`."""

    is_known: bool
    """A name and nothing else."""
    is_ordinary: bool
    """English and no name."""
    is_foreign: bool
    """A word of another language, no name and not English."""
    is_also: bool
    """A name that is a word too."""
    is_term: bool
    """A brand, or something a bank, a form or a mail program writes; no name."""

    @property
    def is_no_name(self) -> bool:
        """Whether the word is listed, and under no name."""
        return self.is_ordinary or self.is_foreign or self.is_term


class Words:
    """The words of one text, in order, each looked up once for all who ask."""

    def __init__(self, text: str) -> None:
        """Find the words; letters with apostrophes and hyphens between them."""
        spans = [match.span() for match in _WORD.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        listed = _listed()
        # Most words are listed as they stand.
        self.kinds = [listed.get(word) or word_kind(word) for word in _WORD.findall(text)]


def is_country(text: str) -> bool:
    """Say whether a text is the name of a country or a continent and nothing else."""
    return _COUNTRY.fullmatch(text.strip(" .,")) is not None


def is_listed_entry(text: str) -> bool:
    """Say whether a text is, as a whole, a brand or a term."""
    folded = fold(" ".join(text.split())).strip(".,:;'\"").removesuffix("'s")
    return folded in brands() or folded in terms()


def word_kind(word: str) -> WordKind:
    """Look a word up in all lists, in any case, with or without accents.

    Nothing is cached: the words are customers' names.
    """
    if word.isascii() and word.isalpha():
        return _listed().get(word.lower(), _UNLISTED)
    folded = fold(word)
    base = _SHORTENED.sub("", folded)
    parts = [part for part in _INNER.split(base) if len(part) >= _LEAST_PART] or [base]
    is_name = any(map(_is_name, (base, *parts)))
    is_english = base in _WITHOUT_ENDING or _is_all(english_words().__contains__, base, parts)
    is_foreign = not is_english and _is_all(foreign_words().__contains__, base, parts)
    is_term = base in terms() or base in brands()
    return _kind(is_name, is_english, is_foreign, is_term)


def _kind(is_name: bool, is_english: bool, is_foreign: bool, is_term: bool) -> WordKind:  # noqa: FBT001 - one for each list
    return WordKind(
        is_known=is_name and not (is_english or is_foreign),
        is_ordinary=is_english and not is_name,
        is_foreign=is_foreign and not is_name,
        is_also=is_name and (is_english or is_foreign),
        is_term=not is_name and is_term,
    )


_UNLISTED = _kind(*[False] * 4)


@lru_cache(maxsize=1)
def _listed() -> dict[str, WordKind]:
    """Return the kind of each listed word of letters alone: most words need no more."""
    names = (known_names(), words_that_are_names())
    english = (english_words(), _WITHOUT_ENDING)
    others = (terms(), brands())
    foreign = foreign_words()
    kinds = {flags: _kind(*flags) for flags in product((False, True), repeat=4)}
    listed: dict[str, WordKind] = {}
    # List by list: a union of them all would take more memory than what is kept.
    for word in chain(*names, *english, foreign, *others):
        if word not in listed and word.isascii() and word.isalpha():
            is_name, is_english, is_other = (
                word in each[0] or word in each[1] for each in (names, english, others)
            )
            is_foreign = not is_english and word in foreign
            listed[word] = kinds[is_name, is_english, is_foreign, is_other]
    return listed


def _is_name(folded: str) -> bool:
    return folded in known_names() or folded in words_that_are_names()


def _is_all(is_listed: Callable[[str], bool], base: str, parts: list[str]) -> bool:
    """Say whether a word is listed, or each half of a hyphenated one."""
    return is_listed(base) or (len(parts) > 1 and all(map(is_listed, parts)))
