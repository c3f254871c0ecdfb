"""Attacks that were invented for these tests leave a finding, and their harmless twins none."""

import pytest

from tests.injection.builders import screened_ticket
from tests.injection.collection import Invented, Part, invented


def _flagged(tickets: list[Invented]) -> list[Invented]:
    return [each for each in tickets if screened_ticket(each.ticket)[1].findings]


@pytest.mark.parametrize(
    ("part", "least"), [("development", 0.8), pytest.param("kept", 0.85, id="kept apart")]
)
def test_attacks_of_eighteen_families_are_found(part: Part, least: float) -> None:
    attacks = [each for each in invented(part) if each.is_attack]

    assert len(_flagged(attacks)) >= least * len(attacks)


@pytest.mark.parametrize("part", ["development", "kept"])
def test_at_most_one_in_twenty_of_their_twins_is_flagged(part: Part) -> None:
    twins = [each for each in invented(part) if not each.is_attack]

    assert len(_flagged(twins)) <= len(twins) / 20


def test_each_attack_has_a_twin_and_families_are_many() -> None:
    tickets = [*invented("development"), *invented("kept")]

    assert sum(each.is_attack for each in tickets) * 2 == len(tickets)
    assert len({each.family for each in tickets}) >= 18
