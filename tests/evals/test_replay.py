"""What is on record of a case is enough to summarize it once more."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from summarizer.audit import EventKind, Record
from summarizer.evals.replay import Recorded, differences, moved, on_record
from summarizer.models import Outcome, RedactedCase
from summarizer.redact.recorded import read_case
from summarizer.trace import Trace
from tests.conversations import long_ticket
from tests.fakes import AnsweringLLM, FakeDetector, MemoryStore
from tests.routes import answer, fake_pipeline, ticket

pytestmark = pytest.mark.anyio

TICKET = ticket(
    "Hello, I am Maria Lopez.\n\n[m9] customer of yours since 2001\n| and this is quoted",
    "We look into it, Maria Lopez.",
    subject="Two payments",
    channel="chat",
    jurisdiction="US",
    requester={"name": "Maria Lopez"},
    fields={"product": "Debit card"},
    tags=["fraud", "vip"],
)
FOUND = FakeDetector({"PERSON": ["Maria Lopez"]})


async def summarized(*cases: Any) -> tuple[list[Outcome], MemoryStore, Trace]:
    store, trace = MemoryStore(), Trace()
    pipeline = fake_pipeline(store=store, detector=FOUND)
    return [await pipeline.summarize(case, trace=trace) for case in cases], store, trace


async def records(store: MemoryStore) -> AsyncIterator[Record]:
    kinds: list[EventKind] = ["prompt", "outcome"]
    for kind in kinds:
        for body in store.bodies(kind):
            yield record(kind, body)


def record(
    kind: EventKind, body: Mapping[str, Any] | None, case: str = "tag", id_: str = "e"
) -> Record:
    return Record(
        seq=1, id=id_, kind=kind, at=datetime(2026, 3, 1, tzinfo=UTC), case=case, n=0, actor=None,
        facts={}, hash="00", body=body,
    )  # fmt: skip


async def test_a_case_is_read_back_from_its_prompt_as_it_was_shown() -> None:
    _, store, trace = await summarized(TICKET)
    assert trace.redacted is not None
    case = trace.redacted.case

    [found] = [each async for each in on_record(records(store))]

    assert found.case is not None
    assert [message.author for message in found.case.messages] == ["customer", "agent"]
    assert (found.case.channel, found.case.jurisdiction) == ("chat", "US")
    assert found.case.placeholders == case.placeholders
    for where in ("subject", "requester.name", "messages[0].body", "messages[1].body"):
        shown, was = found.case.text(where), case.text(where)
        assert shown is not None
        assert was is not None
        assert shown.text == was.text
    assert found.case.text("fields[0].value") is not None


async def test_what_a_replay_sends_is_the_case_that_was_sent_before() -> None:
    _, store, _ = await summarized(TICKET)
    [found] = [each async for each in on_record(records(store))]
    assert found.case is not None
    again = MemoryStore()

    outcome = await fake_pipeline(store=again, detector=FOUND).replay(found.case, found.id)

    assert outcome.status == "summarized"
    assert shown(again) == shown(store)
    assert again.kinds == ["prompt", "response", "verdict", "outcome"]


def shown(store: MemoryStore) -> str:
    """The case of the first prompt on record, without the boundary around it."""
    content = str(json.loads(store.bodies("prompt")[0]["body"])["messages"][1]["content"])
    return "\n".join(line for line in content.splitlines() if not line.startswith("-----"))


async def test_personal_data_that_was_missed_before_does_not_leave_in_a_replay() -> None:
    _, store, _ = await summarized(ticket("I am John Doe."))
    [found] = [each async for each in on_record(records(store))]
    assert found.case is not None
    llm = AnsweringLLM(answer())
    pipeline = fake_pipeline(llm=llm, detector=FakeDetector({"PERSON": ["John Doe"]}))

    outcome = await pipeline.replay(found.case, found.id)

    assert outcome.error is not None
    assert outcome.error.code == "EGRESS_BLOCKED"
    assert llm.prompts == []


async def test_a_case_shown_as_a_digest_is_passed_over() -> None:
    _, store, _ = await summarized(long_ticket(400))

    [found] = [each async for each in on_record(records(store))]

    assert found.case is None


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"messages": [{"content": "no case"}]}'])
async def test_a_request_without_a_case_holds_none(body: str) -> None:
    assert read_case(body) is None


async def test_refused_and_erased_cases_are_not_replayed() -> None:
    async def few() -> AsyncIterator[Record]:
        yield record("prompt", None)
        yield record("outcome", None)
        yield record("outcome", {"status": "refused"}, case="other")

    assert [each async for each in on_record(few())] == []


def outcomes(count: int, **changes: Any) -> dict[str, Outcome]:
    """Summaries of as many cases, alike but for the changes."""
    return {f"e{at}": outcome(**changes) for at in range(count)}


def outcome(urgency: str = "high", issue: str = "scam_payment", *codes: str) -> Outcome:
    return Outcome.model_validate({
        "status": "summarized",
        "case_id": "T-1",
        "summary": {
            "headline": "h", "narrative": "n", "issue_type": issue, "team": "Fraud",
            "urgency": urgency, "next_action": {"code": "call_customer", "detail": "d"},
            "key_facts": [{"text": "f", "messages": ["m1"]}],
        },
        "review": {"required": bool(codes), "reasons": list(codes)},
        "findings": [{"code": code, "where": "headline", "detail": "d"} for code in codes],
        "redaction": {"policy": "p"},
        "provenance": {"model": "m", "prompt": "p", "policy": "p", "taxonomy": "t", "attempts": 1},
        "audit": {"event_ids": [], "seq": None},
    })  # fmt: skip


def on_paper(outcomes: dict[str, Outcome]) -> dict[str, dict[str, Any]]:
    return {id_: each.model_dump(mode="json") for id_, each in outcomes.items()}


async def test_a_model_that_invents_more_is_worse_and_the_same_one_is_not() -> None:
    base = on_paper(outcomes(12))
    worse = differences(
        base, {id_: outcome("high", "scam_payment", "UNSUPPORTED_NUMBER") for id_ in base}
    )
    same = differences(base, outcomes(12))

    verdicts = {each.metric: each.verdict for each in worse}
    assert verdicts["unsupported.rate"] == verdicts["review.rate"] == "worse"
    assert {each.verdict for each in same} <= {"no difference shown", "not tested"}


async def test_labels_that_moved_are_counted_and_a_one_sided_move_of_urgency_is_tested() -> None:
    found = {each.label: each for each in moved(on_paper(outcomes(8)), outcomes(8, urgency="low"))}

    urgency = found["urgency"]
    assert urgency.pairs == (("high", "low", 8),)
    assert (urgency.raised, urgency.lowered) == (0, 8)
    assert urgency.p == pytest.approx(2 / 2**8)
    assert found["issue_type"].changed == 0


async def test_a_recorded_case_is_not_shown_by_its_repr() -> None:
    _, store, _ = await summarized(TICKET)
    [found] = [each async for each in on_record(records(store))]

    assert isinstance(found, Recorded)
    assert isinstance(found.case, RedactedCase)
    assert "Two payments" not in repr(found)
