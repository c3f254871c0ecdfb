"""Cases: the folder of an evaluation set -> its cases, each with what is expected of it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import ConfigurationError
from summarizer.evals.sets import EvalSet, read_set
from summarizer.models import Requester, Ticket, Urgency

__all__ = ["EvalCase", "Expected", "LabelledSet", "PiiSpan", "raw_values", "read_cases", "selected"]

_CASES = "cases.jsonl"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PiiSpan(_Record):
    """A personal value: code points of the raw value at `where`, end exclusive."""

    where: str
    """Path in the ticket: `messages[0].body`, `subject`, `requester.name`, `fields.product`."""
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    entity: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Expected(_Record):
    """What is right for a case; scorers that need a part that is None skip the case."""

    issue_type: str | None = None
    urgency: Urgency | None = None
    next_action: str | None = None
    facts: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    """What a good summary must carry, without personal values."""
    pii: tuple[PiiSpan, ...] | None = None
    """Every personal value; None if they were not marked."""


class EvalCase(_Record):
    """A ticket and what is expected of its summary."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    at: date | None = None
    """The day the case is summarised, for splits by time."""
    split: str | None = None
    tags: tuple[str, ...] = ()
    pair: str | None = None
    """The case that differs from this one in a single fact."""
    ticket: Ticket = Field(repr=False)
    expected: Expected = Expected()


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set as it was read."""

    about: EvalSet
    cases: tuple[EvalCase, ...]
    version: str
    """`name@sha256:…` over `set.yaml` and `cases.jsonl`."""


def read_cases(folder: Path) -> LabelledSet:
    """Read `set.yaml` and `cases.jsonl` of a set.

    Raises:
        ConfigurationError: naming file, line, field and fix.
    """
    about = read_set(folder)
    if about is None:
        msg = f"{folder}: no set.yaml here; a set is a folder with set.yaml and {_CASES}"
        raise ConfigurationError(msg)
    path = folder / _CASES
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({type(error).__name__})"
        raise ConfigurationError(msg) from None
    cases: dict[str, EvalCase] = {}
    digests: dict[str, Any] = defaultdict(hashlib.sha256)
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        case = _parsed(line, f"{path}:{number}")
        if case.id in cases:
            msg = f"{path}:{number}: id: {case.id!r} stands twice; ids are unique in a set"
            raise ConfigurationError(msg)
        cases[case.id] = case
        digests[case.split or ""].update(line + b"\n")
    if not cases:
        msg = f"{path}: holds no case"
        raise ConfigurationError(msg)
    for split, wanted in about.hashes.items():
        if (found := f"sha256:{digests[split].hexdigest()}") != wanted:
            msg = (
                f"{folder / 'set.yaml'}: hashes.{split}: the split was changed, its hash is "
                f"{found}; restore it, or give the set a new version with this hash"
            )
            raise ConfigurationError(msg)
    digest = hashlib.sha256((folder / "set.yaml").read_bytes() + b"\n" + data).hexdigest()
    return LabelledSet(about, tuple(cases.values()), f"{about.name}@sha256:{digest}")


def raw_values(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Yield path and text of everything in a ticket that can hold a personal value."""
    yield "subject", ticket.subject
    requester = ticket.requester or Requester()
    yield "requester.name", requester.name or ""
    yield "requester.email", requester.email or ""
    yield "requester.phone", requester.phone or ""
    for at, identifier in enumerate(requester.identifiers):
        yield f"requester.identifiers[{at}]", identifier
    for at, message in enumerate(ticket.messages):
        yield f"messages[{at}].author_name", message.author_name or ""
        yield f"messages[{at}].body", message.body
        for number, attachment in enumerate(message.attachments):
            yield f"messages[{at}].attachments[{number}].name", attachment.name
    for key, field in ticket.fields.items():
        yield f"fields.{key}", field if isinstance(field, str) else ""
    for at, tag in enumerate(ticket.tags):
        yield f"tags[{at}]", tag


def selected(
    cases: Sequence[EvalCase],
    *,
    split: str | None = None,
    tag: str | None = None,
    limit: int | None = None,
) -> tuple[EvalCase, ...]:
    """Return the cases of a split that carry a tag, the first `limit` of them.

    A split is a name that cases carry, or `before:DATE` or `from:DATE`: cases by their day.

    Raises:
        ConfigurationError: if no case is left; names the splits or tags that exist.
    """
    holds = _rule(split)
    kept = tuple(case for case in cases if holds(case))
    if not kept:
        names = ", ".join(sorted({case.split for case in cases if case.split})) or "none"
        msg = f"--split {split}: no case belongs to it; splits of this set: {names}"
        raise ConfigurationError(msg)
    tagged = tuple(case for case in kept if tag is None or tag in case.tags)
    if not tagged:
        names = ", ".join(sorted({each for case in kept for each in case.tags})) or "none"
        msg = f"--tag {tag}: no case carries it; tags of these cases: {names}"
        raise ConfigurationError(msg)
    return tagged if limit is None else tagged[:limit]


def _rule(split: str | None) -> Callable[[EvalCase], bool]:
    if split is None:
        return lambda _: True
    order, colon, day = split.partition(":")
    if not colon:
        return lambda case: case.split == split
    try:
        bound = date.fromisoformat(day)
    except ValueError:
        bound = None
    if order not in {"before", "from"} or bound is None:
        msg = f"--split {split}: write the name of a split, before:YYYY-MM-DD or from:YYYY-MM-DD"
        raise ConfigurationError(msg)
    if order == "before":
        return lambda case: case.at is not None and case.at < bound
    return lambda case: case.at is not None and case.at >= bound


def _parsed(line: bytes, place: str) -> EvalCase:
    try:
        case = EvalCase.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "(line)"
        msg = f"{place}: {where}: {fault['msg']}"
        raise ConfigurationError(msg) from None
    values = dict(raw_values(case.ticket))
    ends: dict[str, int] = {}
    spans = sorted(enumerate(case.expected.pii or ()), key=lambda each: each[1].start)
    for number, span in spans:
        fault_of = _span_fault(span, values, ends)
        if fault_of:
            msg = f"{place}: expected.pii.{number}: {fault_of}"
            raise ConfigurationError(msg)
        ends[span.where] = span.end
    return case


def _span_fault(span: PiiSpan, values: dict[str, str], ends: dict[str, int]) -> str | None:
    if span.where not in values:
        return "where: the ticket has no text there"
    if not span.start < span.end <= len(values[span.where]):
        return "lies outside the text"
    if span.start < ends.get(span.where, 0):
        return "overlaps the one before; join or shorten one"
    return None
