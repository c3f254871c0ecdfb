"""Models: `models.yaml` of a policy -> which models are asked, in what order, for how much."""

from fnmatch import fnmatchcase
from typing import Annotated, Final

from pydantic import Field, field_validator, model_validator

from summarizer.errors import ErrorCode
from summarizer.policy.sections import Section

__all__ = [
    "LOCAL_MODELS",
    "STOOD_IN_FOR",
    "AllowedModel",
    "Breaker",
    "ModelRules",
    "PerMinute",
    "Price",
]

LOCAL_MODELS: Final = ("embedded", "scripted", "extractive")
"""Models of ours: they send nothing off the machine and cost nothing."""
STOOD_IN_FOR: Final = frozenset({
    ErrorCode.PROVIDER_UNAVAILABLE,
    ErrorCode.PROVIDER_TIMEOUT,
    ErrorCode.INVALID_MODEL_OUTPUT,
    ErrorCode.BUDGET_EXCEEDED,
})
"""Failures of models, for which a summary without a model can stand in. Whatever says that a case
may not go on (egress, audit, redaction) is none of them."""
_UNFAILING: Final = ("scripted", "extractive")

_ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$")]
_Usd = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Price(Section):
    """What a provider charges, in US dollars for a million tokens."""

    prompt: _Usd
    completion: _Usd

    def cost_usd(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


class PerMinute(Section):
    """How much may be asked of a model in any sixty seconds, by one process."""

    requests: Annotated[int, Field(ge=1)] | None = None
    tokens: Annotated[int, Field(ge=1)] | None = None
    """Of prompts and answers; a prompt's are estimated until the provider has counted them."""


class Breaker(Section):
    """When a provider that keeps failing is left alone for a while."""

    faults: Annotated[int, Field(ge=1, le=1_000)] = 5
    """So many in a row, and it is not asked any more."""
    pause_seconds: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    """Then one request finds out whether it works again."""


class AllowedModel(Section):
    """A model that may be asked, or a pattern of such models, and what holds for it."""

    model: _ModelName
    """Its model string; `*` stands for any run of characters."""
    region: str | None = None
    """Where it is processed, in the bank's words; for people."""
    data_class: str | None = None
    """The highest class of data it is approved for, in the bank's words; for people."""
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """For one attempt."""
    per_minute: PerMinute = PerMinute()
    price: Price | None = None
    """None: litellm's own list says it, as of its release."""
    prompt_tokens: Annotated[int, Field(ge=500)] = 24_000
    """The longest first prompt it is given, by `tokencount`; a longer case is shown as a digest."""


class ModelRules(Section):
    """Which models may be asked, in which order, how patiently and for how much."""

    allow: tuple[AllowedModel, ...] = tuple(AllowedModel(model=name) for name in LOCAL_MODELS)
    """The first entry that fits a model holds for it."""
    fallback: tuple[_ModelName, ...] = ()
    """Asked in this order if the configured model gives no answer; each must be allowed."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    """Per prompt and model, while the provider fails in a way that another attempt can mend."""
    repairs: Annotated[int, Field(ge=0, le=2)] = 2
    """Prompts that tell the model what was wrong with its answer."""
    weigh: tuple[str, ...] = ("embedded",)
    """Models that are asked once more, after their answer, for the probability of each label;
    `*` as in `allow`. They must give log-probabilities; others make a call in vain."""
    breaker: Breaker = Breaker()
    monthly_budget_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """For all models together in a calendar month (UTC); None: no limit."""
    stand_in: bool = True
    """Whether an extractive summary stands in when no model gave a valid answer."""

    @field_validator("fallback")
    @classmethod
    def _check_names(cls, fallback: tuple[str, ...]) -> tuple[str, ...]:
        for name in fallback:
            if "*" in name:
                msg = f"{name} is a pattern; name the model that is asked"
                raise ValueError(msg)
            if name in _UNFAILING:
                msg = f"{name} asks no model and cannot be asked instead of one; see stand_in"
                raise ValueError(msg)
            if fallback.count(name) > 1:
                msg = f"{name} stands twice; keep one"
                raise ValueError(msg)
        return fallback

    @model_validator(mode="after")
    def _check_prices(self) -> "ModelRules":
        unpriced = [
            entry.model
            for entry in self.allow
            if entry.price is None and entry.model not in LOCAL_MODELS
        ]
        if self.monthly_budget_usd is not None and unpriced:
            msg = f"monthly_budget_usd needs a price for {', '.join(unpriced)}; add `price`"
            raise ValueError(msg)
        return self

    def find(self, model: str) -> AllowedModel | None:
        """Return what holds for a model string; None if it may not be asked."""
        return next((entry for entry in self.allow if fnmatchcase(model, entry.model)), None)

    def order(self, model: str) -> tuple[str, ...]:
        """Return the models that are asked in turn when this one is configured."""
        if model in _UNFAILING:
            return (model,)
        return (model, *(name for name in self.fallback if name != model))
