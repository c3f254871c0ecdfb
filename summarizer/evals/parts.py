"""Parts: a run's cases -> how often each part of the evidence for a label is right by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from summarizer.evals.intervals import Share, wilson
from summarizer.evals.records import CaseRecord

__all__ = ["PartShare", "part_shares"]

_FIELDS: Final = ("issue_type", "urgency", "next_action")
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class PartShare:
    """How often one part has the right label, on the cases where it says anything."""

    field: str
    said: Share | None
    """What the model answered first."""
    weighed: Share | None
    """What the model finds likeliest, less what it prefers of a case without content."""
    classifier: Share | None
    together: Share | None
    """What the summary has in the end; of urgency with the rules."""


def part_shares(cases: Sequence[CaseRecord]) -> list[PartShare]:
    """Return the share of right labels of each part; nothing of a field nobody had opinions on."""
    shares = [_of_field(cases, field) for field in _FIELDS]
    return [each for each in shares if any((each.said, each.weighed, each.classifier))]


def _of_field(cases: Sequence[CaseRecord], field: str) -> PartShare:
    right: dict[str, list[bool]] = {}
    for case in cases:
        opinion = case.answer.opinions.get(field)
        expected = getattr(case.expected, field)
        if not opinion or expected is None:
            continue
        for part, label in _labels(opinion).items():
            right.setdefault(part, []).append(label == expected)
        right.setdefault("together", []).append(getattr(case.answer, field) == expected)
    found = {part: wilson(sum(hits), len(hits)) for part, hits in right.items()}
    return PartShare(
        field, found.get("said"), found.get("weighed"), found.get("classifier"),
        found.get("together"),
    )  # fmt: skip


def _labels(opinion: Mapping[str, Any]) -> dict[str, str]:
    """Return the label that each part would choose alone."""
    labels = {"said": opinion["said"]} if opinion.get("said") else {}
    model, prior = opinion.get("model") or {}, opinion.get("prior") or {}
    if model:
        ratios = {
            code: chance / max(prior.get(code, 1.0), _LEAST) for code, chance in model.items()
        }
        labels["weighed"] = max(ratios, key=lambda code: ratios[code])
    classifier = opinion.get("classifier") or {}
    if classifier:
        labels["classifier"] = max(classifier, key=lambda code: classifier[code])
    return labels
