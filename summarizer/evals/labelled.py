"""Labelled: files of texts with their personal values marked -> conversations of them.

Two formats are read: JSON Lines of `{"id", "case"?, "author"?, "text", "spans":
[{"start", "end", "entity"}], "tags"?}`, and the JSON array of Presidio's evaluator.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import ConfigurationError
from summarizer.models import Author

__all__ = ["Label", "LabelledText", "conversations", "read_labelled"]


class Label(BaseModel):
    """A marked value: code points of the text, end exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    entity: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class LabelledText(BaseModel):
    """One labelled text; texts of one `case` are the messages of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    case: str | None = None
    author: Author = "customer"
    text: str = Field(repr=False)
    spans: tuple[Label, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    number: int

    def fault(self, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}:{self.number}: {message}")


def read_labelled(path: Path) -> list[LabelledText]:
    """Read a file, or all `*.jsonl` files of a folder in the order of their names.

    Raises:
        ConfigurationError: naming file, line, field and fix.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        msg = f"{path}: no *.jsonl file in this folder"
        raise ConfigurationError(msg)
    texts = [text for file in files for text in _read(file)]
    seen: set[str] = set()
    for text in texts:
        if text.id in seen:
            msg = f"{path}: the id {text.id!r} stands twice; ids are unique in a set"
            raise ConfigurationError(msg)
        seen.add(text.id)
    return texts


def conversations(texts: Sequence[LabelledText]) -> Iterator[list[LabelledText]]:
    """Group consecutive texts of one case; a text without a case stands alone."""
    for _, group in groupby(texts, key=lambda text: text.case or f"\x00{text.id}"):
        yield list(group)


def _read(path: Path) -> list[LabelledText]:
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({type(error).__name__})"
        raise ConfigurationError(msg) from None
    if data.lstrip().startswith(b"["):
        return _presidio_format(path, data)
    return [
        _checked(_parsed(line, place), place)
        for number, line in enumerate(data.splitlines(), start=1)
        if line.strip()
        for place in [_Place(path, number)]
    ]


def _parsed(line: bytes, place: _Place) -> LabelledText:
    try:
        return LabelledText.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "(line)"
        message = f"{where}: {fault['msg']}"
        raise place.fault(message) from None


def _checked(text: LabelledText, place: _Place) -> LabelledText:
    end = 0
    for index, span in enumerate(sorted(text.spans, key=lambda span: span.start)):
        if not span.start < span.end <= len(text.text):
            message = f"spans.{index}: lies outside the text"
            raise place.fault(message)
        if span.start < end:
            message = f"spans.{index}: overlaps the one before; join or shorten one"
            raise place.fault(message)
        end = span.end
    return text


def _presidio_format(path: Path, data: bytes) -> list[LabelledText]:
    place = _Place(path, 1)
    try:
        entries: list[dict[str, Any]] = orjson.loads(data)
        return [_from_presidio(entry, number) for number, entry in enumerate(entries, start=1)]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError) as error:
        message = f"not a data set of Presidio's evaluator ({type(error).__name__})"
        raise place.fault(message) from None


def _from_presidio(entry: dict[str, Any], number: int) -> LabelledText:
    spans = [
        Label(start=span["start_position"], end=span["end_position"], entity=span["entity_type"])
        for span in entry["spans"]
    ]
    template = entry.get("template_id")
    return LabelledText(
        id=str(number),
        text=entry["full_text"],
        spans=tuple(spans),
        tags=() if template is None else (f"template:{template}",),
    )
