"""Replaying: a period of the record -> its cases once more, and what changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import anyio
from rich.box import SIMPLE
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from summarizer.audit import Filter
from summarizer.audit.erasure import erase
from summarizer.bootstrap import Bench, of_evaluations, open_application, open_audit
from summarizer.cli.audit_reading import open_existing, os_user, record_reading
from summarizer.cli.comparing import difference_table
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.cli.progress import Rate, new_bar
from summarizer.errors import ConfigurationError, ErasureRefused, UnknownCase
from summarizer.evals.replay import Moved, Recorded, differences, moved, on_record
from summarizer.models import Outcome
from summarizer.settings import Settings

__all__ = ["ReplayOptions", "replay_record"]

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class ReplayOptions:
    """What `replay` was asked for."""

    since: str
    until: str | None = None
    limit: int | None = None
    cassette: Path | None = None


def replay_record(settings: Settings, options: ReplayOptions, *, json: bool) -> int:
    """Replay a period and print what changed; 1 if a figure is worse beyond chance.

    Raises:
        ConfigurationError: if a date is none, or the period has nothing to replay.
        AuditUnavailable: if the store cannot be read.
    """
    period = Filter(
        since=_day("--since", options.since),
        until=None if options.until is None else _day("--until", options.until),
    )
    recorded = anyio.run(_recorded, settings, period, options.limit)
    readable = [each for each in recorded if each.case is not None]
    if not readable:
        msg = (
            f"no summary on record since {options.since} can be replayed; "
            f"{len(recorded)} were found, whose cases were shortened, erased or pruned"
        )
        raise ConfigurationError(msg)
    new, versions = anyio.run(_replayed, settings, options, readable)
    base = {each.id: each.outcome for each in readable}
    found, labels = differences(base, new), moved(base, new)
    worse = [each.metric for each in found if each.verdict == "worse"]
    if json:
        write_json({
            "replayed": len(readable),
            "passed_over": len(recorded) - len(readable),
            "base": _versions(base.values()),
            "new": versions,
            "failed": _failures(new.values()),
            "differences": [asdict(each) for each in found],
            "labels": [asdict(each) for each in labels],
            "worse": worse,
        })
    else:
        console = pretty()
        console.print(
            f"{len(readable)} summaries replayed, {len(recorded) - len(readable)} passed over: "
            "shown as a digest, erased or pruned"
        )
        for code, count in _failures(new.values()).items():
            console.print(f"{count} of {len(new)}: {code}", style="yellow")
        console.print(difference_table(found))
        console.print(_label_table(labels))
    return 1 if worse else 0


async def _recorded(settings: Settings, period: Filter, limit: int | None) -> list[Recorded]:
    found: list[Recorded] = []
    async with open_existing(settings) as store:
        with notes().status("reading the record"):
            async for each in on_record(store.read(period, bodies=True)):
                found.append(each)
                if len(found) == limit:
                    break
        # What leaves is in the log of evaluations, and its content not for long: who replayed
        # which cases, and what was asked, stands here.
        sent = [each.id for each in found if each.case is not None]
        asked = {"model": settings.model, "prompt": settings.prompt, "policy": settings.policy}
        await record_reading(store, "replay", {"events": len(found), "outcomes": sent, **asked})
    return found


async def _replayed(
    settings: Settings, options: ReplayOptions, recorded: Sequence[Recorded]
) -> tuple[dict[str, Outcome], dict[str, list[str]]]:
    new: dict[str, Outcome] = {}
    try:
        async with open_application(settings, Bench(cassette=options.cassette)) as app:
            with new_bar(
                TextColumn("replaying"), BarColumn(24), MofNCompleteColumn(), Rate(),
                TextColumn("left"), TimeRemainingColumn(elapsed_when_finished=True),
            ) as shown:  # fmt: skip
                task = shown.add_task("", total=len(recorded))
                for each in recorded:
                    if each.case is not None:
                        new[each.id] = await app.pipeline.replay(each.case, each.id)
                    shown.update(task, advance=1)
    finally:
        with anyio.CancelScope(shield=True):
            await _forget(settings, [each.id for each in recorded if each.case is not None])
    return new, _versions([outcome.model_dump(mode="json") for outcome in new.values()])


async def _forget(settings: Settings, case_ids: Iterable[str]) -> None:
    """Destroy what the log of evaluations can read of replays, once they are compared.

    Else an erasure of a case would leave a copy there. Where law keeps the one, it keeps both.
    """
    async with open_audit(of_evaluations(settings)) as store:
        for case_id in case_ids:
            with suppress(ErasureRefused, UnknownCase):
                await erase(
                    store,
                    case_id,
                    reason="a replay was compared",
                    actor=os_user(),
                    now=datetime.now(UTC),
                )


def _failures(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Count the replays without a summary by what stopped them."""
    return dict(Counter(str(each.error.code) for each in outcomes if each.error is not None))


def _versions(outcomes: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Say which models, prompts, policies and taxonomies made these outcomes."""
    found: dict[str, set[str]] = {}
    for outcome in outcomes:
        for name in ("model", "prompt", "policy", "taxonomy"):
            found.setdefault(name, set()).add(str(outcome["provenance"][name]))
    return {name: sorted(values) for name, values in found.items()}


def _label_table(labels: Sequence[Moved]) -> Table:
    table = Table(box=SIMPLE, title="Labels that moved", title_justify="left")
    for column in ("", "moved", "from → to"):
        table.add_column(column, overflow="fold")
    for each in labels:
        told = [f"{old} → {new}: {count}" for old, new, count in each.pairs[:_SHOWN]]
        if len(each.pairs) > _SHOWN:
            told.append(f"and {len(each.pairs) - _SHOWN} more")
        if each.p is not None:
            told.append(f"graver {each.raised}, less grave {each.lowered} (p {each.p:.3f})")
        table.add_row(each.label, f"{each.changed} of {each.n}", printable(", ".join(told)))
    return table


def _day(flag: str, text: str) -> datetime:
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    msg = f"{flag}: write a day as YYYY-MM-DD, such as 2026-01-31"
    raise ConfigurationError(msg)
