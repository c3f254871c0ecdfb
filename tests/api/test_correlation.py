"""What ties a caller's request to its log lines: an id, and a tag that names no case."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from summarizer.audit.origin import CaseTagger
from summarizer.pii import Detection
from tests.api.services import TICKET, assert_problem, logged, service
from tests.fakes import FakeDetector

MADE = re.compile(r"[0-9a-f]{32}")
CASE = "4111-1111-1111-1111"
KEY = bytes(32)
"""Of the tagger that the service of the tests has."""


@pytest.mark.parametrize("given", ["a", "A1._-z", "x" * 64, "0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_a_well_formed_id_is_taken_and_given_back(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given",
    ["", "x" * 65, "two words", "a,b", "a/b", "ä", "a;b=c", "<PERSON_1>", "a\tb", "%0a"],
)
def test_an_id_of_another_form_is_replaced_and_not_repeated(
    client: httpx.Client, given: str
) -> None:
    headers = [(b"X-Request-Id", given.encode())]

    answered = client.get("/healthz", headers=headers).headers["x-request-id"]

    assert MADE.fullmatch(answered)


def test_of_two_ids_neither_is_taken(client: httpx.Client) -> None:
    headers = [("X-Request-Id", "first"), ("X-Request-Id", "second")]

    assert MADE.fullmatch(client.get("/healthz", headers=headers).headers["x-request-id"])


def test_every_request_without_an_id_gets_one_of_its_own(client: httpx.Client) -> None:
    made = {client.get("/healthz").headers["x-request-id"] for _ in range(3)}

    assert len(made) == 3


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("GET", "/nothing-here", {}, (404, "NOT_FOUND")),
        ("GET", "/healthz", {"Host": "bank.example.com"}, (421, "WRONG_HOST")),
        ("POST", "/v1/summaries", {}, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ],
)
def test_a_refusal_has_the_id_too(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], code: tuple[int, str]
) -> None:
    response = client.request(method, path, headers={**headers, "X-Request-Id": "r-1"})

    assert_problem(response, *code)
    assert response.headers["x-request-id"] == "r-1"


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions"])
def test_the_line_of_a_request_about_a_case_has_its_tag_and_not_its_id(
    tmp_path: Path, path: str
) -> None:
    with logged() as lines, service(tmp_path) as client:
        client.post(path, json={**TICKET, "id": CASE}, headers={"X-Request-Id": "r-1"})
        client.get("/healthz", headers={"X-Request-Id": "r-2"})

    about, other = lines
    assert (about["request_id"], about["case_tag"]) == ("r-1", CaseTagger(KEY).log_tag(CASE))
    # The connection is the same; the tag is not.
    assert other["request_id"] == "r-2"
    assert "case_tag" not in other
    assert CASE not in repr(lines)


def test_what_went_wrong_is_logged_under_the_id_of_its_request(tmp_path: Path) -> None:
    with logged() as lines, service(tmp_path, finds=_Broken()) as client:
        response = client.post("/v1/redactions", json=TICKET, headers={"X-Request-Id": "r-1"})

    assert_problem(response, 500, "INTERNAL")
    assert response.headers["x-request-id"] == "r-1"
    assert [line["event"] for line in lines] == ["unexpected exception", "request"]
    assert {line["request_id"] for line in lines} == {"r-1"}


class _Broken(FakeDetector):
    """A detector with a fault that nobody foresaw."""

    def detect(self, texts: Any, before: Any = None) -> list[list[Detection]]:
        raise KeyError(texts)


def test_the_tag_of_the_log_is_in_no_record_and_needs_the_key() -> None:
    tagger = CaseTagger(KEY)

    assert tagger.log_tag(CASE) != tagger.tag(CASE)
    assert tagger.log_tag(CASE) != CaseTagger(b"\1" * 32).log_tag(CASE)
    assert tagger.log_tag(CASE) != tagger.log_tag("another")
    assert MADE.fullmatch(tagger.log_tag(CASE))
