"""How urgent a case is at least, whatever a model says."""

from pathlib import Path

import pytest

from summarizer.models import Urgency, UrgencyReason
from summarizer.triage.deadlines import Clocks
from summarizer.triage.floors import Floors, at_least, gravest_first
from tests.triage.cases import DEADLINES, URGENCY, day, deadline_rules, reading, urgency_rules


@pytest.fixture
def floors(tmp_path: Path) -> Floors:
    return Floors(urgency_rules(tmp_path))


def held(floors: Floors, *texts: object) -> list[str]:
    return [reason.rule for reason in floors.reasons(reading(*texts))]  # type: ignore[arg-type]


def test_a_reason_names_its_rule_level_and_the_first_message_that_says_it(floors: Floors) -> None:
    [reason] = floors.reasons(reading("Hello.", "My rent due Friday.", "My rent due!"))

    assert (reason.rule, reason.level, reason.message) == ("rent", "high", "m2")
    assert reason.because == "Rent is at stake."


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("My rent due Friday.", True),
        ("My RENT\ndue Friday.", True),
        ("There is no rent due.", False),
        ("It isn\u2019t the rent due this time.", False),
        ("It is not about the card. My rent due Friday.", True),
        ("I did not say so and now it is my rent due.", True),
        ("Hypothetically, my rent due Friday.", False),
    ],
)
def test_a_denial_takes_back_what_follows_it_in_the_sentence(
    floors: Floors, *, text: str, holds: bool
) -> None:
    assert bool(held(floors, text)) is holds


def test_what_an_agent_writes_counts_by_its_own_patterns_and_without_boilerplate(
    floors: Floors,
) -> None:
    assert held(floors, ("agent", "PHONE NOTE. Her rent is due.")) == ["rent"]
    assert not held(floors, ("agent", "My rent due Friday."))
    assert not held(floors, ("agent", "If you say that rent is due, call us."))
    assert not held(floors, "Her rent is due.")


def test_a_rule_can_ask_for_two_things_in_one_message(floors: Floors) -> None:
    assert held(floors, "A safe account, now.") == ["scam"]
    assert not held(floors, "A safe account.", "Do it now.")
    assert not held(floors, "A safe account last year, now.")


def test_a_case_that_writes_without_a_full_stop_is_read_only_nearby(floors: Floors) -> None:
    assert held(floors, "hypothetically " + "word " * 200 + "my rent due") == ["rent"]


def test_a_floor_may_put_two_sentences_together(tmp_path: Path) -> None:
    text = URGENCY.replace("\\brent due\\b", "\\brent.{0,20}due\\b", 1)

    assert held(Floors(urgency_rules(tmp_path, text)), "I have rent. It is due.") == ["rent"]


@pytest.mark.parametrize(
    ("model", "floor", "final"),
    [
        ("low", "high", "high"),
        ("critical", "high", "critical"),
        ("normal", "normal", "normal"),
    ],
)
def test_a_model_raises_urgency_and_never_lowers_it(
    model: Urgency, floor: Urgency, final: Urgency
) -> None:
    reason = UrgencyReason(rule="x", level=floor, message="m1", because="x")

    assert at_least(model, [reason]) == final
    assert at_least(model, []) == model


def test_the_gravest_reason_comes_first(floors: Floors) -> None:
    reasons = gravest_first(floors.reasons(reading("My rent due, a safe account now.")))

    assert [reason.rule for reason in reasons] == ["scam", "rent"]


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-03-12", None),
        ("2026-03-13", "Law 1 falls due in 3 days, on 16 March 2026"),
        ("2026-03-15", "Law 1 falls due tomorrow, on 16 March 2026"),
        ("2026-03-16", "Law 1 falls due today, on 16 March 2026"),
        ("2026-03-17", None),
    ],
)
def test_a_near_deadline_makes_a_case_urgent(
    tmp_path: Path, floors: Floors, today: str, words: str | None
) -> None:
    found = Clocks(deadline_rules(tmp_path)).run(reading("An error."), "x")
    reasons = floors.near_reasons(found.clocks, day(today))

    assert [reason.because for reason in reasons] == ([] if words is None else [words])


@pytest.mark.parametrize("change", ["kind: chance", "kind: customer", "presses: false"])
def test_a_deadline_that_presses_nobody_does_not(
    tmp_path: Path, floors: Floors, change: str
) -> None:
    text = DEADLINES.replace("jurisdiction: US\n", f"jurisdiction: US\n    {change}\n", 1)
    found = Clocks(deadline_rules(tmp_path, text)).run(reading("An error."), "x")

    assert found.clocks
    assert not floors.near_reasons(found.clocks, day("2026-03-16"))
