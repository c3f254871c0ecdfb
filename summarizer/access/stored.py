"""Stored: a log's URL -> the open database of access beside it."""

from typing import Final

import anyio.to_thread

from summarizer.audit.beside import beside
from summarizer.audit.database import Database

__all__ = ["ACCESS_FILE", "open_stored"]

ACCESS_FILE: Final = "access.db"
"""Its name beside a log in an SQLite file."""


async def open_stored(log_url: str) -> Database:
    """Open what is stored of access beside a log, and make it first if there is none.

    Raises:
        AuditUnavailable: if the database cannot be opened or made.
    """

    def opened() -> Database:
        database = Database(beside(log_url, ACCESS_FILE))
        try:
            return database.migrate("access")
        except BaseException:
            database.dispose()
            raise

    return await anyio.to_thread.run_sync(opened)
