"""Tables: tables of expected by given labels -> figures of agreement, many tables at once."""

from collections.abc import Sequence

import numpy as np

from summarizer.evals.metrics import Floats

__all__ = ["kappa", "macro_f1", "quadratic_kappa"]


def macro_f1(tables: Floats, names: Sequence[str]) -> Floats:
    """Return the mean F1 over the labels that are expected at all.

    A label that is never expected has no recall; giving it still costs the precision of nobody
    but lowers the recall of the label that was right.
    """
    del names
    expected, given = tables.sum(axis=2), tables.sum(axis=1)
    right = np.einsum("bii->bi", tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(expected > 0, 2 * right / (expected + given), np.nan)
        means: Floats = np.nansum(scores, axis=1) / (expected > 0).sum(axis=1)
    return means


def quadratic_kappa(tables: Floats, names: Sequence[str]) -> Floats:
    """Return Cohen's kappa with quadratic weights; labels stand in their order.

    Source: J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968).
    """
    step = np.arange(len(names), dtype=np.float64)
    return _kappa(tables, (step[:, None] - step[None, :]) ** 2)


def kappa(tables: Floats, names: Sequence[str]) -> Floats:
    """Return Cohen's kappa: agreement beyond what the two frequencies give by chance.

    Source: J. Cohen, "A coefficient of agreement for nominal scales" (1960).
    """
    return _kappa(tables, 1.0 - np.eye(len(names)))


def _kappa(tables: Floats, weights: Floats) -> Floats:
    total = tables.sum(axis=(1, 2))
    chance = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :]
    seen = (tables * weights).sum(axis=(1, 2))
    by_chance = (chance * weights).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = 1 - seen * total / by_chance
    return result
