"""What a new summary says otherwise than the one before it."""

from typing import Any

import pytest

from summarizer.audit import Filter, Record
from summarizer.errors import AuditUnavailable, ErrorCode
from summarizer.models import KeyFact, NextAction, Summary
from summarizer.triage.changes import changed_since
from tests.fakes import AnsweringLLM, MemoryStore
from tests.routes import answer, fake_pipeline, ticket

pytestmark = pytest.mark.anyio


def summary(*facts: str, **changes: Any) -> Summary:
    return Summary(
        headline="A card payment",
        narrative="The customer says that a payment is not theirs.",
        issue_type="card_unrecognised",
        team="Card Disputes",
        urgency="normal",
        next_action=NextAction(code="block_card", detail="The agent must block the card."),
        key_facts=tuple(KeyFact(text=text, messages=("m1",)) for text in facts),
    ).model_copy(update=changes)


def recorded(*facts: str, messages: int = 3) -> dict[str, Any]:
    return {"summary": summary(*facts).model_dump(mode="json"), "messages": messages}


def changes(body: dict[str, Any], new: Summary) -> list[tuple[str, str | None, str | None]]:
    found = changed_since("event-1", body, new, messages=3).changes
    return [(change.what, change.before, change.after) for change in found]


def test_the_same_summary_again_changed_nothing() -> None:
    body = recorded("The bank blocked the card.")

    since = changed_since("event-1", body, summary("The bank blocked the card."), messages=3)

    assert (since.previous_event, since.new_messages, since.changes) == ("event-1", 0, ())


def test_new_messages_are_counted() -> None:
    assert changed_since("event-1", recorded(), summary(), messages=5).new_messages == 2


def test_labels_that_changed_are_named_before_and_after() -> None:
    new = summary(issue_type="scam_payment", team="Fraud Response", urgency="critical")

    assert changes(recorded(), new) == [
        ("issue_type", "card_unrecognised", "scam_payment"),
        ("team", "Card Disputes", "Fraud Response"),
        ("urgency", "normal", "critical"),
    ]


def test_a_fact_worded_anew_is_no_change() -> None:
    body = recorded("The bank blocked the card on 3 May.")

    assert changes(body, summary("On 3 May the bank blocked the card.")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "The refund is $50.00 and is due on Friday.",
            "The refund is $500.00 and is due on Friday.",
        ),
        ("<PERSON_1> made the payment at the till.", "<PERSON_2> made the payment at the till."),
    ],
)
def test_another_amount_or_person_in_the_same_words_is_a_change(old: str, new: str) -> None:
    assert changes(recorded(old), summary(new)) == [
        ("fact_added", None, new),
        ("fact_dropped", old, None),
    ]


def test_what_an_older_release_did_not_record_is_no_change() -> None:
    assert changes({"summary": {"headline": "x"}}, summary()) == []


async def test_an_erased_summary_is_not_compared_with() -> None:
    async def erased(case_id: str) -> Record | None:
        wanted = Filter(case=case_id, kind="outcome")
        return [record async for record in store.read(wanted, bodies=False)][-1]

    store = MemoryStore()
    await fake_pipeline(store=store).summarize(ticket("Hello there."))

    outcome = await fake_pipeline(store=store, last_summary=erased).summarize(ticket("Hello."))

    assert (outcome.status, outcome.changed_since) == ("summarized", None)


async def test_without_the_record_of_the_summary_before_there_is_no_answer() -> None:
    async def unreachable(_: str) -> Record | None:
        msg = "the audit store does not answer"
        raise AuditUnavailable(msg)

    outcome = await fake_pipeline(last_summary=unreachable).summarize(ticket("Hello there."))

    assert outcome.summary is None
    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.AUDIT_UNAVAILABLE


async def test_the_outcome_says_what_changed_since_the_recorded_one() -> None:
    store = MemoryStore()

    async def newest(case_id: str) -> Record | None:
        wanted = Filter(case=case_id, kind="outcome")
        records = [record async for record in store.read(wanted, bodies=True)]
        return records[-1] if records else None

    llm = AnsweringLLM(answer(), answer(urgency="high"))
    pipeline = fake_pipeline(llm=llm, store=store, last_summary=newest)

    first = await pipeline.summarize(ticket("Hello there."))
    second = await pipeline.summarize(ticket("Hello there.", "We look.", "It is urgent now."))

    assert first.changed_since is None
    assert second.changed_since is not None
    assert second.changed_since.previous_event == first.audit.event_ids[-1]
    assert second.changed_since.new_messages == 2
    assert [change.what for change in second.changed_since.changes] == ["urgency"]
    assert store.bodies("outcome")[-1]["changed_since"]["new_messages"] == 2
