"""What starts a statutory clock, and when it ends."""

from pathlib import Path

import pytest

from summarizer.triage.deadlines import Clocks
from tests.triage.cases import DEADLINES, day, deadline_rules, reading


@pytest.fixture
def clocks(tmp_path: Path) -> Clocks:
    return Clocks(deadline_rules(tmp_path))


def dues(clocks: Clocks, *args: object, label: str = "other", **more: object) -> dict[str, str]:
    found = clocks.run(reading(*args, **more), label)  # type: ignore[arg-type]
    return {clock.deadline.trigger: str(clock.deadline.due) for clock in found.clocks}


def test_a_deadline_says_its_law_its_trigger_and_its_computation(clocks: Clocks) -> None:
    [clock] = clocks.run(reading("Hello.", "An error!", at="2026-11-09T12:00:00-05:00"), "x").clocks

    assert clock.deadline.citation == "Law 1"
    assert clock.deadline.trigger == "m2"
    assert clock.deadline.because == (
        "Answer within 10 business days after 9 November 2026 (m2), skipping weekends and "
        "11 November 2026 (Veterans Day)."
    )
    assert clock.deadline.due == day("2026-11-24")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-02T12:00:00-05:00", "2026-03-16"),
        ("2026-03-03T03:30:00+00:00", "2026-03-16"),  # still 2 March in New York
        ("2026-03-03T05:30:00+00:00", "2026-03-17"),
        ("2026-03-07T12:00:00-05:00", "2026-03-20"),  # a Saturday: Monday is the first day
        ("2026-12-18T12:00:00-05:00", "2027-01-05"),  # over Christmas and New Year
        ("2026-06-26T12:00:00-04:00", "2026-07-10"),  # 4 July on a Saturday closes no Friday
        ("2027-06-25T12:00:00-04:00", "2027-07-12"),  # on a Sunday it closes the Monday
    ],
)
def test_business_days_are_counted_where_the_law_holds(clocks: Clocks, at: str, due: str) -> None:
    assert dues(clocks, "An error.", at=at) == {"m1": due}


@pytest.mark.parametrize("code", ["GB", "UK", "GB-ENG"])
def test_a_ticket_belongs_to_the_jurisdiction_of_its_country(clocks: Clocks, code: str) -> None:
    assert dues(clocks, "An error.", jurisdiction=code) == {"m1": "2026-04-27"}


def test_a_region_may_have_bank_holidays_of_its_own(tmp_path: Path) -> None:
    scotland = (
        "  SCT: {countries: [GB-SCT], zone: Europe/London, holidays: {country: GB, "
        "subdivision: SCT}}\nnotices:"
    )
    text = DEADLINES.replace("notices:", scotland, 1).replace(
        "jurisdiction: US", "jurisdiction: SCT"
    )
    found = dues(
        Clocks(deadline_rules(tmp_path, text)),
        "An error.",
        jurisdiction="GB-SCT",
        at="2026-07-27T12:00:00+01:00",
    )

    assert found == {"m1": "2026-08-11"}  # 3 August is a holiday there, and not in England


def test_a_country_without_rules_has_no_deadline(clocks: Clocks) -> None:
    found = clocks.run(reading("An error.", jurisdiction="IN"), "x")

    assert (found.clocks, found.findings) == ([], [])


def test_without_a_country_a_person_is_asked_instead(clocks: Clocks) -> None:
    found = clocks.run(reading("An error.", jurisdiction=None), "x")

    assert not found.clocks
    assert [finding.code for finding in found.findings] == ["JURISDICTION_UNKNOWN"]
    assert not clocks.run(reading("Hello.", jurisdiction=None), "x").findings


def test_a_bank_may_say_which_country_is_meant(tmp_path: Path) -> None:
    clocks = Clocks(deadline_rules(tmp_path, f"assume_jurisdiction: US\n{DEADLINES}"))

    assert dues(clocks, "An error.", jurisdiction=None) == {"m1": "2026-03-16"}


def test_notice_without_a_date_is_a_finding(clocks: Clocks) -> None:
    found = clocks.run(reading("An error.", at=None), "x")

    assert not found.clocks
    [finding] = found.findings
    assert (finding.code, finding.where) == ("DEADLINE_UNDATED", "messages[0]")
    assert "Law 1" in finding.detail


def test_the_first_notice_starts_the_clock_and_only_a_formal_one_starts_it_again(
    clocks: Clocks,
) -> None:
    found = dues(clocks, "Hello.", "An error.", "The error again.", "This is a formal notice.")

    assert list(found) == ["m2", "m4"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("An error on my debit card.", True),
        ("An error on my credit card.", False),
        ("An error on my credit card, and one on my debit card.", True),
        ("An error.", True),
    ],
)
def test_what_a_case_is_about_decides_which_law_holds(
    clocks: Clocks, *, text: str, starts: bool
) -> None:
    assert bool(dues(clocks, text)) is starts


def test_notice_must_come_in_the_way_the_law_asks_for(clocks: Clocks) -> None:
    assert dues(clocks, "An error.", channel="letter")
    assert not dues(clocks, "An error.", channel="phone")


def test_an_agents_note_gives_notice_but_boilerplate_does_not(clocks: Clocks) -> None:
    assert dues(clocks, ("agent", "PHONE NOTE. Reports an error.")) == {"m1": "2026-03-16"}
    assert not dues(clocks, ("agent", "If you find an error, write to us."))
    assert not dues(clocks, ("system", "error 404"))


def test_weak_words_count_only_where_the_label_agrees(clocks: Clocks) -> None:
    assert dues(clocks, "Hello.", "That is odd.", label="mistake") == {"m2": "2026-03-16"}
    assert not dues(clocks, "That is odd.")
    assert not dues(clocks, "Hello.", label="mistake")


def test_notice_stands_in_one_sentence(tmp_path: Path) -> None:
    text = DEADLINES.replace("'\\berror\\b'", "'\\berror.{0,40}unknown\\b'")
    clocks = Clocks(deadline_rules(tmp_path, text))

    assert dues(clocks, "An error that is unknown to me.")
    assert not dues(clocks, "An error. The rest is unknown.")


def test_a_condition_lengthens_the_clock_and_the_shorter_end_is_told(clocks: Clocks) -> None:
    [clock] = clocks.run(reading("An error on my new account."), "x").clocks

    assert clock.deadline.citation == "Law 1(b)"
    assert clock.deadline.due == day("2026-03-30")
    assert "since the case suggests that the account is new; if not, by 2026-03-16" in (
        clock.deadline.because
    )


def test_a_clock_can_run_from_a_date_that_the_ticket_has_in_a_field(clocks: Clocks) -> None:
    fields = (("statement_date", "2026-02-01"),)
    found = clocks.run(reading("An error.", fields=fields), "x")

    assert [(clock.rule.id, str(clock.deadline.due)) for clock in found.clocks] == [
        ("answer", "2026-03-16"),
        ("told", "2026-04-02"),
    ]
    assert "(statement_date)" in found.clocks[1].deadline.because


def test_a_date_in_a_field_that_is_none_starts_nothing(clocks: Clocks) -> None:
    fields = (("statement_date", "soon"),)

    assert [c.rule.id for c in clocks.run(reading("An error.", fields=fields), "x").clocks] == [
        "answer"
    ]


def test_calendar_days_are_not_moved_off_a_weekend_but_it_is_said(clocks: Clocks) -> None:
    fields = (("statement_date", "2026-02-03"),)
    *_, told = clocks.run(reading("An error.", fields=fields), "x").clocks

    assert told.deadline.due == day("2026-04-04")
    assert told.deadline.because.endswith("a Saturday.")


def test_days_on_which_a_bank_is_closed_are_skipped(tmp_path: Path) -> None:
    text = DEADLINES.replace("{financial: FED}}", "{financial: FED}, closed: [2026-03-05]}")
    [clock] = Clocks(deadline_rules(tmp_path, text)).run(reading("An error."), "x").clocks

    assert clock.deadline.due == day("2026-03-17")
    assert "5 March 2026 (closed)" in clock.deadline.because
