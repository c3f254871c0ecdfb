"""Secrets file: KEY=VALUE lines that only their owner can read -> the keys of providers."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from summarizer.errors import ConfigurationError

__all__ = ["read_secrets"]

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTES: Final = ("'", '"')
_OTHERS_MAY: Final = stat.S_IRWXG | stat.S_IRWXO


def read_secrets(path: Path) -> Mapping[str, str]:
    """Read the file; empty lines and those that begin with `#` say nothing.

    A value may stand in quotes, which are taken off; nothing in it is expanded.

    Raises:
        ConfigurationError: naming file, line and fix, and never a value; also if anyone but the
            owner may read the file.
    """
    return dict(_pairs(path, _text(path)))


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and not mode & _OTHERS_MAY:
                return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "not UTF-8"
        msg = f"{path}: the secrets file cannot be read ({reason}); check SUMMARIZER_SECRETS_FILE"
        raise ConfigurationError(msg) from None
    msg = (
        f"{path}: the secrets file must be a file that only its owner can read, but has mode "
        f"{stat.S_IMODE(mode):04o}; run chmod 600 on it"
    )
    raise ConfigurationError(msg)


def _pairs(path: Path, text: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        found = _LINE.fullmatch(stripped)
        if found is None or found[1] in seen:
            fault = "not KEY=VALUE" if found is None else f"{found[1]} stands twice; keep one"
            msg = f"{path}:{number}: {fault}"
            raise ConfigurationError(msg)
        seen.add(found[1])
        yield found[1], _unquoted(found[2])


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES:
        return value[1:-1]
    return value
