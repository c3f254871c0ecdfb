"""Splits text into tokens as spaCy does and gives each token its vector, from a bounded cache.

spaCy splits a text at white space and each piece by itself, so the tokens of a piece are kept
by the piece's hash. No text is kept: spaCy's string store forgets new words after each use,
and the cache holds hashes, lengths and vectors only.
"""

import re
import threading
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.pii.plain_words import PlainWords, Row
from summarizer.pii.tok2vec import Embedding, Floats

__all__ = ["LINE_BREAK", "SPACE", "WORD", "Lexicon", "Tokens", "split_pieces"]

WORD: Final = 0
SPACE: Final = 1
LINE_BREAK: Final = 2

# spaCy takes one space as part of the token before it; other white space is a token.
_PIECE = re.compile(r"\S+ ?|\s+")
# spaCy strips affixes one by one and looks through the whole piece each time.
_LONG_PIECE = 128
_MANY_MARKS = 16
_MARK = re.compile(r"[^\w\s]")
_WORD_OR_JUNK = re.compile(r"([^\W\d_]{2,128} ?)|(?:(?![^\W\d_]{2})\S){1,128} ?| ")
_JUNK = re.compile(r"\S")
_LINE_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_Counts = NDArray[np.int64]


class Tokens(NamedTuple):
    """Tokens in a row."""

    vectors: Floats
    starts: _Counts
    """Offsets in code points; ends are exclusive."""
    ends: _Counts
    kinds: _Counts
    """WORD, SPACE or LINE_BREAK."""
    ids: _Counts
    """Equal only for equal vectors, also between two calls."""


class _Learned(NamedTuple):
    owners: _Counts
    """The number of the piece each token is of, ascending."""
    attributes: NDArray[np.uint64]
    """The attributes the embedding takes, then the hash of the token itself."""
    starts: _Counts
    ends: _Counts
    kinds: _Counts


class _Spelled(NamedTuple):
    """What new pieces are made of, without the pieces."""

    learned: _Learned
    distinct: NDArray[np.uint64]
    """The attributes that differ: words differ more than those do, above all in junk."""
    inverse: _Counts
    orths: frozenset[int]
    """Hashes of the tokens."""


def split_pieces(text: str) -> list[str]:
    """Split a text into the pieces that are tokenised by themselves, of the same total length.

    spaCy would need quadratic time for a piece of more than 128 code points or 16 marks. Such
    a piece is cut into its words and what lies between them, which is blotted out with `|`.
    """
    pieces: list[str] = _PIECE.findall(text)
    if max(map(len, pieces), default=0) <= _MANY_MARKS:
        return pieces
    return [part for piece in pieces for part in _bounded(piece)]


def _bounded(piece: str) -> Sequence[str]:
    if len(piece) <= _MANY_MARKS or piece.isspace():
        return (piece,)
    if len(piece) <= _LONG_PIECE and len(_MARK.findall(piece)) <= _MANY_MARKS:
        return (piece,)
    return [match[1] or _JUNK.sub("|", match[0]) for match in _WORD_OR_JUNK.finditer(piece)]


class Spelling:
    """The tokenizer of a model, which models that tokenise alike can share.

    Models read the same texts one after the other, so that what the last new pieces were made
    of is wanted again by the next model. It is kept by their hash; no text is kept.
    """

    def __init__(self, nlp: Any, attributes: Sequence[str | int]) -> None:
        """Take the tokenizer and the attributes of the tokens that are wanted."""
        self.nlp = nlp
        self.columns = [*attributes, "ORTH", "IDX", "LENGTH"]
        self._plain = PlainWords(nlp, attributes)
        self._last: tuple[int, _Spelled] | None = None

    def others_norms(self, other: "Spelling") -> frozenset[int] | None:
        """Return hashes of the tokens that two models read differently; None if they all may be."""
        mine, theirs = self.nlp, other.nlp
        is_alike = (
            type(mine) is type(theirs)
            and self.columns == other.columns
            and mine.tokenizer.to_bytes(exclude=["vocab"])
            == theirs.tokenizer.to_bytes(exclude=["vocab"])
        )
        # Only this table of a vocabulary has an influence on the attributes.
        norms = _norms(mine).items() ^ _norms(theirs).items()
        return frozenset(orth for orth, _ in norms) if is_alike else None

    def spell(self, pieces: Sequence[str]) -> _Spelled:
        """Return what pieces are made of."""
        key = hash(tuple(pieces))
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        learned = self._tokenize(pieces)
        numbers: dict[tuple[int, ...], int] = {}
        rows = map(tuple, learned.attributes[:, :-1].tolist())
        inverse = np.array([numbers.setdefault(row, len(numbers)) for row in rows], np.int64)
        distinct = np.array(list(numbers), np.uint64)
        orths = frozenset(learned.attributes[:, -1].tolist())
        spelled = _Spelled(learned, distinct, inverse, orths)
        self._last = key, spelled
        return spelled

    def _tokenize(self, pieces: Sequence[str]) -> _Learned:
        rows: list[Row] = []
        owners: list[int] = []
        others: dict[int, str] = {}
        batches: list[_Learned] = []
        for number, piece in enumerate(pieces):
            if plain := self._plain.rows(piece):
                rows += plain
                owners += [number] * len(plain)
            elif piece.isspace():
                kind = LINE_BREAK if _LINE_END.search(piece) else SPACE
                table = self._spacy_tokens(piece)
                batches.append(_learned(table, np.full(len(table), number), 0, kind))
            else:
                others[number] = piece
        if rows:
            batches.append(_learned(np.array(rows, np.uint64), np.array(owners), 0, WORD))
        if others:
            batches.append(self._tokenize_words(others))
        joined = _Learned(*map(np.concatenate, zip(*batches, strict=True)))
        order = joined.owners.argsort(kind="stable")
        return _Learned(
            joined.owners[order],
            joined.attributes[order],
            joined.starts[order],
            joined.ends[order],
            joined.kinds[order],
        )

    def _tokenize_words(self, words: dict[int, str]) -> _Learned:
        """Tokenise many pieces, by their numbers, at once, each on a line of its own."""
        numbers = np.fromiter(words, np.int64, len(words))
        lengths = np.fromiter(map(len, words.values()), np.int64, len(words))
        begins = (lengths + 1).cumsum() - lengths - 1
        table = self._spacy_tokens("\n".join(words.values()))
        positions = table[:, -2].astype(np.int64)
        places = np.searchsorted(begins, positions, side="right") - 1
        inside = positions < (begins + lengths)[places]
        places = places[inside]
        return _learned(table[inside], numbers[places], begins[places], WORD)

    def _spacy_tokens(self, text: str) -> NDArray[np.uint64]:
        """Return the attributes of each token, then its offset and its length."""
        # Lone surrogates have no UTF-8 form, without which spaCy cannot hash.
        safe = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
        with self.nlp.memory_zone():
            table: NDArray[np.uint64] = self.nlp.tokenizer(safe).to_array(self.columns)
        return table


class Lexicon:
    """The tokenizer and the embedding of one model, with a cache; safe for several threads."""

    def __init__(
        self, nlp: Any, embedding: Embedding, *, capacity: int, shared: "Lexicon | None" = None
    ) -> None:
        """Start with a cache that is empty and holds up to `capacity` tokens.

        One call of `read` must not ask for more tokens than that; a text has at most as many
        tokens as code points. With the lexicon of another model that reads the same texts,
        what both tokenise alike is tokenised once.
        """
        self._embedding = embedding
        self.spelling = Spelling(nlp, embedding.attributes)
        self._used, self._apart = self.spelling, frozenset[int]()
        apart = None if shared is None else self.spelling.others_norms(shared.spelling)
        if shared is not None and apart is not None:
            self._used, self._apart = shared.spelling, apart
        self._capacity = capacity
        self._lock = threading.Lock()
        self._learned = 0
        self._forget()

    def read(self, pieces: Sequence[str]) -> Tokens:
        """Return the tokens of consecutive pieces of a text, with offsets from the first."""
        keys = [hash(piece) for piece in pieces]
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        with self._lock:
            if not self._numbers.keys() >= set(keys):
                self._learn(dict(zip(keys, pieces, strict=True)))
            numbers = np.array([self._numbers[key] for key in keys])
            first = self._first[numbers]
            counts = self._first[numbers + 1] - first
            before = counts.cumsum() - counts
            index = np.arange(counts.sum()) + np.repeat(first - before, counts)
            vectors, starts, ends, kinds, ids = (column[index] for column in self._tokens)
        offsets = np.repeat(lengths.cumsum() - lengths, counts)
        return Tokens(vectors, starts + offsets, ends + offsets, kinds, ids)

    def _forget(self) -> None:
        self._numbers: dict[int, int] = {}
        # The tokens of piece n are those from first[n] up to first[n + 1].
        self._first = np.zeros(self._capacity + 1, np.int64)
        self._tokens = Tokens(
            np.zeros((self._capacity, self._embedding.width), np.float32),
            *np.zeros((4, self._capacity), np.int64),
        )

    def _learn(self, wanted: dict[int, str]) -> None:
        new = {key: piece for key, piece in wanted.items() if key not in self._numbers}
        keys = list(new)
        learned, distinct, inverse, _ = self._spelled(list(new.values()))
        known = len(self._numbers)
        used = int(self._first[known])
        if used + len(learned.owners) > self._capacity:
            self._forget()
            self._learn(wanted)
            return
        total = used + len(learned.owners)
        self._numbers.update(zip(keys, range(known, known + len(keys)), strict=True))
        counts = np.bincount(learned.owners, minlength=len(keys))
        self._first[known + 1 : known + 1 + len(keys)] = used + counts.cumsum()
        self._tokens.vectors[used:total] = self._embedding(distinct)[inverse]
        self._tokens.starts[used:total] = learned.starts
        self._tokens.ends[used:total] = learned.ends
        self._tokens.kinds[used:total] = learned.kinds
        self._tokens.ids[used:total] = self._learned + inverse
        self._learned += len(distinct)

    def _spelled(self, pieces: Sequence[str]) -> _Spelled:
        spelled = self._used.spell(pieces)
        return spelled if spelled.orths.isdisjoint(self._apart) else self.spelling.spell(pieces)


def _learned(
    table: NDArray[np.uint64], owners: _Counts, origins: _Counts | int, kind: int
) -> _Learned:
    starts = table[:, -2].astype(np.int64) - origins
    ends = starts + table[:, -1].astype(np.int64)
    return _Learned(owners, table[:, :-2], starts, ends, np.full(len(table), kind))


def _norms(nlp: Any) -> dict[int, str]:
    """Return spellings that a vocabulary takes for another word: `cheque` for `check`."""
    lookups = nlp.vocab.lookups
    return dict(lookups.get_table("lexeme_norm")) if lookups.has_table("lexeme_norm") else {}
