"""The policy: what is held back and how, which limits and which models hold.

A policy is a folder: `policy.yaml`, perhaps `models.yaml` and `review.yaml`, and the taxonomy and
the rules it names, its own or those of a policy beside it. Its version is the hash of all its YAML
files and of those, so that any change shows in every audit record.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from summarizer.errors import ConfigurationError, ModelNotAllowed
from summarizer.policy.files import named_file, rule_file
from summarizer.policy.models import AllowedModel, ModelRules
from summarizer.policy.sections import (
    AllowedTerm,
    DeniedTerm,
    EntityRule,
    GroundingRules,
    LanguageRules,
    Limits,
    LongCases,
    RedactionRules,
    RetentionRules,
    ReviewRules,
    Section,
)
from summarizer.rules import DeadlineRules, UrgencyRules
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import content_hash, line_of, read_yaml

__all__ = ["Policy"]


class _PolicyFile(Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    description: str
    taxonomy: str = "taxonomy.yaml"
    labels: str | None = None
    """What decides labels beside a model, as `summarizer classifier fit` writes it."""
    deadlines: str | None = None
    """The file of statutory clocks; by default the folder's own, if it has one."""
    urgency: str | None = None
    """The file of urgency floors; likewise."""
    redaction: RedactionRules = RedactionRules()
    limits: Limits = Limits()
    languages: LanguageRules = LanguageRules()
    grounding: GroundingRules = GroundingRules()
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
    long_cases: LongCases = LongCases()
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
            long_cases=content.long_cases,
            models=_models(folder / "models.yaml"),
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

        What decides between the labels of this policy's own file is of no use then, unless they
        are the same: then this is the policy itself.

        Raises:
            ConfigurationError: naming file, line and fix.
        """
        taxonomy = Taxonomy.read(path)
        if taxonomy.version == self.taxonomy.version:
            return self
        files = {*self.files} - {self.taxonomy_path, self.labels_path or path} | {path}
        return self.model_copy(
            update={
                "taxonomy": taxonomy,
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

    def prompt_budget(self, model: str) -> int:
        """Return how many tokens a first prompt may have that each model of the order may read.

        Raises:
            ModelNotAllowed: if one of them is not listed.
        """
        return min(self.model(name).prompt_tokens for name in self.models.order(model))

    def weighs(self, model: str) -> bool:
        """Say whether this model is asked to weigh the labels."""
        return any(fnmatchcase(model, pattern) for pattern in self.models.weigh)

    def mends(self, model: str) -> bool:
        """Say whether this model is asked to mend what a case does not support.

        Not one that weighs labels: three calls are the most for one case.
        """
        return self.grounding.repair and self.models.repairs > 0 and not self.weighs(model)

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
