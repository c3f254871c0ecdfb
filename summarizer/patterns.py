"""Patterns: a regular expression that a bank wrote -> one compiled by RE2, or what is wrong."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import re2

__all__ = ["PatternSet", "check_pattern", "compiled"]


_MEMORY: Final = 64 << 20
"""Bytes a pattern may take: RE2's own 8 MiB hold few of a bank's rules once they are joined."""
_TOGETHER: Final = 16
"""Patterns of a set that are looked for at once; more take more memory than they save time."""
_ANYTHING: Final = r"(?s:.)"
"""Stands in every text, so that a look which does not find it has failed."""


@cache
def compiled(pattern: str) -> Any:
    """Compile a pattern in RE2's syntax, in any case, once in the life of the process.

    Raises:
        ValueError: if RE2 does not read it.
    """
    try:
        return re2.compile(pattern, _options())
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        msg = f"not a pattern of RE2 ({reason}); it has no look-around and no back-references"
        raise ValueError(msg) from None


class PatternSet:
    """Says which of many patterns stand in a text, in few looks at it instead of one for each."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Args: patterns: name -> pattern of RE2 that `compiled` takes."""
        self._names = tuple(patterns)
        self._groups: list[tuple[Any, tuple[str, ...]]] = []
        for first in range(0, len(patterns), _TOGETHER):
            names = self._names[first : first + _TOGETHER]
            group = re2.Set.SearchSet(_options())
            for name in names:
                group.Add(patterns[name])
            group.Add(_ANYTHING)
            group.Compile()
            self._groups.append((group, names))

    def names_in(self, data: bytes) -> frozenset[str]:
        """Return the names of the patterns that may stand in a text; of no other, there is one."""
        found: list[str] = []
        for group, names in self._groups:
            numbers = group.Match(data) or ()
            if len(names) in numbers:
                found += [names[number] for number in numbers if number < len(names)]
            else:  # It ran out of memory, and knows nothing.
                found += names
        return frozenset(found)


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


def check_pattern(pattern: str) -> str:
    """Return the pattern if RE2 reads it and it asks for at least one character.

    Raises:
        ValueError: naming what is wrong and the fix.
    """
    if compiled(pattern).search("") is not None:
        msg = "the pattern matches nothing at all; ask for at least one character"
        raise ValueError(msg)
    return pattern
