"""Rates: the requests of a caller -> let through, or told when to come again."""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final

from summarizer.api.problems import HTTPCode, HTTPRefusal

__all__ = ["Rates"]

_MINUTE: Final = 60
_MOST_REMEMBERED: Final = 10_000


class Rates:
    """A token bucket per caller: a minute's requests may come at once, then they must be spread."""

    def __init__(self, per_minute: int, *, now: Callable[[], float] = monotonic) -> None:
        """Fill every bucket; `now` gives seconds."""
        self._per_minute = per_minute
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Caller -> what was left, and when; who was let through last stands last."""

    def take(self, caller: str) -> None:
        """Count one request.

        Raises:
            HTTPRefusal: if the caller had too many; with `Retry-After` (RFC 9110, 10.2.3) and
                the fields of draft-ietf-httpapi-ratelimit-headers.
        """
        now = self._now()
        left = self._left(caller, now)
        if left < 1:
            raise self._limited(ceil((1 - left) * _MINUTE / self._per_minute))
        self._buckets[caller] = (left - 1, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _MOST_REMEMBERED:
            # A bucket is full after a quiet minute: as a rule nothing is forgotten that counts.
            self._buckets.popitem(last=False)

    def _left(self, caller: str, now: float) -> float:
        left, at = self._buckets.get(caller, (float(self._per_minute), now))
        return min(left + (now - at) * self._per_minute / _MINUTE, float(self._per_minute))

    def _limited(self, seconds: int) -> HTTPRefusal:
        return HTTPRefusal(
            HTTPCode.RATE_LIMITED,
            f"a caller has {self._per_minute} requests a minute; ask again in {seconds} s",
            headers={
                "Retry-After": str(seconds),
                "RateLimit": f'"caller";r=0;t={seconds}',
                "RateLimit-Policy": f'"caller";q={self._per_minute};w={_MINUTE}',
            },
        )
