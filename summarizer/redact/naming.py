"""Naming: each distinct value of a case -> the one thing that stands for it everywhere."""

from collections.abc import Iterable, Mapping

from summarizer.policy import Policy
from summarizer.redact.operators import substitute
from summarizer.redact.people import same_person
from summarizer.redact.tokens import LITERAL, token
from summarizer.redact.values import Value, compact

__all__ = ["Naming"]

_TOKEN_ACTIONS = frozenset({"placeholder", "block"})


class Naming:
    """Gives the same value, and the same person, the same token in every message.

    Tokens are numbered per entity in reading order. A value that was taken for two kinds of
    data in two places is one value: the more certain kind decides.
    """

    def __init__(self, occurrences: Iterable[Value], policy: Policy) -> None:
        """Name every value among the occurrences, which come in reading order."""
        seen = list(occurrences)
        self._policy = policy
        self._best: dict[str, Value] = {}
        for value in seen:
            known = self._best.get(_key(value.text))
            if known is None or value.score > known.score:
                self._best[_key(value.text)] = value
        self._people = same_person(
            value.text for value in seen if self.entity(value.text) == "PERSON"
        )
        self._tokens: dict[str, str] = {}
        self._fullest: dict[str, str] = {}
        counts: dict[str, int] = {}
        for value in seen:
            self._name(value.text, counts)
        self.values: tuple[Value, ...] = tuple(
            {value.text: value for value in seen if value.entity != LITERAL}.values()
        )

    @property
    def fullest(self) -> Mapping[str, str]:
        """Token -> the fullest form of its value."""
        return self._fullest

    def entity(self, text: str) -> str:
        """Return what kind of data a value is."""
        return self._best[_key(text)].entity

    def stand_in(self, text: str) -> str:
        """Return what stands for a value."""
        entity = self.entity(text)
        rule = self._policy.rule(entity)
        if entity == LITERAL or rule.action in _TOKEN_ACTIONS:
            return self._tokens[self._identity(text)]
        return substitute(text, entity, rule)

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
        if self.entity(text) == "PERSON":
            return _key(self._people[text])
        return _key(text)


def _key(text: str) -> str:
    """Return what makes two values the same; a placeholder look-alike is only itself."""
    if text.startswith("<") and text.endswith(">"):
        return text
    return compact(text) or text
