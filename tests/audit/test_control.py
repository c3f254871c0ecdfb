"""Who owns the database has no keys: what they claim in the log's name counts for nothing."""

import shutil
from hashlib import sha256

import anyio
import pytest

from summarizer.audit.header import Header
from summarizer.errors import AuditUnavailable
from tests.audit.attacks import rebuild, replaced
from tests.audit.logs import SIZE, Log, Tamper

FORGED = "ffffffff-ffff-7fff-bfff-ffffffffffff"


def forge(tamper: Tamper, kind: str, facts: dict[str, str | int]) -> None:
    """Append an event as whoever has the database but no key can: in every other way whole."""
    body = b"a body under no key at all"
    header = Header(
        id=FORGED,
        kind=kind,
        at="2026-03-02T10:00:00.000000Z",
        body=sha256(body).hexdigest(),
        commit="0" * 64,
        retention="standard",
        facts=facts,
    ).encode()
    leaf = sha256(b"\x00" + header).digest()
    tamper(
        "INSERT INTO audit_entry (event_id, kind, at, retention, header, leaf)"
        " VALUES (:id, :kind, '2026-03-02T10:00:00.000000Z', 'standard', :header, :leaf)",
        id=FORGED,
        kind=kind,
        header=header,
        leaf=leaf,
    )
    tamper("INSERT INTO audit_body VALUES (:id, :body)", id=FORGED, body=body)
    tamper("INSERT INTO audit_leaf VALUES (:seq, :id, :leaf)", seq=SIZE, id=FORGED, leaf=leaf)
    tamper("UPDATE audit_sequencer SET next_seq = :size", size=SIZE + 1)


def refusal(log: Log) -> str:
    async def published() -> None:
        async with log.opened() as store:
            await store.publish()

    with pytest.raises(AuditUnavailable) as error:
        anyio.run(published)
    return str(error.value)


def rewrite_under_a_forged_incarnation(log: Log, event_id: str | None = None) -> None:
    with log.tampering() as tamper:
        replaced(tamper, "audit_entry", "header", 42, lambda old: old.replace(b"m-0", b"m-9"))
        replaced(tamper, "audit_entry", "model", 42, lambda old: "m-9")
        forge(tamper, "incarnation", {"incarnation": 1, "size": SIZE})
        rebuild(tamper)
        tamper(
            "INSERT INTO audit_log SELECT 1, origin, :id FROM audit_log WHERE incarnation = 0",
            id=event_id or FORGED,
        )


def test_a_rewritten_log_is_not_signed_under_an_incarnation_that_somebody_forged(log: Log) -> None:
    rewrite_under_a_forged_incarnation(log)

    assert "are not those that were published" in refusal(log)


def test_a_rewritten_log_is_found_under_an_incarnation_that_somebody_forged(log: Log) -> None:
    rewrite_under_a_forged_incarnation(log)

    assert log.findings() == [("forked", SIZE - 1), ("inserted", SIZE)]


def test_a_forged_prune_does_not_excuse_bodies_that_are_gone(log: Log) -> None:
    with log.tampering() as tamper:
        facts: dict[str, str | int] = {
            "retention": "standard",
            "before": "2099-01-01T00:00:00.000000Z",
        }
        forge(tamper, "pruned", facts)
        tamper("DELETE FROM audit_body WHERE event_id = :id", id=tamper.id_of(41))

    assert log.findings() == [("inserted", SIZE)]


def test_a_sink_that_was_emptied_is_found_and_nothing_is_signed_into_it(log: Log) -> None:
    shutil.rmtree(log.checkpoints)

    assert log.findings() == [("rolled_back", None)]
    assert "holds none of this log" in refusal(log)
    assert log.findings() == [("rolled_back", None)]
