"""Licences: the metadata of a library -> an SPDX expression, and whether the image may carry it."""

import re
from importlib.metadata import Distribution
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from summarizer.yamlfile import read_yaml

__all__ = ["UNKNOWN", "LicenceRules", "Named", "is_permitted"]

UNKNOWN: Final = "NOASSERTION"
"""SPDX's word for what nobody has said."""
_TOKEN: Final = re.compile(r"[()]|[^\s()]+")
_RULES: Final = Path(__file__).with_name("licences.yaml")


class Named(BaseModel):
    """A library that is used although its licence is not permissive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    licence: str
    reason: Annotated[str, Field(min_length=20)]


class LicenceRules(BaseModel):
    """What `licences.yaml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed: frozenset[str]
    """SPDX identifiers of licences that are permissive."""
    named: dict[str, Named]
    """Library -> why it is used with another licence."""
    spellings: dict[str, str]
    """What metadata says -> the SPDX expression that it means."""
    read: dict[str, str]
    """Library -> the SPDX expression of the text it carries, where metadata says too little."""

    @classmethod
    def shipped(cls) -> "LicenceRules":
        """Read the file beside this module.

        Raises:
            ConfigurationError: naming line and fix.
        """
        return read_yaml(_RULES, cls)

    def licence(self, name: str, distribution: Distribution) -> str:
        """Return the SPDX expression of a library; `NOASSERTION` if nothing says it.

        The first that says it counts: `License-Expression` (PEP 639), the text that was read, the
        field `License`, a classifier.
        """
        metadata = distribution.metadata.json
        expression = metadata.get("license_expression") or self.read.get(name)
        if expression:
            return str(expression)
        classifiers = metadata.get("classifier", ())
        said = (str(metadata.get("license", "")).strip(), *map(str, classifiers))
        return next((self.spellings[each] for each in said if each in self.spellings), UNKNOWN)

    def fault(self, name: str, licence: str) -> str | None:
        """Say why the image may not carry a library under a licence; None if it may."""
        named = self.named.get(name)
        if named is not None and named.licence == licence:
            return None
        if licence != UNKNOWN and is_permitted(licence, self.allowed):
            return None
        return f"{name}: {licence} is not allowed; replace it, or name it with the reason"


def is_permitted(expression: str, allowed: frozenset[str]) -> bool:
    """Say whether a way to use what has this SPDX expression needs allowed licences alone.

    `AND` binds stronger than `OR` (SPDX 3.0.1, annex B). `WITH` is not read: what has an exception
    must be named.

    Raises:
        ValueError: if it is no such expression.
    """
    tokens = _TOKEN.findall(expression)
    result = _either(tokens, allowed)
    if tokens:
        msg = f"{expression!r} is no SPDX expression"
        raise ValueError(msg)
    return result


def _either(tokens: list[str], allowed: frozenset[str]) -> bool:
    result = _both(tokens, allowed)
    while tokens and tokens[0].upper() == "OR":
        tokens.pop(0)
        # Not `or`: the rest must be read in any case.
        result |= _both(tokens, allowed)
    return result


def _both(tokens: list[str], allowed: frozenset[str]) -> bool:
    result = _one(tokens, allowed)
    while tokens and tokens[0].upper() == "AND":
        tokens.pop(0)
        result &= _one(tokens, allowed)
    return result


def _one(tokens: list[str], allowed: frozenset[str]) -> bool:
    if not tokens or tokens[0] == ")":
        msg = "an SPDX expression ends too early"
        raise ValueError(msg)
    token = tokens.pop(0)
    if token != "(":  # noqa: S105 - a parenthesis
        return token in allowed
    result = _either(tokens, allowed)
    if not tokens or tokens.pop(0) != ")":
        msg = "an SPDX expression lacks a closing parenthesis"
        raise ValueError(msg)
    return result
