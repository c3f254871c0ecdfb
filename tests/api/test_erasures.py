"""Erasures and holds over HTTP: who asks cannot confirm, and nothing is confirmed twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.audit import Event as AuditEvent
from summarizer.audit import Record
from summarizer.audit.erasure import place_hold
from summarizer.audit.ids import EventIds
from summarizer.audit.store import SQLAuditStore
from summarizer.casework.approvals import (
    NotApproved,
    approved,
    confirm_release,
    request_approval,
)
from summarizer.llm import Gate
from summarizer.llm.scripted import ScriptedLLM
from summarizer.models import Completion, Prompt
from tests.api.services import TICKET, assert_problem, badge, recorded, service
from tests.audit.logs import Log, events
from tests.routes import default_policy

FIRST = badge(Role.RISK, "rita")
SECOND = badge(Role.RISK, "rob")
ERASE = {"case": "T-1", "reason": "request DSR-17"}
HOLD = {"case": "T-1", "reason": "matter 2026-4"}
SETTLED = {"reason": "it is settled"}
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def _summarized(client: httpx.Client) -> None:
    assert client.post("/v1/summaries", json=TICKET).status_code == 200


def _post(client: httpx.Client, path: str, body: Any, headers: Any = FIRST) -> httpx.Response:
    return client.post(f"/v1/audit/{path}", json=body, headers=headers)


def _release(client: httpx.Client, body: Any, headers: Any = FIRST) -> httpx.Response:
    return client.request("DELETE", "/v1/audit/holds/T-1", json=body, headers=headers)


def test_a_second_person_erases_what_the_first_one_asked_for(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        (line,) = client.get("/v1/summaries").json()["summaries"]

        first = _post(client, "erasures", ERASE)
        assert first.status_code == 202
        request = first.json()["request"]
        assert first.json() == {
            "request": request, "state": "pending", "needs": "a second person",
        }  # fmt: skip
        assert len(client.get("/v1/summaries").json()["summaries"]) == 1

        alone = _post(client, "erasures", ERASE | {"confirms": request})
        assert_problem(alone, 409, "SECOND_PERSON_NEEDED")

        done = _post(client, "erasures", ERASE | {"confirms": request}, SECOND)
        assert done.status_code == 200, done.text
        assert done.json()["state"] == "erased"
        assert done.json()["events"][0] == request

        assert client.get("/v1/summaries").json()["summaries"] == []
        gone = client.get(f"/v1/summaries/{line['id']}")
        assert_problem(gone, 404, "UNKNOWN_SUMMARY")
        again = _post(client, "erasures", ERASE | {"confirms": request}, SECOND)
        assert_problem(again, 409, "SECOND_PERSON_NEEDED")
        assert_problem(_post(client, "erasures", ERASE), 404, "UNKNOWN_CASE")

    records, verification = recorded(tmp_path)
    assert verification.ok
    (erased,) = (record for record in records if record.kind == "erased")
    assert erased.body == {
        "reason": "request DSR-17",
        "actor": "rob",
        "request": request,
        "requested_by": "rita",
    }


def test_two_keys_of_one_name_are_one_person(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        made = [
            client.post(
                "/v1/keys", json={"role": "risk", "name": "rita"}, headers=badge(Role.ADMIN)
            ).json()["key"]
            for _ in range(2)
        ]
        keys = [{"Authorization": f"Bearer {key}"} for key in made]
        request = _post(client, "erasures", ERASE, keys[0]).json()["request"]
        alone = _post(client, "erasures", ERASE | {"confirms": request}, keys[1])

    assert_problem(alone, 409, "SECOND_PERSON_NEEDED")


def test_a_hold_is_placed_at_once_and_stops_an_erasure_that_was_asked_for(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        request = _post(client, "erasures", ERASE).json()["request"]
        held = _post(client, "holds", HOLD, SECOND)
        confirmed = _post(client, "erasures", ERASE | {"confirms": request}, SECOND)
        asked = _post(client, "erasures", ERASE)

    assert held.status_code == 200
    assert held.json()["until"] is None
    assert_problem(confirmed, 409, "ERASURE_REFUSED")
    assert_problem(asked, 409, "ERASURE_REFUSED")


def test_a_hold_is_released_by_two_persons_and_the_request_is_used_once(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        _post(client, "holds", HOLD)
        request = _release(client, SETTLED).json()["request"]
        confirmed = SETTLED | {"confirms": request}
        assert_problem(_release(client, confirmed), 409, "SECOND_PERSON_NEEDED")

        done = _release(client, confirmed, SECOND)
        assert done.status_code == 200, done.text
        assert done.json()["state"] == "released"

        _post(client, "holds", HOLD)
        assert_problem(_release(client, confirmed, SECOND), 409, "SECOND_PERSON_NEEDED")
        assert_problem(_post(client, "erasures", ERASE), 409, "ERASURE_REFUSED")

    records, _ = recorded(tmp_path)
    (released,) = (record for record in records if record.kind == "hold_released")
    assert released.body is not None
    assert (released.body["actor"], released.body["requested_by"]) == ("rob", "rita")


def test_a_request_holds_for_its_own_action_and_case_alone(tmp_path: Path) -> None:
    other = TICKET | {"id": "T-2"}
    with service(tmp_path) as client:
        _summarized(client)
        assert client.post("/v1/summaries", json=other).status_code == 200
        erase = _post(client, "erasures", ERASE).json()["request"]
        _post(client, "holds", HOLD | {"case": "T-2"})
        _post(client, "holds", HOLD)
        wrong = [
            _post(client, "erasures", ERASE | {"case": "T-2", "confirms": erase}, SECOND),
            _post(client, "erasures", ERASE | {"confirms": "x"}, SECOND),
            _release(client, SETTLED | {"confirms": erase}, SECOND),
        ]

    for response in wrong:
        assert_problem(response, 409, "SECOND_PERSON_NEEDED")


def test_what_is_not_on_hold_or_not_known_is_not_found(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        assert_problem(_release(client, SETTLED), 404, "UNKNOWN_CASE")
        assert_problem(_post(client, "holds", HOLD | {"case": "T-404"}), 404, "UNKNOWN_CASE")
        assert_problem(_post(client, "erasures", ERASE | {"case": "T-404"}), 404, "UNKNOWN_CASE")

    records, _ = recorded(tmp_path)
    assert "approval_requested" not in {record.kind for record in records}


def test_a_hold_in_the_past_is_refused(client: httpx.Client) -> None:
    response = _post(client, "holds", HOLD | {"until": "2001-01-01T00:00:00Z"})

    assert "until" in assert_problem(response, 422, "INVALID_REQUEST")["detail"]


@pytest.mark.parametrize(("days", "is_late"), [(6, False), (8, True)])
def test_a_request_ends_after_a_week(tmp_path: Path, days: int, *, is_late: bool) -> None:
    async def confirmed(store: SQLAuditStore) -> str:
        await store.append(events(4))
        request = await request_approval(
            store, "erase", "T-1001", reason="DSR-17", actor="rita", now=NOW
        )
        later = NOW + timedelta(days=days)
        approval = await approved(store, "erase", "T-1001", request, actor="rob", now=later)
        return approval.by

    async def run() -> str:
        async with Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path).opened() as store:
            return await confirmed(store)

    if is_late:
        with pytest.raises(NotApproved, match="older than 7 days"):
            anyio.run(run)
    else:
        assert anyio.run(run) == "rita"


def test_no_hold_that_ends_sooner_takes_the_place_of_one_on_the_case(tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    later, latest = (soon + timedelta(days=days) for days in (1, 2))
    with service(tmp_path) as client:
        _summarized(client)
        for until, status in (
            (later, 200), (soon, 409), (latest, 200), (None, 200), (latest, 409), (None, 200),
        ):  # fmt: skip
            end = {} if until is None else {"until": until.isoformat()}
            assert _post(client, "holds", HOLD | end, SECOND).status_code == status

        assert_problem(_post(client, "erasures", ERASE), 409, "ERASURE_REFUSED")
    records, _ = recorded(tmp_path)
    assert [record.kind for record in records].count("hold_placed") == 4


class _WaitingLLM:
    """Answers as the scripted model does, once it may."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked, self.may = Event(), Event()
        self._inner = ScriptedLLM(default_policy().taxonomy)

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        completion = await self._inner.complete(prompt, gate)
        self.asked.set()
        await anyio.to_thread.run_sync(self.may.wait, 30)
        return completion

    async def ready(self) -> None:
        return

    async def aclose(self) -> None:
        return


def test_a_case_that_is_erased_while_it_is_summarized_stays_erased(tmp_path: Path) -> None:
    llm = _WaitingLLM()
    key = {"Idempotency-Key": "one"}
    with service(tmp_path, llm=llm) as client, ThreadPoolExecutor(1) as others:
        running = others.submit(client.post, "/v1/summaries", json=TICKET, headers=key)
        assert llm.asked.wait(30)
        request = _post(client, "erasures", ERASE).json()["request"]
        done = _post(client, "erasures", ERASE | {"confirms": request}, SECOND)
        assert done.json()["state"] == "erased"
        llm.may.set()

        assert_problem(running.result(30), 503, "AUDIT_UNAVAILABLE")
        assert client.get("/v1/summaries").json()["summaries"] == []
        gone = client.get("/v1/audit/cases/T-1", headers=FIRST)
        assert_problem(gone, 404, "UNKNOWN_CASE")

    records, verification = recorded(tmp_path)
    assert verification.ok
    assert "outcome" not in [record.kind for record in records]


def _raced(path: Path, *, hold: bool) -> tuple[list[httpx.Response], list[Record]]:
    """Have eight people confirm one request at once; return the answers and what is on record."""
    people = [badge(Role.RISK, f"second-{number}") for number in range(8)]
    with service(path) as client, ThreadPoolExecutor(len(people)) as at_once:
        _summarized(client)
        if hold:
            _post(client, "holds", HOLD)
            request = _release(client, SETTLED).json()["request"]
            confirm = partial(_release, client, SETTLED | {"confirms": request})
        else:
            request = _post(client, "erasures", ERASE).json()["request"]
            confirm = partial(_post, client, "erasures", ERASE | {"confirms": request})
        answers = list(at_once.map(confirm, people))
    records, verification = recorded(path)
    assert verification.ok
    return answers, records


@pytest.mark.parametrize(("hold", "kind"), [(True, "hold_released"), (False, "erased")])
def test_of_several_who_confirm_at_the_same_moment_one_alone_does(
    tmp_path: Path, *, hold: bool, kind: str
) -> None:
    answers, records = _raced(tmp_path, hold=hold)

    (done,) = (answer for answer in answers if answer.status_code == 200)
    for answer in answers:
        if answer is not done:
            content = assert_problem(answer, 409, "SECOND_PERSON_NEEDED")
            assert content["detail"].startswith("confirms: ")
    (made,) = (record for record in records if record.kind == kind)
    assert done.json()["events"][1] == made.id
    assert made.body is not None
    assert made.body["actor"] == f"second-{answers.index(done)}"


def test_a_confirmation_that_was_interrupted_is_finished_by_the_same_person(
    tmp_path: Path,
) -> None:
    """The record was made, and then the process ended before the hold was taken away."""

    async def run() -> tuple[str, str, bool]:
        async with Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path).opened() as store:
            await store.append(events(4))
            await place_hold(store, "T-1001", reason="matter", actor="rita", now=NOW)
            request = await request_approval(
                store, "release", "T-1001", reason="settled", actor="rita", now=NOW
            )
            begun = store.keystore.holds.begin_release("T-1001", EventIds().new(), NOW)
            assert begun is not None
            body = {"reason": "x", "actor": "rob", "request": request, "requested_by": "rita"}
            record = partial(AuditEvent, begun.event_id, "hold_released", NOW, case="T-1001")
            await store.append([record(actor="rob", body=body)])
            confirm = partial(confirm_release, store, "T-1001", request, reason="x", now=NOW)
            with pytest.raises(NotApproved, match="used"):
                await confirm(actor="sue")
            done = await confirm(actor="rob")
            is_held = store.keystore.holds.of("T-1001", NOW) is not None
            return begun.event_id, done, is_held

    begun, done, is_held = anyio.run(run)
    assert done == begun
    assert not is_held


def test_a_name_in_other_letters_or_with_spaces_is_no_second_person(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _summarized(client)
        request = _post(client, "erasures", ERASE).json()["request"]
        for name in ("Rita", "rita "):
            made = client.post(
                "/v1/keys", json={"role": "risk", "name": name}, headers=badge(Role.ADMIN)
            )
            key = {"Authorization": f"Bearer {made.json()['key']}"}
            alone = _post(client, "erasures", ERASE | {"confirms": request}, key)
            assert_problem(alone, 409, "SECOND_PERSON_NEEDED")
