"""Budgets: how long a prompt a policy lets each model have, and when shortening needs a person."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["LongCases", "PromptTokens", "budget_of"]

_DEFAULT = "default"


def _with_default(tokens: dict[str, int]) -> dict[str, int]:
    if _DEFAULT not in tokens:
        msg = "prompt_tokens.default is missing; it holds for every model not named"
        raise ValueError(msg)
    return tokens


PromptTokens = Annotated[dict[str, Annotated[int, Field(ge=500)]], AfterValidator(_with_default)]
"""Model string -> how many tokens a first prompt may have, by `tokencount`; `*` stands for any run
of characters, an exact name goes before it. `default` holds for all others."""


def budget_of(tokens: Mapping[str, int], model: str) -> int:
    """Return how many tokens a first prompt to this model may have."""
    names = (model, *(name for name in tokens if fnmatchcase(model, name)), _DEFAULT)
    return next(tokens[name] for name in names if name in tokens)


class LongCases(BaseModel):
    """When a person must look because a model was not shown all of a case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review_above_shortened_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Above this share of messages that were shortened or folded."""

    def asks_for_review(self, *, whole: int, messages: int) -> bool:
        """Say whether too many of the messages were not shown whole."""
        return messages - whole > self.review_above_shortened_share * messages
