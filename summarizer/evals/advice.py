"""Advice: missed values and wrong finds -> changes of policy that would help, and what they cost.

Every suggestion is tried on the labelled texts themselves: how many of the missed values it would
hold back, and how many ranges that are not personal it would take with them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import re2
from pydantic import ValidationError

from summarizer.evals.labelled import Label
from summarizer.evals.misses import Missed, Observed, Reason
from summarizer.evals.shapes import SEVERAL, pattern_of, shape, structure
from summarizer.models import RedactionSpan
from summarizer.pii import Detection
from summarizer.policy import Policy
from summarizer.policy.sections import DeniedTerm
from summarizer.textfold import compact

__all__ = ["Suggestion", "suggestions"]

Kind = Literal["threshold", "detect", "deny", "allow", "unallow", "recognizer", "ignore"]
_CERTAIN: Final = 1.0
_MOST_IDS: Final = 5
_TODO: Final[Mapping[Reason, str]] = {
    "no_cue": "knows the form: add the words that stand around it as context",
    "checksum_failed": "knows the form, the check digit is wrong: add the words around it",
    "wrong_boundary": "stops short of the value or begins late: widen it",
    "other_entity": "leaves it to another entity, which stops short: widen either",
    "no_match": "does not know the form: add a pattern",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One change, and what it would do on these texts."""

    kind: Kind
    entity: str
    change: str
    """The line of policy, or what else to do; shows no value."""
    reason: Reason | Literal["wrong_find"]
    misses: int
    """Values that were missed, or wrong finds, that led here."""
    mends: int | None
    """How many of them the change would mend; None if that cannot be tried here."""
    breaks: int | None
    """Ranges that are not labelled and would be held back; None if that cannot be tried."""
    ids: tuple[str, ...]
    """The first few texts."""
    term: str | None = field(default=None, repr=False)
    """The text of a term, for whoever asked to see the set quoted."""


def suggestions(
    missed: Sequence[Missed],
    texts: Sequence[Observed],
    policy: Policy,
) -> list[Suggestion]:
    """Return what would help, what mends most and breaks least first.

    Args:
        missed: with their reasons.
        texts: every text of the set, for trying a change.
        policy: in force when the texts were redacted.
    """
    found: list[Suggestion] = []
    rest: list[Missed] = []
    for (reason, entity), group in _by_rule(missed, policy).items():
        if reason == "below_threshold":
            found.append(_threshold(entity, group, texts, policy))
        elif reason == "switched_off":
            change = f"redaction.entities.{entity}.detect: true"
            found.append(_plain("detect", entity, change, reason, group, mends=len(group)))
        elif reason == "allowed":
            change = "redaction.allow: remove the term, or limit it by `entities`"
            found.append(_plain("unallow", entity, change, reason, group, mends=len(group)))
        else:
            rest += group
    patterns, rest = _patterns(rest, texts)
    found += patterns
    found += _for_recognizers(rest)
    found += _allowances(texts)
    return sorted(found, key=lambda each: (-_gain(each), -each.misses, each.change))


def _gain(each: Suggestion) -> int:
    return (each.mends or 0) - (each.breaks or 0)


def _by_rule(missed: Iterable[Missed], policy: Policy) -> dict[tuple[Reason, str], list[Missed]]:
    """Group misses by what happened, and to which entity: the find's own, if policy dropped it."""
    groups: dict[tuple[Reason, str], list[Missed]] = defaultdict(list)
    for each in missed:
        groups[_rule_of(each, policy)].append(each)
    return groups


def _rule_of(missed: Missed, policy: Policy) -> tuple[Reason, str]:
    near = missed.nearest
    if missed.reason == "other_entity" and near is not None:
        rule = policy.rule(near.entity)
        if near.start <= missed.start and missed.end <= near.end:
            if not rule.detect:
                return "switched_off", near.entity
            return ("below_threshold" if near.score < rule.threshold else "allowed"), near.entity
    entity = missed.entity if near is None else near.entity
    is_dropped = missed.reason in {"below_threshold", "switched_off", "allowed"}
    return missed.reason, entity if is_dropped else missed.entity


def _threshold(
    entity: str, group: Sequence[Missed], texts: Sequence[Observed], policy: Policy
) -> Suggestion:
    """Suggest the threshold that mends most for what it breaks, tried at each score of a miss."""
    now = policy.rule(entity).threshold
    scores = [each.nearest.score for each in group if each.nearest is not None]
    wrong = [
        item.score
        for observed in texts
        for item in observed.found
        if item.entity == entity and item.score < now and not _meets(item, observed.text.spans)
    ]

    def gain(least: float) -> tuple[int, float]:
        return sum(s >= least for s in scores) - sum(s >= least for s in wrong), least

    best = max({_floored(score) for score in scores}, key=gain)
    return _plain(
        "threshold", entity, f"redaction.entities.{entity}.threshold: {best:g}",
        "below_threshold", group, mends=sum(score >= best for score in scores),
        breaks=sum(score >= best for score in wrong),
    )  # fmt: skip


def _floored(score: float) -> float:
    return int(score * 100 + 1e-9) / 100


def _patterns(
    missed: Sequence[Missed], texts: Sequence[Observed]
) -> tuple[list[Suggestion], list[Missed]]:
    """Suggest a denied pattern for values of one form; return the misses that have none."""
    groups: dict[tuple[str, str], list[Missed]] = defaultdict(list)
    for each in missed:
        groups[each.entity, structure(each.value)].append(each)
    found, rest = [], []
    for (entity, _), group in groups.items():
        suggestion = _pattern(entity, group, texts)
        if suggestion is None:
            rest += group
        else:
            found.append(suggestion)
    return found, rest


def _pattern(entity: str, group: Sequence[Missed], texts: Sequence[Observed]) -> Suggestion | None:
    pattern = pattern_of(each.value for each in group)
    if pattern is None or not _is_valid(pattern, entity):
        return None
    options = re2.Options()
    options.case_sensitive = False
    compiled = re2.compile(pattern, options)
    ranges = {each.id: [] for each in group} | {
        observed.text.id: [match.span() for match in compiled.finditer(observed.text.text)]
        for observed in texts
    }
    mends = sum(
        any(start <= each.start and each.end <= end for start, end in ranges[each.id])
        for each in group
    )
    breaks = sum(
        not any(label.start < end and start < label.end for label in observed.text.spans)
        for observed in texts
        for start, end in ranges[observed.text.id]
    )
    if mends < SEVERAL or breaks > mends:
        return None
    change = (
        f"redaction.deny: {{pattern: '{pattern.replace(chr(39), chr(39) * 2)}', entity: {entity}}}"
    )
    return _plain("deny", entity, change, group[0].reason, group, mends=mends, breaks=breaks)


def _is_valid(pattern: str, entity: str) -> bool:
    """Say whether policy would take the pattern; it refuses those that ordinary words match."""
    try:
        DeniedTerm(entity=entity, pattern=pattern)
    except ValidationError:
        return False
    return True


def _for_recognizers(missed: Iterable[Missed]) -> list[Suggestion]:
    """Name the recognizers that an engineer would have to change: no line of policy helps."""
    groups: dict[tuple[Reason, str, str], list[Missed]] = defaultdict(list)
    for each in missed:
        near = each.nearest
        is_met = each.reason in {"wrong_boundary", "other_entity"} and near is not None
        by = near.recognizer if is_met and near is not None else ", ".join(each.recognizers)
        groups[each.reason, each.entity, by].append(each)
    return [
        _plain("ignore", entity, f"--ignore {entity}, or label it as an entity that we find",
               reason, group)
        if reason == "unknown_entity"
        else _plain("recognizer", entity, f"{by} {_TODO[reason]}", reason, group)
        for (reason, entity, by), group in groups.items()
    ]  # fmt: skip


def _allowances(texts: Sequence[Observed]) -> list[Suggestion]:
    """Suggest to allow what is wrongly found again and again, and is nowhere a labelled value."""
    personal = {
        compact(observed.text.text[label.start : label.end])
        for observed in texts
        for label in observed.text.spans
    }
    wrong: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for observed in texts:
        for span in observed.spans:
            value = observed.text.text[span.start : span.end]
            if span.score < _CERTAIN and not _meets(span, observed.text.spans):
                wrong[span.entity, compact(value)].append((observed.text.id, value))
    return [
        _allowance(entity, finds)
        for (entity, term), finds in wrong.items()
        if len({id_ for id_, _ in finds}) >= SEVERAL and term and term not in personal
    ]


def _allowance(entity: str, finds: Sequence[tuple[str, str]]) -> Suggestion:
    term = Counter(value for _, value in finds).most_common(1)[0][0]
    return Suggestion(
        kind="allow",
        entity=entity,
        change=f"redaction.allow: {{term: {shape(term)}, entities: [{entity}]}}",
        reason="wrong_find",
        misses=len(finds),
        mends=len(finds),
        breaks=0,
        ids=_first_ids(id_ for id_, _ in finds),
        term=term,
    )


def _plain(
    kind: Kind,
    entity: str,
    change: str,
    reason: Reason,
    group: Sequence[Missed],
    *,
    mends: int | None = None,
    breaks: int | None = None,
) -> Suggestion:
    ids = _first_ids(each.id for each in group)
    return Suggestion(kind, entity, change, reason, len(group), mends, breaks, ids)


def _first_ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:_MOST_IDS]


def _meets(item: Detection | RedactionSpan, labels: Iterable[Label]) -> bool:
    return any(label.start < item.end and item.start < label.end for label in labels)
