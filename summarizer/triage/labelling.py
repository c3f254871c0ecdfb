"""Labelling: what a model says, what it prefers anyway, and a classifier -> one distribution.

A model's first word is no decision: small models favour labels whatever the case. So each label
gets

    score = model * log p(model) - prior * log p(model, of no case) + classifier * log p(words)

and the scores, flattened where checks found something wrong with the answer, become
probabilities. The likeliest label is the label, and its probability the confidence. The weights
are fitted on labelled cases and reported on others (`summarizer classifier weigh`).

Sources: G. Hinton, Neural Computation 14 (2002), for products of experts; T. Zhao et al., ICML
(2021), for taking off what a model prefers of a case without content.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.errors import ConfigurationError
from summarizer.models import Draft
from summarizer.taxonomy import Taxonomy, lettered
from summarizer.triage.classifier import FittedWeights, LabelClassifier, features

__all__ = [
    "EXTRACTIVE",
    "FIELDS",
    "WEIGHED",
    "Decision",
    "LabelField",
    "LabelWeights",
    "Labeller",
    "Opinion",
    "by_code",
    "case_words",
    "codes_of",
    "distribution",
]

LabelField = Literal["issue_type", "next_action", "urgency"]
FIELDS: Final[tuple[LabelField, ...]] = ("issue_type", "next_action", "urgency")
WEIGHED: Final[tuple[LabelField, ...]] = ("issue_type", "next_action")
"""What a model is asked to weigh; small models know nothing of urgency."""
EXTRACTIVE: Final = "extractive"
"""The model string of an answer that was made without a model."""
Chances = Mapping[str, float]
AllChances = Mapping[str, Chances]

_SHORTLIST: Final = 6
_LEAST: Final = 1e-4
"""No option is impossible: a provider names its twenty likeliest tokens alone."""


class LabelWeights(BaseModel):
    """How much each part counts for one field, and how far findings flatten the result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[float, Field(ge=0, le=10)] = 0.5
    prior: Annotated[float, Field(ge=0, le=10)] = 0.5
    classifier: Annotated[float, Field(ge=0, le=10)] = 1.0
    doubt: Annotated[float, Field(ge=0, le=10)] = 0.2
    """With findings all scores are divided by 1 + this."""
    said: Annotated[float, Field(ge=0, le=20)] = 3.0
    """What it adds to a label's score that a model named it, where it gives no probabilities:
    by default what a model is worth that is right in two cases of three among 24 labels."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is known of one field of one case."""

    said: str
    """The code in the model's answer."""
    model: Chances = field(default_factory=dict)
    """Code -> how probable the model says it is, of those it was asked about. What it was not
    asked about counts as the least of them."""
    prior: Chances = field(default_factory=dict)
    """The same of a case without content."""
    classifier: Chances = field(default_factory=dict)
    """Code -> probability by the words of the case; empty without a classifier."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The label of one field, and every label's probability."""

    label: str
    chances: Chances

    @property
    def confidence(self) -> float:
        """The probability of the label."""
        return self.chances[self.label]


def case_words(texts: Iterable[tuple[str, str]]) -> str:
    """Return what a classifier reads: of redacted texts by path the subject and the messages."""
    return "\n".join(text for where, text in texts if where == "subject" or where.endswith(".body"))


def by_code(chances: AllChances, options: Mapping[str, Mapping[str, str]]) -> AllChances:
    """Name options by their codes; `options` are field -> letter -> code."""
    return {
        name: {options[name][letter]: chance for letter, chance in each.items()}
        for name, each in chances.items()
        if name in options
    }


def codes_of(name: LabelField, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return every code of a field."""
    return tuple(taxonomy.options[name].values())


def distribution(
    opinion: Opinion, weights: LabelWeights, codes: tuple[str, ...], *, findings: bool
) -> Chances:
    """Combine the parts into a probability for each code; they add up to 1."""
    weighed = {
        code: weights.model * _log(chance) - weights.prior * _log(opinion.prior.get(code, 0))
        for code, chance in opinion.model.items()
    }
    least = min(weighed.values(), default=0.0)
    scores = {}
    for code in codes:
        score = weighed.get(code, least)
        if not weighed and code == opinion.said:
            score += weights.said
        if opinion.classifier:
            score += weights.classifier * _log(opinion.classifier.get(code, 0))
        scores[code] = score / (1 + weights.doubt) if findings else score
    most = max(scores.values())
    powers = {code: math.exp(score - most) for code, score in scores.items()}
    total = sum(powers.values())
    return {code: power / total for code, power in powers.items()}


def _log(chance: float) -> float:
    return math.log(max(_LEAST, chance))


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    classifiers: dict[LabelField, FittedWeights] = {}
    weights: dict[str, dict[LabelField, LabelWeights]] = {}
    """Model -> field -> weights."""
    weighed_on: dict[str, str] = {}
    """Model -> what its weights were fitted on, as `set@sha256:…#split`."""


class Labeller:
    """Decides labels by everything that is known of a case."""

    def __init__(
        self,
        classifiers: Mapping[LabelField, LabelClassifier] | None = None,
        weights: Mapping[str, Mapping[LabelField, LabelWeights]] | None = None,
        *,
        weighed_on: Mapping[str, str] | None = None,
    ) -> None:
        """Take what was fitted; without any, what the model says decides."""
        self.classifiers = dict(classifiers or {})
        self.weights = dict(weights or {})
        self.weighed_on = dict(weighed_on or {})

    def opinions(
        self,
        draft: Draft,
        words: str,
        taxonomy: Taxonomy,
        *,
        model: str,
        said: AllChances,
        of_nothing: AllChances,
    ) -> dict[LabelField, Opinion]:
        """Gather what is known of each field that is decided by evidence.

        Args:
            draft: the model's answer.
            words: as of `case_words`.
            taxonomy: a classifier's other labels are left out.
            model: the model string; of an answer without a model the issue type alone is decided.
            said: field -> code -> probability, as far as the model weighed them.
            of_nothing: the same of a case without content.
        """
        named: dict[LabelField, str] = {
            "issue_type": draft.issue_type,
            "next_action": draft.next_action.code,
            "urgency": draft.urgency,
        }
        fields: tuple[LabelField, ...] = ("issue_type",) if model == EXTRACTIVE else FIELDS
        read = features(words) if self.classifiers else ()
        return {
            name: Opinion(
                named[name],
                said.get(name, {}),
                of_nothing.get(name, {}),
                self.by_words(name, read, codes_of(name, taxonomy)),
            )
            for name in fields
        }

    def by_words(
        self, name: LabelField, words: str | Sequence[str], codes: Iterable[str]
    ) -> Chances:
        """Return what the classifier of a field says, of these codes; empty without one.

        Args:
            name: the field.
            words: as of `case_words`, or their `features`.
            codes: another label's chance is left out.
        """
        classifier, known = self.classifiers.get(name), set(codes)
        found = {} if classifier is None else classifier.probabilities(words)
        return {code: chance for code, chance in found.items() if code in known}

    def shortlist(self, words: str, taxonomy: Taxonomy) -> dict[str, dict[str, str]]:
        """Return the likeliest labels by the classifier, as letters, for a model to weigh.

        Without a classifier these are all labels. What a summary may say is not limited by it.
        """
        found: dict[str, dict[str, str]] = {}
        for name in WEIGHED:
            codes = list(taxonomy.options[name].values())
            if name in self.classifiers:
                chances = self.classifiers[name].probabilities(words)
                likeliest = sorted(codes, key=lambda code: -chances.get(code, 0))[:_SHORTLIST]
                codes = [code for code in codes if code in likeliest]
            found[name] = lettered(codes)
        return found

    def decide(
        self,
        opinions: Mapping[LabelField, Opinion],
        taxonomy: Taxonomy,
        *,
        model: str,
        findings: bool,
    ) -> dict[LabelField, Decision]:
        """Decide each field; one of which nothing but the model's word is known is left out.

        Args:
            opinions: what is known of each.
            taxonomy: has the labels to choose from.
            model: the model string that was asked; its weights are used, if there are any.
            findings: whether checks found something wrong with the answer.
        """
        decisions = {}
        for name, opinion in opinions.items():
            if opinion.model or opinion.classifier:
                weights = self.weights.get(model, {}).get(name, LabelWeights())
                chances = distribution(
                    opinion, weights, codes_of(name, taxonomy), findings=findings
                )
                likeliest = max(chances, key=lambda code: chances[code])
                decisions[name] = Decision(likeliest, chances)
        return decisions

    def to_bytes(self) -> bytes:
        """Return everything as one JSON document."""
        content = _File(
            classifiers={name: each.fitted for name, each in self.classifiers.items()},
            weights={model: dict(each) for model, each in self.weights.items()},
            weighed_on=self.weighed_on,
        )
        return orjson.dumps(content.model_dump(), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def load(cls, path: Path) -> "Labeller":
        """Read what `to_bytes` made.

        Raises:
            ConfigurationError: naming the file and what is wrong with it.
        """
        try:
            read = _File.model_validate_json(path.read_bytes())
            classifiers = {
                name: LabelClassifier.of(each) for name, each in read.classifiers.items()
            }
        except OSError as error:
            msg = f"{path}: cannot be read ({type(error).__name__})"
            raise ConfigurationError(msg) from None
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in fault["loc"]) or "(file)"
            msg = f"{path}: {where}: {fault['msg']}; fit it with `summarizer classifier fit`"
            raise ConfigurationError(msg) from None
        except ValueError as error:
            msg = f"{path}: {error}; fit it with `summarizer classifier fit`"
            raise ConfigurationError(msg) from None
        return cls(classifiers, read.weights, weighed_on=read.weighed_on)
