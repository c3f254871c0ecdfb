import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarizer.audit.origin import (
    CaseTagger,
    OriginFolder,
    create_private,
    new_origin,
    other_logs,
)
from summarizer.errors import AuditUnavailable

KEY = bytes(range(32))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(data_dir: Path) -> OriginFolder:
    folder = OriginFolder(data_dir, new_origin())
    folder.make()
    return folder


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


def test_the_secrets_of_a_log_are_kept_private_and_differ(tmp_path: Path) -> None:
    folder = made(tmp_path / "deep" / "data")
    tag, seed = folder.tagger().tag("T-1001"), folder.sign_key()
    folder.make()

    assert folder.tagger().tag("T-1001") == tag
    assert folder.sign_key() == seed != (folder.path / "tag.key").read_bytes()
    assert {path.name for path in folder.path.iterdir()} == {"tag.key", "sign.key"}
    assert {mode(path) for path in folder.path.iterdir()} == {0o600}
    assert {mode(path) for path in (tmp_path / "deep").rglob("*") if path.is_dir()} == {0o700}


def test_a_log_whose_secrets_are_gone_gets_no_new_ones(tmp_path: Path) -> None:
    folder = OriginFolder(tmp_path, new_origin())

    with pytest.raises(AuditUnavailable, match=r"tag\.key: is missing"):
        folder.tagger()
    with pytest.raises(AuditUnavailable, match=r"sign\.key: is missing"):
        folder.sign_key()
    assert not folder.path.exists()


def test_another_log_in_the_place_of_a_database_is_noticed(tmp_path: Path) -> None:
    old, elsewhere = made(tmp_path), made(tmp_path)
    old.keep_database(tmp_path / "audit.db")
    elsewhere.keep_database(tmp_path / "sub" / "audit.db")

    assert other_logs(tmp_path, tmp_path / "audit.db", None) == [old.path.name]
    assert other_logs(tmp_path, tmp_path / "audit.db", old.path.name) == []
    assert other_logs(tmp_path, tmp_path.parent / "audit.db", None) == []
    assert mode(old.path / "database.json") == 0o600


def test_a_link_in_the_place_of_the_database_keeps_its_name(tmp_path: Path) -> None:
    folder = made(tmp_path)
    folder.keep_database(tmp_path / "audit.db")
    (tmp_path / "audit.db").symlink_to(tmp_path / "forged.db")

    assert other_logs(tmp_path, tmp_path / "audit.db", None) == [folder.path.name]


def test_origins_have_different_keys(tmp_path: Path) -> None:
    one, other = made(tmp_path), made(tmp_path)

    assert one.tagger().tag("T-1001") != other.tagger().tag("T-1001")


def test_all_who_make_the_secrets_at_once_get_the_same(tmp_path: Path) -> None:
    origin = new_origin()

    def tag(_: int) -> str:
        folder = OriginFolder(tmp_path, origin)
        folder.make()
        return folder.tagger().tag("x")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(tag, range(64)))) == 1


def test_a_key_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tag.key"
    create_private(path, b"first")
    create_private(path, b"second")

    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder.path / "tag.key").write_bytes(b"short")
    folder.make()

    with pytest.raises(AuditUnavailable, match=r"tag\.key.*restore"):
        folder.tagger()


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
        OriginFolder(tmp_path / "data", new_origin()).make()
