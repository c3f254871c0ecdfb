"""Pages open no more than the interface does, and every look through them is on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from summarizer.access.caller import Authenticated, Caller
from summarizer.access.permissions import Permission, Role
from summarizer.access.sessions import form_token
from summarizer.audit import Record
from tests.api.services import TICKET, recorded, service

CARD = "Jane Miller 4111 1111 1111 1111"


class Lesser:
    """Takes a token `less:ROLE:NAME:PERMISSION` at its word: the role without the permission."""

    def knows(self, token: str) -> bool:
        return token.startswith("less:")

    async def caller(self, token: str) -> Authenticated:
        _, role, name, withheld = token.split(":")
        return Caller(name, Role(role), f"less of {name}", frozenset({Permission(withheld)}))


@contextmanager
def signed_in(client: httpx.Client, token: str) -> Iterator[httpx.Client]:
    """A browser in which someone is signed in; what it sends is of its own forms."""
    with httpx.Client(base_url=client.base_url, timeout=30, trust_env=False) as browser:
        assert browser.post("/sign-in", data={"key": token}).status_code == 303
        browser.headers["X-Form-Token"] = form_token(browser.cookies["summarizer-session"])
        yield browser


def summarized(client: httpx.Client) -> str:
    """Have the ticket summarized; return the id of its summary."""
    event_id: str = client.post("/v1/summaries", json=TICKET).json()["audit"]["event_ids"][-1]
    return event_id


def readings(folder: Path, name: str) -> list[Record]:
    """What is on record of one person's looks at a summary."""
    records, _ = recorded(folder)
    return [
        record
        for record in records
        if record.kind == "audit_read" and record.body and record.body["reader"] == name
    ]


def test_who_may_not_hold_can_neither_hold_nor_release_from_the_page(tmp_path: Path) -> None:
    with service(tmp_path, others=[Lesser()]) as client:
        summarized(client)
        with signed_in(client, "less:risk:rita:hold") as browser:
            for action in ("hold", "release"):
                asked = {"action": action, "case": "T-1", "reason": "matter 2026-4"}
                assert browser.post("/approvals", data=asked).status_code == 403
            asked = {"action": "erase", "case": "T-1", "reason": "request DSR-17"}
            assert browser.post("/approvals", data=asked).status_code == 303

    records, _ = recorded(tmp_path)
    kinds = [record.kind for record in records]
    assert "hold_placed" not in kinds
    assert "access_denied" in kinds


def test_a_form_with_a_fault_shows_the_summary_to_nobody_who_may_not_read_it(
    tmp_path: Path,
) -> None:
    with service(tmp_path, others=[Lesser()]) as client:
        summary = summarized(client)
        with signed_in(client, "less:agent:ada:read_summaries") as browser:
            assert browser.get(f"/cases/{summary}").status_code == 403
            assert browser.post(f"/cases/{summary}/review", data={"reason": ""}).status_code == 403
        with signed_in(client, "less:risk:rita:read_summaries") as browser:
            assert browser.post(f"/cases/{summary}/finding", data={"reason": ""}).status_code == 403
            assert browser.get("/sample").status_code == 403


def test_a_form_with_a_fault_is_a_look_at_the_summary_that_is_on_record(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summary = summarized(client)
        with signed_in(client, "badge:agent:ada") as browser:
            shown = browser.post(f"/cases/{summary}/review", data={"reason": ""})
        assert (shown.status_code, "stolen" in shown.text) == (422, True)
        with signed_in(client, "badge:risk:rita") as browser:
            shown = browser.post(f"/cases/{summary}/finding", data={"reason": ""})
        assert (shown.status_code, "stolen" in shown.text) == (422, True)

    for name in ("ada", "rita"):
        (reading,) = readings(tmp_path, name)
        assert (reading.body or {})["event"] == summary


def test_an_embedded_review_keeps_no_words_in_the_place_of_codes(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summary = summarized(client)
        with signed_in(client, "badge:agent:ada") as browser:
            for name in ("issue_type", "next_action_code"):
                edit: dict[str, Any] = {"decision": "edit", "summary": {name: CARD}}
                refused = browser.post(f"/demo/{summary}/review", json=edit)
                assert refused.status_code == 422
                assert CARD not in refused.text

    records, _ = recorded(tmp_path)
    assert "review" not in [record.kind for record in records]


def test_two_events_that_are_no_runs_are_not_compared(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summary = summarized(client)
        with signed_in(client, "badge:engineer:eve") as browser:
            path = f"/evaluations/compare?base={summary}&new={summary}"
            assert browser.get(path).status_code == 404


def test_a_review_is_no_longer_than_a_person_would_write(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        summary = summarized(client)
        for final in ({"headline": "x" * 4001}, {"key_facts": ["x"] * 51}):
            edit = {"decision": "edit", "summary": final}
            assert client.post(f"/v1/summaries/{summary}/review", json=edit).status_code == 422
        with signed_in(client, "badge:agent:ada") as browser:
            edited = {"decision": "edit", "narrative": "x" * 4001}
            shown = browser.post(f"/cases/{summary}/review", data=edited)
        assert (shown.status_code, "4000" in shown.text) == (422, True)
