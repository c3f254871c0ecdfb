"""Egress: the exact bytes about to leave -> what personal data is in them.

This is the second look, independent of the first: it reads the bytes, not our objects. The
fixed part of a prompt is known by its text and not searched; everything else is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import orjson

from summarizer.models import Prompt
from summarizer.pii import Detector
from summarizer.policy import Policy
from summarizer.redact.numbers import checksummed
from summarizer.redact.values import Finder, Value, is_weak
from summarizer.redact.vault import Vault

__all__ = ["EgressCheck", "EgressHit"]


@dataclass(frozen=True, slots=True)
class EgressHit:
    """Personal data in an outgoing request: which entity and where, never the value."""

    entity: str
    where: str
    """The text of the ticket it stands in (`messages[0].body`), or `request`."""


class EgressCheck:
    """Searches a request for the values of one case, and for numbers that prove themselves."""

    def __init__(self, *, detector: Detector, policy: Policy, prompt: Prompt, vault: Vault) -> None:
        """Prepare the search; nothing is searched yet."""
        self._detector = detector
        self._policy = policy
        self._prompt = prompt
        self._strong = [value for value in vault.values if not is_weak(value.text)]
        self._weak = [value for value in vault.values if is_weak(value.text)]

    def search(self, url: str, body: bytes) -> list[EgressHit]:
        """Return every hit; an empty list means that the request may leave.

        A body that is not JSON is a hit by itself: what cannot be read cannot be cleared.

        Raises:
            RedactionError: if the detector failed on the outgoing text.
        """
        try:
            strings = list(_strings(orjson.loads(body)))
        except orjson.JSONDecodeError:
            return [EgressHit("UNREADABLE", "request")]
        outgoing = [text for text in strings if text not in self._prompt.fixed]
        address = urlsplit(url)
        outgoing += [unquote(part) for part in (address.path, address.query) if part]
        return self._search("\n".join(outgoing))

    def _search(self, outgoing: str) -> list[EgressHit]:
        finder = Finder(outgoing)
        hits = [self._hit(match.value.entity, [match.value]) for match in finder.find(self._strong)]
        hits += [
            self._hit(found.entity, checksummed_value=outgoing[found.start : found.end])
            for found in checksummed(outgoing)
            if self._policy.rule(found.entity).detect
        ]
        weak = list(finder.find(self._weak))
        if weak:
            again = self._detector.detect([outgoing])[0]
            hits += [
                self._hit(match.value.entity, [match.value])
                for match in weak
                if any(
                    item.start < match.end
                    and match.start < item.end
                    and item.entity == match.value.entity
                    and item.score >= self._policy.rule(item.entity).threshold
                    for item in again
                )
            ]
        return list(dict.fromkeys(hits))

    def _hit(
        self, entity: str, values: Iterable[Value] = (), *, checksummed_value: str = ""
    ) -> EgressHit:
        """Name the text of the redacted case in which the finding stands."""

        def holds(text: str) -> bool:
            return bool(checksummed_value and checksummed_value in text) or any(
                Finder(text).find(list(values))
            )

        return EgressHit(entity, self._where(holds))

    def _where(self, holds: Callable[[str], bool]) -> str:
        return next((text.where for text in self._prompt.case.texts if holds(text.text)), "request")


def _strings(value: object) -> Iterator[str]:
    """Yield every string of a JSON value, keys included, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
