"""The table of sign-ins at the bank's issuer that were used: none counts twice."""

from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "access0002"
down_revision = "access0001"
branch_labels = None
depends_on = None

_STATEMENT = """\
CREATE TABLE access_sign_in (
    digest TEXT PRIMARY KEY,
    expires TEXT NOT NULL
)"""


def upgrade() -> None:
    """Make it."""
    op.execute(_STATEMENT)
