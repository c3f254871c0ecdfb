"""The log on SQLite: tables, indexes, and triggers that keep it append-only."""

from typing import Final

__all__ = ["GUARDS", "STATEMENTS", "TABLES"]

TABLES: Final = {
    "audit_log": """\
CREATE TABLE audit_log (
    incarnation INTEGER NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    event_id TEXT
)""",
    "audit_entry": """\
CREATE TABLE audit_entry (
    event_id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    case_tag TEXT,
    case_n INTEGER,
    actor_tag TEXT,
    model TEXT,
    prompt TEXT,
    policy TEXT,
    outcome TEXT,
    retention TEXT NOT NULL,
    header BLOB NOT NULL,
    leaf BLOB NOT NULL
) WITHOUT ROWID""",
    "audit_entry_case": """\
CREATE UNIQUE INDEX audit_entry_case ON audit_entry (case_tag, case_n)
WHERE case_tag IS NOT NULL""",
    "audit_entry_case_time": """\
CREATE INDEX audit_entry_case_time ON audit_entry (case_tag, event_id)
WHERE case_tag IS NOT NULL""",
    "audit_entry_kind": "CREATE INDEX audit_entry_kind ON audit_entry (kind, event_id)",
    "audit_entry_actor": """\
CREATE INDEX audit_entry_actor ON audit_entry (actor_tag, event_id)
WHERE actor_tag IS NOT NULL""",
    "audit_entry_model": """\
CREATE INDEX audit_entry_model ON audit_entry (model, event_id) WHERE model IS NOT NULL""",
    "audit_entry_prompt": """\
CREATE INDEX audit_entry_prompt ON audit_entry (prompt, event_id) WHERE prompt IS NOT NULL""",
    "audit_entry_policy": """\
CREATE INDEX audit_entry_policy ON audit_entry (policy, event_id) WHERE policy IS NOT NULL""",
    "audit_entry_outcome": """\
CREATE INDEX audit_entry_outcome ON audit_entry (outcome, event_id)
WHERE outcome IS NOT NULL""",
    "audit_body": """\
CREATE TABLE audit_body (
    event_id TEXT NOT NULL PRIMARY KEY,
    ciphertext BLOB NOT NULL
)""",
    "audit_leaf": """\
CREATE TABLE audit_leaf (
    seq INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    leaf BLOB NOT NULL
)""",
    "audit_leaf_event": "CREATE UNIQUE INDEX audit_leaf_event ON audit_leaf (event_id)",
    "audit_node": """\
CREATE TABLE audit_node (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) WITHOUT ROWID""",
    "audit_checkpoint": """\
CREATE TABLE audit_checkpoint (
    incarnation INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (incarnation, size)
) WITHOUT ROWID""",
    "audit_prune": """\
CREATE TABLE audit_prune (
    event_id TEXT NOT NULL PRIMARY KEY,
    retention TEXT NOT NULL,
    before TEXT NOT NULL
)""",
    "audit_pending": """\
CREATE TABLE audit_pending (
    id INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    leaf BLOB NOT NULL
)""",
    "audit_case_head": """\
CREATE TABLE audit_case_head (
    case_tag TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL,
    leaf BLOB
) WITHOUT ROWID""",
    "audit_sequencer": """\
CREATE TABLE audit_sequencer (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    next_seq INTEGER NOT NULL
)""",
}
"""Tables and indexes by name."""

_APPEND_ONLY = {
    "audit_log": "NEW.incarnation IS NOT (SELECT COUNT(*) FROM audit_log)",
    "audit_entry": "EXISTS (SELECT 1 FROM audit_entry WHERE event_id = NEW.event_id)"
    " OR EXISTS (SELECT 1 FROM audit_entry WHERE case_tag = NEW.case_tag AND case_n = NEW.case_n)",
    "audit_body": "EXISTS (SELECT 1 FROM audit_body WHERE event_id = NEW.event_id)",
    "audit_leaf": "NEW.seq IS NOT (SELECT COALESCE(MAX(seq), -1) + 1 FROM audit_leaf)"
    " OR EXISTS (SELECT 1 FROM audit_leaf WHERE event_id = NEW.event_id)",
    "audit_node": "NEW.idx IS NOT"
    " (SELECT COALESCE(MAX(idx), -1) + 1 FROM audit_node WHERE level = NEW.level)",
    "audit_checkpoint": "EXISTS (SELECT 1 FROM audit_checkpoint"
    " WHERE incarnation = NEW.incarnation AND size >= NEW.size)",
    "audit_prune": "EXISTS (SELECT 1 FROM audit_prune WHERE event_id = NEW.event_id)",
}
"""Table -> when an insert must be refused. INSERT OR REPLACE deletes the row it collides with,
and no delete trigger sees that unless recursive_triggers is on: so it is stopped before."""


def _trigger(name: str, when: str, table: str, condition: str = "") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table}\n"
        f"{f'WHEN {condition}{chr(10)}' if condition else ''}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


GUARDS: Final = {
    name: sql
    for table, condition in _APPEND_ONLY.items()
    for name, sql in {
        f"{table}_insert": _trigger(f"{table}_insert", "INSERT", table, condition),
        f"{table}_update": _trigger(f"{table}_update", "UPDATE", table),
        f"{table}_delete": _trigger(
            f"{table}_delete",
            "DELETE",
            table,
            "NOT EXISTS (SELECT 1 FROM audit_entry AS e JOIN audit_prune AS p"
            " ON p.retention = e.retention AND e.at < p.before WHERE e.event_id = OLD.event_id)"
            if table == "audit_body"
            else "",
        ),
    }.items()
}
"""Triggers by name. A body may go once a prune on record covers it."""

STATEMENTS: Final = (
    *TABLES.values(),
    *GUARDS.values(),
    "INSERT INTO audit_sequencer (id, next_seq) VALUES (0, 0)",
)
