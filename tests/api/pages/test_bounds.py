"""What is written on a page is held to the bounds of the interface, and named where it is not."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.api.pages.test_permissions import signed_in, summarized
from tests.api.services import TICKET, recorded, service

SECRET = "Zanzibar-7731"
HIDDEN = f"{SECRET}\x00 \x1b[2J"
REVIEWER, OFFICER = "badge:agent:ada", "badge:risk:rita"


class Opened(NamedTuple):
    """A service with one summary, and who is signed in."""

    browsers: Mapping[str, httpx.Client]
    client: httpx.Client
    summary: str


class Field(NamedTuple):
    """A field of a form, and the rest of the form."""

    who: str
    path: str
    form: Mapping[str, str]
    name: str


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:
        client = stack.enter_context(service(tmp_path))
        browsers = {who: stack.enter_context(signed_in(client, who)) for who in (REVIEWER, OFFICER)}
        for browser in browsers.values():
            browser.headers["Accept"] = "text/html"
        yield Opened(browsers, client, summarized(client))


@pytest.mark.parametrize(
    ("text", "fix"),
    [(HIDDEN, "leave out control characters"), (SECRET * 400, "give at most")],
    ids=["controls", "too long"],
)
@pytest.mark.parametrize(
    "field",
    [
        Field(REVIEWER, "/cases/{}/review", {"decision": "reject"}, "reason"),
        Field(REVIEWER, "/cases/{}/review", {"decision": "edit", "headline": "x"}, "reason"),
        Field(REVIEWER, "/cases/{}/review", {"decision": "edit"}, "narrative"),
        Field(OFFICER, "/cases/{}/finding", {"severity": "low"}, "text"),
        Field(OFFICER, "/approvals", {"action": "erase", "case": "T-1"}, "reason"),
        Field(OFFICER, "/approvals", {"action": "hold", "case": "T-1"}, "reason"),
        Field(OFFICER, "/approvals", {"action": "release", "case": "T-1"}, "reason"),
        Field(OFFICER, "/subjects", {}, "identifier"),
        Field(OFFICER, "/evidence", {"until": "2026-03-02"}, "since"),
        Field(OFFICER, "/evidence", {"since": "2026-03-02"}, "until"),
        Field(OFFICER, "/evidence", {"case": "T-1"}, "until"),
    ],
)
def test_a_field_beyond_its_bounds_is_named_and_kept_nowhere(
    opened: Opened, tmp_path: Path, field: Field, text: str, fix: str
) -> None:
    path = field.path.format(opened.summary)
    sent = opened.browsers[field.who].post(path, data={**field.form, field.name: text})

    assert sent.status_code == 422, sent.text
    fix = "give a day" if field.path == "/evidence" else fix
    assert f"{field.name}: {fix}" in sent.text
    assert SECRET not in sent.text
    kinds = {record.kind for record in recorded(tmp_path)[0]}
    assert not kinds & {"review", "finding", "approval_requested", "hold_placed", "hold_released"}
    assert SECRET not in str(recorded(tmp_path)[0])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("summaries/{}/review", {"decision": "reject", "reason": HIDDEN}),
        ("summaries/{}/review", {"decision": "edit", "summary": {"key_facts": [HIDDEN]}}),
        ("audit/erasures", {"case": "T-1", "reason": HIDDEN}),
        ("audit/holds", {"case": "T-1", "reason": HIDDEN}),
        ("audit/findings", {"case": "T-1", "severity": "low", "text": HIDDEN}),
        ("audit/subject", {"identifier": HIDDEN}),
    ],
)
def test_the_interface_takes_no_control_characters_either(
    opened: Opened, path: str, body: dict[str, object]
) -> None:
    headers = {"Authorization": "Bearer badge:risk:rita"} if path.startswith("audit") else None
    sent = opened.client.post(f"/v1/{path.format(opened.summary)}", json=body, headers=headers)

    assert sent.status_code == 422
    assert "leave out control characters" in sent.json()["detail"]
    assert SECRET not in sent.text


def test_lines_and_scripts_of_any_language_are_kept_as_they_were_written(
    opened: Opened, tmp_path: Path
) -> None:
    text = "Der Betrag fehlt.\r\n\tΖαΐμης: «ποσό» 👩\u200d💼"
    asked = {"decision": "reject", "reason": text}
    sent = opened.browsers[REVIEWER].post(f"/cases/{opened.summary}/review", data=asked)

    assert sent.status_code == 303
    (review,) = (each for each in recorded(tmp_path)[0] if each.kind == "review")
    assert review.body is not None
    assert review.body["reason"] == text


def test_the_evidence_of_a_period_names_its_days_as_they_were_read(
    opened: Opened, tmp_path: Path
) -> None:
    browser = opened.browsers[OFFICER]
    days = {"since": "20200101", "until": "2099-12-31"}
    assert browser.post("/evidence", data=days).status_code == 200
    assert browser.post("/evidence", data={"case": TICKET["id"]}).status_code == 200

    exports = [each.body for each in recorded(tmp_path)[0] if each.facts.get("action") == "export"]
    reading = {"action": "audit export", "reader": "rita", "cases": 1}
    assert exports == [reading | {"since": "2020-01-01", "until": "2099-12-31"}, reading]
