"""Intervals: how far a share measured on a sample can be trusted."""

from math import sqrt
from typing import NamedTuple

__all__ = ["Share", "wilson"]

_Z_95 = 1.959963984540054


class Share(NamedTuple):
    """A share with its 95 % interval; `n` is how many it was measured on."""

    value: float
    low: float
    high: float
    n: int


def wilson(hits: int, n: int, z: float = _Z_95) -> Share:
    """Return the share `hits / n` with Wilson's score interval.

    With nothing measured the interval is everything: 0 to 1, and the value is 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927).

    Raises:
        ValueError: if `hits` is not between 0 and `n`.
    """
    if not 0 <= hits <= n:
        msg = f"{hits} of {n} is not a share"
        raise ValueError(msg)
    if n == 0:
        return Share(0.0, 0.0, 1.0, 0)
    share, weight = hits / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return Share(share, max(0.0, middle - half), min(1.0, middle + half), n)
