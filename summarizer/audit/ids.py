"""A clock and randomness -> event ids: UUIDv7, strictly increasing within a process."""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

__all__ = ["EventIds", "first_id"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 74
_RAND_B_BITS = 62


def _now() -> datetime:
    return datetime.now(UTC)


class EventIds:
    """Makes UUIDv7 strings that sort in the order they were made (RFC 9562, 5.7 and 6.2).

    The 74 random bits are one counter: within a millisecond, or after the clock stepped back,
    it grows by a random step (method 2), and an overflow borrows the next millisecond.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = _now,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Take a clock that gives aware datetimes, and a source of n random bytes."""
        self._clock = clock
        self._random = random
        self._lock = threading.Lock()
        self._millisecond = -1
        self._tail = 0

    def new(self) -> str:
        """Return an id greater than every id this object has returned."""
        now = (self._clock() - _EPOCH) // timedelta(milliseconds=1)
        with self._lock:
            if now > self._millisecond:
                self._restart(now)
            else:
                self._tail += 1 + int.from_bytes(self._random(4))
                if self._tail >> _TAIL_BITS:
                    self._restart(self._millisecond + 1)
            return _format(self._millisecond, self._tail)

    def _restart(self, millisecond: int) -> None:
        self._millisecond = millisecond
        # The top bit stays free, so that a burst within one millisecond does not overflow.
        self._tail = int.from_bytes(self._random(10)) >> (80 - _TAIL_BITS + 1)


def first_id(moment: datetime, later: timedelta = timedelta()) -> str:
    """Return what sorts before every id that is made from a moment on, and after every earlier one.

    Args:
        moment: aware.
        later: how long after it, or before it where this is negative; before 1970 there are none.
    """
    since_epoch = (moment - _EPOCH) + later
    return _format(max(since_epoch // timedelta(milliseconds=1), 0), 0)


def _format(millisecond: int, tail: int) -> str:
    rand_a, rand_b = tail >> _RAND_B_BITS, tail & ((1 << _RAND_B_BITS) - 1)
    return str(UUID(int=millisecond << 80 | 7 << 76 | rand_a << 64 | 2 << 62 | rand_b))
