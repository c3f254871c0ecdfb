"""Reviews: what agents made of a summary -> its state. The newest review counts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, cast

from pydantic import Field

from summarizer.audit import Record
from summarizer.models.base import PublicModel

__all__ = [
    "STANDINGS",
    "Decision",
    "FinalText",
    "ReviewRecord",
    "State",
    "state_of",
    "told_reviews",
]

Decision = Literal["accept", "edit", "reject"]
State = Literal["open", "accepted", "edited", "rejected"]
"""`open`: nobody has reviewed the summary yet."""
_Standing = Literal["accept", "edit", "reject", "none"]
STANDINGS: Final[Mapping[State, _Standing]] = {
    "open": "none",
    "accepted": "accept",
    "edited": "edit",
    "rejected": "reject",
}
"""What the newest review of a summary in a state decided."""
_STATES: Final = {standing: state for state, standing in STANDINGS.items()}

_Text = Annotated[str, Field(max_length=4000)]
_Code = Annotated[str, Field(max_length=100)]


class FinalText(PublicModel):
    """The texts of a summary as an agent left them; what is null was not changed.

    Each is searched for personal data before it is kept, so that none is longer, and there are no
    more facts, than a person would write.
    """

    headline: _Text | None = None
    narrative: _Text | None = None
    next_action: _Text | None = None
    """The words of the next action."""
    key_facts: Annotated[tuple[_Text, ...], Field(max_length=50)] | None = None
    issue_type: _Code | None = None
    """A code of the taxonomy, as is `next_action_code`."""
    urgency: Literal["low", "normal", "high", "critical"] | None = None
    next_action_code: _Code | None = None


class ReviewRecord(PublicModel):
    """One review; its texts are redacted."""

    id: str
    """Of its event."""
    at: datetime
    by: str
    decision: Decision
    reason: str | None = None
    summary: FinalText | None = None


def state_of(reviews: Sequence[Record]) -> State:
    """Return the state that the newest of a summary's reviews leaves it in."""
    return _STATES[cast("_Standing", reviews[-1].facts["decision"])] if reviews else "open"


def told_reviews(reviews: Sequence[Record]) -> Iterator[ReviewRecord]:
    """Yield what each review says, as far as it still can be read."""
    for record in reviews:
        body: Mapping[str, Any] | None = record.body
        if body is not None:
            yield ReviewRecord.model_validate({
                "id": record.id,
                "at": record.at,
                "by": body["actor"],
                **{name: body.get(name) for name in ("decision", "reason", "summary")},
            })
