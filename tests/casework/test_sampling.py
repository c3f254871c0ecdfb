"""Samples for quality review: by chance, and again by whoever has the seed."""

import pytest

from summarizer.audit.store import SQLAuditStore
from summarizer.casework.sampling import draw
from tests.casework.cases import summarized
from tests.fakes import AnsweringLLM
from tests.routes import answer

pytestmark = pytest.mark.anyio


async def _filled(store: SQLAuditStore) -> None:
    for number in range(6):
        await summarized(store, f"T-{number}", llm=AnsweringLLM(answer(urgency="normal")))
    await summarized(store, "T-critical", llm=AnsweringLLM(answer(urgency="critical")))


async def test_the_same_seed_draws_the_same_and_another_draws_others(
    store: SQLAuditStore,
) -> None:
    await _filled(store)

    drawn, among = await draw(store, size=3, by="none", seed="seven")
    again, _ = await draw(store, size=3, by="none", seed="seven")
    others = [(await draw(store, size=3, by="none", seed=str(seed)))[0] for seed in range(5)]

    assert drawn == again
    assert len({line.id for line in drawn}) == 3
    assert among == 7
    assert any(other != drawn for other in others)


async def test_each_urgency_has_its_share_however_rare_it_is(store: SQLAuditStore) -> None:
    await _filled(store)

    for seed in range(5):
        drawn, _ = await draw(store, size=2, by="urgency", seed=str(seed))
        assert {line.urgency for line in drawn} == {"critical", "normal"}


async def test_a_sample_is_no_larger_than_what_there_is(store: SQLAuditStore) -> None:
    await _filled(store)

    drawn, _ = await draw(store, size=100, by="team", seed="seven")

    assert len({line.id for line in drawn}) == 7
