"""`Accept: text/event-stream`: each step as it is done, then exactly the JSON answer."""

import json
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from summarizer.api.answers import Answer
from summarizer.api.events import EventStream
from summarizer.api.flights import Flights, Tell
from summarizer.errors import ProviderUnavailable
from tests.api.services import (
    TICKET,
    HangingLLM,
    application,
    assert_problem,
    recorded,
    service,
)
from tests.api.test_server import serve_and_stop
from tests.api.waiting import HeldLLM, events_of, stream, ticket
from tests.fakes import AnsweringLLM, FailingDetector
from tests.routes import answer

EVENTS = {"Accept": "text/event-stream"}
STEPS = ["accepted", "redacted", "sent", "drafted", "validated"]


def _asked(client: httpx.Client, key: str | None = None) -> list[tuple[str, str]]:
    with stream(client, headers={} if key is None else {"Idempotency-Key": key}) as events:
        return list(events)


def test_the_steps_come_in_their_order_and_then_the_outcome(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        *steps, (last, data) = _asked(client)

    assert [name for name, _ in steps] == STEPS
    times = [json.loads(data)["after_ms"] for _, data in steps]
    assert times == sorted(times)
    assert all(json.loads(data).keys() == {"after_ms"} for _, data in steps)
    assert last == "outcome"
    outcome = json.loads(data)
    records, _ = recorded(tmp_path)
    assert outcome["status"] == "summarized"
    assert outcome["audit"]["event_ids"] == [record.id for record in records]


def test_the_data_of_the_outcome_is_exactly_the_json_answer(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        events = _asked(client, "one")
        plain = client.post("/v1/summaries", json=ticket(1), headers={"Idempotency-Key": "one"})
        again = _asked(client, "one")

    assert plain.headers["idempotent-replayed"] == "true"
    assert events[-1] == ("outcome", plain.text)
    assert again == [("outcome", plain.text)]


def test_a_step_is_sent_when_it_is_done_and_nothing_of_the_answer_before(tmp_path: Path) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, stream(client) as events:
        before = [next(events) for _ in range(3)]
        llm.let_go()
        after = list(events)

    assert [name for name, _ in before] == STEPS[:3]
    assert [name for name, _ in after] == [*STEPS[3:], "outcome"]
    assert "headline" not in str(before) + str(after[:-1])


def test_an_error_is_an_event_with_the_problem(tmp_path: Path) -> None:
    llm = AnsweringLLM(ProviderUnavailable("no answer"))
    with service(tmp_path, llm=llm) as client:
        *steps, (last, data) = _asked(client)

    assert [name for name, _ in steps] == STEPS[:3]
    assert last == "error"
    problem = json.loads(data)
    assert problem["code"] == "PROVIDER_UNAVAILABLE"
    assert problem["outcome"]["status"] == "failed"


def test_a_fault_of_ours_is_an_error_event_without_its_text(tmp_path: Path) -> None:
    with service(tmp_path, llm=AnsweringLLM(ValueError("Zanzibar-7731"))) as client:
        events = _asked(client)

    assert json.loads(events[-1][1])["code"] == "INTERNAL"
    assert "Zanzibar" not in str(events)


def test_a_ticket_that_cannot_be_redacted_is_an_error_event(tmp_path: Path) -> None:
    with service(tmp_path, finds=FailingDetector()) as client:
        assert [name for name, _ in _asked(client)] == ["accepted", "error"]


def test_what_is_refused_before_it_is_accepted_has_its_own_status(tmp_path: Path) -> None:
    llm = HeldLLM()
    with (
        service(tmp_path, llm=llm, concurrency=1, queue_length=0) as client,
        stream(client, 1) as events,
    ):
        busy = client.post("/v1/summaries", json=ticket(2), headers=EVENTS)
        invalid = client.post("/v1/summaries", json={}, headers=EVENTS)
        assert llm.asked.wait(30)
        llm.let_go()
        assert [name for name, _ in events][-1] == "outcome"

    assert_problem(busy, 429, "TOO_BUSY")
    assert_problem(invalid, 422, "INVALID_TICKET")


def test_two_streams_of_the_same_ticket_see_the_same_steps_of_one_run(tmp_path: Path) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, stream(client) as one, stream(client) as two:
        assert llm.asked.wait(30)
        llm.let_go()
        found = [list(one), list(two)]

    assert [[name for name, _ in events] for events in found] == [[*STEPS, "outcome"]] * 2
    assert found[0][-1] == found[1][-1]
    assert llm.calls == 1


def test_who_closes_the_stream_stops_the_run_and_that_is_recorded(tmp_path: Path) -> None:
    llm = HangingLLM()
    with service(tmp_path, llm=llm) as client:
        with stream(client) as events:
            next(events)
            assert llm.asked.wait(30)
        assert llm.stopped.wait(30)

    assert recorded(tmp_path)[0][-1].body == {"status": "interrupted", "requests": 1}


def test_a_stream_that_is_open_when_the_grace_is_over_ends_with_an_error_event(
    tmp_path: Path,
) -> None:
    llm = HangingLLM()

    response = serve_and_stop(lambda: application(tmp_path, llm=llm), llm.asked, headers=EVENTS)

    *_, (last, data) = events_of(iter(response.text.splitlines()))
    assert last == "error"
    assert json.loads(data)["code"] == "STOPPING"


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/event-stream;q=0.9, application/json;q=0.1", "text/event-stream"),
        ("Text/Event-Stream", "text/event-stream"),
    ],
)
def test_events_come_only_to_who_names_them(client: httpx.Client, accept: str, type_: str) -> None:
    response = client.post("/v1/summaries", json=TICKET, headers={"Accept": accept})

    assert response.headers["content-type"] == type_


@pytest.mark.anyio
async def test_while_nothing_happens_comments_keep_the_connection_alive() -> None:
    sent: list[dict[str, Any]] = []
    enough = anyio.Event()

    async def work(tell: Tell) -> Answer:
        tell("accepted")
        await enough.wait()
        return Answer(200, answer().encode())

    async def send(message: Any) -> None:
        sent.append(message)
        if sum(message.get("body") == b": under way\n\n" for message in sent) == 3:
            enough.set()

    async def receive() -> Any:
        await anyio.sleep_forever()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            flight = Flights(group).join("one", work)
            await EventStream(flight, quiet_seconds=0.01)({"type": "http"}, receive, send)

    bodies = [message["body"] for message in sent[1:]]
    assert bodies[0].startswith(b"event: accepted\n")
    assert bodies[1:4] == [b": under way\n\n"] * 3
    assert bodies[-1].startswith(b"event: outcome\ndata: {")
    assert sent[-1]["more_body"] is False
