"""The endpoints over real HTTP: what goes out and what is recorded."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread

import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.audit import LogFigures
from summarizer.errors import ErrorCode, ProviderTimeout, ProviderUnavailable
from summarizer.models import Outcome
from summarizer.policy.sections import EntityRule
from tests.api.services import (
    TICKET,
    HangingLLM,
    application,
    assert_problem,
    badge,
    detector,
    recorded,
    service,
    serving,
)
from tests.fakes import AnsweringLLM, FailingDetector, FakeDetector, MemoryStore
from tests.routes import answer, default_policy

NAME = "Ottoline Vandersloot"
ROUTE = ["received", "redacted", "prompt", "response", "verdict", "outcome"]


def test_a_ticket_is_summarized_and_its_events_are_recorded(tmp_path: Path) -> None:
    body = {**TICKET, "requester": {"name": NAME}, "subject": f"{NAME} asks"}
    with service(tmp_path) as client:
        response = client.post("/v1/summaries", json=body)

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    outcome = Outcome.model_validate_json(response.content)
    assert (outcome.status, outcome.case_id) == ("summarized", "T-1")
    assert outcome.redaction.entities == {"PERSON": 2}
    records, verification = recorded(tmp_path)
    assert [record.kind for record in records] == ROUTE
    assert tuple(record.id for record in records) == outcome.audit.event_ids
    assert outcome.audit.seq == records[-1].seq
    assert verification.ok
    assert NAME not in response.text


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["no json"] * 3, ErrorCode.INVALID_MODEL_OUTPUT),
        ([ProviderUnavailable("no answer")], ErrorCode.PROVIDER_UNAVAILABLE),
        ([ProviderTimeout("no answer in time")], ErrorCode.PROVIDER_TIMEOUT),
        ([ValueError(NAME)], ErrorCode.INTERNAL),
    ],
)
def test_a_failure_of_the_model_is_a_problem_with_the_outcome_and_is_recorded(
    tmp_path: Path, answers: Sequence[str | Exception], code: ErrorCode
) -> None:
    with service(tmp_path, llm=AnsweringLLM(*answers)) as client:
        response = client.post("/v1/summaries", json=TICKET)

    content = assert_problem(response, code.http_status, code)
    outcome = Outcome.model_validate_json(json.dumps(content["outcome"]))
    assert outcome.summary is None
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.detail) == (code, content["detail"])
    records, verification = recorded(tmp_path)
    assert records[-1].kind == "outcome"
    assert (records[-1].body or {})["error"]["code"] == code
    assert verification.ok
    assert NAME not in response.text


@pytest.mark.parametrize(
    ("body", "code"),
    [("", ErrorCode.INSUFFICIENT_CONTENT), (f"I am {NAME}.", ErrorCode.EGRESS_BLOCKED)],
)
def test_a_refusal_is_a_problem_with_the_outcome_and_is_recorded(
    tmp_path: Path, body: str, code: ErrorCode
) -> None:
    policy = default_policy()
    rules = policy.rules | {"PERSON": EntityRule(action="block")}
    blocking = policy.model_copy(update={"rules": rules})
    with service(tmp_path, finds=detector(PERSON=[NAME]), policy=blocking) as client:
        messages = [{"author": "customer", "body": body}]
        response = client.post("/v1/summaries", json={"id": "T-1", "messages": messages})

    content = assert_problem(response, 422, code)
    assert content["outcome"]["status"] == "refused"
    records, _ = recorded(tmp_path)
    assert [record.kind for record in records] == ["received", "redacted", "outcome"]


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions"])
def test_a_detector_that_fails_is_a_problem(tmp_path: Path, path: str) -> None:
    with service(tmp_path, finds=FailingDetector()) as client:
        response = client.post(path, json={**TICKET, "subject": NAME})

    assert_problem(response, 500, "REDACTION_FAILED")
    assert NAME not in response.text


class _BrokenDetector(FakeDetector):
    def detect(self, texts: Sequence[str]) -> list[list[object]]:  # type: ignore[override]
        raise ValueError(texts)


@pytest.mark.parametrize("path", ["/v1/summaries", "/v1/redactions"])
def test_an_unexpected_exception_is_a_problem_without_its_text(
    tmp_path: Path, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with service(tmp_path, finds=_BrokenDetector()) as client:
        response = client.post(path, json={**TICKET, "subject": NAME})
        assert client.get("/healthz").status_code == 200

    assert_problem(response, 500, "INTERNAL")
    assert NAME not in response.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("kind", ["received", "prompt", "response", "outcome"])
def test_without_a_record_there_is_no_summary(tmp_path: Path, kind: str) -> None:
    store = MemoryStore(fail_on=kind)  # type: ignore[arg-type]  # one of the four above
    with service(tmp_path, store=store) as client:
        response = client.post("/v1/summaries", json=TICKET)

    content = assert_problem(response, 503, "AUDIT_UNAVAILABLE")
    assert content["outcome"]["summary"] is None
    assert "headline" not in response.text


def test_a_database_that_another_process_holds_is_audit_unavailable(tmp_path: Path) -> None:
    with (
        service(tmp_path) as client,
        closing(sqlite3.connect(tmp_path / "audit.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        response = client.post("/v1/summaries", json=TICKET)
        other.execute("ROLLBACK")
        again = client.post("/v1/summaries", json=TICKET)

    assert_problem(response, 503, "AUDIT_UNAVAILABLE")
    assert again.status_code == 200


def test_a_client_that_goes_away_stops_the_run_and_that_is_recorded(tmp_path: Path) -> None:
    llm = HangingLLM()
    with service(tmp_path, llm=llm) as client:
        gone = httpx.Client(
            base_url=client.base_url, timeout=0.5, trust_env=False, headers=badge(Role.AGENT)
        )
        with gone, pytest.raises(httpx.ReadTimeout):
            gone.post("/v1/summaries", json=TICKET)
        assert llm.asked.is_set()
        assert llm.stopped.wait(10)
        assert client.get("/healthz").status_code == 200

    records, verification = recorded(tmp_path)
    assert records[-1].body == {"status": "interrupted", "requests": 1}
    assert verification.ok


def test_a_ticket_is_redacted_without_a_model_or_a_record(tmp_path: Path) -> None:
    llm = AnsweringLLM()
    message = {"id": "c-9", "author": "customer", "author_name": NAME, "body": f"I am {NAME}!"}
    body = {
        "id": "T-1",
        "messages": [message],
        "requester": {"name": NAME, "identifiers": ["K-77"]},
        "fields": {"owner": NAME, "age": 41, "vip": True, "none": None},
        "tags": ["card"],
    }
    with service(tmp_path, llm=llm, finds=detector(PERSON=[NAME])) as client:
        response = client.post("/v1/redactions", json=body)

    content = response.json()
    spans = content.pop("spans")
    assert content == {
        "id": "T-1",
        "subject": "",
        "requester": {"name": "<PERSON_1>", "identifiers": ["<CUSTOMER_ID_1>"]},
        "messages": [
            {
                "id": "m1",
                "author": "customer",
                "author_name": "<PERSON_1>",
                "body": "I am <PERSON_1>!",
                "attachments": [],
            }
        ],
        "fields": {"owner": "<PERSON_1>", "age": 41, "vip": True, "none": None},
        "tags": ["card"],
    }
    (span,) = spans["messages[0].body"]
    assert (span["start"], span["end"]) == (5, 5 + len(NAME))
    assert (span["entity"], span["placeholder"]) == ("PERSON", "<PERSON_1>")
    assert spans.keys() == {
        "requester.name", "requester.identifiers[0]", "messages[0].author_name",
        "messages[0].body", "fields.owner",
    }  # fmt: skip
    assert llm.prompts == []
    assert recorded(tmp_path)[0] == []


@pytest.mark.parametrize("text", ["", " ", f"é𝄞 {NAME}, {NAME}.", "<PERSON_1>", "nothing"])
def test_a_text_is_redacted_with_offsets_in_code_points(tmp_path: Path, text: str) -> None:
    with service(tmp_path, finds=detector(PERSON=[NAME])) as client:
        content = client.post("/v1/redactions", json={"text": text}).json()

    assert NAME not in content["redacted"]
    restored = content["redacted"]
    for span in reversed(content["spans"]):
        at = restored.rindex(span["placeholder"])
        end = at + len(span["placeholder"])
        restored = restored[:at] + text[span["start"] : span["end"]] + restored[end:]
    assert restored == text


def test_ready_names_the_checks_and_their_results(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        response = client.get("/readyz")

    assert response.status_code == 200
    content = response.json()
    assert content["status"] == "ready"
    assert set(content["checks"].values()) == {"ok"}
    assert {"detector", "audit", "checkpoint"} <= content["checks"].keys()


@pytest.mark.parametrize(
    ("parts", "failing"),
    [
        ({"finds": FakeDetector()}, "detector"),
        ({"store": MemoryStore(fail_on="received")}, "audit"),
    ],
)
def test_not_ready_names_what_fails_while_alive(
    tmp_path: Path, parts: dict[str, object], failing: str
) -> None:
    with service(tmp_path, **parts) as client:
        response = client.get("/readyz")
        assert client.get("/healthz").json() == {"status": "alive"}

    content = assert_problem(response, 503, "NOT_READY")
    assert content["detail"] == f"not ready: {failing}"
    assert [name for name, result in content["checks"].items() if result != "ok"] == [failing]


class _Lagging(MemoryStore):
    """A store whose checkpoints stay behind for so long."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def figures(self) -> LogFigures:
        return LogFigures(events=9, published=8, waiting_seconds=self._seconds)


def test_a_checkpoint_that_is_due_for_too_long_makes_it_unready(tmp_path: Path) -> None:
    """Ten intervals of ten seconds, as the settings have it."""
    with service(tmp_path, store=_Lagging(99.0)) as client:
        assert client.get("/readyz").status_code == 200
    with service(tmp_path, store=_Lagging(101.0)) as client:
        content = assert_problem(client.get("/readyz"), 503, "NOT_READY")

    assert content["detail"] == "not ready: checkpoint"
    assert "101 s ago" in content["checks"]["checkpoint"]


def test_requests_are_answered_while_others_run(tmp_path: Path) -> None:
    llm = HangingLLM()
    with service(tmp_path, llm=llm) as client:
        gone = httpx.Client(
            base_url=client.base_url, timeout=1, trust_env=False, headers=badge(Role.AGENT)
        )
        slow = Thread(target=_ask_and_give_up, args=(gone,))
        slow.start()
        assert llm.asked.wait(10)
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/redactions", json=TICKET).status_code == 200
        slow.join(10)


def _ask_and_give_up(client: httpx.Client) -> None:
    with client, pytest.raises(httpx.ReadTimeout):
        client.post("/v1/summaries", json=TICKET)


def test_the_application_is_open_exactly_as_long_as_the_server(tmp_path: Path) -> None:
    store = MemoryStore()
    with serving(lambda: application(tmp_path, store=store)) as client:
        assert client.post("/v1/summaries", json=TICKET).status_code == 200

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{client.base_url}/healthz", trust_env=False)
    assert store.kinds == ROUTE


def test_the_answer_of_the_model_is_what_is_returned(tmp_path: Path) -> None:
    with service(tmp_path, llm=AnsweringLLM(answer(headline="Card stolen é"))) as client:
        response = client.post("/v1/summaries", json=TICKET)

    assert response.json()["summary"]["headline"] == "Card stolen é"
