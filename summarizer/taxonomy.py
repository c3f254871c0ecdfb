"""The taxonomy: issue types, next actions and urgencies a summary may name."""

import string
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from summarizer.models import Urgency
from summarizer.yamlfile import content_hash, read_yaml

__all__ = [
    "MANUAL_REVIEW",
    "UNCLASSIFIED",
    "IssueType",
    "NextActionType",
    "Taxonomy",
    "UrgencyLevel",
    "lettered",
]

UNCLASSIFIED = "unclassified"
MANUAL_REVIEW = "manual_review"

_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
_Words = Annotated[str, Field(min_length=1, max_length=500)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IssueType(_Entry):
    """What a case is about, and the team that owns such cases."""

    code: _Code
    title: _Words
    description: _Words
    team: _Words
    examples: tuple[_Words, ...] = ()


class NextActionType(_Entry):
    """What can be done next."""

    code: _Code
    title: _Words
    description: _Words


class UrgencyLevel(_Entry):
    """How fast somebody must act."""

    code: Urgency
    description: _Words


class Taxonomy(_Entry):
    """The labels of a bank; the model's output schema is built from it."""

    name: _Words
    issue_types: tuple[IssueType, ...]
    next_actions: tuple[NextActionType, ...]
    urgency: tuple[UrgencyLevel, ...]
    version: str = Field(default="", exclude=True, description="`name@sha256:…`, set on reading")

    @model_validator(mode="after")
    def _check_codes(self) -> "Taxonomy":
        for field, codes, required in (
            ("issue_types", [entry.code for entry in self.issue_types], UNCLASSIFIED),
            ("next_actions", [entry.code for entry in self.next_actions], MANUAL_REVIEW),
        ):
            twice = [code for code, count in Counter(codes).items() if count > 1]
            if twice:
                msg = f"{field}: the code {twice[0]!r} stands twice; keep one"
                raise ValueError(msg)
            if required not in codes:
                msg = f"{field}: add an entry with the code {required!r}; every taxonomy has it"
                raise ValueError(msg)
        missing = {"low", "normal", "high", "critical"} - {level.code for level in self.urgency}
        if missing:
            msg = f"urgency: add a definition of {', '.join(sorted(missing))}"
            raise ValueError(msg)
        return self

    @classmethod
    def read(cls, path: Path) -> "Taxonomy":
        """Read a taxonomy file.

        Raises:
            ConfigurationError: naming file, line and fix.
        """
        taxonomy = read_yaml(path, cls)
        return taxonomy.model_copy(update={"version": f"{taxonomy.name}@{content_hash([path])}"})

    @cached_property
    def options(self) -> Mapping[str, Mapping[str, str]]:
        """Field of an answer -> letter -> code, for each list of labels.

        A model chooses a letter: small models favour codes by how they begin.
        """
        return {
            "issue_type": lettered([entry.code for entry in self.issue_types]),
            "next_action": lettered([entry.code for entry in self.next_actions]),
            "urgency": lettered([level.code for level in self.urgency]),
        }

    def issue_type(self, code: str) -> IssueType:
        """Return the issue type with this code; raises KeyError if there is none."""
        return {entry.code: entry for entry in self.issue_types}[code]


def lettered(codes: Sequence[str]) -> dict[str, str]:
    """Name codes by letters that are one token of every usual tokenizer, as long as there are."""
    letters = string.ascii_uppercase + string.ascii_lowercase
    names = (
        list(letters) if len(codes) <= len(letters) else map("".join, product(letters, repeat=2))
    )
    return dict(zip(names, codes, strict=False))
