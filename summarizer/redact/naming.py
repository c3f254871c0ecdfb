"""Naming: each distinct value of a case -> the one thing that stands for it everywhere."""

from collections.abc import Iterable, Mapping

from summarizer.policy import Policy
from summarizer.redact.operators import substitute
from summarizer.redact.people import merge_rule, same_person
from summarizer.redact.tokens import LITERAL, token
from summarizer.redact.values import Value
from summarizer.textfold import value_form

__all__ = ["Naming"]

_TOKEN_ACTIONS = frozenset({"placeholder", "block"})
_EXACT = frozenset({
    LITERAL, "CRYPTO", "EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "PASSWORD", "URL", "USERNAME"
})  # fmt: skip
"""Kinds of which punctuation is a part: `my-bank.com` is not `mybank.com`."""


class Naming:
    """Gives the same value, and the same person, the same token in every message.

    Tokens are numbered per entity in reading order. A value that was taken for two kinds of
    data in two places is one value: the more certain kind decides.
    """

    def __init__(self, occurrences: Iterable[Value], policy: Policy) -> None:
        """Name every value among the occurrences, which come in reading order."""
        seen = list(occurrences)
        self._policy = policy
        self._keys: dict[str, str] = {}
        self._best: dict[str, Value] = {}
        for value in sorted(seen, key=lambda value: -value.score):
            key = self._keys.setdefault(value.text, _key(value.text, value.entity))
            self._best.setdefault(key, value)
        self._people = same_person(
            value.text for value in seen if self.entity(value.text) == "PERSON"
        )
        self._tokens: dict[str, str] = {}
        self._fullest: dict[str, str] = {}
        counts: dict[str, int] = {}
        for value in seen:
            self._name(value.text, counts)

    @property
    def fullest(self) -> Mapping[str, str]:
        """Token -> the fullest form of its value."""
        return self._fullest

    def entity(self, text: str) -> str:
        """Return what kind of data a value is."""
        return self._best[self._keys[text]].entity

    def stand_in(self, text: str) -> str:
        """Return what stands for a value."""
        entity = self.entity(text)
        rule = self._policy.rule(entity)
        if entity == LITERAL or rule.action in _TOKEN_ACTIONS:
            return self._tokens[self._identity(text)]
        return substitute(text, entity, rule)

    def merged(self, text: str) -> str:
        """Say by which rule a name shares its token with a fuller one; empty if it does not."""
        return merge_rule(text, self._people[text]) if text in self._people else ""

    def _name(self, text: str, counts: dict[str, int]) -> None:
        identity, entity = self._identity(text), self.entity(text)
        if identity not in self._tokens:
            counts[entity] = counts.get(entity, 0) + 1
            self._tokens[identity] = token(entity, counts[entity])
        name = self._tokens[identity]
        if entity == LITERAL or self._policy.rule(entity).action in _TOKEN_ACTIONS:
            full = self._people.get(text, text)
            if len(full) > len(self._fullest.get(name, "")):
                self._fullest[name] = full

    def _identity(self, text: str) -> str:
        """Return what two forms of the same value share."""
        person = self._people.get(text, text)
        return self._keys[person]


def _key(text: str, entity: str) -> str:
    """Return what makes two values the same."""
    if entity in _EXACT:
        return f"={text.strip().casefold() if entity != 'CRYPTO' else text.strip()}"
    return value_form(text)
