"""Roles: who may do what on PostgreSQL, as SQL.

| role | may |
|---|---|
| au_owner | owns tables and functions; cannot log in |
| au_writer | append, by function alone |
| au_sequencer | number what is pending, by function; reads only what it needs for that |
| au_reader | read the log |
| au_signer | read leaves and checkpoints, add checkpoints |
| au_operator | begin an incarnation, record a prune and remove the bodies it covers |
| au_keys | read and change the keys |
| au_spending | read and change what was spent |
| au_access | read and change who may ask, and what was answered |
"""

import re
from collections.abc import Iterator
from typing import Final

from summarizer.audit.database import Database
from summarizer.audit.migrations.log_0001 import postgresql
from summarizer.errors import ConfigurationError

__all__ = ["ROLES", "SERVICE", "apply_roles", "role_statements"]

ROLES: Final = (
    "au_owner",
    "au_writer",
    "au_sequencer",
    "au_reader",
    "au_signer",
    "au_operator",
    "au_keys",
    "au_spending",
    "au_access",
)
SERVICE: Final = (
    "au_writer",
    "au_sequencer",
    "au_reader",
    "au_signer",
    "au_keys",
    "au_spending",
    "au_access",
)
"""What one login needs that appends, numbers, reads, signs, keeps keys, counts costs and knows
its callers."""

_SCRATCH: Final = ("audit_pending", "audit_case_head", "audit_sequencer")
_LOG: Final = (*postgresql.GUARDED, *_SCRATCH)
_KEYS: Final = (
    "key_epoch",
    "key_retired",
    "key_case",
    "key_hold",
    "key_erasure",
    "key_subject",
    "key_vault",
    "key_state",
)
_SPENDING: Final = ("spending",)
_ACCESS: Final = ("access_key", "access_session", "access_sign_in", "access_answer")
_VERSIONS: Final = ("log_version", "keys_version", "spending_version", "access_version")
_MAY: Final = (
    ("au_writer", "EXECUTE ON FUNCTION {s}.audit_claim, {s}.audit_append"),
    ("au_sequencer", "EXECUTE ON FUNCTION {s}.audit_lock_sequencer, {s}.audit_number"),
    ("au_sequencer", "SELECT ON {s}.audit_pending, {s}.audit_leaf, {s}.audit_node"),
    ("au_reader", f"SELECT ON {', '.join(f'{{s}}.{name}' for name in _LOG)}, {{s}}.log_version"),
    (
        "au_signer",
        "SELECT ON {s}.audit_log, {s}.audit_leaf, {s}.audit_node, {s}.audit_checkpoint",
    ),
    ("au_signer", "INSERT ON {s}.audit_checkpoint"),
    ("au_operator", "INSERT ON {s}.audit_log, {s}.audit_prune"),
    ("au_operator", "EXECUTE ON FUNCTION {s}.audit_drop_pruned"),
    (
        "au_keys",
        f"SELECT, INSERT, UPDATE, DELETE ON {', '.join(f'{{s}}.{name}' for name in _KEYS)}",
    ),
    ("au_keys", "SELECT ON {s}.keys_version"),
    ("au_spending", "SELECT, INSERT, UPDATE ON {s}.spending"),
    ("au_spending", "SELECT ON {s}.spending_version"),
    (
        "au_access",
        f"SELECT, INSERT, UPDATE, DELETE ON {', '.join(f'{{s}}.{name}' for name in _ACCESS)}",
    ),
    ("au_access", "SELECT ON {s}.access_version"),
)
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def role_statements(schema: str) -> Iterator[str]:
    """Yield the statements that make the roles and set their rights; running them again is safe.

    Raises:
        ConfigurationError: if the schema's name would need quotes.
    """
    if not _SCHEMA.fullmatch(schema):
        msg = "schema: use lower-case letters, digits and underscores"
        raise ConfigurationError(msg)
    for role in ROLES:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
            f" THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    everyone = ", ".join(("PUBLIC", *ROLES[1:]))
    yield "GRANT au_owner TO CURRENT_USER"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    yield f"GRANT USAGE, CREATE ON SCHEMA {schema} TO au_owner"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(ROLES[1:])}"
    for table in (*_LOG, *_KEYS, *_SPENDING, *_ACCESS, *_VERSIONS):
        yield f"ALTER TABLE {schema}.{table} OWNER TO au_owner"
        yield f"REVOKE ALL ON {schema}.{table} FROM {everyone}"
    for function in postgresql.FUNCTIONS:
        yield f"ALTER FUNCTION {schema}.{function} OWNER TO au_owner"
        # Last of all, or a temporary table of the caller's would take the place of a table.
        yield f"ALTER FUNCTION {schema}.{function} SET search_path = {schema}, pg_temp"
        yield f"REVOKE ALL ON FUNCTION {schema}.{function} FROM {everyone}"
    for role, may in _MAY:
        yield f"GRANT {may.format(s=schema)} TO {role}"


def apply_roles(database: Database, schema: str) -> None:
    """Make the roles and set their rights, in one transaction.

    Raises:
        ConfigurationError: if the database is SQLite, which has no roles.
        AuditUnavailable: if the login may not do it, or the tables are not there.
    """
    if database.dialect == "sqlite":
        msg = "SQLite has no roles; give the files to one user with mode 0600, or use PostgreSQL"
        raise ConfigurationError(msg)
    with database.writing() as connection:
        for statement in role_statements(schema):
            connection.exec_driver_sql(statement)
