"""Reads entities off token vectors with the greedy transition system of a spaCy NER model.

A token outside an entity is left out (O), is an entity alone (U) or begins one (B); inside an
entity it continues (I) or ends it (L). Outside, the scores depend on the token alone and are
computed for all tokens at once; only the tokens inside an entity are stepped through.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from summarizer.pii.tok2vec import Floats, expect

__all__ = ["Decoder", "FoundTokens", "Transitions"]

_STATE_TOKENS = 3


class _Move(NamedTuple):
    action: str
    """B, I, L, U or O, as in spaCy."""
    label: str


class _Close(NamedTuple):
    """Scores ending an entity against continuing it: over zero it ends."""

    weight: Floats
    bias: float


@dataclass(frozen=True)
class Transitions:
    """The weights that score the moves.

    A state is described by three tokens: the current one, the first of the open entity and
    the one before the current one. Each adds its own row of `features`.
    """

    _project: Floats
    _project_bias: Floats
    _missing: Floats
    """What the second and the third state token add outside an entity, with the bias."""
    _bias: Floats
    _outside: Floats
    _outside_bias: Floats
    outside: tuple[_Move, ...]
    """The moves that are allowed outside an entity, in spaCy's order."""
    closes: dict[str, _Close]
    """By label."""

    @classmethod
    def read(cls, pipe: Any) -> Self:
        """Copy the weights out of a loaded `ner` pipe.

        Raises:
            ConfigurationError: if its model is not a `TransitionBasedParser` for entities
                with an upper layer, three state tokens and greedy search.
        """
        model = pipe.model
        expect("parser", holds=model.name == "parser_model")
        expect("upper layer", holds=model.attrs["has_upper"] is True)
        expect("unseen labels", holds=not model.attrs["unseen_classes"])
        expect("beam search", holds=pipe.cfg.get("beam_width", 1) == 1)
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        linear = model.get_ref("tok2vec").layers[-1]
        names = (linear.name, lower.name, upper.name)
        expect("layers", holds=names == ("linear", "precomputable_affine", "linear"))
        moves = _moves(pipe.moves)
        weight = lower.get_param("W").astype(np.float64)
        tokens, hidden, pieces, inputs = weight.shape
        expect("state tokens", holds=tokens == _STATE_TOKENS)
        expect("hidden width", holds=linear.get_param("W").shape[0] == inputs)
        expect("moves", holds=upper.get_param("W").shape == (len(moves), hidden))
        # Nothing but sums lies between the vectors and the features, so it is one product.
        flat = weight.transpose(0, 2, 1, 3).reshape(tokens * pieces * hidden, inputs)
        missing = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(tokens, -1)
        bias = lower.get_param("b").T.reshape(-1)
        outside = [n for n, move in enumerate(moves) if move.action in {"B", "U", "O"}]
        return cls(
            _project=np.ascontiguousarray((flat @ linear.get_param("W")).T, np.float32),
            _project_bias=(flat @ linear.get_param("b")).astype(np.float32),
            _missing=missing[1] + missing[2] + bias,
            _bias=bias,
            _outside=np.ascontiguousarray(upper.get_param("W")[outside].T),
            _outside_bias=upper.get_param("b")[outside],
            outside=tuple(moves[n] for n in outside),
            closes=_closes(moves, upper.get_param("W"), upper.get_param("b")),
        )

    @property
    def width(self) -> int:
        """Length of the token vectors these transitions take."""
        return int(self._project.shape[0])

    @property
    def hidden(self) -> int:
        """Width of the hidden layer."""
        return int(self._outside.shape[0])

    def features(self, vectors: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what each token adds as the first, second and third state token."""
        features = vectors @ self._project
        features += self._project_bias
        third = features.shape[1] // _STATE_TOKENS
        current, first, before = (features[:, n * third : (n + 1) * third] for n in range(3))
        return current, first, before

    def score_outside(self, current: Floats) -> Floats:
        """Return a score for each token and move of `outside`."""
        scores = self.hidden_of(current + self._missing) @ self._outside
        scores += self._outside_bias
        return scores

    def opened(self, first: Floats) -> Floats:
        """Return what stays the same in every state of an entity that begins with a token."""
        return first + self._bias

    def hidden_of(self, raw: Floats) -> Floats:
        """Return the largest piece of each hidden unit, of one state or of many."""
        width = self.hidden
        best = raw[..., :width]
        for piece in range(width, raw.shape[-1], width):
            best = np.maximum(best, raw[..., piece : piece + width])
        return best


def _moves(system: Any) -> list[_Move]:
    names = [system.get_class_name(number) for number in range(system.n_moves)]
    moves = [_Move(name[:1], name[2:]) for name in names]
    # U without a label marks tokens that a user blocked beforehand; it is never chosen.
    return [_Move("", "") if move == ("U", "") else move for move in moves]


def _closes(moves: list[_Move], weight: Floats, bias: Floats) -> dict[str, _Close]:
    number = {move: n for n, move in enumerate(moves)}
    labels = {move.label for move in moves if move.action == "B"}
    for label in labels:
        known = _Move("I", label) in number and _Move("L", label) in number
        expect("moves inside an entity", holds=known)
    return {
        label: _Close(weight[last] - weight[inside], float(bias[last] - bias[inside]))
        for label in labels
        for inside, last in [(number[_Move("I", label)], number[_Move("L", label)])]
    }


class FoundTokens(NamedTuple):
    """An entity by its tokens, which are counted over all blocks."""

    first: int
    last: int
    label: str
    margin: float
    """By how much the score of beginning it was higher than that of leaving its token out."""


class _Open(NamedTuple):
    start: int
    label: str
    margin: float
    features: Floats


class Decoder:
    """Takes the tokens of one or more texts block by block and collects their entities."""

    def __init__(self, transitions: Transitions) -> None:
        """Start before the first token."""
        self.found: list[FoundTokens] = []
        self._transitions = transitions
        actions = [move.action for move in transitions.outside]
        self._begins = np.array([n for n, action in enumerate(actions) if action == "B"])
        self._out = actions.index("O")
        self._seen = 0
        self._open: _Open | None = None
        self._before: Floats | None = None

    def feed(self, vectors: Floats, *, silent: NDArray[np.bool_], last: NDArray[np.bool_]) -> None:
        """Decode the next block.

        Args:
            vectors: what the encoder made of each token.
            silent: tokens at which no entity begins.
            last: tokens after which no entity goes on: the end of a text, or of a line.
        """
        current, first, before = self._transitions.features(vectors)
        scores = self._outside_scores(current, last)
        moves: NDArray[np.intp] = scores.argmax(axis=1)
        moves[silent] = self._out
        position = self._inside(0, current, before, last)
        for start in np.flatnonzero(moves != self._out).tolist():
            if start < position:
                continue
            move = self._transitions.outside[moves[start]]
            margin = float(scores[start, moves[start]] - scores[start, self._out])
            position = start + 1
            token = self._seen + start
            if move.action == "U":
                self.found.append(FoundTokens(token, token, move.label, margin))
            else:
                opened = self._transitions.opened(first[start])
                self._open = _Open(token, move.label, margin, opened)
                position = self._inside(position, current, before, last)
        self._seen += len(vectors)
        self._before = before[-1]

    def _outside_scores(self, current: Floats, last: NDArray[np.bool_]) -> Floats:
        scores = self._transitions.score_outside(current)
        scores[np.ix_(np.flatnonzero(last), self._begins)] = -np.inf
        return scores

    def _inside(
        self, position: int, current: Floats, before: Floats, last: NDArray[np.bool_]
    ) -> int:
        """Follow the open entity, if any, and return the first token after it."""
        if self._open is None:
            return position
        start, label, margin, features = self._open
        weight, bias = self._transitions.closes[label]
        for token in range(position, len(current)):
            previous = before[token - 1] if token else self._before
            hidden = self._transitions.hidden_of(current[token] + features + previous)
            if last[token] or hidden @ weight + bias > 0:
                self.found.append(FoundTokens(start, self._seen + token, label, margin))
                self._open = None
                return token + 1
        return len(current)
