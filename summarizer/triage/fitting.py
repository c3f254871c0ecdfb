"""Fitting: labelled texts -> a `LabelClassifier`, and opinions -> the weights that join them.

The only module that loads scikit-learn.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from summarizer.errors import ConfigurationError
from summarizer.triage.classifier import LabelClassifier, features
from summarizer.triage.labelling import (
    FIELDS,
    LabelField,
    LabelWeights,
    Opinion,
    distribution,
)

__all__ = ["Judged", "fit_classifier", "fit_classifiers", "fit_weights"]

_LEAST_DOCUMENTS = 2
_MOST_FEATURES = 1_500
_INVERSE_STRENGTH = 10.0
_ITERATIONS = 300
_BINARY = 2
_FOLDS = 5
_SCALES: tuple[float, ...] = tuple(np.geomspace(0.25, 4.0, 49).tolist())
_LEAST = 1e-6
_STRAY: Final = 1.5
"""How far a weight may stray from its default before that costs as much as one case."""

_Pair = tuple[str, str]
"""A text and its label."""
Judged = tuple[Opinion, str, bool]
"""What was known of a field of a case, its right label, and whether checks had findings."""


def fit_classifier(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    fitted_on: str,
    taught: Sequence[tuple[str, str]] = (),
) -> LabelClassifier:
    """Learn labels from texts; rare labels weigh as much as frequent ones.

    Probabilities are scaled to what five-fold cross-validation shows them to be worth. The same
    texts and labels give the same weights.

    Args:
        texts: cases.
        labels: one for each.
        fitted_on: names the cases, for the record.
        taught: more texts with their labels, such as definitions: learned, but not tried on.

    Raises:
        ConfigurationError: if there are fewer than two different labels.
    """
    if len(set(labels)) < _BINARY:
        msg = "a classifier needs texts of at least two different labels; add labelled cases"
        raise ConfigurationError(msg)
    pairs = list(zip(texts, labels, strict=True))
    return _fitted([*pairs, *taught], fitted_on, scale=_scale(pairs, taught))


def fit_classifiers(
    texts: Sequence[str],
    labels: Mapping[LabelField, Sequence[str | None]],
    taught: Mapping[LabelField, Sequence[tuple[str, str]]],
    *,
    fitted_on: str,
) -> dict[LabelField, LabelClassifier]:
    """Learn every field that has at least two labels; texts without one are left out of it.

    Raises:
        ConfigurationError: if no field can be learned.
    """
    found: dict[LabelField, LabelClassifier] = {}
    for name in FIELDS:
        pairs = [
            (text, label)
            for text, label in zip(texts, labels.get(name, ()), strict=False)
            if label is not None
        ]
        if len({label for _, label in pairs}) >= _BINARY:
            own_texts, own_labels = zip(*pairs, strict=True)
            found[name] = fit_classifier(
                own_texts, own_labels, fitted_on=fitted_on, taught=taught.get(name, ())
            )
    if not found:
        msg = "no field has cases of at least two different labels; add labelled cases"
        raise ConfigurationError(msg)
    return found


def fit_weights(judged: Sequence[Judged], codes: tuple[str, ...]) -> LabelWeights:
    """Fit the weights of one field by the likelihood of the right labels.

    A prior on the weights, centred on their defaults, keeps few cases from deciding alone.
    """
    names = tuple(LabelWeights.model_fields)
    start = np.array([getattr(LabelWeights(), name) for name in names])

    def cost(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        weights = LabelWeights(**dict(zip(names, values.tolist(), strict=True)))
        surprise: float = sum(
            -math.log(
                max(_LEAST, distribution(opinion, weights, codes, findings=doubted).get(right, 0))
            )
            for opinion, right, doubted in judged
        )
        strayed = float(np.linalg.norm((values - start) / _STRAY))
        return surprise + strayed * strayed / 2

    result = minimize(cost, start, method="L-BFGS-B", bounds=[(0.0, 5.0)] * len(names))
    return LabelWeights(**{
        name: round(float(value), 3) for name, value in zip(names, result.x, strict=True)
    })


def _scale(pairs: Sequence[_Pair], taught: Sequence[_Pair]) -> float:
    """Return what to multiply scores by, so that probabilities hold for texts not learned."""
    surprises = []
    for fold in range(_FOLDS):
        learned = [pair for at, pair in enumerate(pairs) if at % _FOLDS != fold]
        if len({label for _, label in learned}) < _BINARY:
            continue
        classifier = _fitted([*learned, *taught], "fold", scale=1.0)
        surprises += [_surprise(classifier, *pair) for pair in pairs[fold::_FOLDS]]
    if not surprises:
        return 1.0
    return min(_SCALES, key=lambda scale: sum(surprise(scale) for surprise in surprises))


def _surprise(classifier: LabelClassifier, text: str, label: str) -> Callable[[float], float]:
    found = classifier.probabilities(text)
    logs = np.log(np.maximum(_LEAST, np.array(list(found.values()))))
    at = classifier.labels.index(label) if label in classifier.labels else None

    def surprise(scale: float) -> float:
        if at is None:  # A label that this fold could not learn says nothing of the scale.
            return 0.0
        scaled = logs * scale
        return float(np.log(np.exp(scaled - scaled.max()).sum()) + scaled.max() - scaled[at])

    return surprise


def _fitted(pairs: Sequence[_Pair], fitted_on: str, *, scale: float) -> LabelClassifier:
    texts, labels = zip(*pairs, strict=True)
    vectorizer = TfidfVectorizer(
        analyzer=features,
        min_df=_LEAST_DOCUMENTS if len(texts) > _LEAST_DOCUMENTS**4 else 1,
        max_features=_MOST_FEATURES,
        sublinear_tf=True,
    )
    matrix = vectorizer.fit_transform(texts)
    model = LogisticRegression(
        C=_INVERSE_STRENGTH, class_weight="balanced", max_iter=_ITERATIONS
    ).fit(matrix, labels)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == _BINARY:
        # One row is the difference of two labels.
        weights, bias = (
            np.vstack([-weights / 2, weights / 2]),
            np.array([-bias[0] / 2, bias[0] / 2]),
        )
    names = vectorizer.get_feature_names_out()
    return LabelClassifier(
        [str(label) for label in model.classes_],
        dict(zip(map(str, names), map(float, vectorizer.idf_), strict=True)),
        weights * scale,
        bias * scale,
        fitted_on,
    )
