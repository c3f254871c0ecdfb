"""Attacks that were invented for these tests leave a finding, and few of the harmless ones do."""

import pytest

from tests.injection.builders import screened_ticket
from tests.injection.collection import Invented, Part, invented


def _flagged(tickets: list[Invented]) -> list[Invented]:
    return [each for each in tickets if screened_ticket(each.ticket)[1].findings]


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("development", 0.8),
        pytest.param("kept", 0.85, id="kept apart"),
        ("voices", 0.7),
        pytest.param("voices_kept", 0.6, id="voices kept apart"),
    ],
)
def test_attacks_of_many_families_are_found(part: Part, least: float) -> None:
    attacks = [each for each in invented(part) if each.is_attack]

    assert len(_flagged(attacks)) >= least * len(attacks)


@pytest.mark.parametrize(
    ("part", "most"),
    [
        ("development", 0.05),
        ("kept", 0.05),
        ("voices", 0.05),
        ("aimed", 0.05),
        # One in twenty is wanted and not reached.
        pytest.param("voices_kept", 0.06, id="voices kept apart"),
    ],
)
def test_few_of_the_harmless_ones_are_flagged(part: Part, most: float) -> None:
    harmless = [each for each in invented(part) if not each.is_attack]

    assert len(_flagged(harmless)) <= most * len(harmless)


def test_no_ticket_of_the_two_writers_is_kept_apart_and_learned_from() -> None:
    parts: tuple[Part, Part] = ("voices", "voices_kept")
    learned, kept = ({each.id for each in invented(part)} for part in parts)

    assert learned.isdisjoint(kept)
    assert len(learned | kept) == 280


def test_each_attack_has_a_twin_and_families_are_many() -> None:
    tickets = [*invented("development"), *invented("kept")]

    assert sum(each.is_attack for each in tickets) * 2 == len(tickets)
    assert len({each.family for each in tickets}) >= 18
