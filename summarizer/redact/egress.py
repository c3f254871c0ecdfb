"""Egress: the exact bytes about to leave -> what personal data is in them.

This is the second look, independent of the first: it reads the bytes, not our objects. The
fixed part of a prompt is known by its text and not searched; everything else is.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import orjson

from summarizer.models import Prompt
from summarizer.pii import Detector
from summarizer.policy import Policy
from summarizer.redact.numbers import checksummed
from summarizer.redact.values import Value, ValueMatch, find_values, is_weak
from summarizer.redact.vault import Vault

__all__ = ["EgressCheck", "EgressHit"]

_AROUND: Final = 300
"""Characters on either side of a weak value that the detector reads, and on to the line's end.

The heading of a table may be farther up; the first look, which reads whole texts, goes by it."""


class EgressHit(NamedTuple):
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
        self._values = vault.values
        masks = {span.placeholder for span in prompt.case.spans if span.placeholder[:1] == "["}
        self._own_words = sorted(masks, key=len, reverse=True)

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
        parts = self._prompt.case_parts
        outgoing = [parts.get(text, text) for text in strings if text not in self._prompt.fixed]
        address = urlsplit(url)
        outgoing += [unquote(part) for part in (address.path, address.query) if part]
        return self._search(self._without_own_words("\n".join(outgoing)))

    def _without_own_words(self, text: str) -> str:
        """Leave out masks and generalised values that redaction put there itself."""
        for words in self._own_words:
            text = text.replace(words, " \n ")
        return text

    def _search(self, outgoing: str) -> list[EgressHit]:
        matches = list(find_values([outgoing], self._values))
        weak = {value for value in {match.value for match in matches} if is_weak(value.text)}
        found = {match.value for match in matches} - weak
        found |= self._found_again(outgoing, [match for match in matches if match.value in weak])
        hits = [self._hit(value.entity, value.text) for value in found]
        hits += [
            self._hit(number.entity, outgoing[number.start : number.end])
            for number in checksummed(outgoing)
            if self._policy.rule(number.entity).detect
        ]
        return sorted(set(hits))

    def _found_again(self, outgoing: str, weak: Sequence[ValueMatch]) -> set[Value]:
        """Return the weak values that the detector finds in the outgoing text too."""
        if not weak:
            return set()
        passages = list(_passages(outgoing, weak))
        again = self._detector.detect([outgoing[passage] for passage in passages])
        found = {match.value.entity: bytearray(len(outgoing)) for match in weak}
        for passage, items in zip(passages, again, strict=True):
            for item in items:
                start, end = passage.start + item.start, passage.start + item.end
                if item.entity in found and item.score >= self._threshold(item.entity):
                    found[item.entity][start:end] = b"\x01" * (end - start)
        return {
            match.value for match in weak if any(found[match.value.entity][match.start : match.end])
        }

    def _threshold(self, entity: str) -> float:
        return self._policy.rule(entity).threshold

    def _hit(self, entity: str, text: str) -> EgressHit:
        """Name the text of the redacted case in which the finding stands."""
        texts = self._prompt.case.texts
        value = Value(text, entity, "", 1.0)
        match = next(find_values([text.text for text in texts], [value]), None)
        return EgressHit(entity, texts[match.text].where if match else "request")


def _passages(text: str, matches: Sequence[ValueMatch]) -> Iterator[slice]:
    """Yield the whole lines around matches, far enough for a detector; none overlaps another."""
    begin = end = 0
    for match in sorted(matches, key=attrgetter("start")):
        if match.end + _AROUND > end:
            first = text.rfind("\n", 0, max(0, match.start - _AROUND)) + 1
            if first > end:
                if end:
                    yield slice(begin, end)
                begin = first
            last = text.find("\n", match.end + _AROUND)
            end = len(text) if last < 0 else last
    if end:
        yield slice(begin, end)


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
