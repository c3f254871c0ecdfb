"""Seeded tickets for the benchmarks; every personal value is invented."""

import random
from functools import lru_cache
from pathlib import Path

from summarizer.evals.cases import read_cases
from summarizer.evals.labelled import read_labelled
from summarizer.models import Ticket

__all__ = ["notes", "other_messages", "tickets"]

_SETS = Path(__file__).parent.parent / "eval_sets" / "pii"
_CASES = Path(__file__).parent.parent / "eval_sets" / "golden"

_NAMES = (
    "Maria Lopez", "Chidi Anagonye", "Anh Nguyen", "May Young", "Mark Bell", "Grace Hill",
    "Priya Raghunathan", "Sean O'Brien", "Will Price", "Bill Cook", "Siobhan Byrne", "Rose Park",
    "Jean-Luc Moreau", "Olga Nowak", "Frank Stone", "Aaliyah Brown", "Kenji Sato", "Hope Green",
)  # fmt: skip
_SENTENCES = (
    "I was charged ${amount} twice on {day} March and nobody has called me back in {n} days.",
    "My card {card} was declined at the shop although the balance was ${amount}.",
    "Please call me on {phone} or write to {mail}, I work until {n} pm.",
    "The transfer of {amount} to {iban} did not arrive, reference {reference}.",
    "{name} from your branch said the fee would be refunded within {n} business days.",
    "I may close the account if this goes on; mark my words, it will.",
    "As agreed with {name} on the phone, I am sending the statement for account number {account}.",
    "My rent is due on {day} April and the bill for ${amount} is still open.",
    "Dear {name}, thank you for your patience while we look into the disputed payment.",
    "The app shows order {reference} from 2026-0{n}-{day} as pending since {n}:15.",
    "Kind regards, {name}",
    "How long does a mortgage application take, and which documents do you need?",
    "We have raised a dispute for ${amount}; the merchant has {day} days to answer.",
    "my ssn is {ssn} and i never opened that account, this is fraud",
    "I moved to {day} Station Road in Springfield and the letters still go to the old address.",
)


def tickets(count: int, *, seed: int, sentences: int) -> list[Ticket]:
    """Make tickets of three messages with that many sentences each."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    return [
        Ticket.model_validate({
            "id": f"T-{number}",
            "channel": "email",
            "requester": {"name": chance.choice(_NAMES), "identifiers": [f"C{number + 1000}"]},
            "messages": [
                {
                    "author": author,
                    "at": f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}T09:30:00Z",
                    "body": " ".join(_sentence(chance) for _ in range(sentences)),
                }
                for author in ("customer", "agent", "customer")
            ],
        })
        for number in range(count)
    ]


def other_messages(count: int) -> list[str]:
    """Return messages of other tickets than those that `notes` are made of."""
    cases = read_cases(_CASES).cases
    return [message.body for case in cases for message in case.ticket.messages][:count]


def notes(count: int, *, seed: int, size: int) -> list[str]:
    """Make texts of that many code points out of the labelled ones, in another order by seed.

    The labelled texts are a thousand chats, notes and letters without a common frame, so that
    little repeats within a text or between the texts of one call.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    order: list[str] = []
    made: list[str] = []
    while len(made) < count:
        parts: list[str] = []
        while sum(map(len, parts)) + len(parts) <= size:
            order = order or chance.sample(_labelled(), len(_labelled()))
            parts.append(order.pop())
        made.append(" ".join(parts)[:size])
    return made


@lru_cache(maxsize=1)
def _labelled() -> tuple[str, ...]:
    return tuple(text.text for text in read_labelled(_SETS))


def _sentence(chance: random.Random) -> str:
    name = chance.choice(_NAMES)
    return chance.choice(_SENTENCES).format(
        amount=f"{chance.randint(5, 9000)}.{chance.randint(10, 99)}",
        day=chance.randint(10, 28),
        n=chance.randint(2, 9),
        card=chance.choice(("4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005")),
        phone=f"+1 212-555-01{chance.randint(10, 99)}",
        mail=f"{name.split()[0].lower()}@example.com",
        iban=chance.choice(("GB33BUKB20201555555555", "DE89370400440532013000")),
        reference=chance.randint(100_000, 99_999_999),
        account=chance.randint(10_000_000, 999_999_999),
        name=name,
        ssn=f"536-90-{chance.randint(1000, 9999)}",
    )
