"""Classifier: a redacted text -> a probability for each label, by words alone.

TF-IDF with multinomial logistic regression. Weights are kept as JSON and computed with numpy, so
that serving a case needs neither the library that fitted them nor a pickle that could run code.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FittedWeights", "LabelClassifier", "features"]

_WORD: Final = re.compile(r"<[a-z_]+?(?:_\d+)?>|[^\W\d_]{2,}|\d+|[$£€]")
_NUMBERED: Final = re.compile(r"_\d+>")


def features(text: str) -> list[str]:
    """Return words and pairs of neighbouring words; every number is one word, as is an entity."""
    words = [_plain(word) for word in _WORD.findall(text.casefold())]
    return [*words, *map(" ".join, pairwise(words))]


def _plain(word: str) -> str:
    return "#" if word.isdecimal() else _NUMBERED.sub(">", word)


class FittedWeights(BaseModel):
    """A classifier as it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    labels: tuple[str, ...]
    vocabulary: dict[str, float]
    """Feature -> its inverse document frequency, in the order of the columns."""
    weights: tuple[tuple[float, ...], ...]
    """A row for each label, a column for each feature."""
    bias: tuple[float, ...]
    fitted_on: Annotated[str, Field(min_length=1)]
    """The set and split whose labels were learned, as `name@sha256:…#split`."""


class LabelClassifier:
    """Gives every label a probability."""

    def __init__(
        self,
        labels: Sequence[str],
        vocabulary: Mapping[str, float],
        weights: NDArray[np.float64],
        bias: NDArray[np.float64],
        fitted_on: str,
    ) -> None:
        """Take fitted weights: a row for each label, a column for each feature."""
        self.labels = tuple(labels)
        self.fitted_on = fitted_on
        self._column = {feature: at for at, feature in enumerate(vocabulary)}
        self._idf = np.array(list(vocabulary.values()))
        self._vocabulary = dict(vocabulary)
        self._weights = weights
        self._bias = bias

    def probabilities(self, text: str | Sequence[str]) -> dict[str, float]:
        """Return a probability for each label; they add up to 1.

        Args:
            text: or its `features`, where several classifiers read the same text.
        """
        scores = self._bias.copy()
        columns, values = self._vector(features(text) if isinstance(text, str) else text)
        if len(columns):
            scores += self._weights[:, columns] @ values
        powers = np.exp(scores - scores.max())
        return dict(zip(self.labels, (powers / powers.sum()).tolist(), strict=True))

    def label(self, text: str) -> str:
        """Return the likeliest label."""
        found = self.probabilities(text)
        return max(found, key=lambda label: found[label])

    @property
    def fitted(self) -> FittedWeights:
        """Return the weights as they are kept, rounded to three decimals."""
        return FittedWeights(
            labels=self.labels,
            vocabulary={word: round(idf, 3) for word, idf in self._vocabulary.items()},
            weights=tuple(tuple(row) for row in self._weights.round(3).tolist()),
            bias=tuple(self._bias.round(3).tolist()),
            fitted_on=self.fitted_on,
        )

    @classmethod
    def of(cls, fitted: FittedWeights) -> "LabelClassifier":
        """Take what was kept.

        Raises:
            ValueError: if the weights are not a row for each label and a column for each feature.
        """
        weights = np.array(fitted.weights, dtype=np.float64)
        bias = np.array(fitted.bias, dtype=np.float64)
        if weights.shape != (len(fitted.labels), len(fitted.vocabulary)) or len(bias) != len(
            weights
        ):
            msg = "weights: not a row for each label and a column for each feature"
            raise ValueError(msg)
        return cls(fitted.labels, fitted.vocabulary, weights, bias, fitted.fitted_on)

    def _vector(self, found: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        counts = Counter(self._known(found))
        columns = np.array(list(counts), dtype=np.int64)
        values = (1 + np.log(np.array(list(counts.values()), dtype=np.float64))) * self._idf[
            columns
        ]
        norm = np.linalg.norm(values)
        return columns, values / norm if norm else values

    def _known(self, found: Sequence[str]) -> Iterator[int]:
        return (self._column[feature] for feature in found if feature in self._column)
