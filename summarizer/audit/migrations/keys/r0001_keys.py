"""The tables of keys: what must be able to go, so that it lies apart from the evidence."""

from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "keys0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = (
    "CREATE TABLE key_epoch (epoch INTEGER PRIMARY KEY, reference TEXT NOT NULL)",
    # Keys of epochs that are not in use: what still has to be destroyed.
    "CREATE TABLE key_retired (reference TEXT PRIMARY KEY)",
    """\
CREATE TABLE key_case (
    lookup TEXT PRIMARY KEY,
    tag TEXT UNIQUE,
    epoch INTEGER NOT NULL,
    wrapped {blob} NOT NULL,
    sealed_id {blob} NOT NULL
)""",
    """\
CREATE TABLE key_hold (
    lookup TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    until TEXT
)""",
    # Cases that are being erased: whose record was begun, and whose key is not destroyed yet.
    "CREATE TABLE key_erasure (lookup TEXT PRIMARY KEY, event_id TEXT NOT NULL)",
    """\
CREATE TABLE key_subject (
    value_tag TEXT NOT NULL,
    lookup TEXT NOT NULL,
    PRIMARY KEY (value_tag, lookup)
)""",
    "CREATE INDEX key_case_epoch ON key_case (epoch)",
    "CREATE INDEX key_subject_lookup ON key_subject (lookup)",
    """\
CREATE TABLE key_vault (
    event_id TEXT PRIMARY KEY,
    lookup TEXT NOT NULL,
    expires TEXT NOT NULL,
    sealed {blob} NOT NULL
)""",
    "CREATE INDEX key_vault_lookup ON key_vault (lookup)",
    "CREATE INDEX key_vault_expires ON key_vault (expires)",
    "CREATE TABLE key_state (id INTEGER PRIMARY KEY CHECK (id = 0), generation BIGINT NOT NULL)",
    "INSERT INTO key_state (id, generation) VALUES (0, 0)",
)


def upgrade() -> None:
    """Make everything."""
    blob = {"sqlite": "BLOB", "postgresql": "BYTEA"}[op.get_bind().dialect.name]
    for statement in _STATEMENTS:
        op.execute(statement.format(blob=blob))
