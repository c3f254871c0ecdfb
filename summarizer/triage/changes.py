"""Changes: the recorded outcome before and a new Summary of the same case -> what changed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from summarizer.changed import Change, ChangedSince
from summarizer.models import Summary

__all__ = ["changed_since"]

_WORD: Final = re.compile(r"<[^<>]+>|\w+(?:[.,]\d+)*")
_EXACT: Final = re.compile(r"[<\d]")
_ALIKE: Final = 0.6
"""Two sentences say the same if they share so much of their words (Jaccard), and all numbers
and placeholders: a model words a fact anew each time, but an amount must not differ."""


def changed_since(
    previous_event: str, body: Mapping[str, Any], summary: Summary, *, messages: int
) -> ChangedSince:
    """Compare a new summary with the body of the outcome that was recorded before.

    Args:
        previous_event: the id of that event.
        body: what it says; a field that an older release did not record counts as unknown.
        summary: the new summary, not restored.
        messages: how many messages the case has now.
    """
    before = body.get("summary") or {}
    known = body.get("messages")
    return ChangedSince(
        previous_event=previous_event,
        new_messages=messages - known if isinstance(known, int) else 0,
        changes=(*_labels(before, summary), *_facts(before, summary)),
    )


def _labels(before: Mapping[str, Any], summary: Summary) -> Iterator[Change]:
    action = (before.get("next_action") or {}).get("code")
    for what, old, new in (
        ("issue_type", before.get("issue_type"), summary.issue_type),
        ("team", before.get("team"), summary.team),
        ("urgency", before.get("urgency"), summary.urgency),
        ("next_action", action, summary.next_action.code),
    ):
        if old is not None and old != new:
            yield Change(what=what, before=old, after=new)


def _facts(before: Mapping[str, Any], summary: Summary) -> Iterator[Change]:
    old = [fact["text"] for fact in before.get("key_facts") or ()]
    new = [fact.text for fact in summary.key_facts]
    for text in new:
        if not any(_alike(text, other) for other in old):
            yield Change(what="fact_added", after=text)
    for text in old:
        if not any(_alike(text, other) for other in new):
            yield Change(what="fact_dropped", before=text)


def _alike(one: str, other: str) -> bool:
    mine, theirs = _words(one), _words(other)
    if {word for word in mine ^ theirs if _EXACT.match(word)}:
        return False
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
