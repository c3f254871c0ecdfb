"""Migrate: an open connection and a branch -> the newest tables, by Alembic."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

if TYPE_CHECKING:
    from summarizer.audit.database import Branch

__all__ = ["upgrade"]

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, branch: "Branch") -> None:
    """Run what is missing, within the caller's transaction.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: if a statement fails; nothing is kept then.
    """
    scripts = ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / branch)])

    def steps(revision: Any, _: Any) -> Any:
        # What Alembic's own `upgrade` command runs; it has no public way without an ini file.
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, version_table=f"{branch}_version")
        environment.run_migrations()
