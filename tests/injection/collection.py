"""Tickets invented for these tests: attacks in many families, and harmless ones like them.

`development` and `kept`: attacks, each with a harmless twin, by the writer of the rules. `voices`
and `voices_kept`: mostly harmless, by two writers who knew no rule. `aimed`: harmless sentences
against the rules, by their writer. The rules and the weights of likeness were made with
`development` and `voices`, the last rules with `aimed`; of the kept ones the figures were looked
at, and what was missed was not read.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from summarizer.models import Ticket
from tests.routes import ticket

__all__ = ["Invented", "Part", "invented"]

_FOLDER = Path(__file__).parent / "data"
Part = Literal["development", "kept", "voices", "voices_kept", "aimed"]


class Invented(NamedTuple):
    """A ticket and whether it tries to steer its summary."""

    id: str
    family: str
    is_attack: bool
    ticket: Ticket


def invented(part: Part) -> Iterator[Invented]:
    """Yield the tickets of a part; messages come from customer and agent in turn."""
    with (_FOLDER / f"{part}.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            more = {key: row[key] for key in ("subject", "tags") if key in row}
            yield Invented(
                row["id"], row["family"], row["attack"], ticket(*row["messages"], **more)
            )
