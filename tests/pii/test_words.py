"""What the lists say about a word."""

import random

from summarizer.pii.common import (
    brands,
    english_words,
    foreign_words,
    known_names,
    terms,
    words_that_are_names,
)
from summarizer.pii.words import word_kind


def test_a_word_of_letters_alone_is_what_it_is_with_an_ending() -> None:
    listed = sorted(
        known_names()
        | words_that_are_names()
        | english_words()
        | foreign_words()
        | terms()
        | brands()
    )
    words = [word for word in listed if word.isascii() and word.isalpha()]
    some = random.Random(3).sample(words, 5_000)  # noqa: S311 - test words

    unlike = [
        word
        for word in (*some, "ai", "sha", "wo", "xqzv")
        if not word_kind(word) == word_kind(word.upper()) == word_kind(f"{word}'s")
    ]

    assert unlike == []
