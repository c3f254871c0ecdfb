"""Moves: what changed between two runs -> the cases that became better or worse, one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from summarizer.evals.compare import Difference
from summarizer.evals.records import Label

__all__ = ["Labelled", "Moved", "Relabelled", "moved"]


class Labelled(Protocol):
    """A case of a run, as far as its labels go."""

    @property
    def id(self) -> str:
        """Of the case in its set."""
        ...

    @property
    def labels(self) -> Mapping[str, Label]:
        """Name of a label -> what was expected and what came."""
        ...


class Relabelled(NamedTuple):
    """A label that changed from one run to the other."""

    name: str
    expected: str
    before: str
    after: str


class Moved(NamedTuple):
    """A case whose answer became better or worse, and how it was labelled before and after."""

    id: str
    lost: tuple[str, ...]
    """Metrics to which the case adds less than before."""
    won: tuple[str, ...]
    labels: tuple[Relabelled, ...]
    """Those that changed."""


def moved(
    differences: Sequence[Difference], base: Sequence[Labelled], new: Sequence[Labelled]
) -> list[Moved]:
    """List the cases of both runs that changed, those that lost most first."""
    before = {case.id: case for case in base}
    lost, won = _by_case(differences, "lost"), _by_case(differences, "won")
    changed = [
        Moved(
            case.id,
            tuple(lost.get(case.id, ())),
            tuple(won.get(case.id, ())),
            tuple(_relabelled(before[case.id], case)),
        )
        for case in new
        if case.id in before and (case.id in lost or case.id in won)
    ]
    return sorted(changed, key=lambda each: (-len(each.lost), -len(each.won)))


def _by_case(differences: Sequence[Difference], side: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in differences:
        for case in getattr(each, side):
            found[case].append(each.metric)
    return found


def _relabelled(before: Labelled, after: Labelled) -> Iterator[Relabelled]:
    for name, now in after.labels.items():
        was = before.labels[name].got
        if was != now.got:
            expected = now.expected or "(not labelled)"
            yield Relabelled(name, expected, was or "(none)", now.got or "(none)")
