"""Sampling: a seed -> summaries for quality review that anyone can draw again.

The order is that of a hash over seed and id: as good as chance to whoever does not choose the
seed to fit, and the same for everyone who draws with it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Final, Literal, get_args

from summarizer.audit.store import SQLAuditStore
from summarizer.casework.summaries import MOST, SummaryLine, list_summaries

__all__ = ["STRATA", "Sample", "Stratum", "draw"]

Stratum = Literal["none", "urgency", "issue_type", "team", "state"]
STRATA: Final[tuple[Stratum, ...]] = get_args(Stratum)
_PAGES: Final = 5

Sample = tuple[SummaryLine, ...]

_OF: Final[Mapping[Stratum, Callable[[SummaryLine], str]]] = {
    "none": lambda _: "",
    "urgency": lambda line: line.urgency,
    "issue_type": lambda line: line.issue_type,
    "team": lambda line: line.team,
    "state": lambda line: line.state,
}


async def draw(store: SQLAuditStore, *, size: int, by: Stratum, seed: str) -> tuple[Sample, int]:
    """Draw from the newest summaries, up to a thousand; return how many there were, too.

    Args:
        store: the log.
        size: how many to draw.
        by: of each value of this as many as of any other, as far as there are so many.
        seed: what the order is made from.

    Raises:
        AuditUnavailable: if the log cannot be read.
    """
    lines: list[SummaryLine] = []
    after: str | None = None
    for _ in range(_PAGES):
        page = await list_summaries(store, after=after, limit=MOST)
        lines += page.summaries
        after = page.next
        if after is None:
            break
    return _drawn(lines, size, _OF[by], seed), len(lines)


def _drawn(
    lines: Sequence[SummaryLine], size: int, stratum: Callable[[SummaryLine], str], seed: str
) -> Sample:
    groups: dict[str, list[SummaryLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: _rank(seed, line.id)):
        groups[stratum(line)].append(line)
    in_turn = chain.from_iterable(zip_longest(*(groups[name] for name in sorted(groups))))
    return tuple(line for line in in_turn if line is not None)[:size]


def _rank(seed: str, line_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{line_id}".encode()).hexdigest()
