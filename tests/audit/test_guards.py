"""The database itself refuses to change evidence, and a guard that is gone is found."""

import pytest
from sqlalchemy.exc import DBAPIError

from summarizer.audit.migrations.log_0001 import postgresql, sqlite
from summarizer.audit.migrations.log_0002 import DECISIONS, index_of
from tests.audit.conftest import Filled
from tests.audit.logs import SIZE, Log

REFUSED = {
    "update a header": "UPDATE audit_entry SET header = leaf",
    "update a column": "UPDATE audit_entry SET kind = 'erased'",
    "update a body": "UPDATE audit_body SET ciphertext = ciphertext",
    "update a leaf": "UPDATE audit_leaf SET leaf = leaf",
    "update a node": "UPDATE audit_node SET hash = hash",
    "update a checkpoint": "UPDATE audit_checkpoint SET note = ''",
    "update the origin": "UPDATE audit_log SET origin = ''",
    "delete entries": "DELETE FROM audit_entry",
    "delete bodies": "DELETE FROM audit_body",
    "delete the last leaf": "DELETE FROM audit_leaf WHERE seq = 319",
    "delete nodes": "DELETE FROM audit_node",
    "delete checkpoints": "DELETE FROM audit_checkpoint",
    "delete the origin": "DELETE FROM audit_log",
    "insert a leaf past a gap": "INSERT INTO audit_leaf"
    " SELECT seq + 400, 'x', leaf FROM audit_leaf",
    "insert a leaf before the end": "INSERT INTO audit_leaf"
    " SELECT -1, 'x', leaf FROM audit_leaf WHERE seq = 1",
    "insert an event twice": "INSERT INTO audit_entry"
    " SELECT * FROM audit_entry WHERE case_tag IS NULL",
    "number an event twice": "INSERT INTO audit_leaf"
    " SELECT 320, event_id, leaf FROM audit_leaf WHERE seq = 1",
    "insert a node twice": "INSERT INTO audit_node SELECT * FROM audit_node",
}
REPLACED = {
    "an entry": "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry LIMIT 1",
    "an entry by its place in a case": "INSERT OR REPLACE INTO audit_entry SELECT 'x', kind, at,"
    " case_tag, case_n, NULL, NULL, NULL, NULL, NULL, retention, header, leaf FROM audit_entry"
    " WHERE case_tag IS NOT NULL LIMIT 1",
    "a body": "INSERT OR REPLACE INTO audit_body SELECT event_id, x'00' FROM audit_body LIMIT 1",
    "a leaf": "INSERT OR REPLACE INTO audit_leaf SELECT 0, 'x', leaf FROM audit_leaf LIMIT 1",
    "a leaf by its event": "INSERT OR REPLACE INTO audit_leaf SELECT 320, event_id, leaf"
    " FROM audit_leaf LIMIT 1",
    "a node": "REPLACE INTO audit_node SELECT level, idx, x'00' FROM audit_node LIMIT 1",
    "a checkpoint": "REPLACE INTO audit_checkpoint SELECT incarnation, size, root, ''"
    " FROM audit_checkpoint LIMIT 1",
    "the origin": "REPLACE INTO audit_log VALUES (0, 'x', NULL)",
    "by an update": "UPDATE OR REPLACE audit_leaf SET seq = seq + 1",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses_to(filled: Filled, statement: str) -> None:
    with pytest.raises(DBAPIError), filled.log.connected() as connection:
        connection.exec_driver_sql(statement)

    assert len(filled.log.rows("SELECT 1 FROM audit_leaf")) == SIZE


@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", REPLACED.values(), ids=REPLACED)
def test_sqlite_refuses_to_replace(filled: Filled, statement: str) -> None:
    """REPLACE deletes without a delete trigger, unless recursive_triggers is on: off here."""
    with filled.log.connected() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        with pytest.raises(DBAPIError, match="append-only"):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", postgresql.GUARDED)
def test_postgresql_refuses_to_truncate(filled: Filled, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), filled.log.connected() as connection:
        connection.exec_driver_sql(f"TRUNCATE {table}")


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [*list(REFUSED.values())[:13], "TRUNCATE audit_entry", REFUSED["insert a leaf past a gap"]],
)
def test_a_replica_role_does_not_pass_the_guards(filled: Filled, statement: str) -> None:
    with filled.log.connected() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", sqlite.GUARDS)
def test_a_guard_that_was_dropped_is_named_on_sqlite(log: Log, name: str) -> None:
    with log.connected() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")

    (finding,) = log.verify().findings
    assert (finding.kind, name in finding.detail) == ("guard_missing", True)


@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
@pytest.mark.parametrize("decision", DECISIONS)
def test_an_index_that_hides_decisions_is_named_on_sqlite(log: Log, decision: str) -> None:
    with log.connected() as connection:
        connection.exec_driver_sql(f"DROP INDEX {index_of(decision)}")
        connection.exec_driver_sql(
            f"CREATE INDEX {index_of(decision)} ON audit_entry (outcome, event_id) WHERE 0"
        )

    (finding,) = log.verify().findings
    assert (finding.kind, index_of(decision) in finding.detail) == ("guard_missing", True)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "how",
    [
        "DROP TRIGGER {name} ON {table}",
        "ALTER TABLE {table} DISABLE TRIGGER {name}",
        "ALTER TABLE {table} ENABLE TRIGGER {name}",
    ],
)
@pytest.mark.parametrize("table", ["audit_entry", "audit_leaf"])
def test_a_guard_that_was_dropped_or_switched_off_is_named_on_postgresql(
    log: Log, how: str, table: str
) -> None:
    with log.connected() as connection:
        connection.exec_driver_sql(how.format(name=f"{table}_update", table=table))

    (finding,) = log.verify().findings
    assert (finding.kind, f"{table}_update" in finding.detail) == ("guard_missing", True)


@pytest.mark.parametrize("on", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            (
                "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RETURN NEW; END$$"
            ),
            "audit_refuse",
        ),
        ("CREATE RULE quiet AS ON INSERT TO audit_leaf DO INSTEAD NOTHING", "quiet"),
        (
            "ALTER TABLE audit_leaf DROP CONSTRAINT audit_leaf_event_id_key",
            "audit_leaf_event_id_key",
        ),
        (
            (
                "CREATE TRIGGER forger BEFORE INSERT ON audit_entry FOR EACH ROW"
                " EXECUTE FUNCTION audit_refuse()"
            ),
            "forger",
        ),
    ],
)
def test_a_guard_that_was_changed_is_named_on_postgresql(
    log: Log, statement: str, name: str
) -> None:
    with log.connected() as connection:
        connection.exec_driver_sql(statement)

    (finding,) = log.verify().findings
    assert (finding.kind, name in finding.detail) == ("guard_missing", True)


@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
def test_a_trigger_that_is_not_ours_is_named_on_sqlite(log: Log) -> None:
    with log.connected() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER forger AFTER INSERT ON audit_entry BEGIN SELECT 1; END"
        )

    (finding,) = log.verify().findings
    assert (finding.kind, "forger" in finding.detail) == ("guard_missing", True)
