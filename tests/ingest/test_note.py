"""The note that goes back into a case tool."""

from datetime import date

from summarizer.ingest.note import note_of
from summarizer.models import KeyFact, NextAction, Summary
from summarizer.reasons import Deadline
from tests.routes import default_policy


def test_a_note_says_what_an_agent_needs_and_who_wrote_it() -> None:
    taxonomy = default_policy().taxonomy
    issue, action = taxonomy.issue_types[0], taxonomy.next_actions[0]
    summary = Summary(
        headline="Card of <PERSON_1> charged twice",
        narrative="The customer says that a shop charged twice.",
        issue_type=issue.code,
        team=issue.team,
        urgency="high",
        next_action=NextAction(
            code=action.code, detail="The agent must ask the shop.", due=date(2026, 3, 16)
        ),
        key_facts=(KeyFact(text="Charged twice.", messages=("1274", "1276")),),
        deadlines=(
            Deadline(
                rule="reg_e",
                citation="12 CFR 1005.11(c)",
                due=date(2026, 3, 16),
                because="10 business days to investigate",
                trigger="1274",
            ),
        ),
    )

    assert note_of(summary, taxonomy, case_id="35436").splitlines() == [
        "Summary of 35436, written by a machine: Card of <PERSON_1> charged twice",
        "",
        "The customer says that a shop charged twice.",
        "",
        f"Issue: {issue.title} (team: {issue.team})",
        "Urgency: high",
        f"Next action: {action.title} (next deadline 2026-03-16). The agent must ask the shop.",
        "- Charged twice. [1274, 1276]",
        "- Due 2026-03-16 (12 CFR 1005.11(c)): 10 business days to investigate",
    ]
