"""Reading YAML: what is wrong, in which line, and what to do."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from summarizer.errors import ConfigurationError, ErrorCode
from summarizer.yamlfile import content_hash, read_yaml


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 1


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = "none"
    parts: tuple[_Inner, ...] = ()


def _refusal(folder: Path, content: str | bytes) -> str:
    path = folder / "file.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as refused:
        read_yaml(path, _File)
    assert refused.value.code is ErrorCode.INVALID_CONFIGURATION
    return refused.value.detail.removeprefix(f"{path}:")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("name: a\nparts:\n  - size: 2\n  - {}\n")
    assert read_yaml(path, _File) == _File(name="a", parts=(_Inner(size=2), _Inner()))


def test_an_empty_file_has_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("# nothing\n")
    assert read_yaml(path, _File) == _File()


def test_an_unknown_key_is_named_with_its_line(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "name: a\nparts:\n  - size: 1\n    sise: 2\n") == (
        "4: parts.0.sise: unknown key; remove it or correct its spelling"
    )


def test_every_fault_is_named(tmp_path: Path) -> None:
    refusal = _refusal(tmp_path, "name: [a]\nparts:\n  - size: x\n")
    assert "1: name: Input should be a valid string" in refusal
    assert "3: parts.0.size: Input should be a valid integer" in refusal


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    refusal = _refusal(tmp_path, "name: a\nparts: []\nname: b\n")
    assert refusal == "3: not valid YAML: the key 'name' stands twice; keep one"


def test_a_nested_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    refusal = _refusal(tmp_path, "parts:\n  - size: 1\n    size: 2\n")
    assert refusal == "3: not valid YAML: the key 'size' stands twice; keep one"


def test_broken_syntax_names_the_line(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "name: a\nparts: [\n").startswith("3: not valid YAML: ")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("? [a]\n: b\n", id="a list as a key"),
        pytest.param("name: 2026-99-99\n", id="no date"),
        pytest.param("name: \x01\n", id="a control character"),
        pytest.param("name: !!python/name:os.system\n", id="a Python object"),
        pytest.param("a: 1\n---\nb: 2\n", id="two documents"),
    ],
)
def test_what_yaml_cannot_hold_is_a_configuration_error(tmp_path: Path, content: str) -> None:
    assert "not valid YAML" in _refusal(tmp_path, content)


def test_a_list_where_an_object_belongs_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "- a\n").startswith("1: (file): ")


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    assert "cannot be read (UnicodeDecodeError)" in _refusal(tmp_path, b"name: \xff\n")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be read \(FileNotFoundError\)"):
        read_yaml(tmp_path / "none.yaml", _File)


def test_the_hash_depends_on_names_and_content_not_on_folder_and_order(tmp_path: Path) -> None:
    hashes = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        files = [folder / "a.yaml", folder / "b.yaml"]
        for file in files:
            file.write_text(f"name: {file.stem}")
        hashes += [content_hash(files), content_hash(reversed(files))]
    assert len(set(hashes)) == 1
    assert hashes[0].startswith("sha256:")
    assert len(hashes[0]) == 71


def test_the_hash_changes_with_a_name_a_byte_or_a_moved_border(tmp_path: Path) -> None:
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content)
        return path

    first = content_hash([write("a.yaml", "x: 1"), write("b.yaml", "y: 2")])
    assert content_hash([write("a.yaml", "x: 2"), write("b.yaml", "y: 2")]) != first
    assert content_hash([write("a.yaml", "x: 1y"), write("b.yaml", ": 2")]) != first
    assert content_hash([write("a.yaml", "x: 1"), write("c.yaml", "y: 2")]) != first
