# ruff: noqa: PLR2004 - the shares of each form are data
"""Fills the slots that name nobody: words of many languages, clipped words, codes, brands."""

from __future__ import annotations

import random
import re

from wordfreq import top_n_list

from training.addresses import Addresses

__all__ = ["Wording"]

_LANGUAGES = (
    "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "sk", "ro", "hu", "tr",
    "id", "ms", "vi", "fil", "ca", "sh", "sl", "lt", "lv", "is", "ru", "uk", "bg", "el", "ar", "he",
    "hi", "bn", "ur", "fa", "ko", "ta",
)  # fmt: skip
_ELIDED = ("l", "d", "qu", "j", "m", "n", "s", "t", "c", "dell", "all", "un", "nell", "jusqu")
_VOWELS = re.compile(r"(?<=\w)[aeiou]")


class Wording(Addresses):
    """Impersonal words, by slot.

    Args:
        rng: The only source of randomness.
        common_words: Lower-case words that mean nothing personal, for word salad.
    """

    def __init__(self, rng: random.Random, common_words: list[str]) -> None:
        super().__init__(rng)
        names = self._every_name()
        frequent: list[str] = [
            word
            for word in top_n_list("en", 16_000)
            if word.isalpha() and len(word) > 1 and word not in names
        ]
        self._common = common_words + frequent[:3000]
        self._rarer = frequent
        self._every = names
        self._foreign_words: dict[str, list[str]] = {
            language: [
                word for word in top_n_list(language, 3_000) if word.isalpha() and word not in names
            ]
            for language in _LANGUAGES
        }

    def _every_name(self) -> set[str]:
        """Return each part of a person's or a place's name, in lower case."""
        pools = [*self._names.values(), *self._foreign.values()]
        names = [name for first, last in pools for name in (*first, *last)]
        places = [*(t for towns in self._towns.values() for t in towns), *self._words["towns"]]
        listed = ["regions", "typical_countries", "more_first_names", "more_last_names", "months"]
        names += [*places, *self._countries, *(n for key in listed for n in self._words[key])]
        return {part for name in names for part in re.split(r"[\s-]+", name.lower())}

    def word(self) -> str:
        """Return a word that names nobody and no place, oftener a common one."""
        return self._rng.choice(self._common if self._rng.random() < 0.6 else self._rarer)

    def _word(self) -> str:
        return self.word()

    def _upword(self) -> str:
        return self.word().capitalize()

    def _wordsalad(self) -> str:
        rng = self._rng
        words = [self.word() for _ in range(rng.randint(2, 9))]
        if rng.random() < 0.25:
            words.insert(rng.randrange(len(words)), str(rng.randint(1, 99)))
        if rng.random() < 0.25:
            at = rng.randrange(len(words))
            words[at] += rng.choice((",", ".", ":", ";", " -", "...", "?", "!", " (", ")"))
        text = " ".join(words)
        return text[0].upper() + text[1:] if rng.random() < 0.3 else text

    def _titlesalad(self) -> str:
        return " ".join(self.word() for _ in range(self._rng.randint(1, 4))).title()

    def _upsalad(self) -> str:
        return " ".join(self.word() for _ in range(self._rng.randint(1, 6))).upper()

    # --- other languages

    def _of_language(self, least: int, most: int) -> str:
        words = self._foreign_words[self._rng.choice(_LANGUAGES)]
        return " ".join(self._rng.choices(words, k=self._rng.randint(least, most)))

    def _foreignsalad(self) -> str:
        text = self._of_language(3, 10)
        return text.capitalize() if self._rng.random() < 0.6 else text

    def _foreigntitle(self) -> str:
        return self._of_language(1, 3).title()

    def _foreigncaps(self) -> str:
        return self._of_language(1, 5).upper()

    def _foreignelided(self) -> str:
        word = self._rng.choice(self._foreign_words[self._rng.choice(("fr", "it"))])
        mark = self._rng.choice(("'", "\u2019"))
        text = f"{self._rng.choice(_ELIDED)}{mark}{word}"
        return text.capitalize() if self._rng.random() < 0.3 else text

    # --- shorthand, codes, debris

    def _clipped(self) -> str:
        """Return a word cut short or without its vowels, as agents write it."""
        rng = self._rng
        for _ in range(8):
            word = self.word()
            if rng.random() < 0.5:
                word = word[0] + _VOWELS.sub("", word[1:])
            word = word[: rng.randint(2, 5)]
            if word not in self._every:
                break
        return rng.choice((word, word.capitalize(), word.capitalize(), word.upper()))

    def _upcode(self) -> str:
        if self._rng.random() < 0.5:
            return self._clipped().upper()
        return self._digits("A" * self._rng.randint(2, 4))

    def _hex2(self) -> str:
        return f"{self._rng.randrange(256):02X}"

    def _hex(self) -> str:
        return f"{self._rng.randrange(2**24):06x}"

    def _hexlong(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"

    def _brand(self) -> str:
        return self._rng.choice(self._words["brands"])
