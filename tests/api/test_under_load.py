"""Many callers at once, over real HTTP: what is done once, what waits, what is refused."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import anyio
import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.api.line import Line
from summarizer.api.problems import HTTPRefusal
from summarizer.api.rates import Rates
from summarizer.api.server import Server
from summarizer.errors import ProviderUnavailable
from summarizer.pii import Detection
from summarizer.pii.ticket import TicketDetector
from tests.api import services
from tests.api.services import (
    TICKET,
    HangingLLM,
    application,
    assert_problem,
    badge,
    recorded,
    service,
)
from tests.api.waiting import HeldLLM, asking, stream, ticket, until
from tests.fakes import AnsweringLLM, FakeDetector

ROUTE = ["received", "redacted", "prompt", "response", "verdict", "outcome"]


def test_the_same_ticket_twice_at_once_makes_one_model_call(tmp_path: Path) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        first = asking(pool, client)
        assert llm.asked.wait(30)
        others = [stack.enter_context(stream(client)) for _ in range(7)]
        llm.let_go()
        answers = {list(events)[-1] for events in others}

    assert answers == {("outcome", first.result().text)}
    assert llm.calls == 1
    assert [record.kind for record in recorded(tmp_path)[0]] == ROUTE


def test_the_same_ticket_of_two_callers_is_summarized_for_each(tmp_path: Path) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, ThreadPoolExecutor(2) as pool:
        both = [asking(pool, client, headers=badge(Role.AGENT, name)) for name in ("crm", "chat")]
        until(lambda: llm.calls == 2)
        llm.let_go()
        events = [each.result().json()["audit"]["event_ids"] for each in both]

    assert not set(events[0]) & set(events[1])


def test_who_waits_for_the_run_of_another_gets_it_though_the_first_has_gone(
    tmp_path: Path,
) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, ThreadPoolExecutor(1) as pool:
        gone = httpx.Client(
            base_url=client.base_url, timeout=1, trust_env=False, headers=badge(Role.AGENT)
        )
        first = asking(pool, gone)
        assert llm.asked.wait(30)
        with stream(client) as second:
            assert isinstance(first.exception(), httpx.ReadTimeout)
            gone.close()
            llm.let_go()
            assert list(second)[-1][0] == "outcome"

    assert llm.calls == 1
    assert [record.kind for record in recorded(tmp_path)[0]] == ROUTE


def test_a_failure_is_told_to_everybody_who_waited_and_not_kept(tmp_path: Path) -> None:
    llm = AnsweringLLM(ProviderUnavailable("no answer"), ProviderUnavailable("no answer"))
    with service(tmp_path, llm=llm) as client:
        for _ in range(2):
            response = client.post("/v1/summaries", json=TICKET)
            assert_problem(response, 503, "PROVIDER_UNAVAILABLE")

    assert len(llm.prompts) == 2


def test_so_many_run_at_once_so_many_wait_and_the_next_is_told_when_to_come(
    tmp_path: Path,
) -> None:
    llm = HeldLLM()
    with (
        service(tmp_path, llm=llm, concurrency=2, queue_length=3) as client,
        ThreadPoolExecutor(12) as pool,
    ):
        asked = [asking(pool, client, number) for number in range(12)]
        until(lambda: sum(each.done() for each in asked) == 7 and llm.calls == 2)
        assert client.get("/healthz").status_code == 200
        llm.let_go()
        responses = [each.result() for each in asked]

    assert llm.most == 2
    assert [each.status_code for each in responses].count(200) == llm.calls == 5
    for refused in (each for each in responses if each.status_code != 200):
        content = assert_problem(refused, 429, "TOO_BUSY")
        assert f"{refused.headers['retry-after']} s" in content["detail"]
    records, verification = recorded(tmp_path)
    assert sum(record.kind == "received" for record in records) == 5
    assert verification.ok


def test_who_waits_longer_than_a_request_has_is_told_to_come_again(tmp_path: Path) -> None:
    llm = HangingLLM()
    with (
        service(tmp_path, llm=llm, concurrency=1, request_seconds=0.5) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        first = asking(pool, client, 1)
        assert llm.asked.wait(30)
        second = asking(pool, client, 2)
        responses = first.result(), second.result()

    assert llm.stopped.is_set()
    content = assert_problem(responses[0], 504, "PROVIDER_TIMEOUT")
    assert content["outcome"]["provenance"]["attempts"] == 1
    assert responses[1].status_code in {429, 504}
    records, verification = recorded(tmp_path)
    assert records[-1].kind == "outcome"
    assert (records[-1].body or {})["error"]["code"] == "PROVIDER_TIMEOUT"
    assert verification.ok


def test_a_caller_that_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with service(tmp_path, requests_per_minute=3) as client:
        responses = [client.post("/v1/redactions", json={"text": "x"}) for _ in range(5)]
        other = client.post(
            "/v1/redactions", json={"text": "x"}, headers=badge(Role.AGENT, "another")
        )
        assert client.get("/healthz").status_code == 200

    assert [each.status_code for each in responses] == [200] * 3 + [429] * 2
    assert_problem(responses[-1], 429, "RATE_LIMITED")
    assert 1 <= int(responses[-1].headers["retry-after"]) <= 20
    assert responses[-1].headers["ratelimit"].startswith('"caller";r=0;t=')
    assert responses[-1].headers["ratelimit-policy"] == '"caller";q=3;w=60'
    assert other.status_code == 200


def test_a_minutes_requests_may_come_at_once_and_then_must_be_spread() -> None:
    now = [0.0]
    rates = Rates(60, now=lambda: now[0])
    refusals: list[HTTPRefusal] = []
    for second in range(10):
        now[0] = float(second)
        for _ in range(100):
            try:
                rates.take("crm")
            except HTTPRefusal as refusal:
                refusals.append(refusal)

    assert len(refusals) == 1_000 - 60 - 9
    assert {(each.headers or {})["Retry-After"] for each in refusals} == {"1"}


def test_of_ten_thousand_callers_and_more_those_that_went_quiet_are_forgotten() -> None:
    rates = Rates(1, now=lambda: 0.0)
    for number in range(15_000):
        rates.take(f"caller {number}")

    assert len(rates._buckets) == 10_000
    rates.take("caller 0")
    with pytest.raises(HTTPRefusal):
        rates.take("caller 14999")


@pytest.mark.anyio
async def test_when_to_come_again_is_reckoned_from_what_the_last_took() -> None:
    line = Line(places=2, waiting=10)
    line._took.extend([8.0, 12.0])
    line._inside = 7

    # Five wait before, two are served at once, each takes ten seconds.
    assert line.seconds() == 30


@pytest.mark.anyio
async def test_a_place_is_free_again_whatever_happened_to_who_held_it() -> None:
    line = Line(places=1, waiting=0)
    until = anyio.current_time() + 30
    with suppress(ValueError):
        async with line.place(until=until):
            raise ValueError
    with anyio.move_on_after(0.05):
        async with line.place(until=until):
            await anyio.sleep_forever()

    async with line.place(until=until):
        with pytest.raises(HTTPRefusal, match="ask again in 1 s"):
            async with line.place(until=until):
                raise AssertionError


class _SlowDetector(FakeDetector):
    """Takes as long as the test wants, as for a very large ticket."""

    def __init__(self, inner: FakeDetector) -> None:
        super().__init__()
        self._inner = inner
        self.asked, self.free = Event(), Event()

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        self.asked.set()
        assert self.free.wait(30)
        return self._inner.detect(texts, before)


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions"])
def test_the_service_answers_while_a_large_ticket_is_redacted(tmp_path: Path, path: str) -> None:
    slow = _SlowDetector(services.detector())
    with service(tmp_path, finds=slow) as client, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.post, path, json=TICKET)
        assert slow.asked.wait(30)
        alive = client.get("/healthz")
        assert not asked.done()
        slow.free.set()
        done = asked.result()

    assert alive.status_code == done.status_code == 200


def test_the_detector_in_use_leaves_the_service_its_turn(
    tmp_path: Path, detector: TicketDetector
) -> None:
    """It runs on a thread, and no single step of it holds the interpreter for long."""
    text = "Please call Maria Lopez on +1 415 555 0132 about card 4111 1111 1111 1111. " * 300
    answered = 0
    with service(tmp_path, finds=detector) as client, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.post, "/v1/redactions", json={"text": text})
        while not asked.done():
            answered += client.get("/healthz").is_success
        assert "Lopez" not in asked.result().json()["redacted"]

    assert answered >= 3


def _stopped_under_load(
    data_dir: Path, *, grace: int, llm: Any, requests: int, free: bool
) -> list[httpx.Response | Exception]:
    """Stop the service while requests run and wait; return what came of each."""
    server = Server(
        partial(application, data_dir, llm=llm, concurrency=2), host="127.0.0.1", port=0
    )
    server.config.timeout_graceful_shutdown = grace
    up = Event()
    serving = Thread(target=server.serve_until_stopped, args=(up.set,))
    serving.start()
    assert up.wait(30)
    with (
        httpx.Client(
            base_url=server.address, timeout=30, trust_env=False, headers=badge(Role.AGENT)
        ) as client,
        ThreadPoolExecutor(requests) as pool,
    ):
        asked = [
            pool.submit(client.post, "/v1/summaries", json=ticket(number))
            for number in range(requests)
        ]
        assert llm.asked.wait(30)
        until(lambda: len(server.server_state.tasks) == requests)
        server.should_exit = True
        if free:
            llm.let_go()
        results = [_result(each) for each in asked]
        serving.join(30)
    assert not serving.is_alive()
    return results


def _result(asked: Future[httpx.Response]) -> httpx.Response | Exception:
    try:
        return asked.result()
    except httpx.TransportError as error:
        return error


def test_a_service_that_is_stopped_finishes_what_it_took_and_what_waits(tmp_path: Path) -> None:
    llm = HeldLLM()

    results = _stopped_under_load(tmp_path, grace=30, llm=llm, requests=12, free=True)

    assert [each.status_code for each in results if isinstance(each, httpx.Response)] == [200] * 12
    records, verification = recorded(tmp_path)
    assert sorted(record.kind for record in records) == sorted(ROUTE * 12)
    assert verification.ok


def test_what_is_not_done_when_the_grace_is_over_is_refused_and_nothing_is_left_open(
    tmp_path: Path,
) -> None:
    llm = HeldLLM()

    results = _stopped_under_load(tmp_path, grace=1, llm=llm, requests=8, free=False)

    for each in results:
        assert isinstance(each, httpx.Response)
        assert_problem(each, 503, "STOPPING")
    records, verification = recorded(tmp_path)
    outcomes = [record.body for record in records if record.kind == "outcome"]
    assert outcomes == [{"status": "interrupted", "requests": 1}] * 2
    assert sum(record.kind == "received" for record in records) == 2
    assert verification.ok
