"""Small cases and a redactor on fakes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from summarizer.models import Case, CaseMessage, CaseText
from summarizer.policy import Policy
from summarizer.policy.sections import EntityRule
from summarizer.redact.redactor import Redactor
from summarizer.textmap import TextMap
from tests.fakes import FakeDetector, SpliceAnonymizer

DEFAULT = Path(__file__).parent.parent.parent / "policies" / "default"


def policy(**rules: Any) -> Policy:
    """The default policy with placeholders for everything but the given rules."""
    shipped = Policy.read(DEFAULT)
    return shipped.model_copy(
        update={
            "rules": {name: EntityRule.model_validate(rule) for name, rule in rules.items()},
            "default_rule": EntityRule(),
        }
    )


def redactor(values: Mapping[str, Sequence[str]] | None = None, **rules: Any) -> Redactor:
    return Redactor(
        detector=FakeDetector(values), anonymizer=SpliceAnonymizer(), policy=policy(**rules)
    )


def case(*bodies: str, **by_place: tuple[str, str]) -> Case:
    """A case of message bodies; `by_place` adds fields as name=(entity, value)."""
    texts = [
        CaseText(f"fields.{name}", TextMap.identity(value), entity=entity)
        for name, (entity, value) in by_place.items()
    ]
    texts += [
        CaseText(f"messages[{index}].body", TextMap.identity(body))
        for index, body in enumerate(bodies)
    ]
    messages = tuple(
        CaseMessage(f"m{index + 1}", ("customer", "agent")[index % 2], None, 0)
        for index in range(len(bodies))
    )
    ids = tuple(message.id for message in messages)
    return Case("T-1", ids, None, None, messages, tuple(texts))
