"""Verifying from the page and over HTTP: by whom, on record, and true of a log that was changed."""

from pathlib import Path

import anyio
import pytest

from summarizer.access.permissions import Role
from tests.api.pages.test_permissions import signed_in, summarized
from tests.api.services import badge, recorded, service
from tests.audit.attacks import ATTACKS
from tests.audit.logs import Log, fill


def test_verifying_is_for_who_reads_the_log_and_on_record_on_both_ways(
    tmp_path: Path,
) -> None:
    with service(tmp_path) as client:
        summarized(client)
        with signed_in(client, "badge:risk:rita") as browser:
            page = browser.post("/verify")
        asked = client.post("/v1/audit/verify", headers=badge(Role.RISK, "rob")).json()
        refused = client.post("/v1/audit/verify", headers=badge(Role.ENGINEER))
        with signed_in(client, "badge:engineer:eve") as browser:
            turned_away = browser.post("/verify")

    assert "Verified up to checkpoint" in page.text
    assert asked["ok"] is True
    assert (refused.status_code, turned_away.status_code) == (403, 403)
    verifying = [
        each.body
        for each in recorded(tmp_path)[0]
        if each.kind == "audit_read" and each.facts["action"] == "verify"
    ]
    assert [body and body["reader"] for body in verifying] == ["rita", "rob"]
    # The record of having asked is verified along.
    assert asked["entries"] > len(verifying)


@pytest.mark.parametrize(
    "what",
    [
        "flip a bit of a header",
        "cut the tail, make the rest agree, present an old checkpoint",
    ],
)
def test_a_log_that_was_changed_is_not_intact_on_both_ways(tmp_path: Path, what: str) -> None:
    log = Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path)
    anyio.run(fill, log)
    (attack,) = (each for each in ATTACKS if each.what == what)
    attack.how(log)

    with service(tmp_path) as client:
        with signed_in(client, "badge:risk:rita") as browser:
            page = browser.post("/verify")
        asked = client.post("/v1/audit/verify", headers=badge(Role.RISK, "rob")).json()

    assert "Not intact" in page.text
    assert asked["ok"] is False
    assert asked["findings"][0]["kind"] == attack.found[0][0]
