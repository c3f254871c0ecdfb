"""What only the checkpoints outside the database show: forks, restored backups, replays."""

import shutil
from pathlib import Path

import anyio
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from summarizer.audit import Verification
from summarizer.audit.checkpoint import Checkpoint, signed
from summarizer.audit.note import SignerKey
from summarizer.audit.publisher import signer_of
from summarizer.audit.verify import verify_log
from summarizer.errors import AuditUnavailable
from tests.audit.attacks import rebuild, replaced
from tests.audit.conftest import Filled
from tests.audit.logs import SIZE, Log, events


def copied(filled: Filled, log: Log, folder: Path) -> Log:
    """A copy of a log as it is now: a backup."""
    if filled.server is None:
        folder.mkdir()
        shutil.copy(log.path, folder / "audit.db")
        return Log(f"sqlite:///{folder / 'audit.db'}", log.data_dir)
    return Log(filled.server.create(log.url), log.data_dir)


def restored(log: Log, backup: Log) -> Log:
    """The log's folder with the backup's database."""
    if log.dialect == "sqlite":
        shutil.copy(backup.path, log.path)
        return log
    return Log(backup.url, log.data_dir)


def grow(log: Log, count: int = 10) -> None:
    async def grown() -> None:
        async with log.opened() as store:
            await store.append(events(count))
            await store.number()
            await store.publish()

    anyio.run(grown)


def refusal(log: Log) -> str:
    async def published() -> None:
        async with log.opened() as store:
            await store.publish()

    with pytest.raises(AuditUnavailable) as error:
        anyio.run(published)
    return str(error.value)


def note_of(log: Log, checkpoint: Checkpoint) -> str:
    seed = next(log.data_dir.glob("origins/*/sign.key")).read_bytes()
    return signed(
        checkpoint, SignerKey(checkpoint.origin, Ed25519PrivateKey.from_private_bytes(seed))
    )


def test_a_restored_backup_is_named_rolled_back_and_is_not_signed(
    filled: Filled, log: Log, tmp_path: Path
) -> None:
    backup = copied(filled, log, tmp_path / "backup")
    grow(log)
    log = restored(log, backup)

    assert log.findings() == [("rolled_back", SIZE)]
    assert "it was cut or rolled back" in refusal(log)


def test_a_restored_backup_that_grew_past_what_was_signed_is_a_fork_and_is_not_signed(
    filled: Filled, log: Log, tmp_path: Path
) -> None:
    backup = copied(filled, log, tmp_path / "backup")
    grow(log)
    log = restored(log, backup)

    async def grown() -> None:
        async with log.opened() as store:
            await store.append(events(30))
            await store.number()

    anyio.run(grown)

    assert log.findings() == [("forked", SIZE + 9)]
    assert "are not those that were published" in refusal(log)


def test_a_rebuilt_tree_is_not_signed(log: Log) -> None:
    with log.tampering() as tamper:
        replaced(tamper, "audit_entry", "header", 42, lambda old: old.replace(b"m-0", b"m-9"))
        rebuild(tamper)

    assert "are not those that were published" in refusal(log)


def test_a_second_checkpoint_of_one_size_by_the_logs_own_key_is_a_fork(log: Log) -> None:
    origin = log.published()[-1].split("\n")[0]
    forged = note_of(log, Checkpoint(origin, SIZE, bytes(32)))

    assert log.findings([forged]) == [("forked", SIZE - 1)]


def test_a_checkpoint_of_a_size_that_the_log_has_not_is_named(log: Log) -> None:
    origin = log.published()[-1].split("\n")[0]
    forged = note_of(log, Checkpoint(origin, SIZE + 5, bytes(32)))

    assert log.findings([forged]) == [("rolled_back", SIZE)]


@pytest.mark.parametrize("note", ["", "nonsense", "case-summarizer/x\n1\n\n"])
def test_a_checkpoint_that_is_none_is_named(log: Log, note: str) -> None:
    assert log.findings([note]) == [("checkpoint_invalid", None)]


def test_a_checkpoint_of_a_foreign_key_is_named(log: Log) -> None:
    origin = log.published()[-1].split("\n")[0]
    forged = signed(Checkpoint(origin, SIZE, bytes(32)), SignerKey.generate(origin))

    assert log.findings([forged]) == [("checkpoint_invalid", None)]


def test_an_older_checkpoint_kept_elsewhere_is_agreed_with(log: Log) -> None:
    assert log.findings(log.published()[:1]) == []


def test_an_incarnation_that_no_event_explains_is_named(log: Log) -> None:
    with log.tampering() as tamper:
        origin = tamper.value("SELECT origin FROM audit_log")
        tamper("INSERT INTO audit_log VALUES (1, :origin, NULL)", origin=origin)

    assert ("inserted", None) in log.findings()


@pytest.mark.anyio
async def test_a_log_that_grows_meanwhile_is_verified_as_it_was_at_one_moment(log: Log) -> None:
    async with log.opened(checkpoint_seconds=0.0) as store:
        more = events(2_000)
        seen: list[int] = []

        def grow_once(done: int, _: int) -> None:
            if not seen:
                anyio.from_thread.run(store.append, more[1_000:])
                anyio.from_thread.run(store.number)
                anyio.from_thread.run(store.publish)
            seen.append(done)

        await store.append(more[:1_000])
        await store.append(events(1_000, facts={"half": 2}))
        await store.number()
        newest = store._publisher.newest_note
        seed = store.folder.sign_key()
        verification = await anyio.to_thread.run_sync(
            lambda: verify_log(
                store.database,
                public_key=lambda origin: signer_of(seed, origin).verifier,
                newest=newest,
                progress=grow_once,
            )
        )

    assert seen
    assert verification.findings == ()
    assert verification.entries == SIZE + 2_000


def test_another_log_in_the_place_of_the_file_is_found(tmp_path: Path) -> None:
    log = Log(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path)
    grow(log)
    before = [folder.name for folder in (tmp_path / "origins").iterdir()]
    for name in ("audit.db", "keys.db"):
        for file in tmp_path.glob(f"{name}*"):
            file.unlink()
    grow(log)

    async def verified() -> Verification:
        async with log.opened() as store:
            return await store.verify()

    [finding] = anyio.run(verified).findings
    assert finding.kind == "rolled_back"
    assert before[0] in finding.detail
