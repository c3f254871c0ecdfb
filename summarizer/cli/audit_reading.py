"""Audit reading: the audit store -> lists and single events, for people and machines."""

import os
import pwd
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from summarizer.audit import Filter, Record
from summarizer.bootstrap import open_audit
from summarizer.casework import events
from summarizer.cli.audit_event import event_parts
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.errors import AuditUnavailable, ConfigurationError, UnknownCase
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["list_events", "open_existing", "os_user", "record_reading", "show_case", "show_event"]

_TAG_DIGITS: Final = 12
_KINDS: Final = {
    "outcome": "green",
    "egress_blocked": "bold red",
    "access_denied": "bold red",
    "prompt": "cyan",
    "erased": "magenta",
}
_GONE: Final = {
    "erased": "the key of this case was destroyed; what this event said cannot be read any more",
    "pruned": "what this event said was removed at the end of its retention",
}


async def list_events(
    settings: Settings, wanted: Filter, *, limit: int, after: str | None, json: bool
) -> None:
    """Print the newest events that match, oldest first, without what they hold."""
    async with open_existing(settings) as store:
        page = await store.page(wanted, limit=limit, after=after)
        # A record of a case would make a key for one that is not known, or that was erased.
        of_case = wanted.case if page.records else None
        told = {name: str(value) for name, value in _given(wanted).items() if name != "case"}
        await record_reading(store, "list", {**told, "events": len(page.records)}, of_case)
    newest = page.records[::-1]
    if json:
        for record in newest:
            write_json(events.head(record))
        return
    pretty().print(_table(newest))
    if page.next is not None:
        notes().print(Text(f"older events: add --after {printable(page.next)}", style="dim"))


async def show_event(settings: Settings, event_id: str, *, json: bool) -> None:
    """Print one event with its body."""
    async with open_existing(settings) as store:
        record = await store.get(event_id)
        if record is None:
            msg = "there is no event with this id; `summarizer audit list` names those there are"
            raise ConfigurationError(msg)
        await record_reading(store, "show", {"event": event_id})
    _print([record], json=json)


async def show_case(settings: Settings, case_id: str, *, json: bool) -> None:
    """Print everything that is recorded of a case, in its order."""
    async with open_existing(settings) as store:
        records = [record async for record in store.read(Filter(case=case_id), bodies=True)]
        await record_reading(store, "case", {"events": len(records)}, case_id if records else None)
        tag = store.tagger.log_tag(case_id)
    if not records:
        msg = "nothing is recorded of this case, or it was erased; check the id"
        raise UnknownCase(msg)
    _print(records, json=json)
    notes().print(Text(f"in the log of the service: case_tag {tag}", style="dim"))


@asynccontextmanager
async def open_existing(settings: Settings) -> AsyncIterator["SQLAuditStore"]:
    """Open the log to read it; a mistyped folder is an error and not a new, empty log.

    Raises:
        AuditUnavailable: if there is none.
    """
    path = settings.database_path
    if path is not None and not path.is_file():
        msg = f"{path}: no audit database; check --data-dir and --database-url"
        raise AuditUnavailable(msg)
    async with open_audit(settings) as store:
        yield store


async def record_reading(
    store: "SQLAuditStore", action: str, what: Mapping[str, Any], case: str | None = None
) -> None:
    """Record that whoever runs this command read something, before it is shown.

    Raises:
        AuditUnavailable: if it is not on record.
    """
    now = datetime.now(UTC)
    await events.record_reading(store, action, what, case, actor=os_user(), now=now)


def os_user() -> str:
    """Name the user of the operating system; an environment variable could be anything."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"os:{os.getuid()}"


def _given(wanted: Filter) -> dict[str, Any]:
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    return {name: value for name, value in values.items() if value is not None}


def _print(records: Iterable[Record], *, json: bool) -> None:
    console = pretty()
    for record in records:
        if json:
            write_json(events.shown(record))
            continue
        console.print(_table([record]))
        if record.body is None:
            console.print(Text(_GONE.get(record.state, ""), style="dim"))
            continue
        for part in event_parts(record.body):
            console.print(part)


def _table(records: Iterable[Record]) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 1))
    table.add_column("seq", justify="right")
    table.add_column("at (UTC)", no_wrap=True, min_width=19)
    table.add_column("kind", no_wrap=True)
    table.add_column("case", no_wrap=True)
    table.add_column("id", no_wrap=True, min_width=36)
    for record in records:
        table.add_row(
            "-" if record.seq is None else str(record.seq),
            f"{record.at:%Y-%m-%d %H:%M:%S}",
            Text(record.kind, style=_KINDS.get(record.kind, "")),
            Text((record.case or "-")[:_TAG_DIGITS], style="dim"),
            Text(printable(record.id)),
        )
    return table
