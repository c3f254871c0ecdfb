"""The server as a process: where it listens, how it starts and how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.api.server import Server, run
from summarizer.bootstrap import Application
from summarizer.errors import AuditUnavailable, ConfigurationError
from summarizer.llm import Gate
from summarizer.models import Completion, Prompt
from summarizer.settings import Settings
from tests.api.services import (
    TICKET,
    HangingLLM,
    OpenApp,
    application,
    assert_problem,
    badge,
    recorded,
    service,
)

_PROGRAM = """
import sys
import time
from pathlib import Path
from summarizer.api.server import run
from summarizer.settings import Settings
try:
    settings = Settings.load({"model": "scripted", "port": 0, "data_dir": Path(sys.argv[1])})
    run(settings, development_keys=True, json=True)
except KeyboardInterrupt:
    sys.exit(130)
"""
SECRET = "Ottoline Vandersloot"


@contextmanager
def _process(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the service on its real parts; yield it, its address and its keys once it is up."""
    process = subprocess.Popen(  # noqa: S603 - a fixed program
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_the_real_service_redacts_summarizes_records_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    body = {
        "id": "T-1",
        "subject": f"{SECRET} asks",
        "messages": [{"author": "customer", "body": f"I am {SECRET}. My card was stolen."}],
    }
    with _process(tmp_path) as (process, told):
        bearer = {"Authorization": f"Bearer {told['keys']['development-agent']}"}
        with httpx.Client(
            base_url=told["address"], timeout=60, trust_env=False, headers=bearer
        ) as client:
            ready = client.get("/readyz")
            summary = client.post("/v1/summaries", json=body)
            redaction = client.post("/v1/redactions", json=body)
            broken = client.post(f"/v1/summaries?{SECRET}", json={**body, "x": SECRET})
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert ready.json()["status"] == "ready"
    assert (summary.status_code, summary.json()["status"]) == (200, "summarized")
    assert redaction.json()["messages"][0]["body"] == "I am <PERSON_1>. My card was stolen."
    assert broken.status_code == 422
    assert out == ""
    assert errors.count("http_status=") == 4
    for text in (out, errors, summary.text, redaction.text, broken.text):
        assert "Vandersloot" not in text
    records, verification = recorded(tmp_path)
    assert records[-1].kind == "outcome"
    assert verification.ok
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"Vandersloot" not in file.read_bytes()


def test_a_log_that_nobody_reads_holds_up_no_request_and_loses_no_line(tmp_path: Path) -> None:
    asked = 600
    with _process(tmp_path) as (process, told):
        with httpx.Client(base_url=told["address"], timeout=20, trust_env=False) as client:
            for number in range(asked):
                named = {"X-Request-Id": f"r-{number:062}"}
                assert client.get("/healthz", headers=named).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    # More than a pipe holds.
    assert len(errors) > 65_536
    assert errors.count("http_status=") == asked


def test_no_answer_waits_for_the_acknowledgement_of_its_head(tmp_path: Path) -> None:
    """Of a connection that is kept: the first answers of a new one are acknowledged at once."""
    taken = []
    with service(tmp_path) as client:
        for _ in range(30):
            started = time.perf_counter()
            client.get("/healthz")
            taken.append(time.perf_counter() - started)

    assert min(taken[10:]) < 0.035


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.0.7", "bank.example.com", ""],  # noqa: S104 - must be refused
)
def test_an_address_that_is_not_loopback_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"not loopback.*SUMMARIZER_ALLOWED_HOSTS"):
        run(Settings(host=host, data_dir=tmp_path, model="scripted"))
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_a_configuration_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port}: .* choose another"):
            run(Settings(port=port, data_dir=tmp_path, model="scripted"))


def test_localhost_is_127_0_0_1(tmp_path: Path) -> None:
    server = Server(lambda: application(tmp_path), host="localhost", port=0)

    assert server.address.startswith("http://localhost:")
    assert server.listener.getsockname()[0] == "127.0.0.1"
    server.listener.close()


@pytest.mark.parametrize("error", [AuditUnavailable("the store is full"), ValueError("a fault")])
def test_what_keeps_the_application_from_opening_is_raised_and_nothing_listens(
    error: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    @asynccontextmanager
    async def broken() -> AsyncIterator[Application]:
        raise error
        yield

    server = Server(broken, host="127.0.0.1", port=0)
    up = Event()

    with pytest.raises(type(error)) as caught:
        server.serve_until_stopped(up.set)

    assert caught.value is error
    assert not up.is_set()
    assert capfd.readouterr() == ("", "")


class _LingeringLLM(HangingLLM):
    """Needs time to let go of its connection, at most until the application closes."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = Event()

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        try:
            return await super().complete(prompt, gate)
        finally:
            await anyio.to_thread.run_sync(self.closing.wait, 1)


def test_a_run_that_outlasts_the_grace_period_is_stopped_and_recorded(tmp_path: Path) -> None:
    llm = HangingLLM()

    _stop_during_a_run(lambda: application(tmp_path, llm=llm), llm.asked)

    records, verification = recorded(tmp_path)
    assert records[-1].body == {"status": "interrupted", "requests": 1}
    assert verification.ok


def test_the_store_stays_open_until_the_last_run_has_left_its_record(tmp_path: Path) -> None:
    llm = _LingeringLLM()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Application]:
        async with application(tmp_path, llm=llm) as opened:
            yield opened
            llm.closing.set()

    _stop_during_a_run(opened, llm.asked)

    records, _ = recorded(tmp_path)
    assert records[-1].body == {"status": "interrupted", "requests": 1}


def _stop_during_a_run(open_app: OpenApp, asked: Event) -> None:
    assert_problem(serve_and_stop(open_app, asked), 503, "STOPPING")


def serve_and_stop(
    open_app: OpenApp, asked: Event, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Stop a service while it answers, with a second of grace; return what the caller got."""
    server = Server(open_app, host="127.0.0.1", port=0)
    server.config.timeout_graceful_shutdown = 1
    up = Event()
    serving = Thread(target=server.serve_until_stopped, args=(up.set,))
    serving.start()
    assert up.wait(30)
    responses: list[httpx.Response] = []
    asking = Thread(target=_ask, args=(server.address, headers or {}, responses))
    asking.start()
    assert asked.wait(30)
    server.should_exit = True
    serving.join(30)
    asking.join(30)
    return responses[0]


def _ask(address: str, headers: Mapping[str, str], responses: list[httpx.Response]) -> None:
    named = {**badge(Role.AGENT), **headers}
    url = f"{address}/v1/summaries"
    responses.append(httpx.post(url, json=TICKET, timeout=30, trust_env=False, headers=named))
