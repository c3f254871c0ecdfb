"""Writes the word lists of `pii/evidence.py` from sources whose licence lets anybody ship them.

    python -m training.word_lists /usr/share/dict/american-english-small

English words come from SCOWL (Debian's package wamerican-small; notice in
`pii/english_words.LICENSE`), grammar words of other languages from spaCy's stop words (MIT),
names from Faker (MIT). Brands, terms of banking and the longer lists of other languages'
words are written by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import faker.providers.person as names

from summarizer.pii.common import common_words, fold, words_that_are_names

__all__ = ["main"]

_OUT = Path(__file__).parent.parent / "summarizer" / "pii"
# Vietnamese is left out: nearly each of its syllables is also a name.
_LANGUAGES = (
    "de fr es it pt nl pl sv da nb fi hu cs sk ro tr id ms el ru uk bg sr ar he fa hi bn ur ca hr"
    " sl lt lv et ga tl af lb eu sq az"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_NAME = 3
_LEAST_LONG_NAME = 4
"""Surnames are taken over from this length: shorter ones are words of some language."""


def _stop_words() -> set[str]:
    modules = (
        importlib.import_module(f"spacy.lang.{code}.stop_words") for code in _LANGUAGES.split()
    )
    return {fold(word) for module in modules for word in module.STOP_WORDS if _WORD.fullmatch(word)}


def _values(provider: object, kind: str) -> Iterable[str]:
    for field in dir(provider):
        value = getattr(provider, field)
        if kind in field and isinstance(value, tuple | list | dict):
            yield from (item for item in value if isinstance(item, str))


def _names(kind: str, least: int) -> set[str]:
    providers = (
        importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for module in pkgutil.iter_modules(names.__path__)
    )
    return {
        folded
        for provider in providers
        for name in _values(provider, kind)
        for word in _WORD.findall(name)
        if len(folded := fold(word)) >= least
    }


def main(dictionary: Path) -> None:
    """Write the lists, sorted, one word a line.

    Args:
        dictionary: SCOWL's words, one a line; those with a capital are proper names.
    """
    english = {word for word in dictionary.read_text().split() if re.fullmatch("[a-z]{2,}", word)}
    first, last = _names("first_name", _LEAST_NAME), _names("last_name", _LEAST_LONG_NAME)
    stop = _stop_words()
    ordinary = common_words() - words_that_are_names()
    _write("english_words.txt", english)
    _write("foreign_words.txt", stop - first - english - common_words())
    _write("known_names.txt", (first | (last - stop)) - ordinary)


def _write(name: str, words: set[str]) -> None:
    (_OUT / name).write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
