"""Who may ask, what every response carries, and what is logged."""

import socket
from pathlib import Path

import httpx
import pytest

from summarizer.access.loopback import is_loopback
from tests.api.services import TICKET, assert_problem, logged, service

SECRET = "Zanzibar-7731"


@pytest.mark.parametrize(
    "host",
    [
        "bank.example.com", "127.0.0.1.example.com", "localhost.example.com", "localhost.",
        "user@127.0.0.1", "0.0.0.0:80", "192.168.0.7:8000", "[::2]", "127.0.0.1:8000:9", "", SECRET,
    ],
)  # fmt: skip
def test_a_host_that_is_not_loopback_is_refused(client: httpx.Client, host: str) -> None:
    """A name that was rebound to 127.0.0.1 reaches the port, but not the service."""
    response = client.post("/v1/summaries", json=TICKET, headers={"Host": host})

    assert_problem(response, 421, "WRONG_HOST")
    assert SECRET not in response.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "LOCALHOST:1", "localhost", "[::1]:8000", "127.8.8.8"]
)
def test_a_loopback_host_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).json() == {"status": "alive"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_a_page_of_another_site_is_refused(
    client: httpx.Client, method: str, headers: dict[str, str]
) -> None:
    response = client.request(method, "/v1/summaries", headers=headers)

    assert_problem(response, 403, "CROSS_SITE")
    assert "access-control-allow-origin" not in response.headers


def test_a_page_of_the_service_itself_is_answered(client: httpx.Client) -> None:
    headers = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}

    assert client.post("/v1/summaries", json=TICKET, headers=headers).status_code == 200


_GOES_THERE = {
    "Accept": "text/html",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


@pytest.mark.parametrize(("path", "status"), [("/sign-in", 200), ("/sign-in/callback", 404)])
def test_another_site_may_send_a_browser_back_to_the_door(
    client: httpx.Client, path: str, status: int
) -> None:
    """There is no issuer here, and so nothing at the second."""
    response = client.get(path, headers=_GOES_THERE)

    assert response.status_code == status
    assert "CROSS_SITE" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "changed"),
    [
        ("GET", "/", {}),
        ("GET", "/sign-in/issuer", {}),
        ("GET", "/sign-in/callback/", {}),
        ("POST", "/sign-in", {}),
        ("POST", "/sign-out", {}),
        ("HEAD", "/sign-in/callback", {}),
        ("GET", "/sign-in/callback", {"Sec-Fetch-Dest": "iframe"}),
        ("GET", "/sign-in/callback", {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}),
        ("GET", "/sign-in/callback", {"Origin": "https://evil.example.com"}),
        ("GET", "/sign-in", {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}),
    ],
)
def test_another_site_sends_a_browser_nowhere_else_and_in_no_other_way(
    client: httpx.Client, method: str, path: str, changed: dict[str, str]
) -> None:
    response = client.request(method, path, headers={**_GOES_THERE, **changed})

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/openapi.json", 200),
        ("GET", f"/{SECRET}", 404),
        ("GET", "/v1/summaries/", 404),
        ("DELETE", "/v1/summaries", 405),
        ("POST", "/v1/summaries", 415),
    ],
)
def test_every_response_has_the_security_headers(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)

    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in response.headers


def test_an_unknown_path_is_a_problem_that_does_not_quote_it(client: httpx.Client) -> None:
    response = client.get(f"/{SECRET}?q={SECRET}")

    assert_problem(response, 404, "NOT_FOUND")
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/redactions", "POST"),
        ("/v1/summaries", "GET, POST"),
        ("/v1/audit/holds/T-1%2F2", "DELETE"),
    ],
)
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(
    client: httpx.Client, path: str, methods: str
) -> None:
    response = client.put(path)

    assert_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == methods


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_no_page_is_served_that_loads_foreign_scripts(client: httpx.Client, path: str) -> None:
    assert_problem(client.get(path), 404, "NOT_FOUND")


def test_what_is_not_http_is_a_problem_and_closes_the_connection(client: httpx.Client) -> None:
    url = client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(f"{SECRET}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()

    assert answer.startswith("HTTP/1.1 400")
    assert "application/problem+json" in answer
    assert '"code":"BAD_REQUEST"' in answer
    assert SECRET not in answer


def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(
    client: httpx.Client,
) -> None:
    url = client.base_url
    hidden = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    lines = (
        b"POST /v1/redactions HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Length: %d" % (5 + len(hidden)),
        b"Transfer-Encoding: chunked",
    )
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(b"\r\n".join((*lines, b"", b"0\r\n\r\n")) + hidden)
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()

    assert answer.startswith("HTTP/1.1 400 ")
    assert answer.count("HTTP/1.1 ") == 1
    assert "connection: close" in answer.lower()


def test_a_log_line_names_the_path_template_and_nothing_of_the_request(tmp_path: Path) -> None:
    with logged() as lines, service(tmp_path) as client:
        client.get(f"/healthz?q={SECRET}")
        client.get(f"/{SECRET}")
        client.request(SECRET, "/healthz")

    assert [(line["method"], line["path"], line["http_status"]) for line in lines] == [
        ("GET", "/healthz", 200),
        ("GET", "unmatched", 404),
        ("other", "/healthz", 405),
    ]
    assert SECRET not in repr(lines)
    assert lines[0].keys() == {
        "event", "log_level", "method", "path", "http_status", "duration_ms", "request_id"
    }  # fmt: skip


def test_loopback_is_a_literal_address_or_localhost() -> None:
    assert is_loopback("::1")
    assert not is_loopback("")
    assert not is_loopback("::")
