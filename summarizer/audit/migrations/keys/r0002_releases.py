"""The mark of a hold that is being released: all who release it at once make one record."""

from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "keys0002"
down_revision = "keys0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the id of the event that records the release."""
    op.execute("ALTER TABLE key_hold ADD COLUMN releasing TEXT")
