"""The figures over HTTP: who may read them, and that nothing of a ticket is in them."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from summarizer.access.permissions import Role
from summarizer.errors import ProviderTimeout
from tests.api.services import TICKET, badge, detector, service
from tests.fakes import AnsweringLLM, FailingDetector, MemoryStore

SECRET = "Quillfeather7731"
AWKWARD: list[dict[str, Any]] = [
    {**TICKET, "id": f'T-{SECRET}"}} 1\n# HELP x {SECRET}'},
    {**TICKET, "subject": f"{SECRET}\n{SECRET.upper()}", "tags": [SECRET]},
    {"id": "T-2", "messages": [{"id": SECRET, "author": "customer", "body": SECRET}]},
    {"id": "T-3", "messages": [{"author": "customer", "body": f"<{SECRET.upper()}_1> " * 40}]},
    {"id": "T-4", "messages": [{"author": SECRET, "body": "x"}]},
    {**TICKET, "requester": {"name": SECRET, "email": f"{SECRET}@example.com"}},
    {**TICKET, "fields": {SECRET: SECRET}, "channel": SECRET},
    {"id": "T-5", "messages": []},
    {SECRET: SECRET},
]


def scraped(client: httpx.Client) -> str:
    response = client.get("/metrics", headers=badge(Role.ENGINEER))
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return response.text


def test_what_was_asked_and_what_came_of_it_is_counted(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        client.post("/v1/summaries", json=TICKET)
        client.post("/v1/summaries", json={"id": "T-5", "messages": []})
        client.get("/nothing-here")
        text = scraped(client)

    assert 'summarizer_outcomes_total{code="",status="summarized"} 1.0' in text
    assert 'summarizer_outcomes_total{code="INSUFFICIENT_CONTENT",status="refused"} 1.0' in text
    for route, status in (("/v1/summaries", 200), ("/v1/summaries", 422)):
        labels = f'method="POST",route="{route}",status="{status}"'
        assert f"summarizer_http_requests_total{{{labels}}} 1.0" in text
    assert 'method="GET",route="unmatched",status="404"} 1.0' in text
    assert "summarizer_audit_readable 1.0" in text
    assert "summarizer_audit_events 0.0" not in text
    assert "process_resident_memory_bytes" in text


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"finds": detector(PERSON=[SECRET])},
        {"finds": FailingDetector()},
        {"llm": AnsweringLLM(*["{"] * 40)},
        {"llm": AnsweringLLM(*[ProviderTimeout("no answer")] * 40)},
        {"llm": AnsweringLLM(*[OSError(SECRET)] * 40)},
        {"store": MemoryStore("outcome")},
    ],
    ids=["good", "found", "detector", "model", "provider", "fault", "store"],
)
def test_no_word_of_a_ticket_is_in_the_figures_whatever_fails(
    tmp_path: Path, parts: dict[str, Any]
) -> None:
    with service(tmp_path, **parts) as client:
        for ticket in AWKWARD:
            client.post("/v1/summaries", json=ticket)
            client.post("/v1/redactions", json=ticket)
        client.request(SECRET, f"/v1/{SECRET}?{SECRET}", headers={"X-Request-Id": SECRET})
        text = scraped(client)

    assert SECRET.lower() not in text.lower()
    assert 'route="/v1/summaries"' in text
    assert 'method="other",route="unmatched"' in text


def test_an_agent_may_not_read_them(client: httpx.Client) -> None:
    assert client.get("/metrics").status_code == 403


def test_figures_are_shown_while_the_log_cannot_be_read(tmp_path: Path) -> None:
    with service(tmp_path, store=_Unreadable()) as client:
        text = scraped(client)

    assert "summarizer_audit_readable 0.0" in text
    assert 'summarizer_audit_verifications_total{result="failed"} 0.0' in text


class _Unreadable(MemoryStore):
    """A store whose database went away."""

    async def figures(self) -> Any:
        self.fail_on = "received"
        return await self.ready()
