"""Files of rules: what is wrong with one is named with its line and the fix."""

from pathlib import Path

import pytest

from summarizer.errors import ConfigurationError
from tests.triage.cases import DEADLINES, URGENCY, deadline_rules, urgency_rules


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\\brent due\\b", "(rent", "rules.0.patterns.0: Value error, not a pattern of RE2"),
        ("\\brent due\\b", "(?=rent)", "it has no look-around"),
        ("\\brent due\\b", "x*", "matches nothing at all"),
        ("id: scam", "id: rent", "the id 'rent' stands twice"),
        ("level: critical", "level: asap", "rules.1.level: Input should be"),
        ("holds: [My rent due Friday.], ", "", "rules.0.examples.holds: is missing"),
        (
            "    patterns: ['\\brent due\\b']\n    notes: ['\\brent is due\\b']\n",
            "",
            "give patterns",
        ),
        ("[I pay rent.]", "[{nobody: I pay rent.}]", "rules.0.examples.holds_not.0.author"),
    ],
)
def test_what_is_wrong_with_a_floor_is_named(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in URGENCY
    with pytest.raises(ConfigurationError) as refused:
        urgency_rules(tmp_path, URGENCY.replace(old, new, 1))

    assert "urgency.yaml:" in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "notice: [error]",
            "notice: [eror]",
            "there is no notice 'eror'; use one of error, formal",
        ),
        ("jurisdiction: UK", "jurisdiction: FR", "there is no jurisdiction 'FR'"),
        ("condition: new_account", "condition: old", "there is no condition 'old'"),
        ("id: told", "id: answer", "the id 'answer' stands twice"),
        ("{computed}", "10 days", "name {computed} exactly once"),
        ("count: 10", "count: 0", "rules.0.count"),
        ("unit: weeks", "unit: months", "rules.2.unit"),
        (", due: 2026-03-16", "", "needs the date that is due"),
        ("[All is well.]", "[{says: Fine., due: 2026-03-16}]", "has no date that is due"),
        ("2026-03-02T12:00:00-05:00", "2026-03-02", "rules.0.examples.holds.0.at"),
        (", hints: ['\\bodd\\b']", "", "issue_types and hints go together"),
        ("{financial: FED}", "{financial: FED, country: US}", "either a country or a financial"),
    ],
)
def test_what_is_wrong_with_a_deadline_is_named(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in DEADLINES
    with pytest.raises(ConfigurationError) as refused:
        deadline_rules(tmp_path, DEADLINES.replace(old, new, 1))

    assert "deadlines.yaml:" in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "meaning"),
    [
        ("a b", r"a\s+b"),
        ("e ?mail", r"e\s*mail"),
        ("[a b] c", r"[a b]\s+c"),
        ("(?:my )?card", r"(?:my\s+)?card"),
    ],
)
def test_a_space_in_a_pattern_is_any_run_of_white_space(
    tmp_path: Path, pattern: str, meaning: str
) -> None:
    rules = urgency_rules(tmp_path, URGENCY.replace("\\brent due\\b", pattern, 1))

    assert rules.rules[0].patterns == (meaning,)
