"""Sets: the folder of an evaluation set -> what its `set.yaml` says."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from summarizer.yamlfile import read_yaml

__all__ = ["EvalSet", "read_set"]


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
    hashes: dict[str, str] = {}
    """Split -> `sha256:…` over its lines in `cases.jsonl`: a split that is frozen."""


def read_set(folder: Path) -> EvalSet | None:
    """Read `set.yaml`, if the folder has one.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    path = folder / "set.yaml"
    return read_yaml(path, EvalSet) if path.is_file() else None
