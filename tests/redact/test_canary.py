"""The canary: nothing is served unless known personal data comes out redacted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError, RedactionError
from summarizer.pii import Detection
from summarizer.pii.models import NameModel
from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizing import Found, Needs, View
from summarizer.pii.ticket import TicketDetector
from summarizer.policy import Policy
from summarizer.redact.canary import CANARY, Canary, check_canary
from summarizer.redact.redactor import Redactor
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import DEFAULT, policy


def _redactor(detector: TicketDetector | FakeDetector, rules: Policy) -> Redactor:
    return Redactor(detector=detector, anonymizer=SpliceAnonymizer(), policy=rules)


def test_every_entity_that_can_be_found_has_a_canary(detector: TicketDetector) -> None:
    assert {canary.entity for canary in CANARY} == detector.entities


@pytest.mark.parametrize("canary", CANARY, ids=lambda canary: canary.entity)
def test_a_canary_is_found_as_what_it_is(canary: Canary, detector: TicketDetector) -> None:
    (found,) = detector.detect([canary.sentence])

    assert (canary.entity, canary.value) in {
        (item.entity, canary.sentence[item.start : item.end]) for item in found
    }


@pytest.mark.parametrize("name", ["default", "strict", "minimal"])
def test_the_shipped_policies_redact_the_canary(name: str, detector: TicketDetector) -> None:
    rules = Policy.read(DEFAULT.parent / name)

    tried = check_canary(_redactor(detector, rules), rules)

    assert set(tried) == {entity for entity in detector.entities if rules.rule(entity).detect}


class _New(FakeDetector):
    """A detector that somebody taught a new entity."""

    @property
    def entities(self) -> frozenset[str]:
        return super().entities | {"SHOE_SIZE"}


def test_an_entity_without_a_canary_stops_the_start() -> None:
    rules = policy()

    with pytest.raises(RedactionError, match="no canary for SHOE_SIZE"):
        check_canary(_redactor(_New(), rules), rules)


def test_an_entity_that_policy_does_not_look_for_needs_no_canary() -> None:
    known = {canary.entity: [canary.value] for canary in CANARY}
    rules = policy(SHOE_SIZE={"detect": False})

    assert "SHOE_SIZE" not in check_canary(_redactor(_New(known), rules), rules)


class _Blind(FakeDetector):
    """Finds the whole canary but the end of one value."""

    def __init__(self, entity: str, left: int) -> None:
        super().__init__({canary.entity: [canary.value] for canary in CANARY})
        self._blind, self._left = entity, left

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        return [
            [
                Detection(
                    item.start,
                    item.end - self._left if item.entity == self._blind else item.end,
                    item.entity,
                    item.score,
                    item.recognizer,
                )
                for item in found
            ]
            for found in super().detect(texts)
        ]


@pytest.mark.parametrize(("entity", "left"), [("PASSWORD", 3), ("PERSON", 9), ("URL", 7)])
def test_a_canary_of_which_anything_is_left_stops_the_start(entity: str, left: int) -> None:
    rules = policy()

    with pytest.raises(RedactionError, match=f"not redacted: {entity};"):
        check_canary(_redactor(_Blind(entity, left), rules), rules)


class _Raising:
    name = "raising"
    entities = frozenset({"PERSON"})
    needs: Needs = "letter"
    examples = ()
    negatives = ()

    def find(self, view: View) -> Iterator[Found]:
        raise ValueError(view.text)
        yield


def test_a_recognizer_that_raises_stops_the_start() -> None:
    rules = policy()
    broken = TicketDetector((), (*RECOGNIZERS, _Raising()))

    with pytest.raises(RedactionError, match=r"a recognizer failed \(ValueError\)"):
        check_canary(_redactor(broken, rules), rules)


def test_a_missing_model_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not installed"):
        NameModel("tickets", tmp_path / "nothing")


def test_a_policy_that_names_an_unknown_entity_stops_the_start(detector: TicketDetector) -> None:
    with pytest.raises(ConfigurationError, match="SHOE_SIZE: no recognizer finds this entity"):
        _redactor(detector, policy(SHOE_SIZE={"action": "drop"}))
