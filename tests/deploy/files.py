"""What is deployed, read: the Dockerfile's instructions, the compose file, the locks."""

import re
import tomllib
from typing import Any, NamedTuple

import yaml

from tests.routes import REPOSITORY

__all__ = ["Instruction", "compose", "dockerfile", "locked", "project"]

_REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", flags=re.MULTILINE)


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, with its stage counted from 0."""

    stage: int
    name: str
    text: str


def dockerfile() -> list[Instruction]:
    """Read the instructions, with continued lines joined and comments left out."""
    source = (REPOSITORY / "Dockerfile").read_text()
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    stage, found = -1, []
    for line in filter(str.strip, joined.splitlines()):
        name, _, text = line.strip().partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, text.strip()))
    return found


def compose() -> dict[str, Any]:
    """Read the compose file, with its anchors resolved."""
    content: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
    return content


def locked(path: str) -> dict[str, str]:
    """Read the versions of a lock by name."""
    return dict(_REQUIREMENT.findall((REPOSITORY / path).read_text()))


def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
