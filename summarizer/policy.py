"""The policy: what is held back and how, which limits and which models hold.

A policy is a folder: `policy.yaml` and the taxonomy it names. Its version is the hash of all
its YAML files, so that any change shows in every audit record.
"""

from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from summarizer.errors import ConfigurationError
from summarizer.retention import retention_class
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import content_hash, line_of, read_yaml

__all__ = ["Action", "EntityRule", "Limits", "ModelRules", "Policy", "RetentionRules"]

Action = Literal["placeholder", "mask", "generalise", "drop", "block"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntityRule(_Section):
    """What happens to one kind of personal data."""

    detect: bool = True
    """Whether it is looked for at all."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.35
    """The least score that counts."""
    action: Action = "placeholder"
    """`placeholder`: a token that stands for the value in the whole case. `mask`: some
    characters stay. `generalise`: a coarser value. `drop`: only the kind is named. `block`:
    the case is refused."""
    keep_first: Annotated[int, Field(ge=0, le=8)] = 0
    """With `mask`: letters and digits that stay in front; PCI DSS 3.4.1 allows a card's BIN."""
    keep_last: Annotated[int, Field(ge=0, le=4)] = 0
    """With `mask`: letters and digits that stay at the end."""

    @model_validator(mode="after")
    def _check_mask(self) -> "EntityRule":
        if self.action != "mask" and (self.keep_first or self.keep_last):
            msg = "keep_first and keep_last go with `action: mask`; set it or remove them"
            raise ValueError(msg)
        return self


class Limits(_Section):
    """What is too large to be read."""

    ticket_bytes: Annotated[int, Field(gt=0)] = 4_000_000
    messages: Annotated[int, Field(gt=0)] = 2_000
    message_characters: Annotated[int, Field(gt=0)] = 200_000
    items: Annotated[int, Field(gt=0)] = 200
    """Of each list beside the messages: tags, fields, identifiers, attachments of a message."""


class ModelRules(_Section):
    """Which models may be asked, and how patiently."""

    allow: tuple[str, ...] = ("embedded", "scripted", "extractive")
    """Model strings; `*` stands for any run of characters."""
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """For one attempt."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    """Attempts per prompt when the provider fails in a way that another attempt can mend."""
    repairs: Annotated[int, Field(ge=0, le=2)] = 2
    """Prompts that tell the model what was wrong with its answer."""


class RetentionRules(_Section):
    """What is kept of a case beside its events, and how long its events are kept."""

    retain_case: Literal["none", "sealed"] = "sealed"
    """`sealed`: the received ticket and the values held back, encrypted under the key of the
    case, so that a summary can be restored. `none`: nothing of it is kept."""
    sealed_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long that is kept."""
    audit_class: str = "standard"
    """The retention class that events get; `summarizer/retention.py` has the table."""

    @field_validator("audit_class")
    @classmethod
    def _check_class(cls, name: str) -> str:
        return retention_class(name).name


class _Redaction(_Section):
    default: EntityRule = EntityRule()
    entities: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], EntityRule] = {}


class _PolicyFile(_Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    description: str
    taxonomy: str = "taxonomy.yaml"
    redaction: _Redaction = _Redaction()
    limits: Limits = Limits()
    models: ModelRules = ModelRules()
    retention: RetentionRules = RetentionRules()


class Policy(BaseModel):
    """A policy folder, read and validated."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    version: str
    """`name@sha256:…` over every YAML file of the folder."""
    taxonomy: Taxonomy
    limits: Limits
    models: ModelRules
    retention: RetentionRules
    default_rule: EntityRule
    rules: dict[str, EntityRule]
    source: Path
    files: tuple[Path, ...]
    """Every file the version covers."""
    taxonomy_path: Path

    @classmethod
    def read(cls, folder: Path) -> "Policy":
        """Read a policy folder.

        Raises:
            ConfigurationError: naming file, line and fix.
        """
        path = folder / "policy.yaml"
        if not path.is_file():
            msg = f"{folder}: not a policy folder; it must contain policy.yaml"
            raise ConfigurationError(msg)
        content = read_yaml(path, _PolicyFile)
        taxonomy_path = folder / content.taxonomy
        # The version covers the folder's .yaml files, so the taxonomy must be one of them.
        if taxonomy_path not in set(folder.glob("*.yaml")):
            msg = f"{path}: taxonomy: {content.taxonomy} must be a .yaml file in {folder}"
            raise ConfigurationError(msg)
        return cls(
            name=content.name,
            description=content.description,
            version=f"{content.name}@{content_hash(folder.glob('*.yaml'))}",
            taxonomy=Taxonomy.read(taxonomy_path),
            limits=content.limits,
            models=content.models,
            retention=content.retention,
            default_rule=content.redaction.default,
            rules=content.redaction.entities,
            source=folder,
            files=tuple(sorted(folder.glob("*.yaml"))),
            taxonomy_path=taxonomy_path,
        )

    def rule(self, entity: str) -> EntityRule:
        """Return what happens to an entity: its own rule, else the default."""
        return self.rules.get(entity, self.default_rule)

    def allows(self, model: str) -> bool:
        """Say whether this model string may be asked."""
        return any(fnmatchcase(model, pattern) for pattern in self.models.allow)

    def require_known(self, known: frozenset[str]) -> None:
        """Refuse a rule for an entity that no detector can find.

        Raises:
            ConfigurationError: naming the entity and those that exist.
        """
        for entity in self.rules:
            if entity not in known:
                path, loc = self.source / "policy.yaml", ("redaction", "entities", entity)
                msg = (
                    f"{path}:{line_of(path, loc)}: redaction.entities.{entity}: no recognizer "
                    f"finds this entity; use one of {', '.join(sorted(known))}"
                )
                raise ConfigurationError(msg)

    @cached_property
    def blocking(self) -> frozenset[str]:
        """Entities whose presence refuses the case."""
        return frozenset(name for name, rule in self.rules.items() if rule.action == "block")
