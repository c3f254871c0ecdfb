"""`Idempotency-Key` over real HTTP: nothing is done twice, whatever happens in between."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.audit.erasure import erase
from summarizer.errors import ProviderUnavailable
from tests.api.services import (
    JSON,
    TICKET,
    HangingLLM,
    _now,
    _open_store,
    assert_problem,
    badge,
    recorded,
    service,
)
from tests.api.waiting import HeldLLM, asking, stream, until
from tests.fakes import AnsweringLLM, MemoryStore
from tests.routes import answer

KEY = {"Idempotency-Key": "7f0c2f9e-4c1b-4a55"}


def _asked(client: httpx.Client, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/summaries", json=TICKET, headers={**KEY, **named})


def _outcomes(data_dir: Path) -> int:
    return sum(record.kind == "outcome" for record in recorded(data_dir)[0])


def test_the_same_request_gets_the_same_bytes_and_asks_no_model_again(tmp_path: Path) -> None:
    llm = AnsweringLLM(answer())
    with service(tmp_path, llm=llm) as client:
        first, second = _asked(client), _asked(client)

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"
    assert len(llm.prompts) == _outcomes(tmp_path) == 1


def test_after_a_restart_the_answer_is_given_again(tmp_path: Path) -> None:
    with service(tmp_path, llm=AnsweringLLM(answer())) as client:
        first = _asked(client)
    with service(tmp_path, llm=AnsweringLLM()) as client:
        second = _asked(client)

    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"


def test_a_refusal_that_would_be_the_same_is_given_again(tmp_path: Path) -> None:
    empty = {"id": "T-1", "messages": [{"author": "customer", "body": ""}]}
    with service(tmp_path) as client:
        first, second = (client.post("/v1/summaries", json=empty, headers=KEY) for _ in range(2))

    assert_problem(second, 422, "INSUFFICIENT_CONTENT")
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert _outcomes(tmp_path) == 1


def test_a_failure_that_may_go_well_next_time_is_tried_again(tmp_path: Path) -> None:
    llm = AnsweringLLM(ProviderUnavailable("no answer"), answer())
    with service(tmp_path, llm=llm) as client:
        first, second, third = _asked(client), _asked(client), _asked(client)

    assert_problem(first, 503, "PROVIDER_UNAVAILABLE")
    assert second.status_code == 200
    assert "idempotent-replayed" not in second.headers
    assert third.content == second.content


def test_the_key_with_another_body_is_refused(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        _asked(client)
        response = client.post("/v1/summaries", json={**TICKET, "subject": "x"}, headers=KEY)

    assert_problem(response, 422, "IDEMPOTENCY_KEY_REUSED")
    assert _outcomes(tmp_path) == 1


def test_another_caller_has_keys_of_their_own(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        first, other = _asked(client), _asked(client, **badge(Role.AGENT, "chat"))

    assert other.status_code == 200
    assert "idempotent-replayed" not in other.headers
    assert first.json()["audit"] != other.json()["audit"]


@pytest.mark.parametrize("key", ["", "x" * 201, "caf\u00e9", "a\tb"])
def test_a_key_that_is_none_is_refused_and_not_quoted(client: httpx.Client, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    response = client.post("/v1/summaries", json=TICKET, headers=headers)

    content = assert_problem(response, 400, "BAD_REQUEST")
    assert content["detail"].startswith("Idempotency-Key:")
    assert not key or key not in response.text


def test_two_keys_at_once_are_refused(client: httpx.Client) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    assert_problem(client.post("/v1/summaries", json=TICKET, headers=headers), 400, "BAD_REQUEST")


def test_who_asks_while_the_first_runs_waits_for_the_same_answer(tmp_path: Path) -> None:
    llm = HeldLLM()
    with service(tmp_path, llm=llm) as client, ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        first = asking(pool, client, headers=KEY)
        assert llm.asked.wait(30)
        others = [stack.enter_context(stream(client, headers=KEY)) for _ in range(3)]
        reused = client.post("/v1/summaries", json={**TICKET, "subject": "x"}, headers=KEY)
        llm.let_go()
        answers = {list(events)[-1] for events in others}

    assert_problem(reused, 422, "IDEMPOTENCY_KEY_REUSED")
    assert answers == {("outcome", first.result().text)}
    assert llm.calls == _outcomes(tmp_path) == 1


def test_another_process_that_is_asked_meanwhile_says_so(tmp_path: Path) -> None:
    llm = HeldLLM()
    with (
        service(tmp_path, llm=llm) as client,
        service(tmp_path, llm=AnsweringLLM()) as elsewhere,
        ThreadPoolExecutor(1) as pool,
    ):
        first = asking(pool, client, headers=KEY)
        assert llm.asked.wait(30)
        meanwhile = _asked(elsewhere)
        llm.let_go()
        done = first.result()
        afterwards = _asked(elsewhere)

    assert_problem(meanwhile, 409, "IDEMPOTENCY_CONFLICT")
    assert int(meanwhile.headers["retry-after"]) >= 1
    assert afterwards.content == done.content
    assert afterwards.headers["idempotent-replayed"] == "true"


def test_a_client_that_went_away_frees_its_key(tmp_path: Path) -> None:
    llm = HangingLLM()
    with service(tmp_path, llm=llm) as client:
        gone = httpx.Client(
            base_url=client.base_url, timeout=0.5, trust_env=False, headers=badge(Role.AGENT)
        )
        with gone, pytest.raises(httpx.ReadTimeout):
            _asked(gone)
        assert llm.stopped.wait(10)
        until(lambda: _leases(tmp_path) == 0)
    with service(tmp_path, store=MemoryStore()) as client:
        assert _asked(client).status_code == 200

    assert recorded(tmp_path)[0][-1].body == {"status": "interrupted", "requests": 1}


def test_an_answer_of_an_erased_case_is_not_given_again(tmp_path: Path) -> None:
    async def erased() -> None:
        store = await _open_store(tmp_path)
        try:
            await erase(store, "T-1", reason="DSR-17", actor="os:officer", now=_now())
        finally:
            await store.aclose()

    with service(tmp_path) as client:
        first = _asked(client)
        anyio.run(erased)
        second = _asked(client)

    assert second.status_code == 200
    assert "idempotent-replayed" not in second.headers
    assert second.content != first.content


def test_a_summary_is_given_even_if_no_copy_of_it_can_be_kept(tmp_path: Path) -> None:
    llm = HeldLLM()
    with (
        service(tmp_path, llm=llm) as client,
        ThreadPoolExecutor(1) as pool,
        closing(sqlite3.connect(tmp_path / "access.db", isolation_level=None)) as other,
    ):
        asked = asking(pool, client, headers=KEY)
        assert llm.asked.wait(30)
        other.execute("BEGIN EXCLUSIVE")
        llm.let_go()
        response = asked.result()
        other.execute("ROLLBACK")

    assert response.status_code == 200


def _leases(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "access.db")) as database:
        ((found,),) = database.execute("SELECT COUNT(*) FROM access_answer")
        return int(found)


_PROGRAM = """
import sys
from functools import partial
from pathlib import Path
from summarizer.api.server import Server
from tests.api.services import HangingLLM, application
server = Server(partial(application, Path(sys.argv[1]), llm=HangingLLM()), host="127.0.0.1", port=0)
server.serve_until_stopped(lambda: print(server.address, flush=True))
"""


@contextmanager
def _process(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service in a process of its own; yield it and its address."""
    process = subprocess.Popen(  # noqa: S603 - a fixed program
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def test_a_process_that_was_killed_holds_its_key_only_until_the_lease_is_over(
    tmp_path: Path,
) -> None:
    with _process(tmp_path) as (process, address):
        url, headers = f"{address}/v1/summaries", {**JSON, **KEY, **badge(Role.AGENT)}
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(
                httpx.post, url, json=TICKET, headers=headers, timeout=30, trust_env=False
            )
            until(lambda: _leases(tmp_path) == 1)
            process.send_signal(signal.SIGKILL)
            assert isinstance(asked.exception(), httpx.TransportError)
    with service(tmp_path, store=MemoryStore()) as client:
        held = _asked(client)
        with closing(sqlite3.connect(tmp_path / "access.db")) as database:
            # As if the 30 seconds were over.
            database.execute("UPDATE access_answer SET expires = '2000-01-01T00:00:00Z'")
            database.commit()
        free = _asked(client)

    assert_problem(held, 409, "IDEMPOTENCY_CONFLICT")
    assert free.status_code == 200
