"""Heap: how malloc serves the threads of a service, so that its memory does not grow with time.

Redaction, encryption and the log run on threads, and glibc gives threads heaps of their own, up to
eight for each processor. What a request leaves free in one of them no other thread can use, so that
a service grew by a sixth in three minutes whose Python objects did not grow at all. Two heaps are
enough, since the interpreter lets one thread at a time run.

Source: mallopt(3), M_ARENA_MAX.
"""

import ctypes
from typing import Final

__all__ = ["few_heaps"]

_M_ARENA_MAX: Final = -8
_MOST: Final = 2


def few_heaps() -> bool:
    """Have all threads that begin from now on share two heaps; say whether malloc took it.

    Another C library than glibc has no such setting, and needs none.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(set_option(_M_ARENA_MAX, _MOST))
