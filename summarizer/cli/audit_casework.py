"""Audit casework: the audit store -> erasures, holds, searches, prunes, for people and machines."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.audit.erasure import erase, find_cases, place_hold, release_hold
from summarizer.audit.operations import begin_incarnation, rotate_keys
from summarizer.audit.pruning import Pruned, prune
from summarizer.cli.audit_reading import open_existing, os_user
from summarizer.cli.output import pretty, printable, write_json
from summarizer.errors import ConfigurationError, SummarizerError
from summarizer.settings import Settings

__all__ = [
    "erase_cases",
    "hold_case",
    "list_cases_of",
    "prune_log",
    "release_case",
    "rotate",
    "start_incarnation",
]


async def erase_cases(settings: Settings, cases: Sequence[str], *, reason: str, json: bool) -> int:
    """Erase each case; return the highest exit code of them."""
    _require(reason)
    code = 0
    async with open_existing(settings) as store:
        for case in dict.fromkeys(cases):
            try:
                done = await erase(store, case, reason=reason, actor=os_user(), now=_now())
            except SummarizerError as error:
                code = max(code, error.code.exit_code)
                fault = {"code": str(error.code), "detail": error.detail}
                _say(
                    {"case": case, "erased": False, "error": fault},
                    Text.assemble((f"{error.code}", "bold red"), f": {printable(case)}: ")
                    + Text(printable(error.detail)),
                    json=json,
                )
            else:
                _say(
                    {"case": case, "erased": True, "event": done.event_id},
                    Text.assemble(("erased", "magenta"), f": {printable(case)}, {done.event_id}"),
                    json=json,
                )
    return code


async def hold_case(
    settings: Settings, case: str, *, reason: str, until: datetime | None, json: bool
) -> None:
    """Place a hold and say until when it holds."""
    _require(reason)
    now = _now()
    if until is not None and until <= now:
        msg = "--until: this moment has passed; give one to come"
        raise ConfigurationError(msg)
    async with open_existing(settings) as store:
        event_id = await place_hold(
            store, case, reason=reason, actor=os_user(), now=now, until=until
        )
    end = None if until is None else until.isoformat()
    text = Text.assemble(
        ("on hold", "bold yellow"), f" until {end or 'it is released'}: {printable(case)}"
    )
    _say({"case": case, "until": end, "event": event_id}, text, json=json)


async def release_case(settings: Settings, case: str, *, reason: str, json: bool) -> None:
    """Release a hold."""
    _require(reason)
    async with open_existing(settings) as store:
        done = await release_hold(store, case, reason=reason, actor=os_user(), now=_now())
    text = Text.assemble(("released", "green"), f": {printable(case)}")
    _say({"case": case, "event": done.event_id}, text, json=json)


async def list_cases_of(settings: Settings, value: str, *, json: bool) -> None:
    """Print the cases in which a value was held back."""
    if not value:
        msg = "--identifier: is empty; give the value to search for"
        raise ConfigurationError(msg)
    async with open_existing(settings) as store:
        cases = await find_cases(store, value, actor=os_user(), now=_now())
    text = Text("\n".join(map(printable, cases)) or "no case holds this value")
    _say({"cases": list(cases)}, text, json=json)


async def prune_log(settings: Settings, *, dry_run: bool, json: bool) -> None:
    """Remove what has ended, or count it, and print that by retention class."""
    async with open_existing(settings) as store:
        done = await prune(store, _now(), actor=os_user(), dry_run=dry_run)
    if json:
        for one in done:
            write_json({
                "retention": one.retention,
                "before": one.before.isoformat(),
                "bodies": one.bodies,
                "on_hold": one.on_hold,
                "event": one.event_id,
                "dry_run": dry_run,
            })
    else:
        pretty().print(_table(done, "would go" if dry_run else "removed"))


async def start_incarnation(settings: Settings, *, reason: str, json: bool) -> None:
    """Begin a new incarnation and print the origin line it signs under."""
    _require(reason)
    async with open_existing(settings) as store:
        begun = await begin_incarnation(store, reason=reason, actor=os_user(), now=_now())
    origin = begun.published.checkpoint.origin
    value = {"incarnation": begun.number, "origin": origin, "event": begun.event_id}
    text = Text.assemble(("incarnation", "bold"), f" {begun.number}: {origin}")
    _say(value, text, json=json)


async def rotate(settings: Settings, *, json: bool) -> None:
    """Rotate the keys and say how many were wrapped anew."""
    async with open_existing(settings) as store:
        done = await rotate_keys(store, actor=os_user(), now=_now())
    text = Text.assemble(("rotated", "green"), f": epoch {done.epoch}, {done.keys:,} case key(s)")
    _say({"epoch": done.epoch, "keys": done.keys, "event": done.event_id}, text, json=json)


def _now() -> datetime:
    return datetime.now(UTC)


def _require(reason: str) -> None:
    if not reason.strip():
        msg = "--reason: is empty; say why, without naming a customer"
        raise ConfigurationError(msg)


def _say(value: Mapping[str, Any], text: Text, *, json: bool) -> None:
    if json:
        write_json(value)
    else:
        pretty().print(text, soft_wrap=True)


def _table(done: Sequence[Pruned], head: str) -> Table:
    table = Table("retention", "before (UTC)", head, "on hold", box=SIMPLE)
    for one in done:
        table.add_row(
            one.retention, f"{one.before:%Y-%m-%d %H:%M}", f"{one.bodies:,}", f"{one.on_hold:,}"
        )
    return table
