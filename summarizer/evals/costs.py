"""Costs: what a bank says that errors cost it -> what a case's wrong labels cost."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from summarizer.models import Urgency

__all__ = ["Costs", "UrgencyCosts", "UrgencyRow"]

_Cost = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UrgencyRow(_Section):
    """What each given level costs where one level is right."""

    low: _Cost
    normal: _Cost
    high: _Cost
    critical: _Cost

    def of(self, given: str) -> float:
        """Return the cost of a given level."""
        costs = {
            "low": self.low, "normal": self.normal, "high": self.high, "critical": self.critical,
        }  # fmt: skip
        return costs[given]


class UrgencyCosts(_Section):
    """Right level -> given level -> cost. By default too slow costs more than too fast."""

    low: UrgencyRow = UrgencyRow(low=0, normal=1, high=2, critical=4)
    normal: UrgencyRow = UrgencyRow(low=2, normal=0, high=1, critical=3)
    high: UrgencyRow = UrgencyRow(low=10, normal=4, high=0, critical=1)
    critical: UrgencyRow = UrgencyRow(low=40, normal=20, high=8, critical=0)

    @model_validator(mode="after")
    def _check_right_is_cheapest(self) -> Self:
        for level, row in self.rows().items():
            for given in self.rows():
                if row.of(given) < row.of(level):
                    msg = (
                        f"{level}: {given} costs {row.of(given):g} and the right level "
                        f"{row.of(level):g}; being right must cost least"
                    )
                    raise ValueError(msg)
        return self

    def rows(self) -> dict[Urgency, UrgencyRow]:
        """Return the rows by the right level, in the order of levels."""
        return {
            "low": self.low, "normal": self.normal, "high": self.high, "critical": self.critical,
        }  # fmt: skip


class Costs(_Section):
    """What errors cost, in any one unit, such as minutes of work or money."""

    review: _Cost = 2.0
    """That a person reads the case and decides; so does a case without a summary."""
    misrouted: _Cost = 3.0
    """That a case is filed under a wrong issue type."""
    issue_types: dict[str, _Cost] = {}
    """Right issue type -> the same of its cases, where that differs from `misrouted`."""
    urgency: UrgencyCosts = UrgencyCosts()

    def of_urgency(self, expected: Urgency, given: str | None) -> float:
        """Return what it costs that a case of one level was given another, or none."""
        return self.review if given is None else self.urgency.rows()[expected].of(given)

    def of_issue_type(self, expected: str, given: str | None) -> float:
        """Return what it costs that a case of one issue type was filed under another, or none."""
        if given is None:
            return self.review
        return 0.0 if given == expected else self.issue_types.get(expected, self.misrouted)
