import os
from pathlib import Path

import pytest

from summarizer.llm.embedded.model_file import ModelSpec
from summarizer.llm.embedded.prefix import PrefixCache, prefix_key


@pytest.fixture
def cache(tmp_path: Path) -> PrefixCache:
    return PrefixCache(tmp_path / "states")


def save(cache: PrefixCache, key: str, at: float) -> Path:
    incoming = cache.incoming(key, owner=1)
    incoming.write_text(f"state of {key}")
    os.utime(incoming, (at, at))
    return cache.keep(incoming, key)


def test_a_saved_state_is_found_by_its_key(cache: PrefixCache) -> None:
    path = save(cache, "aa", 1.0)

    assert cache.find("aa") == path
    assert cache.find("bb") is None


def test_nothing_is_found_in_a_folder_that_is_not_there(cache: PrefixCache) -> None:
    assert cache.find("aa") is None


@pytest.mark.parametrize("damage", ["", "state of ab"])
def test_a_damaged_state_is_deleted_instead_of_found(cache: PrefixCache, damage: str) -> None:
    path = save(cache, "aa", 1.0)
    path.write_text(damage)

    assert cache.find("aa") is None
    assert not path.exists()


def test_the_four_last_used_are_kept(cache: PrefixCache) -> None:
    for at, key in enumerate(["aa", "bb", "cc", "dd"]):
        save(cache, key, float(at))
    assert cache.find("aa")
    save(cache, "ee", 10.0)

    assert [key for key in ["aa", "bb", "cc", "dd", "ee"] if cache.find(key)] == [
        "aa",
        "cc",
        "dd",
        "ee",
    ]


def test_what_a_dead_process_left_half_written_is_removed(cache: PrefixCache) -> None:
    left = cache.incoming("aa", owner=2)
    left.write_text("half")
    os.utime(left, (1.0, 1.0))
    writing = cache.incoming("bb", owner=3)
    writing.write_text("half")
    save(cache, "cc", 2.0)

    assert not left.exists()
    assert writing.exists()


def test_the_key_changes_with_everything_the_state_depends_on(spec: ModelSpec) -> None:
    first = [{"role": "system", "content": "a"}]
    other = [{"role": "system", "content": "b"}]
    keys = {
        prefix_key(spec, 8192, first, "v1"),
        prefix_key(spec, 4096, first, "v1"),
        prefix_key(spec, 8192, other, "v1"),
        prefix_key(spec, 8192, first, "v2"),
    }

    assert len(keys) == 4
    assert prefix_key(spec, 8192, list(first), "v1") in keys
