"""What the rules of a policy say of a whole case, the shipped ones among them."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from summarizer.ingest.case import to_case
from summarizer.models import Draft, KeyFact, NextAction, RedactedCase, Ticket
from summarizer.policy import Policy
from summarizer.triage import decide_review, to_summary
from summarizer.triage.engine import CaseRules, Ruling
from summarizer.triage.examples import failed_examples
from tests.redact.cases import redactor
from tests.routes import ticket
from tests.triage.cases import DEADLINES, REPOSITORY, URGENCY, day

POLICIES = REPOSITORY / "policies"
DEFAULT = Policy.read(POLICIES / "default")
RULES = CaseRules(DEFAULT)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def redacted(raw: Ticket) -> RedactedCase:
    return redactor().redact(to_case(raw, DEFAULT.limits)).case


def sample(name: str) -> RedactedCase:
    text = (REPOSITORY / "samples" / f"{name}.json").read_text()
    return redacted(Ticket.model_validate_json(text))


def ours(folder: Path, *, deadlines: str = DEADLINES, urgency: str = URGENCY) -> Policy:
    """A copy of the default policy with rules of its own."""
    folder = shutil.copytree(POLICIES / "default", folder / "ours")
    (folder / "deadlines.yaml").write_text(deadlines)
    (folder / "urgency.yaml").write_text(urgency)
    return Policy.read(folder)


def draft(urgency: str = "low") -> Draft:
    return Draft.model_validate({
        "headline": "h",
        "narrative": "n",
        "key_facts": (KeyFact(text="f", messages=("m1",)),),
        "issue_type": "fees_interest",
        "urgency": urgency,
        "next_action": NextAction(code="call_customer", detail="d"),
    })


def clocks_of(ruling: Ruling) -> list[tuple[str, str, str]]:
    return [(d.citation, d.trigger, str(d.due)) for d in ruling.deadlines]


def test_the_disputed_debit_card_has_the_clocks_of_regulation_e() -> None:
    ruling = RULES.judge(sample("unauthorised-card-payment"), "unclassified", NOW)

    assert clocks_of(ruling) == [
        ("12 CFR 1005.11(c)(1)", "m1", "2026-11-12"),
        ("12 CFR 1005.11(c)(3)(ii)", "m1", "2027-01-26"),
    ]
    assert [(r.rule, r.level, r.message) for r in ruling.reasons] == [
        ("essential_money", "high", "m1")
    ]


def test_the_mortgage_complaint_has_the_clocks_of_regulation_x_once_for_each_notice() -> None:
    ruling = RULES.judge(sample("mortgage-servicing-complaint"), "unclassified", NOW)

    assert clocks_of(ruling) == [
        ("12 CFR 1024.35(d)", "m1", "2026-09-15"),
        ("12 CFR 1024.35(e)(3)(i)(C)", "m1", "2026-10-21"),
        ("12 CFR 1024.35(d)", "m8", "2026-11-17"),
        ("12 CFR 1024.35(e)(3)(i)(C)", "m8", "2026-12-23"),
    ]
    assert ruling.next_due == day("2026-12-23")
    assert {"vulnerable_customer", "outside_party"} <= {r.rule for r in ruling.reasons}


def test_the_scam_in_progress_is_critical_and_what_was_sent_is_to_be_reimbursed() -> None:
    ruling = RULES.judge(sample("scam-in-progress"), "unclassified", NOW)

    gravest = ruling.reasons[0]
    assert (gravest.rule, gravest.level, gravest.message) == ("scam_in_progress", "critical", "m3")
    assert [(trigger, due) for _, trigger, due in clocks_of(ruling)] == [("m6", "2026-11-26")]


@pytest.mark.parametrize("name", ["default", "strict", "minimal"])
def test_every_example_of_the_shipped_rules_comes_out_as_it_says(name: str) -> None:
    policy = Policy.read(POLICIES / name)

    assert policy.deadlines == DEFAULT.deadlines
    assert policy.urgency == DEFAULT.urgency
    assert list(failed_examples(policy)) == []


def test_an_example_that_comes_out_otherwise_is_named(tmp_path: Path) -> None:
    policy = ours(
        tmp_path,
        deadlines=DEADLINES.replace("due: 2026-04-27", "due: 2026-04-28"),
        urgency=URGENCY.replace("[A safe account.]", "[A safe account now.]"),
    )
    scam, reply = failed_examples(policy)

    assert scam.path.name == "urgency.yaml"
    assert scam.loc == ("rules", 1, "examples", "holds_not", 0)
    assert "rule scam: holds_not 1: the rule holds" in scam.detail
    assert "rule reply: holds 1: due 2026-04-27" in reply.detail


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("America/New_York", "America/Gotham", "deadlines.yaml:4: jurisdictions.US: No time zone"),
        ("financial: FED", "financial: NIX", "deadlines.yaml:4: jurisdictions.US: Financial"),
        ("subdivision: ENG", "subdivision: XYZ", "deadlines.yaml:5: jurisdictions.UK: Entity"),
    ],
)
def test_a_calendar_that_does_not_exist_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    policy = ours(tmp_path, deadlines=DEADLINES.replace(old, new))

    with pytest.raises(ConfigurationError, match=words):
        CaseRules(policy)


def test_rules_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    many = ", ".join(f"'a{n}\\pL{{0,900}}'" for n in range(5))
    policy = ours(tmp_path, urgency=URGENCY.replace("'\\bsafe account\\b'", many))

    with pytest.raises(ConfigurationError, match=r"urgency\.yaml: .*too large"):
        CaseRules(policy)


def test_the_next_action_is_due_by_the_earliest_duty_that_has_not_passed(tmp_path: Path) -> None:
    rules = CaseRules(ours(tmp_path))
    fields = {"statement_date": "2026-01-02"}
    message = {"author": "customer", "at": "2026-03-02T12:00:00-05:00", "body": "An error."}
    case = redacted(ticket(jurisdiction="US", fields=fields, messages=[message]))
    answer_due, told_due = day("2026-03-16"), day("2026-03-03")

    def due(today: date) -> date | None:
        return rules.judge(case, "x", datetime(*today.timetuple()[:3], 17, tzinfo=UTC)).next_due

    assert {d.due for d in rules.judge(case, "x", NOW).deadlines} == {answer_due, told_due}
    assert due(answer_due) == answer_due
    assert due(told_due) == answer_due, "the customer's own time limit is no duty of the bank"
    assert due(answer_due + timedelta(days=9)) == answer_due, "a missed one is still shown"


def test_today_is_the_day_where_the_case_belongs(tmp_path: Path) -> None:
    rules = CaseRules(ours(tmp_path))
    message = {"author": "customer", "at": "2026-03-02T12:00:00-05:00", "body": "An error."}
    case = redacted(ticket(jurisdiction="US", messages=[message]))

    still_the_16th = datetime(2026, 3, 17, 3, tzinfo=UTC)
    [reason] = rules.judge(case, "x", still_the_16th).reasons

    assert reason.because.endswith("falls due today, on 16 March 2026")


def test_an_old_case_is_judged_as_of_its_last_message(tmp_path: Path) -> None:
    policy = ours(tmp_path)
    messages = [
        {"author": "customer", "at": "2026-03-02T12:00:00-05:00", "body": "An error."},
        {"author": "agent", "at": "2026-03-14T12:00:00-05:00", "body": "We are on it."},
    ]
    case = redacted(ticket(jurisdiction="US", messages=messages))

    assert [r.rule for r in CaseRules(policy).judge(case, "x", NOW).reasons] == []
    old = CaseRules(policy, as_of_last_message=True).judge(case, "x", NOW)
    assert [r.because for r in old.reasons] == ["Law 1 falls due in 2 days, on 16 March 2026"]


def test_what_a_reply_quotes_of_an_earlier_message_starts_and_says_nothing(tmp_path: Path) -> None:
    rules = CaseRules(ours(tmp_path))
    first = "My rent due Friday, and there is an error on the debit card of mine."
    messages = [
        {"author": "agent", "body": first},
        {"author": "customer", "body": f"No, I did not say that.\n\n> {first}\n"},
    ]
    case = redacted(ticket(jurisdiction="US", messages=messages))

    assert rules.judge(case, "x", NOW).reasons == ()


def test_the_subject_belongs_to_the_first_message(tmp_path: Path) -> None:
    case = redacted(ticket("Please help.", subject="My rent due Friday"))

    [reason] = CaseRules(ours(tmp_path)).judge(case, "x", NOW).reasons
    assert reason.message == "m1"


def test_a_policy_without_rules_leaves_the_model_alone(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(POLICIES / "default", folder)
    (folder / "deadlines.yaml").unlink()
    (folder / "urgency.yaml").unlink()

    assert CaseRules(Policy.read(folder)).judge(sample("scam-in-progress"), "x", NOW) == Ruling()


def test_a_summary_has_the_deadlines_and_at_least_the_floor() -> None:
    ruling = RULES.judge(sample("unauthorised-card-payment"), "unclassified", NOW)

    summary = to_summary(draft("low"), DEFAULT.taxonomy, ruling, {})

    assert summary.urgency == "high"
    assert summary.deadlines == ruling.deadlines
    assert summary.urgency_reasons == ruling.reasons
    assert summary.next_action.due == ruling.next_due
    assert to_summary(draft("critical"), DEFAULT.taxonomy, ruling, {}).urgency == "critical"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"jurisdiction": "US"}, "DEADLINE_UNDATED"), ({}, "JURISDICTION_UNKNOWN")],
)
def test_a_clock_that_cannot_be_computed_asks_for_a_person(
    changes: dict[str, str], reason: str
) -> None:
    case = redacted(ticket("There are payments on my debit card I never made.", **changes))
    ruling = RULES.judge(case, "unclassified", NOW)

    summary = to_summary(draft(), DEFAULT.taxonomy, ruling, {})

    review = decide_review(
        summary, model="x", repairs=0, rules=DEFAULT.review, findings=ruling.findings
    )

    assert review.required
    assert review.reasons == (reason,)
