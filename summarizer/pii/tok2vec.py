"""Turns the weights of a loaded spaCy tok2vec into numpy layers: token attributes to vectors.

Only spaCy's own small architecture is read: `MultiHashEmbed` without static vectors, then
`MaxoutWindowEncoder`. The figures are those that thinc computes, up to the rounding of sums.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ConfigurationError

__all__ = ["Embedding", "Encoder", "Floats", "expect", "read_tok2vec"]

Floats = NDArray[np.float32]

_HASH_EMBED = ("ints-getitem", "hashembed")
_MAXOUT = ("maxout", "layernorm", "dropout")
_EPSILON = np.float32(1e-8)
# Looking for windows that repeat pays from so many tokens on, and up to this share of distinct
# ones.
_LEAST_COUNTED = 200
_SHARE_DISTINCT = 0.8


def expect(part: str, *, holds: bool) -> None:
    """Refuse a model that computes something else than these modules do.

    Raises:
        ConfigurationError: if the expectation about `part` does not hold.
    """
    if not holds:
        msg = f"the NER model is not of spaCy's small architecture ({part}); use another model"
        raise ConfigurationError(msg)


@dataclass(frozen=True)
class _Maxout:
    """A maxout layer followed by layer normalisation."""

    weight: Floats
    """Inputs by pieces times outputs; the outputs of one piece lie side by side."""
    bias: Floats
    gain: Floats
    shift: Floats

    @classmethod
    def read(cls, maxout: Any, norm: Any) -> "_Maxout":
        weight, bias = maxout.get_param("W"), maxout.get_param("b")
        outputs, pieces, inputs = weight.shape
        gain, shift = norm.get_param("G"), norm.get_param("b")
        expect("maxout shapes", holds=bias.shape == (outputs, pieces) and pieces > 1)
        expect("layer normalisation", holds=gain.shape == shift.shape == (outputs,))
        return cls(
            weight=np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(inputs, -1)),
            bias=np.ascontiguousarray(bias.T.reshape(-1)),
            gain=gain.copy(),
            shift=shift.copy(),
        )

    @property
    def inputs(self) -> int:
        return int(self.weight.shape[0])

    @property
    def outputs(self) -> int:
        return int(self.gain.size)

    def __call__(self, vectors: Floats) -> Floats:
        raw = vectors @ self.weight
        raw += self.bias
        width = len(self.gain)
        best: Floats = np.maximum(raw[:, :width], raw[:, width : 2 * width])
        for piece in range(2 * width, raw.shape[1], width):
            np.maximum(best, raw[:, piece : piece + width], out=best)
        best -= best.dot(self._average)[:, None]
        scale = np.einsum("ij,ij->i", best, best)
        scale /= np.float32(width)
        scale += _EPSILON
        np.sqrt(scale, out=scale)
        np.reciprocal(scale, out=scale)
        best *= scale[:, None]
        best *= self.gain
        best += self.shift
        return best

    @cached_property
    def _average(self) -> Floats:
        return np.full(self.outputs, 1 / self.outputs, np.float32)


@dataclass(frozen=True)
class _HashTable:
    rows: Floats
    hash_ids: Callable[[NDArray[np.uint64]], NDArray[np.uint32]]
    """Four hashes of each id, as spaCy seeds them."""

    @classmethod
    def read(cls, layer: Any) -> "_HashTable":
        seed, ops = layer.attrs["seed"], layer.ops
        return cls(layer.get_param("E").copy(), lambda ids: ops.hash(ids, seed))

    def __call__(self, ids: NDArray[np.uint64]) -> Floats:
        hashes = self.hash_ids(np.ascontiguousarray(ids))
        vectors: Floats = self.rows[hashes % self.rows.shape[0]].sum(axis=1)
        return vectors


@dataclass(frozen=True)
class Embedding:
    """What a token is by itself: one vector from the hashes of its attributes."""

    attributes: tuple[str | int, ...]
    """spaCy's names or numbers of the token attributes, in the order of the columns."""
    _tables: tuple[_HashTable, ...]
    _mix: _Maxout

    @property
    def width(self) -> int:
        """Length of a vector."""
        return self._mix.outputs

    def __call__(self, attributes: NDArray[np.uint64]) -> Floats:
        """Return a vector for each row of attribute hashes."""
        columns = [table(attributes[:, number]) for number, table in enumerate(self._tables)]
        return self._mix(np.concatenate(columns, axis=1))


@dataclass(frozen=True)
class Encoder:
    """What a token is among its neighbours: residual convolutions over a window of tokens."""

    _layers: tuple[_Maxout, ...]
    _window: int

    @property
    def reach(self) -> int:
        """How many tokens to either side have an influence on a token's vector."""
        return self._window * len(self._layers)

    @property
    def width(self) -> int:
        """Length of a vector."""
        return self._layers[0].outputs

    def __call__(self, vectors: Floats, ids: NDArray[np.int64]) -> Floats:
        """Return the vectors in context of all rows but the first and last `reach` ones.

        What stands among the same neighbours again is computed once.

        Args:
            vectors: one for each token.
            ids: one for each token, equal only for equal vectors.
        """
        counts = len(vectors) >= _LEAST_COUNTED
        for layer in self._layers:
            windows = self._windows(vectors)
            inner = vectors[self._window : len(vectors) - self._window]
            if counts:
                first, ids = self._distinct(ids)
                # The longer the windows, the fewer of them repeat.
                counts = len(first) < _SHARE_DISTINCT * len(ids)
            if counts:
                vectors = layer(windows[first])
                vectors += inner[first]
                vectors = vectors[ids]
            else:
                vectors = layer(np.ascontiguousarray(windows))
                vectors += inner
        return vectors

    def _windows(self, vectors: Floats) -> Floats:
        count, width = vectors.shape
        shape = (count - 2 * self._window, (2 * self._window + 1) * width)
        vectors = np.ascontiguousarray(vectors)
        # The rows of a window lie side by side in memory already; the array made here is a view
        # of them, and cheaper to make than by `as_strided`.
        return np.ndarray(shape, np.float32, vectors, strides=vectors.strides)

    def _distinct(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where each distinct window stands first, and the number of each window."""
        span = len(ids) - 2 * self._window
        _, small = np.unique(ids, return_inverse=True)
        key = small[:span]
        for shift in range(1, 2 * self._window + 1):
            # Numbered anew at each step, so that no product overflows.
            _, first, key = np.unique(
                key * len(ids) + small[shift : shift + span], return_index=True, return_inverse=True
            )
        return first, key


def read_tok2vec(model: Any) -> tuple[Embedding, Encoder]:
    """Copy the weights out of a loaded tok2vec model.

    Raises:
        ConfigurationError: if it has other layers than `MultiHashEmbed` and
            `MaxoutWindowEncoder`, or if their shapes do not fit together.
    """
    expect("tok2vec", holds=model.has_ref("embed") is True and model.has_ref("encode") is True)
    embedding = _read_embedding(model.get_ref("embed"))
    encoder = _read_encoder(model.get_ref("encode"))
    expect("widths", holds=embedding.width == encoder.width)
    return embedding, encoder


def _read_embedding(model: Any) -> Embedding:
    leaves = _leaves(model)
    attributes = tuple(leaves[0].attrs.get("columns", ()))
    _expect_layers(
        "embedding",
        leaves,
        ("extract_features", "list2ragged", *_HASH_EMBED * len(attributes), *_MAXOUT),
        ("ragged2list",),
    )
    hash_embeds = leaves[3 : 2 + 2 * len(attributes) : 2]
    columns = [layer.attrs["column"] for layer in hash_embeds]
    expect("embedding columns", holds=columns == list(range(len(attributes))))
    tables = tuple(_HashTable.read(layer) for layer in hash_embeds)
    mix = _Maxout.read(*leaves[-4:-2])
    expect("embedding width", holds=sum(t.rows.shape[1] for t in tables) == mix.inputs)
    return Embedding(attributes, tables, mix)


def _read_encoder(model: Any) -> Encoder:
    leaves = _leaves(model)
    depth = len(leaves) // 4
    _expect_layers("encoder", leaves, ("expand_window", *_MAXOUT) * depth)
    residuals = [
        node
        for node in model.walk()
        if node.layers and node.name == f"residual({node.layers[0].name})"
    ]
    windows = {layer.attrs["window_size"] for layer in leaves[::4]}
    expect("encoder depth", holds=depth > 0 and len(residuals) == depth and len(windows) == 1)
    window = windows.pop()
    layers = tuple(_Maxout.read(leaves[i + 1], leaves[i + 2]) for i in range(0, 4 * depth, 4))
    expect(
        "encoder width",
        holds=all(
            layer.inputs == (2 * window + 1) * layer.outputs and layer.outputs == layers[0].outputs
            for layer in layers
        ),
    )
    return Encoder(layers, window)


def _leaves(model: Any) -> list[Any]:
    return [node for node in model.walk(order="dfs_pre") if not node.layers]


def _expect_layers(part: str, leaves: Sequence[Any], *names: tuple[str, ...]) -> None:
    expected = [name for group in names for name in group]
    expect(part, holds=[layer.name for layer in leaves] == expected)
