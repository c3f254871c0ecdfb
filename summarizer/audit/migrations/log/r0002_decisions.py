"""Indexes of the reviews by decision, so that the few of a state are found among many."""

from alembic import op
from sqlalchemy import text

from summarizer.audit.migrations import log_0002

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "log0002"
down_revision = "log0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes of what is there."""
    statements = {"sqlite": log_0002.SQLITE, "postgresql": log_0002.POSTGRESQL}
    for statement in statements[op.get_bind().dialect.name].values():
        op.execute(text(statement))
