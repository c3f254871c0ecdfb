"""Fitting: labelled texts -> a `LabelClassifier`. The only module that loads scikit-learn."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from summarizer.errors import ConfigurationError
from summarizer.triage.classifier import LabelClassifier, features

__all__ = ["fit_classifier"]

_LEAST_DOCUMENTS = 2
_MOST_FEATURES = 6_000
_INVERSE_STRENGTH = 10.0
_ITERATIONS = 2_000
_BINARY = 2


def fit_classifier(
    texts: Sequence[str], labels: Sequence[str], *, fitted_on: str
) -> LabelClassifier:
    """Learn labels from texts; rare labels weigh as much as frequent ones.

    The same texts and labels give the same weights.

    Raises:
        ConfigurationError: if there are fewer than two different labels.
    """
    if len(set(labels)) < _BINARY:
        msg = "a classifier needs texts of at least two different labels; add labelled cases"
        raise ConfigurationError(msg)
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
        weights,
        bias,
        fitted_on,
    )
