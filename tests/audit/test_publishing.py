"""What is published, what is refused, and what a proof proves."""

from itertools import pairwise
from pathlib import Path

import pytest

from summarizer.audit.checkpoint import opened
from summarizer.audit.ids import EventIds
from summarizer.audit.sequencer import StoredHashes
from summarizer.audit.store import SQLAuditStore
from summarizer.audit.tree import check_consistency, check_inclusion, consistency_proof, leaf_hash
from summarizer.errors import AuditUnavailable
from tests.audit.logs import SIZE, Log, event, events

pytestmark = pytest.mark.anyio


async def test_an_empty_log_signs_nothing(store: SQLAuditStore) -> None:
    assert await store.publish() is None


async def test_a_checkpoint_is_signed_published_and_kept(store: SQLAuditStore, empty: Log) -> None:
    await store.append(events(5))
    await store.number()
    published = await store.publish()

    assert published is not None
    assert opened(published.note, await store.verifier()) == published.checkpoint
    assert published.checkpoint.size == 5
    assert empty.published()[-1] == published.note
    assert await store.publish() == published
    assert (await store.verify()).checkpoint == published.note


async def test_each_checkpoint_continues_the_one_before(store: SQLAuditStore) -> None:
    heads = []
    for count in (3, 300, 5):
        await store.append(events(count, ids=EventIds()))
        await store.number()
        published = await store.publish()
        assert published is not None
        heads.append(published.checkpoint)
    with store.database.reading() as connection:
        for old, new in pairwise(heads):
            proof = consistency_proof(StoredHashes(connection), old.size, new.size)
            assert check_consistency(old.size, old.root, new.size, new.root, proof)


async def test_every_event_is_proven_under_the_newest_checkpoint(log: Log) -> None:
    async with log.opened() as store:
        root = opened(log.published()[-1], await store.verifier()).root
        records = [record async for record in store.read()]
        for record in records[::29]:
            proof = await store.prove(record.id)
            assert proof is not None
            assert (proof.seq, proof.size, proof.leaf) == (
                record.seq,
                SIZE,
                leaf_hash(proof.header),
            )
            assert check_inclusion(proof.leaf, proof.seq, proof.size, proof.path, root)


class FullSink:
    """A sink that takes nothing."""

    def newest(self, origin: str) -> str | None:
        return None

    def publish(self, origin: str, size: int, note: str) -> None:
        msg = "the sink is full"
        raise AuditUnavailable(msg)


async def test_what_no_checkpoint_covers_has_no_proof(log: Log) -> None:
    async with log.opened(sink=FullSink()) as store:
        one = event(EventIds(), 1, "T-1")
        await store.append([one])
        await store.number()

        assert await store.prove(one.id) is None
        assert await store.prove("nothing") is None


@pytest.mark.parametrize("what", ["shorter", "other"])
async def test_a_log_that_is_no_continuation_is_not_ready_and_not_signed(
    log: Log, what: str
) -> None:
    with log.tampering() as tamper:
        if what == "shorter":
            tamper("DELETE FROM audit_leaf WHERE seq >= 310")
            tamper("UPDATE audit_sequencer SET next_seq = 310")
        else:
            tamper("UPDATE audit_leaf SET leaf = :leaf WHERE seq = 319", leaf=bytes(32))
    before = log.published()

    async with log.opened() as store:
        with pytest.raises(AuditUnavailable, match="published"):
            await store.publish()
    assert log.published() == before


async def test_a_published_note_that_is_none_of_the_log_stops_the_next(log: Log) -> None:
    newest = max(path for path in log.checkpoints.rglob("*") if is_note(path))
    newest.write_text(log.published()[-1].replace("320", "321"))

    async with log.opened() as store:
        with pytest.raises(AuditUnavailable, match="not one of this log"):
            await store.publish()


def is_note(path: Path) -> bool:
    return path.is_file() and path.read_text().startswith("case-summarizer/")


async def test_a_tree_that_lacks_a_hash_is_named_and_signs_nothing(log: Log) -> None:
    with log.tampering() as tamper:
        tamper("DELETE FROM audit_node")

    async with log.opened() as store:
        with pytest.raises(AuditUnavailable, match="lacks a hash"):
            await store.publish()
        with pytest.raises(AuditUnavailable, match="lacks a hash"):
            await appended_and_numbered(store)


async def appended_and_numbered(store: SQLAuditStore) -> None:
    await store.append(events(1))
    await store.number()
