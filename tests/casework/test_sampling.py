"""Samples for quality review: by chance, and again by whoever has the seed."""

import pytest

from summarizer.audit.erasure import erase
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.sampling import Sampler
from tests.casework.cases import NOW, reviewed, summarized
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

    sampler = Sampler(store)
    drawn, among = await sampler.draw(size=3, by="none", seed="seven")
    again, _ = await Sampler(store).draw(size=3, by="none", seed="seven")
    others = [(await sampler.draw(size=3, by="none", seed=str(seed)))[0] for seed in range(5)]

    assert drawn == again
    assert len({line.id for line in drawn}) == 3
    assert among == 7
    assert any(other != drawn for other in others)


async def test_each_urgency_has_its_share_however_rare_it_is(store: SQLAuditStore) -> None:
    await _filled(store)

    sampler = Sampler(store)
    for seed in range(5):
        drawn, _ = await sampler.draw(size=2, by="urgency", seed=str(seed))
        assert {line.urgency for line in drawn} == {"critical", "normal"}


async def test_a_sample_is_no_larger_than_what_there_is(store: SQLAuditStore) -> None:
    await _filled(store)

    drawn, _ = await Sampler(store).draw(size=100, by="team", seed="seven")

    assert len({line.id for line in drawn}) == 7


async def test_each_state_has_its_share(store: SQLAuditStore) -> None:
    await _filled(store)
    rejected = await summarized(store, "T-rejected")
    sampler = Sampler(store)
    await sampler.draw(size=2, by="state", seed="seven")
    await reviewed(store, "T-rejected", rejected.audit.event_ids[-1], "reject")

    drawn, _ = await sampler.draw(size=2, by="state", seed="seven")

    assert sorted(line.state for line in drawn) == ["open", "rejected"]


async def test_what_came_or_was_erased_since_the_last_draw_counts(store: SQLAuditStore) -> None:
    await _filled(store)
    sampler = Sampler(store)
    await sampler.draw(size=100, by="urgency", seed="seven")
    await erase(store, "T-critical", reason="DSR-17", actor="os:officer", now=NOW)
    await summarized(store, "T-high", llm=AnsweringLLM(answer(urgency="high")))

    drawn, among = await sampler.draw(size=100, by="urgency", seed="seven")

    assert sorted({line.urgency for line in drawn}) == ["high", "normal"]
    assert len(drawn) == among == 7
