"""Drill: the cases of a run -> those that an engineer wants to see, and how many there are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from summarizer.evals.archive import CaseLine, KeptRun
from summarizer.evals.compare import Difference, compare_stored
from summarizer.evals.moves import Moved, moved
from summarizer.evals.records import LABELS, Wrong

__all__ = [
    "ANY",
    "Chosen",
    "Confused",
    "Confusions",
    "Paired",
    "Unpaired",
    "confusions",
    "fault_counts",
    "paired",
]

ANY: Final = "any"
"""Chooses the cases with something wrong, whatever it is."""
_NONE: Final = "(none)"
_MOST_PAIRED: Final = 1_000
"""Cases of two runs that are compared for a page: that takes 3 s of CPU time and 200 MB."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which cases of a run are listed; what is empty does not narrow them."""

    wrong: str = ""
    """A kind of fault by its name in lower case, or `any`."""
    part: str = ""
    """A slice, such as `channel:chat`."""
    label: str = ""
    """A label whose expected and given values are those of `expected` and `got`."""
    expected: str = ""
    got: str = ""

    def among(self, lines: Sequence[CaseLine]) -> list[CaseLine]:
        """Return those cases, in their order."""
        return [line for line in lines if self._holds(line)]

    def _holds(self, line: CaseLine) -> bool:
        if self.wrong == ANY and not line.faults:
            return False
        if self.wrong not in {"", ANY} and Wrong[self.wrong.upper()] not in line.kinds:
            return False
        if self.part and self.part not in line.slices:
            return False
        if not self.label:
            return True
        found = line.labels[self.label]
        return (found.expected, found.got or _NONE) == (self.expected, self.got)


class Confused(NamedTuple):
    """A wrong label that was given in the place of the right one."""

    expected: str
    got: str
    """`(none)` if the case has no summary."""
    cases: int


class Confusions(NamedTuple):
    """How often a label is right, and what is taken for what."""

    label: str
    right: int
    of: int
    """Cases whose right label is known."""
    confused: tuple[Confused, ...]
    """The most frequent first."""


class Paired(NamedTuple):
    """Two runs compared case by case."""

    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...]
    common: int
    """Cases that both runs have."""


class Unpaired(StrEnum):
    """Why two runs are not compared case by case, in words for an engineer."""

    TOO_MANY = (
        "The runs share more than 1,000 cases, too many to compare for a page; `summarizer eval "
        "compare` compares them."
    )
    UNLIKE = (
        "The runs were made by versions that measure in different ways. Run the older one again."
    )


@lru_cache(maxsize=2)
def paired(base: KeptRun, new: KeptRun) -> Paired | Unpaired:
    """Compare two runs as `eval compare` does, or say why that cannot be done for a page."""
    common = len(base.rows.keys() & new.rows.keys())
    if common > _MOST_PAIRED:
        return Unpaired.TOO_MANY
    try:
        differences = compare_stored(base, new)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # Rows are whatever the version that wrote them took for the metric.
        return Unpaired.UNLIKE
    return Paired(tuple(differences), tuple(moved(differences, base.lines, new.lines)), common)


def confusions(lines: Sequence[CaseLine]) -> list[Confusions]:
    """Count for each label what was given for what."""
    return [_confusions(lines, name) for name in LABELS]


def fault_counts(lines: Sequence[CaseLine]) -> dict[Wrong, int]:
    """Count the cases with each kind of fault; kinds that did not occur are there, too."""
    counts = Counter(kind for line in lines for kind in line.kinds)
    return {kind: counts[kind] for kind in Wrong}


def _confusions(lines: Sequence[CaseLine], name: str) -> Confusions:
    labels = [line.labels[name] for line in lines]
    known = [(each.expected, each.got or _NONE) for each in labels if each.expected is not None]
    wrong = Counter(pair for pair in known if pair[0] != pair[1])
    confused = tuple(Confused(*pair, count) for pair, count in wrong.most_common())
    return Confusions(name, len(known) - wrong.total(), len(known), confused)
