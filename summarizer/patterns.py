"""Patterns: a regular expression that a bank wrote -> one compiled by RE2, or what is wrong."""

from functools import cache
from typing import Any, Final

import re2

__all__ = ["check_pattern", "compiled"]


_MEMORY: Final = 64 << 20
"""Bytes a pattern may take: RE2's own 8 MiB hold few of a bank's rules once they are joined."""


@cache
def compiled(pattern: str) -> Any:
    """Compile a pattern in RE2's syntax, in any case, once in the life of the process.

    Raises:
        ValueError: if RE2 does not read it.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        msg = f"not a pattern of RE2 ({reason}); it has no look-around and no back-references"
        raise ValueError(msg) from None


def check_pattern(pattern: str) -> str:
    """Return the pattern if RE2 reads it and it asks for at least one character.

    Raises:
        ValueError: naming what is wrong and the fix.
    """
    if compiled(pattern).search("") is not None:
        msg = "the pattern matches nothing at all; ask for at least one character"
        raise ValueError(msg)
    return pattern
