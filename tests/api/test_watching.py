"""A service that runs verifies its log: what is found is counted, logged and alerted on."""

from pathlib import Path
from threading import Event

import anyio
import pytest

from summarizer.access.permissions import Role
from summarizer.api.opened import now
from summarizer.api.watching import keep_counting, verify_once
from summarizer.audit import Finding, Verification
from summarizer.casework.tally import Tally
from summarizer.errors import AuditUnavailable
from tests.api.services import application, badge, logged, service
from tests.fakes import MemoryStore

pytestmark = pytest.mark.anyio


class Damaged(MemoryStore):
    """A log in which two events are gone and one is changed."""

    def __init__(self) -> None:
        super().__init__()
        self.verified = Event()

    async def verify(self) -> Verification:
        self.verified.set()
        findings = (
            Finding("missing", 3, "an event is gone"),
            Finding("missing", 4, "an event is gone"),
            Finding("body_changed", 9, "its hash differs"),
        )
        return Verification(12, "", findings)


class Gone(MemoryStore):
    """A log that cannot be read."""

    async def verify(self) -> Verification:
        msg = "the database went away"
        raise AuditUnavailable(msg)


async def test_what_is_found_is_counted_and_logged_by_its_kinds(tmp_path: Path) -> None:
    async with application(tmp_path, store=Damaged()) as opened:
        with logged() as lines:
            await verify_once(opened)
        text = opened.metrics.text(None).decode()

    (line,) = lines
    assert (line["log_level"], line["code"], line["count"]) == ("error", "body_changed,missing", 3)
    assert 'summarizer_audit_verifications_total{result="failed"} 1.0' in text


async def test_an_intact_log_is_counted_and_says_nothing(tmp_path: Path) -> None:
    async with application(tmp_path) as opened:
        with logged() as lines:
            await verify_once(opened)
        text = opened.metrics.text(None).decode()

    assert lines == []
    assert 'summarizer_audit_verifications_total{result="intact"} 1.0' in text


async def test_a_log_that_cannot_be_read_is_no_finding(tmp_path: Path) -> None:
    async with application(tmp_path, store=Gone()) as opened:
        with logged() as lines:
            await verify_once(opened)
        text = opened.metrics.text(None).decode()

    assert [line["log_level"] for line in lines] == ["warning"]
    assert 'result="failed"} 0.0' in text
    assert 'result="intact"} 0.0' in text


def test_a_service_verifies_by_itself_and_stops_all_the_same(tmp_path: Path) -> None:
    store = Damaged()
    with service(tmp_path, store=store, verify_hours=1e-6) as client:
        assert store.verified.wait(30)
        text = client.get("/metrics", headers=badge(Role.RISK)).text

    assert 'result="failed"} 0.0' not in text


async def test_a_log_that_cannot_be_read_does_not_end_counting_nor_the_service(
    tmp_path: Path,
) -> None:
    async with application(tmp_path) as opened:
        tally = Tally(opened.log)
    with pytest.raises(AuditUnavailable):
        await tally.counted(now())

    with anyio.move_on_after(0.2) as scope:
        await keep_counting(tally)

    assert scope.cancelled_caught
