"""Files: which file a policy's `policy.yaml` means by a name."""

import re
from pathlib import Path

from summarizer.errors import ConfigurationError
from summarizer.yamlfile import line_of

__all__ = ["named_file", "rule_file"]

_NEIGHBOUR = re.compile(r"\.\./([a-z][a-z0-9_-]{0,63})/([A-Za-z0-9_-]{1,64}\.(?:yaml|json))")
"""A file of a policy folder beside this one."""


def rule_file(path: Path, key: str, name: str | None, own: set[Path]) -> Path | None:
    """Return the file of rules that a policy names, or its own by that name, or None.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    if name is not None:
        return named_file(path, key, name, own)
    usual = path.parent / f"{key}.yaml"
    return usual if usual in own else None


def named_file(path: Path, key: str, name: str, own: set[Path]) -> Path:
    """Return the file that a policy names under a key: its own, or one of a neighbour.

    Nothing else is read: a policy that was taken over from somewhere cannot name other files.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    folder = path.parent
    if (inside := folder / name) in own:
        return inside
    neighbour = _NEIGHBOUR.fullmatch(name)
    if neighbour is not None:
        beside = folder.resolve().parent / neighbour[1] / neighbour[2]
        # The hash goes by file names: two files of one name would leave their order open.
        if beside.name in {file.name for file in own}:
            msg = (
                f"{path}:{line_of(path, (key,))}: {key}: {folder} has a file "
                f"{beside.name} too; name that one or remove it"
            )
            raise ConfigurationError(msg)
        if (beside.parent / "policy.yaml").is_file() and beside.is_file():
            return beside
    kind = "json" if key == "labels" else "yaml"
    msg = (
        f"{path}:{line_of(path, (key,))}: {key}: {name} must be a .{kind} file in "
        f"{folder}, or ../POLICY/FILE.{kind} of a policy folder beside it"
    )
    raise ConfigurationError(msg)
