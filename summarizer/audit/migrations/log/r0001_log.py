"""The log's tables, their guards, and on PostgreSQL the functions that are the only way in."""

from alembic import op
from sqlalchemy import text

from summarizer.audit.migrations.log_0001 import postgresql, sqlite

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "log0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything."""
    statements = {"sqlite": sqlite.STATEMENTS, "postgresql": postgresql.STATEMENTS}
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(text(statement))
