"""Database: settings -> upgraded tables and roles, told to people and machines."""

import sys
from functools import partial

from rich.text import Text

from summarizer.access.stored import ACCESS_FILE
from summarizer.audit.beside import beside
from summarizer.audit.database import Branch, Database
from summarizer.audit.roles import ROLES, SERVICE, apply_roles, role_statements
from summarizer.audit.spending import SPENDING_FILE
from summarizer.bootstrap import open_audit
from summarizer.cli.output import pretty, write_json
from summarizer.settings import Settings

__all__ = ["print_roles", "set_roles", "upgrade"]


async def upgrade(settings: Settings, *, json: bool) -> None:
    """Open the log, which brings its tables up to date, and print their revisions."""
    async with open_audit(settings) as store:
        revisions = {
            "log": await store.run(partial(store.database.revision, "log")),
            "keys": await store.run(partial(store.keystore.database.revision, "keys")),
            "spending": await store.run(partial(_beside, settings, "spending", SPENDING_FILE)),
            "access": await store.run(partial(_beside, settings, "access", ACCESS_FILE)),
        }
    if json:
        write_json(revisions)
    else:
        found = ", ".join(f"{name} at {revision}" for name, revision in revisions.items())
        pretty().print(Text.assemble(("up to date", "green"), f": {found}"))


def _beside(settings: Settings, branch: Branch, file_name: str) -> str | None:
    """Bring the tables beside the log up to date, whether or not they are used yet."""
    database = Database(beside(settings.log_url, file_name))
    try:
        return database.migrate(branch).revision(branch)
    finally:
        database.dispose()


def print_roles(schema: str, *, json: bool) -> None:
    """Print the SQL."""
    script = "".join(f"{statement};\n" for statement in role_statements(schema))
    if json:
        write_json({"roles": list(ROLES), "sql": script})
    else:
        sys.stdout.write(script)


def set_roles(settings: Settings, schema: str, *, json: bool) -> None:
    """Apply the SQL with the login of the settings, which must own the tables."""
    database = Database(settings.log_url)
    try:
        apply_roles(database, schema)
    finally:
        database.dispose()
    if json:
        write_json({"roles": list(ROLES), "service": list(SERVICE)})
        return
    grant = f"GRANT {', '.join(SERVICE)} TO your_service_login;"
    pretty().print(Text.assemble(("set", "green"), f": {', '.join(ROLES)}"), soft_wrap=True)
    pretty().print(Text(f"the service's login needs: {grant}", style="dim"), soft_wrap=True)
