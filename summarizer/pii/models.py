"""Models: which name model is in use, where it lies, and the hash of what is loaded."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from summarizer.pii.ner import Entity, SpacyNER

__all__ = ["NameModel", "default_models"]


class NameModel:
    """A spaCy model's named entities, with a version that names its weights."""

    def __init__(self, name: str, folder: Path, before: "NameModel | None" = None) -> None:
        """Load the weights and hash every file they came from.

        What the model that reads each text `before` this one tokenises alike is not done again.

        Raises:
            ConfigurationError: if the model is missing or of another architecture.
        """
        self.ner: SpacyNER = SpacyNER(folder, shared=None if before is None else before.ner)
        self.version = f"{name}@sha256:{_hash(folder)}"

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text."""
        return self.ner.entities(texts)


def default_models() -> tuple[NameModel, ...]:
    """Load the model trained for tickets, which ships with the package.

    A detector joins as many models as it is given; one of its own is as good as two and takes
    half of their time (docs/model-card.md).

    Raises:
        ConfigurationError: if the model is missing. None is ever downloaded, and there is no mode
            without it.
    """
    return (NameModel("tickets", Path(str(files("summarizer.pii").joinpath("model")))),)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
