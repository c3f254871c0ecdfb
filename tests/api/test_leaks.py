"""Whatever fails: no planted value goes out, is logged, printed or stored."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import ProviderTimeout, ProviderUnavailable, RedactionError
from summarizer.pii import Detection
from tests.api.services import detector, logged, service
from tests.fakes import AnsweringLLM, FakeDetector, MemoryStore

PLANTED = {
    "subject": "Quillfeather-0001",
    "name": "Quillfeather-0002",
    "email": "quillfeather-0003@example.com",
    "phone": "Quillfeather-0004",
    "identifier": "Quillfeather-0005",
    "author": "Quillfeather-0006",
    "body": "Quillfeather-0007",
    "attachment": "Quillfeather-0008",
    "field": "Quillfeather-0009",
    "tag": "Quillfeather-0010",
    "media type": "Quillfeather-0011",
}
_MARK = "quillfeather"
_ID = "Wrenbottom-0012"


def _ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": f"T-{_ID}",
        "subject": f"About {PLANTED['subject']}",
        "requester": {
            "name": PLANTED["name"],
            "email": PLANTED["email"],
            "phone": PLANTED["phone"],
            "identifiers": [PLANTED["identifier"]],
        },
        "messages": [
            {
                "id": _ID,
                "author": "customer",
                "author_name": PLANTED["author"],
                "body": f"My card {PLANTED['body']} was stolen.",
                "attachments": [
                    {"name": PLANTED["attachment"], "media_type": PLANTED["media type"]}
                ],
            }
        ],
        "fields": {"owner": PLANTED["field"]},
        "tags": [PLANTED["tag"]],
        **more,
    }


class _Careless(FakeDetector):
    """Fails as a careless library would: with the texts in the exception."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self._error = error

    def detect(self, texts: Any, before: Any = None) -> list[list[Detection]]:
        if self._error is RedactionError:
            msg = "a recognizer failed"
            raise RedactionError(msg) from ValueError(texts)
        raise self._error(str(texts))


def _finds() -> FakeDetector:
    return detector(PERSON=list(PLANTED.values()))


FAILURES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "detector": {"finds": _Careless(RedactionError)},
    "detector fault": {"finds": _Careless(KeyError)},
    "provider": {"llm": AnsweringLLM(ProviderUnavailable("no answer"))},
    "provider in time": {"llm": AnsweringLLM(ProviderTimeout("no answer"))},
    "provider fault": {"llm": AnsweringLLM(OSError(PLANTED["body"]))},
    "model": {"llm": AnsweringLLM("{", "{", "{")},
    **{f"store {kind}": {"store": MemoryStore(kind)} for kind in ("received", "prompt")},
    **{f"store {kind}": {"store": MemoryStore(kind)} for kind in ("response", "outcome")},
}
REQUESTS: dict[str, tuple[bytes, dict[str, str]]] = {
    "ticket": (json.dumps(_ticket()).encode(), {"Content-Type": "application/json"}),
    "unknown key": (
        json.dumps(_ticket(x=PLANTED["body"])).encode(),
        {"Content-Type": "application/json"},
    ),
    "cut off": (json.dumps(_ticket()).encode()[:-3], {"Content-Type": "application/json"}),
    "wrong type": (
        json.dumps(_ticket(channel=PLANTED["body"])).encode(),
        {"Content-Type": "application/json"},
    ),
    "wrong field": (
        json.dumps(_ticket(fields={"x": [PLANTED["body"]]})).encode(),
        {"Content-Type": "application/json"},
    ),
    "not declared": (json.dumps(_ticket()).encode(), {"Content-Type": PLANTED["body"]}),
    "foreign": (
        json.dumps(_ticket()).encode(),
        {"Content-Type": "application/json", "Origin": f"https://{PLANTED['body']}"},
    ),
}


@contextmanager
def _watched(data_dir: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Search what was answered, printed and logged, and every file, for planted values."""
    answered: list[str] = []
    with logged() as lines:
        yield answered
    kept = [repr(lines), *capfd.readouterr()]
    kept += [path.read_bytes().decode("latin-1") for path in data_dir.rglob("*") if path.is_file()]
    assert lines
    assert [text for text in answered + kept if _MARK in text.lower()] == []
    # The caller's own ids are given back, but nowhere kept.
    assert [text for text in kept if _ID in text] == []


@pytest.mark.parametrize("failure", FAILURES)
def test_no_planted_value_gets_out_when_a_step_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], failure: str
) -> None:
    parts = {"finds": _finds(), **FAILURES[failure]}
    content, headers = REQUESTS["ticket"]
    with _watched(tmp_path, capfd) as answered, service(tmp_path, **parts) as client:
        for path in ("/v1/summaries", "/v1/redactions"):
            response = client.post(path, content=content, headers=headers)
            answered += [response.text, repr(response.headers)]
            if path == "/v1/summaries":
                assert response.is_success == (failure == "nothing")


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions"])
def test_no_planted_value_gets_out_of_a_request_that_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    with _watched(tmp_path, capfd) as answered, service(tmp_path, finds=_finds()) as client:
        for name, (content, headers) in REQUESTS.items():
            url = f"{path}?q={PLANTED['body']}"
            response = client.post(url, content=content, headers=headers)
            assert response.is_success == (name == "ticket")
            answered += [response.text, repr(response.headers)]
