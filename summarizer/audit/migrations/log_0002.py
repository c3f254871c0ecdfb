"""The statements of revision log0002, in the words of each database: reviews by their decision.

A decision stands in the header of its review alone. Headers are canonical JSON, in which no text
holds a bare quotation mark, so that a decision is there exactly where these bytes are; an index
over the header itself cannot say anything else than what is sealed.
"""

from typing import Final

__all__ = ["DECISIONS", "POSTGRESQL", "REVIEWS", "SQLITE", "has_decision", "index_of"]

DECISIONS: Final = ("accept", "edit", "reject")
REVIEWS: Final = "audit_entry_review"
"""The index of all reviews, by what they review."""


def index_of(decision: str) -> str:
    """Return the name of the index of the reviews with a decision, by what they review."""
    return f"audit_entry_{decision}"


def has_decision(dialect: str, decision: str, table: str = "") -> str:
    """Return the condition of that index, which a query must repeat to be answered by it."""
    written = f'"decision":"{decision}"'.encode().hex()
    header = f"{table}header"
    if dialect == "sqlite":
        return f"{table}kind = 'review' AND instr({header}, X'{written}') > 0"
    return f"{table}kind = 'review' AND position('\\x{written}'::bytea in {header}) > 0"


def _indexes(dialect: str, reviewed: str) -> dict[str, str]:
    # With the kind in it, though that is always the same, SQLite reads nothing but this index.
    every = (
        f"CREATE INDEX {REVIEWS} ON audit_entry ({reviewed}, event_id, kind) WHERE kind = 'review'"
    )
    return {REVIEWS: every} | {
        index_of(decision): f"CREATE INDEX {index_of(decision)} ON audit_entry"
        f" ({reviewed}, event_id) WHERE {has_decision(dialect, decision)}"
        for decision in DECISIONS
    }


SQLITE: Final = _indexes("sqlite", "outcome")
"""Indexes by name."""

POSTGRESQL: Final = _indexes("postgresql", 'outcome COLLATE "C"')
"""Indexes by name; ids are compared byte by byte, as they are where they are keys."""
