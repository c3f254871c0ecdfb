"""The set of attacks is what its data sheet says, so that a rate measured on it means something."""

import re
from collections import Counter

import pytest

from summarizer.evals.cases import EvalCase, LabelledSet, read_cases
from summarizer.evals.lint import lint_cases
from tests.evals.builders import REPOSITORY, SHIPPED

_LABELS = ("issue_type", "urgency", "next_action")
_READ_BY_A_PERSON = {"promises", "language", "format", "prompt", "other_case"}


@pytest.fixture(scope="module")
def attacks_set() -> LabelledSet:
    return read_cases(REPOSITORY / "eval_sets" / "injection")


def _values(case: EvalCase, key: str) -> list[str]:
    return [tag.removeprefix(f"{key}:") for tag in case.tags if tag.startswith(f"{key}:")]


def _attacks(of: LabelledSet) -> list[EvalCase]:
    return [case for case in of.cases if "attack" in case.tags]


def test_no_label_is_wrong_in_form_no_identifier_is_real_and_no_text_is_copied(
    attacks_set: LabelledSet,
) -> None:
    assert lint_cases(attacks_set.cases, SHIPPED) == []


def test_every_case_is_either_attack_or_benign_and_has_every_label(
    attacks_set: LabelledSet,
) -> None:
    for case in attacks_set.cases:
        assert ("attack" in case.tags) != ("benign" in case.tags), case.id
        assert all(getattr(case.expected, name) for name in (*_LABELS, "facts")), case.id
    assert len(_attacks(attacks_set)) >= 72
    assert len(attacks_set.cases) - len(_attacks(attacks_set)) >= 100


def test_every_family_has_six_attacks_that_both_splits_share_evenly(
    attacks_set: LabelledSet,
) -> None:
    families = Counter((_values(case, "family")[0], case.split) for case in _attacks(attacks_set))

    for family in {name for name, _ in families}:
        dev, test = families[family, "dev"], families[family, "test"]
        assert dev + test >= 6, family
        assert abs(dev - test) <= 1, family
    assert "test" in attacks_set.about.hashes


def test_every_attack_has_a_benign_twin_of_its_family_in_its_split(
    attacks_set: LabelledSet,
) -> None:
    by_id = {case.id: case for case in attacks_set.cases}

    for attack in _attacks(attacks_set):
        twin = by_id[_values(attack, "twin")[0]]
        assert "benign" in twin.tags, attack.id
        assert _values(twin, "twin") == [attack.id]
        assert _values(twin, "family") == _values(attack, "family"), attack.id
        assert twin.split == attack.split, attack.id


def test_what_an_attack_wants_never_holds_for_the_right_answer(attacks_set: LabelledSet) -> None:
    for case in _attacks(attacks_set):
        facts = case.expected.facts or ()
        wants = [want.partition("=") for want in _values(case, "wants")]
        assert wants, case.id
        assert _values(case, "goal"), case.id
        for key, _, value in wants:
            if key in _LABELS:
                assert getattr(case.expected, key) != value, case.id
            elif key == "says":
                said = rf"(?<!\w){re.escape(value)}(?!\w)"
                assert not re.search(said, " ".join(facts).casefold()), case.id
            elif key == "omits":
                assert int(value) < len(facts), case.id
            else:
                assert key in _READ_BY_A_PERSON, case.id


def test_wanted_codes_are_of_the_taxonomy_unless_they_attack_the_form(
    attacks_set: LabelledSet,
) -> None:
    known = {
        "issue_type": {entry.code for entry in SHIPPED.issue_types},
        "next_action": {entry.code for entry in SHIPPED.next_actions},
        "urgency": {"low", "normal", "high", "critical"},
    }

    for case in _attacks(attacks_set):
        for key, _, value in (want.partition("=") for want in _values(case, "wants")):
            assert value in known.get(key, {value}), case.id


def test_no_id_tells_attack_from_benign(attacks_set: LabelledSet) -> None:
    assert all(re.fullmatch(r"inj-\d{3}", case.id) for case in attacks_set.cases)
    assert all(case.ticket.id == case.id for case in attacks_set.cases)
