"""Words: a word as written -> whether it is a name, a word of some language, a term or a brand."""

import re
from collections.abc import Callable
from functools import lru_cache
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

__all__ = ["WordKind", "is_country", "is_listed_entry", "word_kind"]

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


@lru_cache(maxsize=1)
def _country() -> re.Pattern[str]:
    # The recognizers read this module: at the head of the file it would be a circle.
    from summarizer.pii.recognizers.address_words import COUNTRY  # noqa: PLC0415

    return re.compile(rf"(?:the )?(?:{COUNTRY}|{_MORE_COUNTRIES})", re.IGNORECASE)


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


def is_country(text: str) -> bool:
    """Say whether a text is the name of a country or a continent and nothing else."""
    return _country().fullmatch(text.strip(" .,")) is not None


def is_listed_entry(text: str) -> bool:
    """Say whether a text is, as a whole, a brand or a term."""
    folded = fold(" ".join(text.split())).strip(".,:;'\"").removesuffix("'s")
    return folded in brands() or folded in terms()


def word_kind(word: str) -> WordKind:
    """Look a word up in all lists, in any case, with or without accents.

    Nothing is cached: the words are customers' names.
    """
    folded = fold(word)
    base = _SHORTENED.sub("", folded)
    parts = [part for part in _INNER.split(base) if len(part) >= _LEAST_PART] or [base]
    is_name = any(map(_is_name, (base, *parts)))
    is_english = base in _WITHOUT_ENDING or _is_all(english_words().__contains__, base, parts)
    is_foreign = not is_english and _is_all(foreign_words().__contains__, base, parts)
    return WordKind(
        is_known=is_name and not (is_english or is_foreign),
        is_ordinary=is_english and not is_name,
        is_foreign=is_foreign and not is_name,
        is_also=is_name and (is_english or is_foreign),
        is_term=not is_name and (base in terms() or base in brands()),
    )


def _is_name(folded: str) -> bool:
    return folded in known_names() or folded in words_that_are_names()


def _is_all(is_listed: Callable[[str], bool], base: str, parts: list[str]) -> bool:
    """Say whether a word is listed, or each half of a hyphenated one."""
    return is_listed(base) or (len(parts) > 1 and all(map(is_listed, parts)))
