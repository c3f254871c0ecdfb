"""The table of what was spent: counters that change, so that they lie apart from the evidence."""

from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "spending0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLE = """\
CREATE TABLE spending (
    policy TEXT NOT NULL,
    month TEXT NOT NULL,
    microusd BIGINT NOT NULL CHECK (microusd >= 0),
    PRIMARY KEY (policy, month)
)"""


def upgrade() -> None:
    """Make it."""
    op.execute(_TABLE)
