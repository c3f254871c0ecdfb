import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarizer.audit.origin import (
    CaseTagger,
    Head,
    OriginFolder,
    _create,
    new_origin,
    other_logs,
    private_folder,
)
from summarizer.errors import AuditUnavailable

KEY = bytes(range(32))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_tag_is_a_keyed_hash_of_purpose_and_case() -> None:
    expected = hmac.new(KEY, b"summarizer/keyed-hash/v1\ncase\nT-1001", hashlib.sha256).hexdigest()

    assert CaseTagger(KEY).tag("T-1001") == expected[:32]
    assert CaseTagger(KEY).keyed_hash("case", b"T-1001") == expected


def test_tags_differ_by_purpose_key_and_case() -> None:
    tagger, other = CaseTagger(KEY), CaseTagger(bytes(32))
    tags = [
        tagger.keyed_hash("case", b"T-1001"),
        tagger.keyed_hash("actor", b"T-1001"),
        tagger.keyed_hash("content", b"T-1001"),
        tagger.keyed_hash("case", b"T-1002"),
        other.keyed_hash("case", b"T-1001"),
    ]

    assert len(set(tags)) == len(tags)


def test_a_case_id_that_is_not_valid_unicode_has_a_tag() -> None:
    assert CaseTagger(KEY).tag("T-\ud800") != CaseTagger(KEY).tag("T-\ud801")


def test_key_is_kept_and_private(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path / "deep" / "data", new_origin())
    tag = folder.tagger().tag("T-1001")

    assert folder.tagger().tag("T-1001") == tag
    assert mode(folder.path / "tag.key") == 0o600
    assert {mode(path) for path in (tmp_path / "deep").rglob("*") if path.is_dir()} == {0o700}
    assert mode(tmp_path / "deep") == 0o700
    assert [path.name for path in folder.path.iterdir()] == ["tag.key"]


def test_the_chain_key_is_another_key_and_is_made_only_for_a_new_log(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    with pytest.raises(AuditUnavailable, match=r"chain\.key: is missing"):
        folder.chain_key()
    key = folder.chain_key(new=True)
    folder.tagger()

    assert folder.chain_key() == folder.chain_key(new=True) == key
    assert (folder.path / "tag.key").read_bytes() != key
    assert mode(folder.path / "chain.key") == 0o600


def test_a_log_with_records_is_another_log_of_the_file_it_was_in(tmp_path: Path) -> None:
    empty, old, elsewhere = (OriginFolder(tmp_path, new_origin()) for _ in range(3))
    for folder in (empty, old):
        folder.keep_database(tmp_path / "audit.db")
    elsewhere.keep_database(tmp_path / "sub" / "audit.db")
    for folder in (old, elsewhere):
        folder.write_head(Head(1, "aa" * 32))

    assert other_logs(tmp_path, tmp_path / "audit.db", empty.path.name) == [old.path.name]
    assert other_logs(tmp_path, tmp_path / "audit.db", old.path.name) == []
    assert other_logs(tmp_path, tmp_path.parent / "audit.db", None) == []
    assert mode(old.path / "database.json") == 0o600


def test_a_link_in_the_place_of_the_database_keeps_its_name(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    folder.keep_database(tmp_path / "audit.db")
    folder.write_head(Head(1, "aa" * 32))
    (tmp_path / "audit.db").symlink_to(tmp_path / "forged.db")

    assert other_logs(tmp_path, tmp_path / "audit.db", None) == [folder.path.name]


def test_origins_have_different_keys(tmp_path: Path) -> None:
    one, other = (OriginFolder(tmp_path, new_origin()).tagger() for _ in range(2))

    assert one.tag("T-1001") != other.tag("T-1001")


def test_all_who_create_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    origin = new_origin()
    with ThreadPoolExecutor(8) as pool:
        tags = set(pool.map(lambda _: OriginFolder(tmp_path, origin).tagger().tag("x"), range(64)))

    assert len(tags) == 1


def test_a_key_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tag.key"
    _create(path, b"first")
    _create(path, b"second")

    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    folder.tagger()
    (folder.path / "tag.key").write_bytes(b"short")

    with pytest.raises(AuditUnavailable, match=r"tag\.key.*restore"):
        folder.tagger()
    assert (folder.path / "tag.key").read_bytes() == b"short"


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CaseTagger(b"short")


@pytest.mark.parametrize("origin", ["", "../../etc", "x" * 32, "A" * 32, "a" * 32 + "\n"])
def test_an_origin_that_is_none_names_no_folder(tmp_path: Path, origin: str) -> None:
    with pytest.raises(AuditUnavailable, match="origin id"):
        OriginFolder(tmp_path, origin)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(AuditUnavailable, match=r"data.*owner and mode"):
        OriginFolder(tmp_path / "data", new_origin()).tagger()


def test_head_is_the_last_one_written(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    assert folder.read_head() is None
    folder.write_head(Head(1, "aa" * 32))
    folder.write_head(Head(2, "bb" * 32))

    assert folder.read_head() == Head(2, "bb" * 32)
    assert mode(folder.path / "head.json") == 0o600
    assert [path.name for path in folder.path.iterdir()] == ["head.json"]


@pytest.mark.parametrize("blank", [b"", bytes(80)])
def test_a_head_left_blank_by_a_power_failure_counts_as_none(tmp_path: Path, blank: bytes) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    private_folder(folder.path)
    (folder.path / "head.json").write_bytes(blank)

    assert folder.read_head() is None


@pytest.mark.parametrize(
    "damaged",
    [
        b"{",
        b"[]",
        b'{"seq":1,"hash":"aa"}',
        b'{"seq":9223372036854775808,"hash":"%s"}' % (b"a" * 64),
    ],
)
def test_a_damaged_head_is_refused(tmp_path: Path, damaged: bytes) -> None:
    folder = OriginFolder(tmp_path, new_origin())
    private_folder(folder.path)
    (folder.path / "head.json").write_bytes(damaged)

    with pytest.raises(ValueError, match=r".+"):
        folder.read_head()
