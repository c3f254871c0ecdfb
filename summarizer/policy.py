"""The policy: what is held back and how, which limits and which models hold.

A policy is a folder: `policy.yaml`, and the taxonomy and the rules it names, its own or those of a
policy beside it. Its version is the hash of all its YAML files and of those, so that any change
shows in every audit record.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from summarizer.budgets import LongCases, PromptTokens, budget_of
from summarizer.errors import ConfigurationError
from summarizer.patterns import check_pattern, compiled
from summarizer.policyfiles import named_file, rule_file
from summarizer.retention import RetentionRules
from summarizer.rules import DeadlineRules, UrgencyRules
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import content_hash, line_of, read_yaml

__all__ = [
    "Action",
    "AllowedTerm",
    "DeniedTerm",
    "EntityRule",
    "GroundingRules",
    "LanguageRules",
    "Limits",
    "ModelRules",
    "Policy",
    "RetentionRules",
    "ReviewRules",
]

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
    reason: Annotated[str, Field(max_length=300)] = ""
    """Why, for whoever reads the policy: a law, a card rule, a decision of the bank."""

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
        if compiled(check_pattern(pattern)).search(_ORDINARY) is not None:
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
    prompt_tokens: PromptTokens = {"default": 24_000}
    """How long a first prompt may be; a longer case is shown as a digest."""
    weigh: tuple[str, ...] = ("embedded",)
    """Models that are asked once more, after their answer, for the probability of each label;
    `*` as in `allow`. They must give log-probabilities; others make a call in vain."""


class LanguageRules(_Section):
    """Which languages cases may be in."""

    allow: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...], Field(min_length=1)
    ] = ("en",)
    """ISO 639-1 codes."""
    otherwise: Literal["refuse", "review"] = "refuse"
    """What becomes of a case in another language."""


class GroundingRules(_Section):
    """What becomes of statements in an answer that the case does not support."""

    repair: bool = True
    """Whether the model is asked once to mend them."""
    unsupported: Literal["remove", "keep"] = "remove"
    """What becomes of those that are left: `remove` leaves them out, `keep` shows them. Either way
    each is a finding, which sends the case to review as `review.yaml` says."""


class ReviewRules(_Section):
    """When a person must look before a summary is used: `review.yaml`."""

    confidence_below: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A summary whose issue type is less probable than this, where that is known."""
    findings: Literal["all"] | tuple[str, ...] = "all"
    """Codes of findings that ask for a person."""

    def asks_for(self, code: str) -> bool:
        """Say whether a finding of this code asks for a person."""
        return self.findings == "all" or code in self.findings


class _Redaction(_Section):
    default: EntityRule = EntityRule()
    entities: dict[_Entity, EntityRule] = {}
    allow: Annotated[tuple[AllowedTerm, ...], Field(max_length=10_000)] = ()
    deny: Annotated[tuple[DeniedTerm, ...], Field(max_length=10_000)] = ()


class _PolicyFile(_Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    description: str
    taxonomy: str = "taxonomy.yaml"
    labels: str | None = None
    """What decides labels beside a model, as `summarizer classifier fit` writes it."""
    deadlines: str | None = None
    """The file of statutory clocks; by default the folder's own, if it has one."""
    urgency: str | None = None
    """The file of urgency floors; likewise."""
    redaction: _Redaction = _Redaction()
    limits: Limits = Limits()
    languages: LanguageRules = LanguageRules()
    grounding: GroundingRules = GroundingRules()
    models: ModelRules = ModelRules()
    long_cases: LongCases = LongCases()
    retention: RetentionRules = RetentionRules()


class Policy(BaseModel):
    """A policy folder, read and validated."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    version: str
    """`name@sha256:…` over every YAML file of the folder."""
    taxonomy: Taxonomy
    deadlines: DeadlineRules | None = None
    """Statutory clocks; None: no deadline is computed."""
    urgency: UrgencyRules | None = None
    """Urgency floors; None: the model's urgency stands."""
    limits: Limits
    languages: LanguageRules
    grounding: GroundingRules
    models: ModelRules
    long_cases: LongCases = LongCases()
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
    labels_path: Path | None = None
    """What decides labels beside a model, if anything does."""
    review: ReviewRules = ReviewRules()
    deadlines_path: Path | None = None
    urgency_path: Path | None = None

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
        taxonomy_path = named_file(path, "taxonomy", content.taxonomy, own)
        deadlines_path = rule_file(path, "deadlines", content.deadlines, own)
        urgency_path = rule_file(path, "urgency", content.urgency, own)
        labels_path = None
        if content.labels is not None:
            fitted = set(folder.glob("*.json"))
            labels_path = named_file(path, "labels", content.labels, fitted)
        named = (taxonomy_path, deadlines_path, urgency_path, labels_path)
        files = own | {file for file in named if file is not None}
        if len({file.name for file in files}) < len(files):
            msg = f"{path}: two of the files it names have one name; rename one of them"
            raise ConfigurationError(msg)
        review_path = folder / "review.yaml"
        return cls(
            name=content.name,
            description=content.description,
            version=f"{content.name}@{content_hash(files)}",
            taxonomy=Taxonomy.read(taxonomy_path),
            deadlines=read_yaml(deadlines_path, DeadlineRules) if deadlines_path else None,
            urgency=read_yaml(urgency_path, UrgencyRules) if urgency_path else None,
            limits=content.limits,
            languages=content.languages,
            grounding=content.grounding,
            models=content.models,
            long_cases=content.long_cases,
            retention=content.retention,
            default_rule=content.redaction.default,
            rules=content.redaction.entities,
            allowed=content.redaction.allow,
            denied=content.redaction.deny,
            source=folder,
            files=tuple(sorted(files)),
            taxonomy_path=taxonomy_path,
            deadlines_path=deadlines_path,
            urgency_path=urgency_path,
            labels_path=labels_path,
            review=read_yaml(review_path, ReviewRules) if review_path in own else ReviewRules(),
        )

    def with_taxonomy(self, path: Path) -> "Policy":
        """Return this policy with the labels of another file; its version says so.

        What decides between the labels of this policy's own file is of no use then.

        Raises:
            ConfigurationError: naming file, line and fix.
        """
        files = {*self.files} - {self.taxonomy_path, self.labels_path or path} | {path}
        return self.model_copy(
            update={
                "taxonomy": Taxonomy.read(path),
                "taxonomy_path": path,
                "labels_path": None,
                "files": tuple(sorted(files)),
                "version": f"{self.name}@{content_hash(files)}",
            }
        )

    def rule(self, entity: str) -> EntityRule:
        """Return what happens to an entity: its own rule, else the default."""
        return self.rules.get(entity, self.default_rule)

    def looks_for(self, entity: str) -> bool:
        """Say whether finds of an entity can matter: it is detected, or `deny` names it."""
        return self.rule(entity).detect or any(entry.entity == entity for entry in self.denied)

    def allows(self, model: str) -> bool:
        """Say whether this model string may be asked."""
        return any(fnmatchcase(model, pattern) for pattern in self.models.allow)

    def prompt_budget(self, model: str) -> int:
        """Return how many tokens a first prompt to this model may have."""
        return budget_of(self.models.prompt_tokens, model)

    def weighs(self, model: str) -> bool:
        """Say whether this model is asked to weigh the labels."""
        return any(fnmatchcase(model, pattern) for pattern in self.models.weigh)

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
