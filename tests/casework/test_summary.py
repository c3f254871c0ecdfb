"""One summary as it is on record: the Outcome, the redacted case, what was made of it."""

import pytest

from summarizer.audit.erasure import erase
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.summary import read_summary
from tests.casework.cases import IDS, NAME, NOW, reviewed, summarized
from tests.fakes import AnsweringLLM
from tests.routes import answer

pytestmark = pytest.mark.anyio


async def test_the_outcome_comes_back_as_it_was_returned(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")

    found = await read_summary(store, outcome.audit.event_ids[-1])

    assert found is not None
    assert found.outcome.model_copy(update={"audit": outcome.audit}) == outcome
    assert found.outcome.audit.event_ids == outcome.audit.event_ids
    assert (found.case_id, found.state, found.stale, found.superseded) == (
        "T-1", "open", False, False,
    )  # fmt: skip


async def test_the_thread_is_what_the_model_was_shown(store: SQLAuditStore) -> None:
    outcome = await summarized(
        store,
        "T-1",
        f"I am {NAME} and lost my card.\n\nPlease help.",
        f"We blocked it, {NAME}.",
        subject="A lost card",
        channel="email",
        jurisdiction="US",
        requester={"name": NAME},
        tags=["card"],
        fields={"product": "debit card"},
    )

    found = await read_summary(store, outcome.audit.event_ids[-1])

    assert found is not None
    thread = found.thread
    assert thread is not None
    assert [(each.id, each.author, each.body) for each in thread.messages] == [
        ("m1", "customer", "I am <PERSON_1> and lost my card.\n\nPlease help."),
        ("m2", "agent", "We blocked it, <PERSON_1>."),
    ]
    assert (thread.subject, thread.channel, thread.jurisdiction) == ("A lost card", "email", "US")
    assert (thread.requester, thread.tags) == ("<PERSON_1>", "card")
    assert [(field.key, field.value) for field in thread.fields] == [("product", "debit card")]
    assert NAME not in repr(found)


async def test_what_was_held_back_is_told_without_the_value(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1", f"I am {NAME} and lost my card.")

    found = await read_summary(store, outcome.audit.event_ids[-1])

    assert found is not None
    (held_back,) = found.held_back
    assert (held_back.where, held_back.start, held_back.end) == ("messages[0].body", 5, 19)
    assert (held_back.entity, held_back.placeholder) == ("PERSON", "<PERSON_1>")


async def test_events_of_another_run_of_the_case_are_not_taken_for_its_own(
    store: SQLAuditStore,
) -> None:
    first = await summarized(store, "T-1", f"I am {NAME} and lost my card.")
    second = await summarized(store, "T-1", f"It is {NAME} again, about the same card.")

    old = await read_summary(store, first.audit.event_ids[-1])
    new = await read_summary(store, second.audit.event_ids[-1])

    assert old is not None
    assert new is not None
    assert old.superseded
    assert not new.superseded
    assert old.stale
    assert not new.stale
    assert old.thread is not None
    assert old.thread.messages[0].body == "I am <PERSON_1> and lost my card."
    assert set(old.outcome.audit.event_ids).isdisjoint(new.outcome.audit.event_ids)


async def test_reviews_are_told_in_their_order_and_the_last_counts(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")
    summary_id = outcome.audit.event_ids[-1]
    await reviewed(store, "T-1", summary_id, "reject", reason="Wrong team.")
    await reviewed(store, "T-1", summary_id, "edit", summary={"headline": "A lost card"})

    found = await read_summary(store, summary_id)

    assert found is not None
    assert [(each.by, each.decision, each.reason) for each in found.reviews] == [
        ("ada", "reject", "Wrong team."),
        ("ada", "edit", None),
    ]
    assert found.reviews[1].summary is not None
    assert found.reviews[1].summary.headline == "A lost card"
    assert found.state == "edited"


async def test_what_is_no_summary_is_none(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")
    failed = await summarized(store, "T-2", llm=AnsweringLLM("no", "no", "no", answer()))

    for event_id in (IDS.new(), "", outcome.audit.event_ids[0], failed.audit.event_ids[-1]):
        assert await read_summary(store, event_id) is None


async def test_nothing_is_read_of_an_erased_case(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")
    await erase(store, "T-1", reason="DSR-17", actor="os:officer", now=NOW)

    assert await read_summary(store, outcome.audit.event_ids[-1]) is None
