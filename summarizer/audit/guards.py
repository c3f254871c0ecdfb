"""Guards: an open database -> which of its append-only guards are not as they were created."""

from sqlalchemy import Connection, text

from summarizer.audit.migrations import log_0002
from summarizer.audit.migrations.log_0001 import postgresql, sqlite

__all__ = ["missing_guards"]


def missing_guards(connection: Connection) -> list[str]:
    """Name each table, index or trigger that is missing, changed or switched off."""
    if connection.dialect.name == "sqlite":
        return _missing_on_sqlite(connection)
    return _missing_on_postgresql(connection)


def _missing_on_sqlite(connection: Connection) -> list[str]:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    stored: dict[str, str] = dict(map(tuple, connection.exec_driver_sql(query)))
    expected = sqlite.TABLES | log_0002.SQLITE | sqlite.GUARDS
    missing = [name for name, sql in expected.items() if stored.get(name) != sql]
    tables = tuple(name for name in sqlite.TABLES if sqlite.TABLES[name].startswith("CREATE TABLE"))
    on_tables = connection.exec_driver_sql(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    )
    return missing + [
        f"the foreign trigger {name!a}"
        for name, table in on_tables
        if table in tables and name not in expected
    ]


def _missing_on_postgresql(connection: Connection) -> list[str]:
    tables = {"tables": list(postgresql.GUARDED)}
    triggers = connection.execute(
        text(
            "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true)"
            " FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            " AND c.relname = ANY (:tables) AND pg_table_is_visible(c.oid)"
        ),
        tables,
    )
    stored = {name: (_text(enabled), sql) for name, enabled, sql in triggers}
    # A: fires always, also under session_replication_role = replica.
    missing = [
        name
        for name, sql in postgresql.TRIGGERS.items()
        if stored.get(name) != ("A", f"CREATE TRIGGER {name} {sql}")
    ]
    missing += [f"the foreign trigger {name!a}" for name in stored.keys() - postgresql.TRIGGERS]
    indexes = connection.execute(
        text(
            "SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
            " JOIN pg_class AS r ON r.oid = i.indrelid WHERE i.indisunique AND i.indisvalid"
            " AND r.relname = ANY (:tables) AND pg_table_is_visible(r.oid)"
        ),
        tables,
    )
    unique = set(indexes.scalars())
    missing += [name for name in postgresql.UNIQUE if name not in unique]
    rules = connection.execute(
        text("SELECT rulename FROM pg_rules WHERE tablename = ANY (:tables)"), tables
    )
    missing += [f"the foreign rule {name!a}" for name in rules.scalars()]
    functions = connection.execute(
        text("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY (:names)"),
        {"names": list(postgresql.FUNCTIONS)},
    )
    sources: dict[str, str] = dict(map(tuple, functions))
    return missing + [
        name
        for name, sql in postgresql.FUNCTIONS.items()
        if sources.get(name) != sql.split("$body$")[1]
    ]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
