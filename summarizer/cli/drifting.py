"""Drifting: two windows of recorded outcomes -> what has shifted between them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from rich.box import SIMPLE
from rich.table import Table

from summarizer.audit import Filter
from summarizer.cli.audit_reading import open_existing, record_reading
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.errors import ConfigurationError
from summarizer.evals.drift import Shift, drift
from summarizer.evals.records import write_whole
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.audit.store import SQLAuditStore

__all__ = ["print_drift"]

_STYLES = {"large": "bold red", "moderate": "yellow"}
_CLASSES = 3


def print_drift(
    settings: Settings, baseline: str, window: str, *, html: Path | None, json: bool
) -> int:
    """Compare two windows of outcomes; 1 if a feature has shifted by a large measure.

    Raises:
        ConfigurationError: if a window is not a period, or has too few outcomes.
        AuditUnavailable: if the store cannot be read.
    """
    periods = (_period("--baseline", baseline), _period("--window", window))
    with notes().status("reading outcomes"):
        outcomes = anyio.run(_outcomes, settings, periods)
    with notes().status("comparing"):
        shifts = drift(*outcomes)
    if html is not None:
        from summarizer.evals.report import drift_report  # loads matplotlib

        write_whole(html, drift_report(shifts, baseline, window).encode())
    counts = [len(each) for each in outcomes]
    if json:
        write_json({
            "baseline": {"period": baseline, "n": counts[0]},
            "window": {"period": window, "n": counts[1]},
            "features": [asdict(shift) for shift in shifts],
        })
    else:
        _print(shifts, counts)
    return 1 if any(shift.verdict == "large" for shift in shifts) else 0


async def _outcomes(
    settings: Settings, periods: tuple[tuple[datetime, datetime], ...]
) -> list[list[Mapping[str, Any]]]:
    async with open_existing(settings) as store:
        found = [await _window(store, *period) for period in periods]
        read = {"events": sum(map(len, found))}
        await record_reading(store, "drift", read)
    return found


async def _window(
    store: "SQLAuditStore", since: datetime, until: datetime
) -> list[Mapping[str, Any]]:
    wanted = Filter(kind="outcome", since=since, until=until)
    return [
        record.body
        async for record in store.read(wanted, bodies=True)
        # Of an erased or interrupted case there is nothing to compare.
        if record.body is not None and "timings_ms" in record.body
    ]


def _period(flag: str, text: str) -> tuple[datetime, datetime]:
    first, separator, last = text.partition("..")
    with suppress(ValueError):
        if separator:
            return _midnight(first), _midnight(last)
    msg = f"{flag}: write a period as FROM..UNTIL, such as 2026-01-01..2026-02-01"
    raise ConfigurationError(msg)


def _midnight(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(), UTC)


def _print(shifts: list[Shift], counts: list[int]) -> None:
    console = pretty()
    console.print(f"{counts[0]} outcomes in the baseline, {counts[1]} in the window")
    table = Table(box=SIMPLE)
    for column in ("feature", "PSI", "p", "", "what moved most (baseline to window)"):
        table.add_column(column, justify="right" if column in {"PSI", "p"} else "left")
    for shift in shifts:
        table.add_row(
            printable(shift.feature), f"{shift.psi:.3f}", f"{shift.p:.3f}", shift.verdict,
            printable(_moved(shift)), style=_STYLES.get(shift.verdict, ""),
        )  # fmt: skip
    console.print(table)


def _moved(shift: Shift) -> str:
    moves = sorted(shift.window, key=lambda name: -abs(shift.window[name] - shift.baseline[name]))
    return ", ".join(
        f"{name} {shift.baseline[name]:.0%} to {shift.window[name]:.0%}"
        for name in moves[:_CLASSES]
        if shift.window[name] != shift.baseline[name]
    )
