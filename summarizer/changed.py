"""Changed: what a new summary of a case says otherwise than the one before it."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Change", "ChangedSince"]


class _Public(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Change(_Public):
    """One difference; its texts are redacted, also where the summary was restored.

    Placeholders of `before` are those of the earlier run: a value put back by the later one
    could be somebody else's.
    """

    what: str
    """`issue_type`, `team`, `urgency`, `next_action`, `fact_added` or `fact_dropped`."""
    before: str | None = None
    after: str | None = None


class ChangedSince(_Public):
    """What happened to a case since its last summary."""

    previous_event: str
    """The audit event of the outcome that was compared."""
    new_messages: int
    """How many more messages the case has; negative if messages were taken away."""
    changes: tuple[Change, ...] = ()
