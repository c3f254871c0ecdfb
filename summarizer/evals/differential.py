"""Differential: two detectors and texts -> every difference between them, each under a rule.

Stock Presidio is the reference. Where we differ from it, a declared rule says why; a difference
that no rule declares is a fault of ours or a decision that nobody has taken yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from summarizer.pii import Detection, Detector

__all__ = ["Comparison", "Difference", "Kind", "Range", "Rule", "compare", "differences"]

Kind = Literal["missed", "partly", "renamed", "moved", "added"]
_SAME: Final[Mapping[str, str]] = {
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
    "US_PASSPORT": "PASSPORT",
}
"""Stock entities that have another name here."""
_BATCH = 64


class Range(NamedTuple):
    """Overlapping finds of one entity, joined."""

    start: int
    end: int
    entity: str
    score: float
    """The highest of the finds."""
    recognizers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a find of the reference and what we made of it, or a find of ours alone."""

    kind: Kind
    """`missed`: we found nothing there. `partly`: letters or digits of it are in no find of
    ours. `renamed`: all of it is held back, as another entity. `moved`: the same entity with
    other edges. `added`: the reference found nothing there."""
    text: str = field(repr=False)
    stock: Range | None
    ours: tuple[Range, ...]
    """What we found that overlaps `stock`; for `added` the one range."""

    @property
    def found(self) -> Range:
        """The reference's find, else ours."""
        return self.stock or self.ours[0]

    @property
    def value(self) -> str:
        """What `found` covers."""
        return self.text[self.found.start : self.found.end]

    @property
    def left(self) -> str:
        """Of the reference's find, what no find of ours covers; our ranges read as spaces."""
        covered = {at for item in self.ours for at in range(item.start, item.end)}
        return "".join(
            " " if at in covered else self.text[at]
            for at in range(self.found.start, self.found.end)
        ).strip()

    @property
    def kinds(self) -> frozenset[str]:
        """The entities we took it for."""
        return frozenset(item.entity for item in self.ours)


class Rule(NamedTuple):
    """Why one sort of difference is meant to be."""

    id: str
    kinds: frozenset[Kind]
    reason: str
    holds: Callable[[Difference], bool]
    """Whether the rule speaks of this difference, which is one of `kinds`."""

    def declares(self, difference: Difference) -> bool:
        """Say whether this difference is meant to be by this rule."""
        return difference.kind in self.kinds and self.holds(difference)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How often each rule held, and what none of them declares."""

    texts: int
    same: int
    """Finds of the reference that we found with the same edges and entity."""
    counts: Mapping[str, int]
    """By the id of every rule; a difference counts for the first rule that declares it."""
    undeclared: tuple[Difference, ...]


def compare(
    texts: Sequence[str], *, stock: Detector, ours: Detector, rules: Sequence[Rule]
) -> Comparison:
    """Run both detectors on every text by itself and put each difference under a rule.

    Raises:
        RedactionError: if a detector failed on a text.
    """
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    undeclared: list[Difference] = []
    total = differing = 0
    for at in range(0, len(texts), _BATCH):
        batch = texts[at : at + _BATCH]
        for text, theirs, mine in zip(batch, stock.detect(batch), ours.detect(batch), strict=True):
            total += len(_joined(theirs))
            for difference in differences(text, theirs, mine):
                differing += difference.stock is not None
                rule = next((rule for rule in rules if rule.declares(difference)), None)
                if rule is None:
                    undeclared.append(difference)
                else:
                    counts[rule.id] += 1
    return Comparison(len(texts), total - differing, counts, tuple(undeclared))


def differences(
    text: str, stock: Sequence[Detection], ours: Sequence[Detection]
) -> Iterator[Difference]:
    """Yield how the finds of two detectors in one text differ."""
    theirs, mine = _joined(stock), _joined(ours)
    for one in theirs:
        near = tuple(item for item in mine if _overlap(one, item))
        kind = _kind(Difference("partly", text, one, near))
        if kind is not None:
            yield Difference(kind, text, one, near)
    for item in mine:
        if not any(_overlap(one, item) for one in theirs):
            yield Difference("added", text, None, (item,))


def _kind(difference: Difference) -> Kind | None:
    """Say how a find of the reference differs from ours; None: it does not."""
    one = difference.found
    if not difference.ours:
        return "missed"
    same = [item[:2] for item in difference.ours if item.entity == one.entity]
    if one[:2] in same:
        return None
    if any(character.isalnum() for character in difference.left):
        return "partly"
    return "moved" if same else "renamed"


def _overlap(one: Range, other: Range) -> bool:
    return one.start < other.end and other.start < one.end


def _joined(found: Iterable[Detection]) -> list[Range]:
    joined: list[Range] = []
    for item in sorted(found, key=lambda item: (_SAME.get(item.entity, item.entity), item.start)):
        made = frozenset({item.recognizer})
        one = Range(item.start, item.end, _SAME.get(item.entity, item.entity), item.score, made)
        last = joined[-1] if joined else None
        if last is not None and last.entity == one.entity and one.start < last.end:
            joined[-1] = Range(
                last.start,
                max(last.end, one.end),
                one.entity,
                max(last.score, one.score),
                last.recognizers | made,
            )
        else:
            joined.append(one)
    return joined
