"""Watch: the database of keys -> a mark that stays the same while no key is destroyed.

It is looked at for every batch that is appended, so it costs no transaction: on SQLite the
counter that every commit of another connection moves, on PostgreSQL the generation itself.
"""

from typing import Any

from summarizer.audit.database import Database

__all__ = ["Watch"]


class Watch:
    """Keeps a connection of its own, outside any transaction; for one thread at a time."""

    def __init__(self, database: Database) -> None:
        """Open nothing yet."""
        self._database = database
        self._query = (
            "PRAGMA data_version"
            if database.dialect == "sqlite"
            else "SELECT generation FROM key_state"
        )
        self._proxy: Any = None
        self._opened = 0

    def mark(self) -> object:
        """Return a value that is another one after the generation of keys grew.

        Raises:
            AuditUnavailable: if the database cannot be read.
        """
        engine = self._database.engine
        with self._database.translated():
            if self._proxy is not None:
                try:
                    return self._read()
                except engine.dialect.loaded_dbapi.Error:
                    # The server was restarted, or closed a connection that rested.
                    self.close()
            self._proxy = engine.raw_connection()
            self._opened += 1
            if self._database.dialect == "postgresql":
                self._proxy.driver_connection.autocommit = True
            return self._read()

    def close(self) -> None:
        """Close the connection; the next look opens another."""
        if self._proxy is not None:
            self._proxy.invalidate()
            self._proxy = None

    def _read(self) -> object:
        connection = self._proxy.driver_connection
        # To the end, or the statement would keep what it reads locked.
        rows = connection.execute(self._query).fetchall()
        # SQLite's counter is the connection's own: those of two are not to be compared.
        return self._opened, rows[0][0]
