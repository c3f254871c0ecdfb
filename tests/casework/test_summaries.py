"""The newest summary of each case, page by page, on a real log."""

import pytest

from summarizer.audit.erasure import erase
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.summaries import SummaryLine, list_summaries
from tests.casework.cases import NOW, reviewed, summarized
from tests.fakes import AnsweringLLM
from tests.routes import answer

pytestmark = pytest.mark.anyio


async def _lines(store: SQLAuditStore) -> dict[str, SummaryLine]:
    page = await list_summaries(store)
    return {line.case_id: line for line in page.summaries}


async def test_a_line_says_what_an_inbox_shows(store: SQLAuditStore) -> None:
    outcome = await summarized(store, "T-1")
    summary = outcome.summary
    assert summary is not None

    page = await list_summaries(store)

    (line,) = page.summaries
    assert page.next is None
    assert line.id == outcome.audit.event_ids[-1]
    assert (line.case_id, line.state, line.stale) == ("T-1", "open", False)
    assert (line.headline, line.issue_type, line.team, line.urgency, line.next_action) == (
        summary.headline,
        summary.issue_type,
        summary.team,
        summary.urgency,
        summary.next_action.code,
    )
    assert line.review_required is outcome.review.required


async def test_the_earliest_date_is_what_is_due(store: SQLAuditStore) -> None:
    said = "There are payments on my debit card I never made."
    message = {"author": "customer", "at": "2026-10-28T12:00:00-04:00", "body": said}
    outcome = await summarized(
        store,
        "T-1",
        jurisdiction="US",
        fields={"product": "debit card"},
        messages=[message],
        llm=AnsweringLLM(answer(urgency="high")),
    )
    assert outcome.summary is not None
    dates = [deadline.due for deadline in outcome.summary.deadlines]
    assert dates

    assert (await _lines(store))["T-1"].due == min(dates)


async def test_only_the_newest_summary_of_a_case_is_listed_and_newest_cases_come_first(
    store: SQLAuditStore,
) -> None:
    await summarized(store, "T-1")
    await summarized(store, "T-2")
    again = await summarized(store, "T-1")

    page = await list_summaries(store)

    assert [line.case_id for line in page.summaries] == ["T-1", "T-2"]
    assert page.summaries[0].id == again.audit.event_ids[-1]


async def test_a_refused_case_is_no_summary_and_makes_the_one_before_stale(
    store: SQLAuditStore,
) -> None:
    await summarized(store, "T-1")
    refused = await summarized(store, "T-1", "   ")
    assert refused.status == "refused"

    assert (await _lines(store))["T-1"].stale


async def test_pages_hold_every_case_once_whatever_arrives_meanwhile(store: SQLAuditStore) -> None:
    for number in range(7):
        await summarized(store, f"T-{number}")

    found, after = [], None
    while True:
        page = await list_summaries(store, after=after, limit=3)
        found += [line.case_id for line in page.summaries]
        await summarized(store, f"later-{len(found)}")
        after = page.next
        if after is None:
            break

    assert found == [f"T-{number}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        ([], "open"),
        (["accept"], "accepted"),
        (["accept", "edit"], "edited"),
        (["edit", "reject"], "rejected"),
    ],
)
async def test_the_newest_review_is_the_state(
    store: SQLAuditStore, decisions: list[str], state: str
) -> None:
    outcome = await summarized(store, "T-1")
    for decision in decisions:
        await reviewed(store, "T-1", outcome.audit.event_ids[-1], decision)

    assert (await _lines(store))["T-1"].state == state


async def test_a_new_summary_is_open_whatever_was_made_of_the_one_before(
    store: SQLAuditStore,
) -> None:
    first = await summarized(store, "T-1")
    await summarized(store, "T-1")
    await reviewed(store, "T-1", first.audit.event_ids[-1])

    assert (await _lines(store))["T-1"].state == "open"


async def test_a_state_is_found_among_many_and_its_pages_hold_each_once(
    store: SQLAuditStore,
) -> None:
    for number in range(9):
        outcome = await summarized(store, f"T-{number}")
        if number % 2:
            await reviewed(store, f"T-{number}", outcome.audit.event_ids[-1])

    first = await list_summaries(store, state="accepted", limit=3)
    second = await list_summaries(store, state="accepted", limit=3, after=first.next)

    assert [line.case_id for line in first.summaries] == ["T-7", "T-5", "T-3"]
    assert [line.case_id for line in second.summaries] == ["T-1"]
    assert second.next is None


async def test_an_erased_case_is_not_listed(store: SQLAuditStore) -> None:
    for case in ("T-1", "T-2"):
        await summarized(store, case)
    await erase(store, "T-2", reason="DSR-17", actor="os:officer", now=NOW)

    assert list(await _lines(store)) == ["T-1"]


async def test_a_model_that_gave_no_answer_leaves_nothing_in_the_list(
    store: SQLAuditStore,
) -> None:
    outcome = await summarized(store, "T-1", llm=AnsweringLLM("no", "no", "no", answer()))
    assert outcome.status == "failed"

    assert await _lines(store) == {}
