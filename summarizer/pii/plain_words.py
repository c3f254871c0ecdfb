"""Plain words: pieces such as `word`, `(word,` or `£12.50` -> their tokens' attributes.

Most new pieces of a text are a word or a number with a mark on either side at most. What spaCy's
English tokenizer makes of them is certain without asking it, in a fifth of the time, and the word
never enters its string store.
"""

import re
from collections.abc import Sequence
from typing import Any

from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX, intify_attr
from spacy.lang.en import English
from spacy.lang.lex_attrs import word_shape
from spacy.strings import get_string_id
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

__all__ = ["PlainWords", "Row"]

Row = tuple[int, ...]
"""The attributes of a token, its own hash, its offset in the piece, its length."""

# A mark, a word or a number, a mark.
_PLAIN = re.compile(r"([(\[\"$£€]?)([A-Za-z]+[0-9]*|\+?[0-9]+(?:[.,:/-][0-9]+)*)([.,!?;:)\]\"]?)")
_MARKS = '(["$£€.,!?;:)]-'
_BEHIND_ANY = frozenset(",!?;:")
"""Marks that are cut off behind letters of any script."""
# Behind anything else a full stop is part of an abbreviation, or may be.
_ENDS_SENTENCE = re.compile(r"[a-z0-9]$")
_SHAPE_OF = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    b"X" * 26 + b"x" * 26 + b"d" * 10,
)
_RUN = re.compile(r"(.)\1{4,}")
_LONGEST = 64
"""Code points; spaCy gives very long words another shape."""
_MOST_ALIKE = 4
"""How many characters in a row of one kind the shape of a word shows."""


class PlainWords:
    """Spells plain words as the tokenizer of one model does."""

    def __init__(self, nlp: Any, attributes: Sequence[str | int]) -> None:
        """Take the model and the attributes that are wanted.

        No word is plain to a model that does not tokenise as English does, or that wants other
        attributes than the norm, the first letter, the last three and the shape.
        """
        wanted = [intify_attr(name) for name in attributes]
        self._is_known = wanted == [NORM, PREFIX, SUFFIX, SHAPE] and _is_english(nlp)
        self._exceptions = frozenset(nlp.tokenizer.rules or ()) if self._is_known else frozenset()
        self._norm = nlp.vocab.lex_attr_getters.get(NORM, str.lower)
        self._marks = {mark: self._row(mark, 0) for mark in _MARKS}

    def rows(self, piece: str) -> tuple[Row, ...]:
        """Return the tokens of a piece, which may end with a space; none if it is not plain."""
        whole = piece.rstrip(" ")
        if not self._is_known or len(whole) > _LONGEST:
            return ()
        before, word, behind = _parted(whole)
        # spaCy looks for exceptions before and after it cuts off each mark.
        if not word or not self._exceptions.isdisjoint((whole, before + word, word + behind, word)):
            return ()
        rows = [self._mark(before, 0)] if before else []
        at = len(before)
        # A hyphen between digits is a token.
        for number, part in enumerate(word.split("-")):
            if number:
                rows.append(self._mark("-", at))
                at += 1
            rows.append(self._row(part, at))
            at += len(part)
        if behind:
            rows.append(self._mark(behind, at))
        return tuple(rows)

    def _row(self, word: str, start: int) -> Row:
        parts = (self._norm(word), word[0], word[-3:], _shape(word), word)
        return (*map(get_string_id, parts), start, len(word))

    def _mark(self, mark: str, start: int) -> Row:
        return (*self._marks[mark][:-2], start, 1)


def _parted(whole: str) -> tuple[str, str, str]:
    """Cut a piece into a mark, a plain word and a mark; all are empty if it is not plain."""
    if whole.isalpha():
        return "", whole, ""
    match = _PLAIN.fullmatch(whole)
    if match is not None:
        before, word, behind = match.groups()
        is_cut = behind != "." or _ENDS_SENTENCE.search(word) is not None
        return (before, word, behind) if is_cut else ("", "", "")
    is_plain = whole[-1:] in _BEHIND_ANY and whole[:-1].isalpha()
    return ("", whole[:-1], whole[-1]) if is_plain else ("", "", "")


def _shape(word: str) -> str:
    if word.islower() and word.isalpha():
        return "x" * min(len(word), _MOST_ALIKE)
    if not word.isascii():
        return str(word_shape(word))
    shape = word.encode().translate(_SHAPE_OF).decode()
    return _RUN.sub(lambda run: run[1] * _MOST_ALIKE, shape) if len(shape) > _MOST_ALIKE else shape


def _is_english(nlp: Any) -> bool:
    """Say whether a model cuts words as spaCy's English does by itself."""
    tokenizer, english = nlp.tokenizer, English.Defaults
    # Methods of equal patterns differ unless Python still holds the first one compiled.
    cuts = [
        getattr(method, "__self__", None)
        for method in (tokenizer.prefix_search, tokenizer.suffix_search, tokenizer.infix_finditer)
    ]
    return (
        nlp.lang == "en"
        and tokenizer.token_match is None
        and cuts
        == [
            compile_prefix_regex(english.prefixes),
            compile_suffix_regex(english.suffixes),
            compile_infix_regex(english.infixes),
        ]
    )
