"""What a dashboard counts, on a real log."""

from datetime import datetime, timedelta

import pytest

from summarizer.audit import Filter
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.figures import Figures
from summarizer.casework.figures import figures as counted
from summarizer.casework.tally import DayCount, Tally
from tests.casework.cases import NOW, reviewed, summarized
from tests.fakes import AnsweringLLM
from tests.routes import answer

pytestmark = pytest.mark.anyio


async def figures(store: SQLAuditStore, *, days: int, now: datetime) -> Figures:
    return await counted(store, Tally(store), days=days, now=now)


async def _last(store: SQLAuditStore) -> datetime:
    return (await store.page(Filter(), limit=1)).records[0].at


async def test_outcomes_are_counted_by_day_and_by_what_became_of_them(
    store: SQLAuditStore,
) -> None:
    await summarized(store, "T-1", llm=AnsweringLLM(answer(urgency="high")))
    await summarized(store, "T-2", llm=AnsweringLLM(answer(urgency="critical")))
    await summarized(store, "T-3", "   ")
    now = await _last(store)

    found = await figures(store, days=3, now=now)

    assert [day.day for day in found.days] == [
        (now - timedelta(days=before)).date() for before in (2, 1, 0)
    ]
    assert found.days[-1][1:] == (2, 1, 0)
    assert found.days[0][1:] == (0, 0, 0)
    assert found.total.outcomes == {"summarized": 2, "refused": 1}
    assert found.total.codes == {"INSUFFICIENT_CONTENT": 1}
    assert found.urgencies == {"high": 1, "critical": 1}
    assert found.read == 3
    assert found.milliseconds is not None
    assert found.milliseconds[0] <= found.milliseconds[1]
    assert found.entries == len([each async for each in store.read()])


async def test_decisions_are_counted(store: SQLAuditStore) -> None:
    summary = (await summarized(store, "T-1")).audit.event_ids[-1]
    for decision in ("accept", "reject"):
        await reviewed(store, "T-1", summary, decision)

    found = await figures(store, days=1, now=NOW)

    assert found.total.decisions == {"accept": 1, "reject": 1}


async def test_what_was_before_the_period_is_not_counted(store: SQLAuditStore) -> None:
    await summarized(store, "T-1")
    later = await _last(store) + timedelta(days=2)

    found = await figures(store, days=2, now=later)

    assert found.total.outcomes == {}
    assert found.read == 0
    assert found.milliseconds is None


async def test_an_empty_log_has_figures_of_nothing(store: SQLAuditStore) -> None:
    found = await figures(store, days=1, now=datetime.fromisoformat("2026-11-30T12:00:00+00:00"))

    assert found.total == DayCount()
    assert found.cost_usd == found.entries == 0
