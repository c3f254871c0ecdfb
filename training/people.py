# ruff: noqa: PLR2004 - the shares of each form are data
"""Invents people's names: a seeded random generator in, names of many cultures out."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml
from faker import Faker

__all__ = ["People", "in_ascii", "word_lists"]

_HERE = Path(__file__).parent
_TITLE_WORDS = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof|Cô|Ông|Bà|Dra?|Ir|Drs|R|H)\.?\s+")


def word_lists(name: str) -> dict[str, Any]:
    """Return one of the YAML files next to this module.

    Args:
        name: The file's name.
    """
    lists: dict[str, Any] = yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
    return lists


def in_ascii(text: str) -> str:
    """Return the text without accents."""
    flat = unicodedata.normalize(
        "NFKD", text.replace("ł", "l").replace("ø", "o").replace("ß", "ss")
    )
    return "".join(char for char in flat if not unicodedata.combining(char))


class People:
    """Names: whole, first, last, initials.

    Args:
        rng: The only source of randomness.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words: dict[str, list[str]] = word_lists("words.yaml")
        self._names = {
            locale: self._pool(locale) for locale in dict.fromkeys(self._words["locales"])
        }
        self._foreign = {
            locale: self._pool(locale) for locale in self._words["locales_of_other_scripts"]
        }

    def _faker(self, locale: str) -> Faker:
        fake = Faker(locale)
        fake.seed_instance(self._rng.random())
        return fake

    def _pool(self, locale: str) -> tuple[list[str], list[str]]:
        fake = self._faker(locale)
        first = {_TITLE_WORDS.sub("", fake.first_name()) for _ in range(900)}
        last = {_TITLE_WORDS.sub("", fake.last_name()) for _ in range(900)}
        return sorted(first), sorted(last)

    def _made_up(self) -> str:
        rng = self._rng
        onsets, vowels = self._words["onsets"], self._words["vowels"]
        word = "".join(
            rng.choice(onsets) + rng.choice(vowels) for _ in range(rng.choice((2, 2, 3)))
        )
        return (
            word + rng.choice(["", "", "n", "s", "r", "l", "ng", "ski", "ez", "wala"])
        ).capitalize()

    def _two(self) -> tuple[str, str]:
        rng = self._rng
        roll = rng.random()
        if roll < 0.025:
            first, last = self._foreign[rng.choice(self._words["locales_of_other_scripts"])]
            return rng.choice(first), rng.choice(last)
        if roll < 0.07:
            return self._made_up(), self._made_up()
        if roll < 0.22:
            return rng.choice(self._words["more_first_names"]), rng.choice(
                self._words["more_last_names"]
            )
        if roll < 0.27:
            return self._of_words()
        locale = rng.choice(self._words["locales"])
        pair = rng.choice(self._names[locale][0]), rng.choice(self._names[locale][1])
        if rng.random() < 0.08:  # people of mixed families
            pair = pair[0], rng.choice(self._names[rng.choice(self._words["locales"])][1])
        return (in_ascii(pair[0]), in_ascii(pair[1])) if rng.random() < 0.5 else pair

    def _of_words(self) -> tuple[str, str]:
        """Return a name whose surname is short, or has a particle, or is a common word too."""
        rng = self._rng
        first = rng.choice(self._names[rng.choice(self._words["locales"])][0])
        roll = rng.random()
        if roll < 0.3:
            return first, rng.choice(self._words["short_last_names"])
        if roll < 0.55:
            last = self._names[rng.choice(self._words["locales"])][1]
            return first, f"{rng.choice(self._words['particles'])} {rng.choice(last)}"
        names = self._words["names_that_are_words"]
        return (rng.choice(names) if rng.random() < 0.4 else first), rng.choice(names)

    def _first(self) -> str:
        first = self._two()[0]
        return first if self._rng.random() < 0.9 else first.split()[0].split("-")[0]

    def _last(self) -> str:
        return self._two()[1]

    def _initial(self) -> str:
        return self._rng.choice("ABCDEFGHJKLMNOPRSTVWZ")

    def _name(self) -> str:
        first, last = self._two()
        other, initial = self._two(), self._initial()
        shapes = (
            (70, f"{first} {last}"),
            (6, f"{first} {other[0]} {last}"),
            (5, f"{first} {initial}. {last}"),
            (3, f"{first} {initial} {last}"),
            (3, f"{first[0]}. {last}"),
            (2, f"{first[0]} {last}"),
            (2, f"{first[0]}. {initial}. {last}"),
            (3, f"{first} {last}-{other[1]}"),
            (2, f"{first} {last} {other[1]}"),
            (1, f"{first} {last} {self._rng.choice(('Jr', 'Jr.', 'Sr.', 'III', 'II'))}"),
            (1, f"{last} {first}"),
            (2, f"{first} {last[0]}"),
            (2, f"{first} {other[0]} {self._two()[1]} {last}"),
            (2, f"{first}-{other[0].lower()} {last}"),
            (1, f"{last} {first} {other[0]}"),
        )
        return self._rng.choices([s for _, s in shapes], [w for w, _ in shapes])[0]

    def _foreignname(self) -> str:
        first, last = self._foreign[self._rng.choice(self._words["locales_of_other_scripts"])]
        name = self._rng.choice(first)
        return name if self._rng.random() < 0.3 else f"{name} {self._rng.choice(last)}"

    def _spelled(self) -> str:
        """Return a name letter by letter, as somebody says it on the telephone."""
        rng = self._rng
        letters = [c for c in in_ascii(rng.choice(self._two())) if c.isalpha()][:11]
        roll = rng.random()
        if roll < 0.18:
            words = self._words["spelling_words"]
            link = rng.choice((" for ", " as in ", " like "))
            return rng.choice((", ", " ")).join(
                f"{c}{link}{rng.choice(words)}" for c in letters[:7]
            )
        if roll < 0.3:  # "double l"
            text = " ".join(letters)
            for letter in {*letters}:
                text = text.replace(f"{letter} {letter}", f"double {letter}")
            return text
        text = rng.choices((" ", "-", ".", " - ", ", "), (50, 26, 6, 8, 10))[0].join(letters)
        return text.upper() if rng.random() < 0.5 else text

    def _glued(self) -> str:
        """Return first and last name without the blank."""
        first, last = (in_ascii(part).replace(" ", "") for part in self._two())
        return self._rng.choice((f"{first}{last}", f"{first}{last}".lower(), f"{first}{last}"))

    def _lastfirst(self) -> str:
        first, last = self._two()
        return f"{last}, {first}" + self._rng.choice(["", "", "", f" {self._initial()}."])

    def _initials(self) -> str:
        one, two = self._initial(), self._initial()
        return self._rng.choice([f"{one}{two}", f"{one}.{two}.", f"{one} {two}", f"{one}. {two}."])
