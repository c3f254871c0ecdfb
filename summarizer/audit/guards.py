"""Guards: an open database -> which of its append-only guards are not as they were created."""

from sqlalchemy import Connection, text

from summarizer.audit.migrations.log_0001 import postgresql, sqlite

__all__ = ["missing_guards"]


def missing_guards(connection: Connection) -> list[str]:
    """Name each table, index or trigger that is missing, changed or switched off."""
    if connection.dialect.name == "sqlite":
        return _missing_on_sqlite(connection)
    return _missing_on_postgresql(connection)


def _missing_on_sqlite(connection: Connection) -> list[str]:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    stored = {row[0]: row[1] for row in connection.exec_driver_sql(query)}
    expected = sqlite.TABLES | sqlite.GUARDS
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
    triggers = connection.execute(
        text(
            "SELECT t.tgname, t.tgenabled FROM pg_trigger AS t JOIN pg_class AS c"
            " ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relname = ANY (:tables)"
        ),
        {"tables": list(postgresql.GUARDED)},
    )
    # A: fires always, also under session_replication_role = replica.
    on = {name for name, enabled in triggers if _text(enabled) == "A"}
    missing = [name for name in postgresql.TRIGGERS if name not in on]
    functions = connection.execute(
        text("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY (:names)"),
        {"names": list(postgresql.FUNCTIONS)},
    )
    sources = {row[0]: row[1] for row in functions}
    return missing + [
        name
        for name, sql in postgresql.FUNCTIONS.items()
        if sources.get(name) != sql.split("$body$")[1]
    ]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
