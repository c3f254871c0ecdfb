"""Audit log: the audit store -> lists, single events and findings, for people and machines."""

import os
import pwd
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import anyio.to_thread
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.audit import AuditStore, Event, EventKind, Record, Verification
from summarizer.audit.ids import EventIds
from summarizer.audit.verify import verify_log
from summarizer.bootstrap import open_audit
from summarizer.cli.audit_event import event_parts
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.errors import AuditUnavailable, ConfigurationError
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.sql import SQLAuditStore

__all__ = ["list_events", "show_event", "verify_store"]

_TAG_DIGITS: Final = 12
_KINDS: Final = {"outcome": "green", "egress_blocked": "bold red", "prompt": "cyan"}


async def list_events(
    settings: Settings, *, case: str | None, kind: str | None, limit: int, json: bool
) -> None:
    """Print the newest events of a case and kind, oldest first, without what they hold."""
    wanted = cast("EventKind | None", kind and str(kind))
    async with _open_existing(settings) as store:
        tag = store.folder.tagger().tag(case) if case is not None else None
        newest: deque[Record] = deque(maxlen=limit)
        async for record in store.read(case=tag, kind=wanted):
            newest.append(record)
        await _record_reading(store, "list", {"kind": wanted, "case": tag, "events": len(newest)})
    if json:
        for record in newest:
            write_json(_head(record))
    else:
        pretty().print(_table(newest))


async def show_event(settings: Settings, event_id: str, *, json: bool) -> None:
    """Print one event with its body."""
    async with _open_existing(settings) as store:
        record = await store.get(event_id)
        if record is None:
            msg = "there is no event with this id; `summarizer audit list` names those there are"
            raise ConfigurationError(msg)
        await _record_reading(store, "show", {"event": event_id})
    if json:
        write_json({**_head(record), "body": record.event.body})
        return
    console = pretty()
    console.print(_table([record]))
    for part in event_parts(record.event.body):
        console.print(part)


async def verify_store(settings: Settings, *, json: bool) -> int:
    """Verify the log, which is never made by this, and return 1 unless it is intact."""
    verification = await anyio.to_thread.run_sync(_verified, settings)
    if json:
        write_json({
            "ok": verification.ok,
            "entries": verification.entries,
            "root": verification.root,
            "checkpoint": None,
            "findings": [asdict(finding) for finding in verification.findings],
        })
    else:
        _print_verification(verification)
    return 0 if verification.ok else 1


@asynccontextmanager
async def _open_existing(settings: Settings) -> AsyncIterator["SQLAuditStore"]:
    """Open the log to read it; a mistyped folder is an error and not a new, empty log."""
    path = settings.database_path
    if not path.is_file():
        msg = f"{path}: no audit database; check --data-dir and --database-url"
        raise AuditUnavailable(msg)
    async with open_audit(settings) as store:
        yield store


async def _record_reading(store: AuditStore, action: str, what: Mapping[str, Any]) -> None:
    """Record who read what before it is shown; without the record nothing is shown."""
    body = {"action": f"audit {action}", "reader": _reader(), **what}
    event = Event(EventIds().new(), "audit_read", datetime.now(UTC), None, body)
    await store.append([event])


def _reader() -> str:
    """Name the user of the operating system; an environment variable could be anything."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"os:{os.getuid()}"


def _verified(settings: Settings) -> Verification:
    with notes().status("recomputing every hash"):
        return verify_log(settings.database_path, data_dir=settings.data_dir)


def _print_verification(verification: Verification) -> None:
    console = pretty()
    if verification.ok:
        head = Text.assemble(("intact", "bold green"), f": {verification.entries:,} entries")
    else:
        count = len(verification.findings)
        head = Text.assemble(("NOT INTACT", "bold red"), f": {count:,} finding(s)")
    console.print(head)
    console.print(Text(f"root {verification.root}", style="dim"), soft_wrap=True)
    if not verification.ok:
        table = Table("finding", "seq", "detail", box=SIMPLE)
        for finding in verification.findings:
            seq = "" if finding.seq is None else str(finding.seq)
            table.add_row(Text(finding.kind, style="red"), seq, printable(finding.detail))
        console.print(table)


def _head(record: Record) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "id": record.event.id,
        "kind": record.event.kind,
        "at": record.event.at.isoformat(),
        "case": record.event.case,
        "hash": record.hash,
    }


def _table(records: Iterable[Record]) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 1))
    table.add_column("seq", justify="right")
    table.add_column("at (UTC)", no_wrap=True, min_width=19)
    table.add_column("kind", no_wrap=True)
    table.add_column("case", no_wrap=True)
    table.add_column("id", no_wrap=True, min_width=36)
    for record in records:
        event = record.event
        table.add_row(
            str(record.seq),
            f"{event.at:%Y-%m-%d %H:%M:%S}",
            Text(event.kind, style=_KINDS.get(event.kind, "")),
            Text((event.case or "-")[:_TAG_DIGITS], style="dim"),
            event.id,
        )
    return table
