"""Agreement: the labels of two people -> how far they can be trusted.

Landis and Koch's words for kappa (Biometrics 33, 1977) are customs, not tests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import ConfigurationError
from summarizer.evals.metrics import Confusion, Estimate, estimate
from summarizer.evals.scorers.tables import kappa, quadratic_kappa
from summarizer.evals.scorers.urgency import LEVELS
from summarizer.models import Urgency

__all__ = ["Agreement", "CaseLabels", "LabelFile", "agreement"]

_WORDS: Final = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"),
                 (0.8, "substantial"), (1.0, "almost perfect"))  # fmt: skip


class CaseLabels(BaseModel):
    """What one person says of one case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    by: str = Field(min_length=1)
    at: AwareDatetime
    issue_type: str
    urgency: Urgency
    next_action: str
    note: str = ""


class LabelFile:
    """A person's labels of a set, appended one by one."""

    def __init__(self, path: Path, by: str | None = None) -> None:
        """Read the file, if there is one.

        Raises:
            ConfigurationError: naming the line that is no label, or another person's.
        """
        self.path = path
        self.labels: dict[str, CaseLabels] = {}
        lines = path.read_bytes().splitlines() if path.is_file() else []
        for number, line in enumerate(lines, 1):
            try:
                label = CaseLabels.model_validate_json(line)
            except ValidationError as error:
                fault = error.errors(include_input=False, include_url=False)[0]
                where = ".".join(str(part) for part in fault["loc"]) or "(line)"
                msg = f"{path}:{number}: {where}: {fault['msg']}"
                raise ConfigurationError(msg) from None
            if by is not None and label.by != by:
                msg = f"{path}:{number}: by: labelled by {label.by!r}; give each person a file"
                raise ConfigurationError(msg)
            self.labels[label.id] = label

    def add(self, label: CaseLabels) -> None:
        """Append a label; a later one of the same case counts instead of an earlier one."""
        self.labels[label.id] = label
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(
                orjson.dumps(label.model_dump(mode="json"), option=orjson.OPT_APPEND_NEWLINE)
            )


class Agreement(NamedTuple):
    """How far two people agree on one label."""

    label: str
    same: float
    """Share of cases on which they agree."""
    kappa: Estimate
    """Cohen's kappa; with quadratic weights for urgency."""
    words: str
    differing: tuple[tuple[str, str, str], ...]
    """Case, the first person's label, the second's."""


def agreement(first: Mapping[str, CaseLabels], second: Mapping[str, CaseLabels]) -> list[Agreement]:
    """Compare the cases both labelled.

    Raises:
        ConfigurationError: if they have fewer than two cases in common.
    """
    common = [case for case in first if case in second]
    if len(common) < 2:  # noqa: PLR2004 - agreement of one case says nothing
        msg = "the two files have fewer than two cases in common; label the same cases"
        raise ConfigurationError(msg)
    return [
        _agreement(name, [(c, str(getattr(first[c], name)), str(getattr(second[c], name)))
                          for c in common])
        for name in ("issue_type", "urgency", "next_action")
    ]  # fmt: skip


def _agreement(name: str, rows: Sequence[tuple[str, str, str]]) -> Agreement:
    of_table = quadratic_kappa if name == "urgency" else kappa
    metric = Confusion(
        name, "higher", lambda *_: None, of_table, LEVELS if name == "urgency" else ()
    )
    pairs = [[one, other] for _, one, other in rows]
    # Two people who give every case the same one label agree, but not beyond chance.
    found = estimate(metric, pairs) or Estimate(0.0, -1.0, 1.0, len(rows))
    differing = tuple(row for row in rows if row[1] != row[2])
    return Agreement(
        label=name,
        same=1 - len(differing) / len(rows),
        kappa=found,
        words=next(words for most, words in _WORDS if found.value <= most),
        differing=differing,
    )
