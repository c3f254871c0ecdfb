"""Sampling: a seed -> summaries for quality review that anyone can draw again.

The order is that of a hash over seed and id: as good as chance to whoever does not choose the
seed to fit, and the same for everyone who draws with it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import Final, Literal, NamedTuple, get_args

from summarizer.audit.newest import newest_readable, opened, reviews_of
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.reviews import state_of
from summarizer.casework.summaries import SummaryLine, line_of

__all__ = ["STRATA", "Sample", "Sampler", "Stratum"]

Stratum = Literal["none", "urgency", "issue_type", "team", "state"]
STRATA: Final[tuple[Stratum, ...]] = get_args(Stratum)
_AMONG: Final = 1_000
_REMEMBERED: Final = 10_000


class Sample(NamedTuple):
    """Summaries that were drawn, and among how many."""

    lines: tuple[SummaryLine, ...]
    among: int


class _Codes(NamedTuple):
    """What a summary says that may be asked for as many of each of; it never changes."""

    urgency: str
    issue_type: str
    team: str


_UNREAD: Final = _Codes("", "", "")
"""Of a summary that was erased a moment ago."""


class Sampler:
    """Draws from the newest summaries of a log.

    To see what each of a thousand summaries is, it must be decrypted. The three codes that count
    are kept in memory then, and nothing else of it: an outcome never changes. Whether a summary
    may be drawn at all is looked up every time.
    """

    def __init__(self, store: SQLAuditStore) -> None:
        """Take the log."""
        self._store = store
        self._codes: dict[str, _Codes] = {}

    async def draw(self, *, size: int, by: Stratum, seed: str) -> Sample:
        """Draw from the newest thousand summaries that can be read.

        Args:
            size: how many to draw.
            by: of each value of this as many as of any other, as far as there are so many.
            seed: what the order is made from.

        Raises:
            AuditUnavailable: if the log cannot be read.
        """
        return await self._store.run(partial(self._draw, size, by, seed))

    def _draw(self, size: int, by: Stratum, seed: str) -> Sample:
        ids = newest_readable(self._store, among=_AMONG)
        drawn = opened(self._store, _drawn(ids, size, self._strata(ids, by), seed))
        return Sample(tuple(map(line_of, drawn)), len(ids))

    def _strata(self, ids: Sequence[str], by: Stratum) -> Callable[[str], str]:
        if by == "none":
            return lambda _: ""
        if by == "state":
            reviews = reviews_of(self._store, ids)
            return lambda event_id: state_of(reviews.get(event_id, ()))
        codes = self._codes_of(ids)
        return lambda event_id: str(getattr(codes[event_id], by))

    def _codes_of(self, ids: Sequence[str]) -> Mapping[str, _Codes]:
        missing = [event_id for event_id in ids if event_id not in self._codes]
        for record in self._store.reader.several(missing, bodies=True):
            if record.body is not None:
                summary = record.body["summary"]
                self._codes[record.id] = _Codes(*(str(summary[name]) for name in _Codes._fields))
        codes = {event_id: self._codes.get(event_id, _UNREAD) for event_id in ids}
        while len(self._codes) > _REMEMBERED:
            del self._codes[next(iter(self._codes))]
        return codes


def _drawn(
    ids: Sequence[str], size: int, stratum: Callable[[str], str], seed: str
) -> tuple[str, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for event_id in sorted(ids, key=lambda event_id: _rank(seed, event_id)):
        groups[stratum(event_id)].append(event_id)
    in_turn = chain.from_iterable(zip_longest(*(groups[name] for name in sorted(groups))))
    return tuple(event_id for event_id in in_turn if event_id is not None)[:size]


def _rank(seed: str, event_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{event_id}".encode()).hexdigest()
