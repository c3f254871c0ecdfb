"""Reads a YAML file into a frozen model; an error names the file, the line and the fix."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from summarizer.errors import ConfigurationError

__all__ = ["content_hash", "line_of", "read_yaml"]

Model = TypeVar("Model", bound=BaseModel)


class _UniqueKeyLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice, where YAML would silently take the last one.

    In C: a policy is read at every start, and its rules are long.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature is PyYAML's
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                break  # PyYAML refuses it below, with its line.
            if key in seen:
                problem = f"the key {key!r} stands twice; keep one"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read and validate one YAML file.

    Raises:
        ConfigurationError: naming file, line, field and fix.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read ({type(error).__name__}); it must be a UTF-8 YAML file"
        raise ConfigurationError(msg) from error
    node, data = _load(path, text)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{path}:{_line(node, fault['loc'])}: {_dotted(fault['loc'])}: {_meaning(fault)}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigurationError("\n".join(faults)) from error


def _load(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    try:
        loader = _UniqueKeyLoader(text)
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"{path}:{line}: not valid YAML: {error.problem}"
        raise ConfigurationError(msg) from error
    except (yaml.YAMLError, ValueError) as error:
        # A control character, or a value in the form of a date that is none.
        msg = f"{path}: not valid YAML: {error}"
        raise ConfigurationError(msg) from error


def line_of(path: Path, loc: tuple[int | str, ...]) -> int:
    """Return the line of a valid file on which the deepest known part of `loc` stands."""
    return _line(yaml.compose(path.read_text(encoding="utf-8"), yaml.CSafeLoader), loc)


def content_hash(paths: Iterable[Path]) -> str:
    """Hash files by name and content, independent of where their folder lies.

    Returns:
        `sha256:` and 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return f"sha256:{digest.hexdigest()}"


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """Find the line of the deepest part of `loc` that stands in the file."""
    line = 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _meaning(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "unknown key; remove it or correct its spelling"
    if fault["type"] == "missing":
        return "is missing; add it"
    return str(fault["msg"])


def _dotted(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "(file)"
