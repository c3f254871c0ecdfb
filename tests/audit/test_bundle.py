"""A bundle is verified with itself and a public key alone, and every attack on it is named."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest

from summarizer.audit.bundle import Bundle, export
from summarizer.audit.checkpoint import Checkpoint, signed
from summarizer.audit.fsck import fsck
from summarizer.audit.note import SignerKey
from summarizer.errors import ConfigurationError
from tests.audit.conftest import Filled
from tests.audit.logs import FIRST, SIZE, Log
from tests.audit.test_outside import note_of

AT = 41
Lines = list[dict[str, Any]]


def exported(log: Log, folder: Path, **options: Any) -> tuple[Bundle, str]:
    """Export, and return what was exported and the public key."""

    async def work() -> tuple[Bundle, str]:
        async with log.opened() as store:
            bundle = await store.run(
                lambda: export(store.database, store.keystore, folder, **options)
            )
            return bundle, (await store.verifier()).encode()

    return anyio.run(work)


def lines(folder: Path) -> Lines:
    return [orjson.loads(line) for line in (folder / "entries.jsonl").read_bytes().splitlines()]


def found(folder: Path, key: str) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.seq) for finding in fsck(folder, key).findings]


@pytest.fixture(scope="session")
def whole(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("whole") / "bundle"
    return folder, exported(filled.log, folder)[1]


@pytest.fixture(scope="session")
def partly(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("partly") / "bundle"
    return folder, exported(filled.log, folder, cases=["T-1002"])[1]


def changed(source: Path, target: Path, change: Callable[[Lines], Lines | None]) -> Path:
    """Copy a bundle with other lines."""
    target.mkdir()
    for name in ("manifest.json", "checkpoint.txt"):
        (target / name).write_bytes((source / name).read_bytes())
    read = lines(source)
    made = change(read)
    data = b"".join(orjson.dumps(line) + b"\n" for line in (read if made is None else made))
    (target / "entries.jsonl").write_bytes(data)
    return target


def edited(seq: int, name: str, old: str, new: str) -> Callable[[Lines], None]:
    def change(read: Lines) -> None:
        line = next(line for line in read if line["seq"] == seq)
        assert old in line[name]
        line[name] = line[name].replace(old, new, 1)

    return change


def other_leaf(read: Lines) -> None:
    line = next(line for line in read if line["seq"] == AT)
    line["leaf"] = read[0]["leaf"] if read[0]["seq"] != AT else read[1]["leaf"]


def exchanged(read: Lines) -> None:
    one, other = (next(line for line in read if line["seq"] == seq) for seq in (AT, AT + 4))
    one["body"], other["body"] = other["body"], one["body"]


def swapped_lines(read: Lines) -> None:
    read[10], read[11] = read[11], read[10]


def test_a_whole_log_is_verified_and_private(whole: tuple[Path, str]) -> None:
    folder, key = whole
    told: list[tuple[int, int]] = []
    verification = fsck(folder, key, progress=lambda *done: told.append(done))

    assert verification.findings == ()
    assert verification.entries == SIZE
    assert verification.checkpoint == (folder / "checkpoint.txt").read_text()
    assert told[-1] == (SIZE, SIZE)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_some_cases_are_verified_by_a_proof_for_each_event(partly: tuple[Path, str]) -> None:
    folder, key = partly
    verification = fsck(folder, key)

    assert verification.findings == ()
    assert verification.entries == SIZE // 4
    assert all(line["proof"] for line in lines(folder))


WHOLE: dict[str, tuple[Callable[[Lines], Any], list[tuple[str, int | None]]]] = {
    "edit a header": (edited(AT, "header", "m-1", "m-9"), [("header_changed", AT)]),
    "break a header": (edited(AT, "header", '"v":2', '"v":3'), [("header_changed", AT)]),
    "change a leaf": (other_leaf, [("leaf_changed", AT)]),
    "exchange bodies": (exchanged, [("swapped", AT), ("swapped", AT + 4)]),
    "drop an event": (lambda read: read[:AT] + read[AT + 1 :], [("missing", AT), ("case_gap", 45)]),
    "repeat an event": (lambda read: [*read[: AT + 1], *read[AT:]], [("duplicated", AT)]),
    "reorder lines": (
        swapped_lines,
        [("missing", 10), ("reordered", 10)],
    ),
    "cut the tail": (lambda read: read[:310], [("truncated", 310)]),
    "add an event": (
        lambda read: [*read, {**read[2], "seq": SIZE}],
        [("inserted", SIZE)],
    ),
    "empty it": (lambda read: [], [("truncated", 0)]),
    "a line that is none": (lambda read: [*read, {"seq": "x"}], [("database_damaged", None)]),
}


@pytest.mark.parametrize("attack", WHOLE)
def test_an_attack_on_a_whole_log_is_named(
    whole: tuple[Path, str], tmp_path: Path, attack: str
) -> None:
    change, expected = WHOLE[attack]

    assert found(changed(whole[0], tmp_path / "forged", change), whole[1]) == expected


PARTLY: dict[str, tuple[Callable[[Lines], Any], list[tuple[str, int | None]]]] = {
    "edit a header": (edited(AT, "header", "m-1", "m-9"), [("header_changed", AT)]),
    "change a leaf": (other_leaf, [("leaf_changed", AT)]),
    "exchange bodies": (exchanged, [("swapped", AT), ("swapped", AT + 4)]),
    "drop an event": (
        lambda read: [line for line in read if line["seq"] != AT],
        [("case_gap", AT + 4)],
    ),
    "drop a proof": (
        lambda read: [{**line, "proof": []} if line["seq"] == AT else line for line in read],
        [("forked", AT)],
    ),
    "cut the tail": (lambda read: read[:-1], [("truncated", None)]),
}


@pytest.mark.parametrize("attack", PARTLY)
def test_an_attack_on_some_cases_is_named(
    partly: tuple[Path, str], tmp_path: Path, attack: str
) -> None:
    change, expected = PARTLY[attack]

    assert found(changed(partly[0], tmp_path / "forged", change), partly[1]) == expected


def test_an_event_of_another_case_does_not_belong_to_some_cases(
    whole: tuple[Path, str], partly: tuple[Path, str], tmp_path: Path
) -> None:
    alien = {**lines(whole[0])[0], "proof": lines(partly[0])[0]["proof"]}
    forged = changed(partly[0], tmp_path / "forged", lambda read: [alien, *read])

    assert ("inserted", 0) in found(forged, partly[1])


def test_a_checkpoint_of_a_foreign_key_is_named(whole: tuple[Path, str], tmp_path: Path) -> None:
    forged = changed(whole[0], tmp_path / "forged", lambda read: None)
    origin = (forged / "checkpoint.txt").read_text().split("\n")[0]
    note = signed(Checkpoint(origin, SIZE, bytes(32)), SignerKey.generate(origin))
    (forged / "checkpoint.txt").write_text(note)

    assert found(forged, whole[1]) == [("checkpoint_invalid", None)]


def test_another_public_key_verifies_nothing(whole: tuple[Path, str]) -> None:
    assert found(whole[0], SignerKey.generate("other").verifier.encode()) == [
        ("checkpoint_invalid", None)
    ]


def test_a_checkpoint_of_another_fork_is_named(
    filled: Filled, whole: tuple[Path, str], tmp_path: Path
) -> None:
    forged = changed(whole[0], tmp_path / "forged", lambda read: None)
    origin = (forged / "checkpoint.txt").read_text().split("\n")[0]
    (forged / "checkpoint.txt").write_text(note_of(filled.log, Checkpoint(origin, SIZE, bytes(32))))

    assert found(forged, whole[1]) == [("forked", SIZE - 1)]


def test_an_older_checkpoint_does_not_cover_what_came_after(
    filled: Filled, whole: tuple[Path, str], tmp_path: Path
) -> None:
    forged = changed(whole[0], tmp_path / "forged", lambda read: None)
    (forged / "checkpoint.txt").write_text(filled.log.published()[0])

    assert found(forged, whole[1]) == [("inserted", FIRST)]


def test_what_events_say_is_added_in_clear_only_when_asked_for(
    filled: Filled, whole: tuple[Path, str], tmp_path: Path
) -> None:
    exported(filled.log, tmp_path / "plain", plain=True)
    plain = lines(tmp_path / "plain")

    assert plain[AT]["plain"] == {"text": f"this is event {AT}", "number": AT}
    assert b"this is event" not in (whole[0] / "entries.jsonl").read_bytes()


def test_bodies_may_stay_at_home(filled: Filled, tmp_path: Path) -> None:
    key = exported(filled.log, tmp_path / "headers", bodies=False)[1]

    assert all("body" not in line for line in lines(tmp_path / "headers"))
    assert found(tmp_path / "headers", key) == []


def test_a_folder_that_is_not_empty_is_left_alone(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match="not empty"):
        exported(filled.log, tmp_path)


def test_a_case_of_which_nothing_is_known_is_refused(filled: Filled, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing is recorded"):
        exported(filled.log, tmp_path / "bundle", cases=["T-9999"])


def test_what_is_no_bundle_or_no_key_is_refused(whole: tuple[Path, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"manifest\.json"):
        fsck(tmp_path, whole[1])
    with pytest.raises(ConfigurationError, match="public key"):
        fsck(whole[0], "nonsense")


def test_a_bundle_without_its_entries_is_no_bundle(whole: tuple[Path, str], tmp_path: Path) -> None:
    folder = changed(whole[0], tmp_path / "changed", lambda read: None)
    (folder / "entries.jsonl").unlink()

    with pytest.raises(ConfigurationError, match="give the folder of a bundle"):
        fsck(folder, whole[1])
