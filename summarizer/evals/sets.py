"""Sets: the folder of an evaluation set -> what its `set.yaml` says."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from summarizer.errors import ConfigurationError
from summarizer.evals.costs import Costs
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import line_of, read_yaml

__all__ = ["EvalSet", "read_set", "require_known_labels"]


class EvalSet(BaseModel):
    """What `set.yaml` says of a set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    description: str
    licence: str
    taxonomy: str | None = None
    gates: dict[str, float] = {}
    """Metric -> bound: the least value for a recall or precision, the largest for a rate."""
    cost_matrix: Costs = Costs()
    """What errors cost this bank; without it the product's own guess."""
    hashes: dict[str, str] = {}
    """Split -> `sha256:…` over its lines in `cases.jsonl`: a split that is frozen."""


def read_set(folder: Path) -> EvalSet | None:
    """Read `set.yaml`, if the folder has one.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    path = folder / "set.yaml"
    return read_yaml(path, EvalSet) if path.is_file() else None


def require_known_labels(about: EvalSet, folder: Path, taxonomy: Taxonomy) -> None:
    """Refuse a cost for an issue type that the taxonomy lacks: its cases would cost nothing.

    Raises:
        ConfigurationError: naming file, line and the labels that exist.
    """
    known = {entry.code for entry in taxonomy.issue_types}
    for code in about.cost_matrix.issue_types:
        if code not in known:
            path = folder / "set.yaml"
            line = line_of(path, ("cost_matrix", "issue_types", code))
            msg = (
                f"{path}:{line}: cost_matrix.issue_types.{code}: not in the taxonomy; "
                f"use one of {', '.join(sorted(known))}"
            )
            raise ConfigurationError(msg)
