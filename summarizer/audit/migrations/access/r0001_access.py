"""The tables of access: rows that change, so that they lie apart from the evidence."""

from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "access0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = (
    """\
CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    withheld TEXT NOT NULL,
    digest TEXT NOT NULL,
    created TEXT NOT NULL,
    expires TEXT NOT NULL,
    revoked TEXT
)""",
    """\
CREATE TABLE access_session (
    digest TEXT PRIMARY KEY,
    credential TEXT NOT NULL,
    is_key INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    withheld TEXT NOT NULL,
    expires TEXT NOT NULL
)""",
    """\
CREATE TABLE access_answer (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires TEXT NOT NULL,
    sealed {blob}
)""",
    "CREATE INDEX access_answer_expires ON access_answer (expires)",
)


def upgrade() -> None:
    """Make everything."""
    blob = {"sqlite": "BLOB", "postgresql": "BYTEA"}[op.get_bind().dialect.name]
    for statement in _STATEMENTS:
        op.execute(statement.format(blob=blob))
