"""The policy: what is held back and how, which limits and which models hold.

A policy is a folder: `policy.yaml`, perhaps `models.yaml`, and the taxonomy it names, its own or
that of a policy beside it. Its version is the hash of all its YAML files and of the taxonomy, so
that any change shows in every audit record.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from summarizer.errors import ConfigurationError, ModelNotAllowed
from summarizer.modelrules import AllowedModel, ModelRules
from summarizer.retention import retention_class
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import content_hash, line_of, read_yaml

__all__ = [
    "Action",
    "AllowedTerm",
    "DeniedTerm",
    "EntityRule",
    "Limits",
    "Policy",
    "RetentionRules",
]

_NEIGHBOUR = re.compile(r"\.\./([a-z][a-z0-9_-]{0,63})/([A-Za-z0-9_-]{1,64}\.yaml)")
"""The taxonomy of a policy folder beside this one."""

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


_Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
_Term = Annotated[str, Field(min_length=1, max_length=200, pattern=r"[^\W_]")]
_ORDINARY = "Thank you for your payment of 20.00 on Monday; we will write to you."


class AllowedTerm(_Section):
    """A term that is never personal data at this bank: its own name, a product, a merchant."""

    term: _Term
    """Compared with a whole find, by letters and digits in any case."""
    entities: tuple[_Entity, ...] = ()
    """Of these kinds only; empty: of any."""


class DeniedTerm(_Section):
    """A term or pattern that is always held back, whatever any recognizer says."""

    entity: _Entity
    """What it counts as; its action is the entity's."""
    term: _Term | None = None
    """Whole words, in any case and spacing."""
    pattern: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """A regular expression in RE2's syntax, in any case; RE2 takes linear time."""

    @field_validator("pattern")
    @classmethod
    def _check_pattern(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        try:
            compiled = re2.compile(pattern, options)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
            msg = f"not a pattern of RE2 ({reason}); it has no look-around and no back-references"
            raise ValueError(msg) from None
        if compiled.search("") is not None:
            msg = "the pattern matches nothing at all; ask for at least one character"
            raise ValueError(msg)
        if compiled.search(_ORDINARY) is not None:
            msg = f"the pattern is too wide: it matches in {_ORDINARY!r}; narrow it"
            raise ValueError(msg)
        return pattern

    @model_validator(mode="after")
    def _check_one(self) -> "DeniedTerm":
        if (self.term is None) == (self.pattern is None):
            msg = "give either a term or a pattern"
            raise ValueError(msg)
        return self


class Limits(_Section):
    """What is too large to be read."""

    ticket_bytes: Annotated[int, Field(gt=0)] = 4_000_000
    messages: Annotated[int, Field(gt=0)] = 2_000
    message_characters: Annotated[int, Field(gt=0)] = 200_000
    items: Annotated[int, Field(gt=0)] = 200
    """Of each list beside the messages: tags, fields, identifiers, attachments of a message."""


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
    entities: dict[_Entity, EntityRule] = {}
    allow: Annotated[tuple[AllowedTerm, ...], Field(max_length=10_000)] = ()
    deny: Annotated[tuple[DeniedTerm, ...], Field(max_length=10_000)] = ()


class _PolicyFile(_Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    description: str
    taxonomy: str = "taxonomy.yaml"
    redaction: _Redaction = _Redaction()
    limits: Limits = Limits()
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
    allowed: tuple[AllowedTerm, ...] = ()
    """Never personal data here."""
    denied: tuple[DeniedTerm, ...] = ()
    """Always held back; wins over `allowed`."""
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
        own = set(folder.glob("*.yaml"))
        taxonomy_path = _taxonomy(path, content.taxonomy, own)
        return cls(
            name=content.name,
            description=content.description,
            version=f"{content.name}@{content_hash(own | {taxonomy_path})}",
            taxonomy=Taxonomy.read(taxonomy_path),
            limits=content.limits,
            models=_models(folder / "models.yaml"),
            retention=content.retention,
            default_rule=content.redaction.default,
            rules=content.redaction.entities,
            allowed=content.redaction.allow,
            denied=content.redaction.deny,
            source=folder,
            files=tuple(sorted(own | {taxonomy_path})),
            taxonomy_path=taxonomy_path,
        )

    def with_taxonomy(self, path: Path) -> "Policy":
        """Return this policy with the labels of another file; its version says so.

        Raises:
            ConfigurationError: naming file, line and fix.
        """
        files = {*self.files} - {self.taxonomy_path} | {path}
        return self.model_copy(
            update={
                "taxonomy": Taxonomy.read(path),
                "taxonomy_path": path,
                "files": tuple(sorted(files)),
                "version": f"{self.name}@{content_hash(files)}",
            }
        )

    def rule(self, entity: str) -> EntityRule:
        """Return what happens to an entity: its own rule, else the default."""
        return self.rules.get(entity, self.default_rule)

    def allows(self, model: str) -> bool:
        """Say whether this model string may be asked."""
        return self.models.find(model) is not None

    def model(self, name: str) -> AllowedModel:
        """Return what holds for a model that is about to be asked.

        Raises:
            ModelNotAllowed: naming the model and the file that would have to list it.
        """
        found = self.models.find(name)
        if found is None:
            path = self.source / "models.yaml"
            msg = f"policy {self.name} does not allow the model {name}; add it to allow in {path}"
            raise ModelNotAllowed(msg)
        return found

    def require_known(self, known: frozenset[str]) -> None:
        """Refuse a rule for an entity that no detector can find.

        Raises:
            ConfigurationError: naming the entity and those that exist.
        """
        for entity, loc in self._named():
            if entity not in known:
                path = self.source / "policy.yaml"
                place = ".".join(str(part) for part in loc if part != entity)
                msg = (
                    f"{path}:{line_of(path, loc)}: {place}.{entity}: no recognizer finds this "
                    f"entity; use one of {', '.join(sorted(known))}"
                )
                raise ConfigurationError(msg)

    def _named(self) -> Iterator[tuple[str, tuple[int | str, ...]]]:
        """Yield each entity the policy names, and where."""
        for entity in self.rules:
            yield entity, ("redaction", "entities", entity)
        for at, allowed in enumerate(self.allowed):
            for entity in allowed.entities:
                yield entity, ("redaction", "allow", at, "entities")
        for at, denied in enumerate(self.denied):
            yield denied.entity, ("redaction", "deny", at, "entity")

    @cached_property
    def blocking(self) -> frozenset[str]:
        """Entities whose presence refuses the case."""
        return frozenset(name for name, rule in self.rules.items() if rule.action == "block")


def _models(path: Path) -> ModelRules:
    """Read which models may be asked; without the file those of ours alone."""
    return read_yaml(path, ModelRules) if path.is_file() else ModelRules()


def _taxonomy(path: Path, name: str, own: set[Path]) -> Path:
    """Return the file that a policy names as its taxonomy: its own, or one of a neighbour.

    Nothing else is read: a policy that was taken over from somewhere cannot name other files.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    folder = path.parent
    if (inside := folder / name) in own:
        return inside
    neighbour = _NEIGHBOUR.fullmatch(name)
    if neighbour is not None:
        beside = folder.resolve().parent / neighbour[1] / neighbour[2]
        # The hash goes by file names: two files of one name would leave their order open.
        if beside.name in {file.name for file in own}:
            msg = (
                f"{path}:{line_of(path, ('taxonomy',))}: taxonomy: {folder} has a file "
                f"{beside.name} too; name that one or remove it"
            )
            raise ConfigurationError(msg)
        if (beside.parent / "policy.yaml").is_file() and beside.is_file():
            return beside
    msg = (
        f"{path}:{line_of(path, ('taxonomy',))}: taxonomy: {name} must be a .yaml file in "
        f"{folder}, or ../POLICY/FILE.yaml of a policy folder beside it"
    )
    raise ConfigurationError(msg)
