"""Hostile and broken bodies over real HTTP: a stable problem, and nothing of the body in it."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.services import JSON, TICKET, assert_problem, recorded, service
from tests.routes import default_policy

SECRET = "Zanzibar-7731"
PATHS = ("/v1/summaries", "/v1/redactions")
LIMIT = default_policy().limits.ticket_bytes


def _ticket(body: str, **more: object) -> bytes:
    return json.dumps({
        **TICKET,
        "messages": [{"author": "customer", "body": body}],
        **more,
    }).encode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"", "line 1, column 1", id="empty"),
        pytest.param(
            f'{{"id": "{SECRET}",\n "messages": }}'.encode(), "line 2, column 14", id="json"
        ),
        pytest.param(b"\x00\xff\xfe\x01" + SECRET.encode(), "UTF-8", id="binary"),
        pytest.param(_ticket(SECRET).decode().encode("utf-16"), "UTF-8", id="utf-16"),
        pytest.param(_ticket(SECRET)[:-1] + b', "x": "\xe9"}', "UTF-8", id="latin-1"),
        pytest.param(_ticket(f"{SECRET} \ud800"), "surrogate", id="lone surrogate"),
        pytest.param(b"[" * 200_000, "nested too deeply", id="deep"),
        pytest.param(_ticket(SECRET, surprise=SECRET), "surprise: unknown key", id="unknown key"),
        pytest.param(b'{"text": 5}', "text: unknown key", id="text is no string"),
        pytest.param(b'"' + SECRET.encode() + b'"', "must be a JSON object", id="no object"),
    ],
)
def test_a_body_that_is_no_ticket_is_invalid_and_says_where(
    client: httpx.Client, path: str, body: bytes, says: str
) -> None:
    response = client.post(path, content=body, headers=JSON)

    content = assert_problem(response, 422, "INVALID_TICKET")
    assert says in content["detail"]
    assert SECRET not in response.text
    assert "outcome" not in content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Type": f"application/{SECRET}"},
    ],
    ids=str,
)
def test_a_body_that_is_not_declared_as_json_in_utf_8_is_not_read(
    client: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    response = client.post(path, content=_ticket(SECRET), headers=headers)

    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert SECRET not in response.text


@pytest.mark.parametrize(
    "content_type", ["application/json", 'Application/JSON; charset="UTF-8"', "application/json;"]
)
def test_json_in_utf_8_is_read_however_it_is_written(
    client: httpx.Client, content_type: str
) -> None:
    headers = {"Content-Type": content_type, "Content-Encoding": "identity"}

    assert client.post(PATHS[0], content=_ticket("My card is gone."), headers=headers).is_success


@pytest.mark.parametrize("path", PATHS)
def test_a_compressed_body_is_refused_and_told_what_is_understood(
    client: httpx.Client, path: str
) -> None:
    body = gzip.compress(_ticket(SECRET * 1000))

    response = client.post(path, content=body, headers={**JSON, "Content-Encoding": "gzip"})

    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_declares_too_many_bytes_is_refused(client: httpx.Client, path: str) -> None:
    response = client.post(path, content=_ticket("x" * LIMIT), headers=JSON)

    content = assert_problem(response, 413, "TICKET_TOO_LARGE")
    assert f"{LIMIT:,}" in content["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_a_chunked_body_without_a_length_is_cut_off_at_the_limit(
    client: httpx.Client, path: str
) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LIMIT // 65_536 + 20):
            yield b" " * 65_536

    response = client.post(path, content=endless(), headers=JSON)

    assert response.request.headers["transfer-encoding"] == "chunked"
    assert_problem(response, 413, "TICKET_TOO_LARGE")


def test_a_chunked_body_under_the_limit_is_read(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for byte in _ticket("My card is gone."):
            yield bytes([byte])

    assert client.post("/v1/redactions", content=pieces(), headers=JSON).status_code == 200


def test_a_message_of_a_megabyte_is_too_large(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        response = client.post("/v1/summaries", content=_ticket("word " * 210_000), headers=JSON)

        content = assert_problem(response, 413, "TICKET_TOO_LARGE")
    assert content["detail"].startswith("messages[0].body: 1,050,000 characters")
    assert recorded(tmp_path)[0] == []


@pytest.mark.parametrize("path", PATHS)
def test_ten_thousand_messages_are_too_large(client: httpx.Client, path: str) -> None:
    messages = [{"author": "customer", "body": "Hello"}] * 10_000

    response = client.post(path, json={"id": "T-1", "messages": messages})

    content = assert_problem(response, 413, "TICKET_TOO_LARGE")
    assert "10,000 messages" in content["detail"]


def test_a_text_longer_than_a_message_may_be_is_too_large(client: httpx.Client) -> None:
    response = client.post("/v1/redactions", json={"text": "x" * 200_001})

    assert assert_problem(response, 413, "TICKET_TOO_LARGE")["detail"].startswith("text: 200,001")


def test_right_to_left_marks_and_a_byte_order_mark_are_read(client: httpx.Client) -> None:
    body = (
        b"\xef\xbb\xbf"
        + json.dumps({**TICKET, "subject": "\u202eabc\u200f"}, ensure_ascii=False).encode()
    )

    response = client.post("/v1/redactions", content=body, headers=JSON)

    assert response.json()["subject"] == "\u202eabc\u200f"
