"""Form: a model's text -> a Draft, or what is wrong with its shape."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.models import Draft, Urgency

__all__ = ["read_draft"]

_FENCE = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)
_Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class _Fact(_Answer):
    text: _Line
    messages: Annotated[list[str], Field(min_length=1, max_length=50)]


class _Action(_Answer):
    code: str
    detail: _Line


class _Draft(_Answer):
    headline: Annotated[str, Field(min_length=1, max_length=240, pattern=r"\S")]
    narrative: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
    key_facts: Annotated[list[_Fact], Field(min_length=1, max_length=20)]
    issue_type: str
    urgency: Urgency
    next_action: _Action


def read_draft(text: str) -> tuple[Draft | None, tuple[str, ...]]:
    """Return the draft in a model's text, or the problems with its form.

    A Markdown fence around the JSON is forgiven, since models add one against instructions.
    """
    fenced = _FENCE.match(text)
    try:
        answer = _Draft.model_validate_json(fenced.group(1) if fenced else text)
    except ValidationError as error:
        return None, tuple(
            dict.fromkeys(_problem(fault["type"], fault["loc"]) for fault in error.errors())
        )
    return Draft.model_validate(answer.model_dump()), ()


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
    "literal_error": "is not one of the listed codes",
}
