"""A plain word's attributes are those that spaCy's own tokenizer gives it."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.evals.labelled import read_labelled
from summarizer.pii.lexicon import split_pieces
from summarizer.pii.plain_words import PlainWords, Row

_SET = Path(__file__).parents[2] / "eval_sets" / "pii"
_ATTRIBUTES = ("NORM", "PREFIX", "SUFFIX", "SHAPE")
_NLP = spacy.blank("en")


@lru_cache(maxsize=1)
def _plain() -> PlainWords:
    return PlainWords(_NLP, _ATTRIBUTES)


def _by_spacy(piece: str) -> tuple[Row, ...]:
    rows = _NLP.tokenizer(piece).to_array([*_ATTRIBUTES, "ORTH", "IDX", "LENGTH"])
    return tuple(map(tuple, rows.tolist()))


def test_plain_words_of_the_labelled_set_are_spelled_as_spacy_spells_them() -> None:
    texts = [labelled.text for labelled in read_labelled(_SET)]
    pieces = {piece for text in texts for piece in split_pieces(text) if not piece.isspace()}
    spelled = {piece: rows for piece in pieces if (rows := _plain().rows(piece))}

    assert len(spelled) > len(pieces) / 2
    assert [piece for piece, rows in spelled.items() if rows != _by_spacy(piece)] == []


def test_a_model_is_known_after_python_let_go_of_its_patterns() -> None:
    re.purge()

    assert PlainWords(_NLP, _ATTRIBUTES).rows("word") == _by_spacy("word")


def test_exceptions_of_the_tokenizer_are_left_to_it() -> None:
    around = [piece for rule in _NLP.tokenizer.rules for piece in (rule, f"({rule}", f"{rule}.")]

    differing = [
        piece for piece in around if (rows := _plain().rows(piece)) and rows != _by_spacy(piece)
    ]

    assert differing == []


@settings(deadline=None)
@given(st.from_regex(r"[(\"£$]?(?:[A-Za-z]{1,12}[0-9]{0,3}|[+]?[0-9.,:/-]{1,9})[.,!?;:)\"]? ?\Z"))
def test_a_word_between_marks_is_spelled_as_spacy_spells_it_or_left(piece: str) -> None:
    assert _plain().rows(piece) in {(), _by_spacy(piece)}


@pytest.mark.parametrize(
    "piece", ["don't", "well-known", "a.b@example.com", "5km", "U.S.", "4-x", "5+"]
)
def test_what_may_be_cut_otherwise_is_not_plain(piece: str) -> None:
    assert _plain().rows(piece) == ()


def test_no_word_is_plain_to_a_model_of_another_language() -> None:
    assert PlainWords(spacy.blank("de"), _ATTRIBUTES).rows("word") == ()


def test_no_word_is_plain_to_a_model_that_wants_other_attributes() -> None:
    assert PlainWords(_NLP, ("LOWER", "SHAPE")).rows("word") == ()
