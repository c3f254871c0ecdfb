"""Callers who send slowly, halt half way or do not read: over real sockets, cut off in time."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from summarizer.access.permissions import Role
from tests.api.services import (
    TICKET,
    HangingLLM,
    assert_problem,
    badge,
    logged,
    recorded,
    service,
)

SECRET = "Zanzibar-7731"
SECONDS = 0.3
LONG = 20.0
"""Far longer than any of these callers is to be put up with."""
_DESCRIPTION = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
AGENT = f"Authorization: {badge(Role.AGENT)['Authorization']}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service that puts up with little."""
    with service(tmp_path_factory.mktemp("data"), receive_seconds=SECONDS) as client:
        yield client


@contextmanager
def _connected(client: httpx.Client) -> Iterator[socket.socket]:
    url = client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=LONG) as connection:
        yield connection


def _head(path: str, *lines: str, size: int = 1_000) -> bytes:
    """The head of a request that is whole, with a body of so many bytes to come."""
    first = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {size}")
    return "\r\n".join((*first, *lines, "", "")).encode()


def _rest(connection: socket.socket) -> bytes:
    """What comes until the connection is closed; fails if it is not."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def _ends_while_sending(connection: socket.socket, part: bytes) -> bool:
    """Send a part again and again, whenever nothing comes back for a moment; say if it ends."""
    connection.settimeout(SECONDS / 6)
    for _ in range(int(LONG * 6 / SECONDS)):
        try:
            if not connection.recv(65_536):
                return True
        except TimeoutError:
            with suppress(OSError):
                connection.sendall(part)
        except ConnectionError:
            return True
    return False


def test_who_sends_nothing_is_cut_off_without_a_word(client: httpx.Client) -> None:
    with _connected(client) as connection:
        assert _rest(connection) == b""


def test_who_halts_within_the_head_is_told_that_it_was_too_slow(client: httpx.Client) -> None:
    with _connected(client) as connection:
        connection.sendall(f"POST /v1/summaries HTTP/1.1\r\nX-Name: {SECRET}".encode())
        answer = _rest(connection).decode()

    assert answer.startswith("HTTP/1.1 408 ")
    assert '"code":"TOO_SLOW"' in answer
    assert "connection: close" in answer.lower()
    assert "cache-control: no-store" in answer.lower()
    assert SECRET not in answer


def test_who_sends_a_head_without_end_line_by_line_is_cut_off(client: httpx.Client) -> None:
    with _connected(client) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        assert _ends_while_sending(connection, b"X: y\r\n")


def test_the_head_of_a_second_request_has_no_more_time_than_the_first(client: httpx.Client) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with _connected(client) as connection:
        connection.sendall(whole)
        assert b"200 OK" in connection.recv(65_536)
        connection.sendall(whole[:-2])
        answer = _rest(connection)

    assert b"HTTP/1.1 408 " in answer


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions", "/v1/tickets/zendesk"])
def test_who_halts_within_the_body_gets_a_problem_with_the_id_of_the_request(
    client: httpx.Client, path: str
) -> None:
    with _connected(client) as connection:
        named = ("Content-Type: application/json", "X-Request-Id: r-1", AGENT)
        connection.sendall(_head(path, *named) + f'{{"id": "{SECRET}'.encode())
        answer = _rest(connection).decode()

    assert answer.startswith("HTTP/1.1 408 ")
    assert '"code":"TOO_SLOW"' in answer
    assert "x-request-id: r-1" in answer.lower()
    assert SECRET not in answer


def test_who_sends_a_body_byte_by_byte_is_cut_off(client: httpx.Client) -> None:
    with _connected(client) as connection:
        connection.sendall(_head("/v1/summaries", "Content-Type: application/json", AGENT))

        assert _ends_while_sending(connection, b" ")


@pytest.mark.parametrize("path", ["/v1/summaries", "/healthz", "/"])
def test_a_body_that_nobody_wants_does_not_hold_the_connection(
    client: httpx.Client, path: str
) -> None:
    with _connected(client) as connection:
        connection.sendall(_head(path))
        assert connection.recv(65_536).startswith((b"HTTP/1.1 401", b"HTTP/1.1 405"))

        assert _ends_while_sending(connection, b" ")


def test_a_form_that_does_not_arrive_is_a_page_that_says_so(client: httpx.Client) -> None:
    with _connected(client) as connection:
        named = ("Content-Type: application/x-www-form-urlencoded", "Accept: text/html")
        connection.sendall(_head("/sign-in", *named) + b"key=")
        answer = _rest(connection).decode()

    assert answer.startswith("HTTP/1.1 408 ")
    assert "connection: close" in answer.lower()
    assert "<h1>The request did not arrive in time</h1>" in answer


def test_a_request_that_did_not_arrive_is_in_the_log_and_not_on_record(tmp_path: Path) -> None:
    with (
        logged() as lines,
        service(tmp_path, receive_seconds=SECONDS) as client,
        _connected(client) as connection,
    ):
        connection.sendall(_head("/v1/summaries", "Content-Type: application/json", AGENT))
        _rest(connection)

    assert [(line["path"], line["http_status"]) for line in lines] == [("/v1/summaries", 408)]
    assert recorded(tmp_path)[0] == []


def test_who_waits_for_a_slow_model_is_not_cut_off(tmp_path: Path) -> None:
    llm = HangingLLM()
    with service(tmp_path, llm=llm, receive_seconds=SECONDS, request_seconds=4 * SECONDS) as client:
        response = client.post("/v1/summaries", json=TICKET)

    assert_problem(response, 504, "PROVIDER_TIMEOUT")


def test_who_does_not_read_the_answers_to_many_requests_is_cut_off(client: httpx.Client) -> None:
    """Nobody needs a key to have the description of the interface sent to them."""
    asked = 200
    with _connected(client) as connection:
        connection.sendall(_DESCRIPTION * asked)
        for _ in range(5):
            with _connected(client) as idle:
                _rest(idle)
        answers = bytearray()
        with suppress(ConnectionError):
            for part in iter(lambda: connection.recv(65_536), b""):
                answers += part

    assert 0 < answers.count(b"HTTP/1.1 200") < asked


def test_who_reads_slowly_gets_all_of_it(client: httpx.Client) -> None:
    asked = 80
    with _connected(client) as connection:
        connection.sendall(_DESCRIPTION * asked)
        answers = bytearray()
        while answers.count(b"HTTP/1.1 200") < asked:
            read = len(answers)
            while len(answers) < read + 1_000_000 and (part := connection.recv(65_536)):
                answers += part
            assert len(answers) > read
            with _connected(client) as idle, suppress(TimeoutError):
                idle.settimeout(SECONDS / 3)
                idle.recv(1)
