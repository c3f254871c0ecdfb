"""A case as a timeline: what was sent, what came back, who looked."""

import hashlib

import pytest

from summarizer.audit import Filter
from summarizer.audit.erasure import erase
from summarizer.audit.restoring import restore
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.events import exchanged, record_reading, timeline
from tests.casework.cases import NAME, NOW, summarized

pytestmark = pytest.mark.anyio


async def test_a_timeline_has_every_event_of_the_case_in_its_order(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")
    await summarized(store, "T-2")
    # The clock of the ids runs at its own time here.
    await record_reading(store, "case", {"events": 6}, "T-1", actor="rita", now=NOW)

    found = await timeline(store, "T-1")

    assert found is not None
    assert found.case_id == "T-1"
    assert [event["kind"] for event in found.events] == [
        "received", "redacted", "prompt", "response", "verdict", "outcome", "audit_read",
    ]  # fmt: skip
    assert [event["id"] for event in found.events][:6] == list(outcome.audit.event_ids)
    assert [event["n"] for event in found.events] == list(range(7))
    assert found.events[-1]["body"]["reader"] == "rita"
    assert NAME not in str(found)


async def test_what_was_sent_is_there_to_the_byte_and_as_messages(store: SQLAuditStore) -> None:
    await summarized(store, "T-1")

    found = await timeline(store, "T-1")

    assert found is not None
    (sent,) = (event for event in found.events if event["kind"] == "prompt")
    assert hashlib.sha256(sent["body"]["body"].encode()).hexdigest() == sent["body"]["sha256"]


def test_the_messages_of_a_request_are_taken_apart_for_people() -> None:
    body = (
        '{"model": "m", "system": [{"type": "text", "text": "Be brief."}], "messages":'
        ' [{"role": "user", "content": "I am <PERSON_1>."},'
        ' {"role": "assistant", "content": [{"type": "text", "text": "So?"}]}]}'
    )

    found = [(each.role, each.content) for each in exchanged({"body": body})]

    assert found == [
        ("system", "Be brief."),
        ("user", "I am <PERSON_1>."),
        ("assistant", "So?"),
    ]


@pytest.mark.parametrize("body", ["", "no JSON", "[1]", '{"messages": 3}', '{"messages": [1]}'])
def test_bytes_that_are_no_chat_have_no_messages(body: str) -> None:
    assert list(exchanged({"body": body})) == []
    assert list(exchanged({})) == []


async def test_a_long_timeline_comes_in_pages(store: SQLAuditStore) -> None:
    await summarized(store, "T-1")
    await summarized(store, "T-1")

    first = await timeline(store, "T-1", limit=7)
    assert first is not None
    rest = await timeline(store, "T-1", limit=7, after=first.next)

    assert rest is not None
    assert rest.next is None
    assert [event["n"] for event in (*first.events, *rest.events)] == list(range(12))


async def test_a_restoration_says_which_placeholders_and_who(store: SQLAuditStore) -> None:
    await summarized(store, "T-1")
    restored = await restore(store, "T-1", "<PERSON_1> lost a card.", actor="ada", now=NOW)

    found = await timeline(store, "T-1")

    assert restored == f"{NAME} lost a card."
    assert found is not None
    (event,) = (each for each in found.events if each["kind"] == "restored")
    assert event["body"]["placeholders"] == ["<PERSON_1>"]
    assert event["body"]["actor"] == "ada"
    assert NAME not in str(found)


async def test_an_unknown_or_erased_case_has_none_and_gets_no_key(store: SQLAuditStore) -> None:
    await summarized(store, "T-1")
    await erase(store, "T-1", reason="DSR-17", actor="os:officer", now=NOW)

    assert await timeline(store, "T-1") is None
    assert await timeline(store, "T-404") is None
    assert store.keystore.known("T-404") is None


async def test_a_reading_is_found_by_who_read(store: SQLAuditStore) -> None:
    await record_reading(store, "summaries", {"summaries": 3}, actor="rita", now=NOW)

    (read,) = [record async for record in store.read(Filter(actor="rita"), bodies=True)]

    assert (read.kind, read.facts) == ("audit_read", {"action": "summaries"})
    assert read.body == {"action": "audit summaries", "reader": "rita", "summaries": 3}
