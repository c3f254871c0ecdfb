"""Steps: what a run of the route tells whoever waits for it, and nothing of the case."""

from typing import Literal, Protocol

__all__ = ["Progress", "Step", "untold"]

Step = Literal["redacted", "sent", "drafted", "validated"]
"""`redacted`: personal data is held back. `sent`: a prompt is on record and leaves. `drafted`: the
model has answered. `validated`: its answer may be shown. An answer that is not valid is mended:
then `sent` and `drafted` come again."""


class Progress(Protocol):
    """Is told each step right after it is done; it must return at once and not fail."""

    def __call__(self, step: Step, /) -> None:
        """Take note of a step."""
        ...


def untold(step: Step) -> None:
    """Take no note: nobody waits for steps."""
    del step
