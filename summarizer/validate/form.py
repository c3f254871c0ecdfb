"""Form: a model's text -> a Draft, or what is wrong with its shape."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from summarizer.models import Draft, Urgency
from summarizer.taxonomy import Taxonomy

__all__ = ["read_draft"]

T = TypeVar("T")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_FENCE = "```"
_Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


def _named(field: str, value: object, info: ValidationInfo) -> object:
    """Return the code of a letter; what is no letter stays as it is."""
    options: Mapping[str, Mapping[str, str]] = info.context or {}
    return options[field].get(value, value) if isinstance(value, str) else value


class _Fact(_Answer):
    text: _Line
    messages: Annotated[list[str], Field(min_length=1, max_length=50)]


class _Action(_Answer):
    code: str
    detail: _Line

    @field_validator("code", mode="before")
    @classmethod
    def _name_label(cls, value: object, info: ValidationInfo) -> object:
        return _named("next_action", value, info)


class _Draft(_Answer):
    headline: Annotated[str, Field(min_length=1, max_length=240, pattern=r"\S")]
    narrative: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
    key_facts: Annotated[list[_Fact], Field(min_length=1, max_length=20)]
    issue_type: str
    urgency: Urgency
    next_action: _Action

    @field_validator("issue_type", "urgency", mode="before")
    @classmethod
    def _name_label(cls, value: object, info: ValidationInfo) -> object:
        return _named(str(info.field_name), value, info)


def read_draft(text: str, taxonomy: Taxonomy) -> tuple[Draft | None, tuple[str, ...]]:
    """Return the draft in a model's text, or the problems with its form.

    A Markdown fence around the JSON is forgiven, since models add one against instructions.
    Labels are letters of the taxonomy's options; a code itself is understood, too.
    """
    try:
        answer = _Draft.model_validate_json(_without_fence(text), context=taxonomy.options)
    except ValidationError as error:
        return None, tuple(
            dict.fromkeys(_problem(fault["type"], fault["loc"]) for fault in error.errors())
        )
    said_once = answer.model_copy(
        update={
            "narrative": " ".join(_distinct(_SENTENCE_END.split(answer.narrative), str)),
            "key_facts": _distinct(answer.key_facts, lambda fact: fact.text),
        }
    )
    return Draft.model_validate(said_once.model_dump()), ()


def _distinct(items: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """Keep the first of those that say the same: a small model can repeat itself in a loop."""
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(text_of(item).casefold(), item)
    return list(kept.values())


def _without_fence(text: str) -> str:
    bare = text.strip()
    inner = bare.removeprefix(_FENCE).removesuffix(_FENCE)
    if len(bare) - len(inner) < 2 * len(_FENCE):
        return bare
    return inner.removeprefix("json").strip()


_KNOWN = frozenset({*_Draft.model_fields, *_Fact.model_fields, *_Action.model_fields})


def _problem(kind: str, loc: tuple[int | str, ...]) -> str:
    """Describe a fault by field name and kind alone; the answer's own words stay out."""
    if kind == "json_invalid":
        return "the answer is not one complete JSON object; answer with the JSON object only"
    path = ".".join(
        str(part) if isinstance(part, int) or part in _KNOWN else "(unknown field)" for part in loc
    )
    return f"{path or 'the answer'}: {_MEANING.get(kind, 'has the wrong type or value')}"


_MEANING: dict[str, Any] = {
    "missing": "is missing",
    "extra_forbidden": "must not be there",
    "string_too_long": "is too long",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is empty",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "literal_error": "is not one of the listed letters",
}
