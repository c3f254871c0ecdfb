"""Long conversations with needles: facts that must be found again in what a model is shown."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from summarizer.models import Ticket

__all__ = ["NEEDLES", "long_ticket"]

NEEDLES = (
    "You promised me a refund of $1,284.50 by 14 May and nothing has come.",
    "I dispute the transfer of $7,310.00 on 2 March: it was fraud and not me.",
    "The court hearing is on 23 June, so this is the deadline.",
)
_OPENERS = (
    "Thanks for getting back to me", "I hope you are well", "Just checking in again",
    "Thank you for your patience", "I have passed this on to my colleague",
    "Apologies for the wait", "I am still here", "Let me have a look at that for you",
    "As I said before", "I tried the app once more",
)  # fmt: skip
_WORDS = (
    "the page", "my phone", "our team", "a letter", "the branch", "your note", "the form",
    "this morning", "the weekend", "a colleague", "the menu", "another screen", "some time",
)  # fmt: skip


def long_ticket(count: int, *, seed: int = 0, **fields: Any) -> Ticket:
    """A ticket of so many messages of which some, in the middle, hold `NEEDLES`."""
    random = Random(seed)  # noqa: S311 - words of a test
    start = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    bodies = [_small_talk(random) for _ in range(count)]
    for number, needle in enumerate(NEEDLES, start=1):
        bodies[count * number // 4] += f" {needle}"
    messages = [
        {
            "author": ("customer", "agent")[at % 2],
            "at": (start + timedelta(hours=at)).isoformat(),
            "body": body,
        }
        for at, body in enumerate(bodies)
    ]
    return Ticket.model_validate({"id": "T-1", "messages": messages, **fields})


def _small_talk(random: Random) -> str:
    return " ".join(
        f"{random.choice(_OPENERS)}, {random.choice(_WORDS)} and {random.choice(_WORDS)}."
        for _ in range(random.randint(2, 8))
    )
