"""Operators: what stands for a value that policy does not give a placeholder.

Every result begins and ends with a bracket, so that none can complete a placeholder with the
text around it.
"""

import re
from ipaddress import ip_address

from summarizer.policy.sections import EntityRule

__all__ = ["substitute"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DOMAIN = re.compile(r"@([A-Za-z0-9.-]{1,253})$")
_KEPT = frozenset(" -./")
_LEAST_HIDDEN = 4


def substitute(value: str, entity: str, rule: EntityRule) -> str:
    """Return what stands for a value under `mask`, `generalise` or `drop`."""
    if rule.action == "mask":
        return f"[{_masked(value, rule.keep_first, rule.keep_last)}]"
    if rule.action == "generalise":
        return f"[{_generalised(value, entity)}]"
    return f"[{_words(entity)} removed]"


def _masked(value: str, first: int, last: int) -> str:
    """Hide all letters and digits but the first and last few.

    A value of which fewer than four would stay hidden is hidden whole.
    """
    positions = [at for at, character in enumerate(value) if character.isalnum()]
    if len(positions) - first - last < _LEAST_HIDDEN:
        first = last = 0
    shown = {*positions[:first], *positions[len(positions) - last :]}
    return "".join(
        character if at in shown or character in _KEPT else "*"
        for at, character in enumerate(value)
    )


def _generalised(value: str, entity: str) -> str:
    if entity in {"DATE_TIME", "DATE_OF_BIRTH"} and (year := _YEAR.search(value)):
        return f"{_words(entity)} in {year.group()}"
    if entity == "EMAIL_ADDRESS" and (domain := _DOMAIN.search(value)):
        return f"e-mail at {domain.group(1)}"
    if entity == "IP_ADDRESS":
        return _network(value)
    return _words(entity)


def _network(value: str) -> str:
    try:
        address = ip_address(value.strip())
    except ValueError:
        return "IP address"
    kept = address.exploded.split("." if address.version == 4 else ":")[:2]  # noqa: PLR2004 - IPv4
    return f"IP address in {('.' if address.version == 4 else ':').join(kept)}"  # noqa: PLR2004 - IPv4


def _words(entity: str) -> str:
    return entity.lower().replace("_", " ")
