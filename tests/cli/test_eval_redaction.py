"""`eval redaction` on a bank's own labelled texts: what was missed, why, and what would help."""

import json
from pathlib import Path

from tests.cli.conftest import Run

_VALUES = ("QZX~9023~55", "QZX~3308~19", "QZX~9508~12")


def own_set(folder: Path) -> Path:
    """Three values without a word that says what they are, and one that needs none."""
    texts = [f"Hello, we looked at {value} twice today" for value in _VALUES]
    lines = [
        {"id": f"t{at}", "text": text, "spans": [
            {"start": text.index("QZX"), "end": text.index(" twice"), "entity": "CUSTOMER_ID"}]}
        for at, text in enumerate(texts)
    ]  # fmt: skip
    mail = {"id": "t9", "text": "ann@example.com", "spans": [
        {"start": 0, "end": 15, "entity": "EMAIL_ADDRESS"}]}  # fmt: skip
    path = folder / "ours.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in [*lines, mail]))
    return path


def test_misses_are_explained_and_a_rule_is_suggested_without_quoting_a_value(
    run: Run, tmp_path: Path
) -> None:
    result = run("eval", "redaction", "--set", str(own_set(tmp_path)), "--json")
    found = json.loads(result.stdout)["analysis"]

    assert result.exit_code == 0, result.output
    assert found["reasons"] == {"no_cue": 3}
    assert found["suggestions"] == [{
        "kind": "deny", "entity": "CUSTOMER_ID", "reason": "no_cue",
        "change": r"redaction.deny: {pattern: '\bQZX~\d{4}~\d{2}\b', entity: CUSTOMER_ID}",
        "misses": 3, "mends": 3, "breaks": 0, "ids": ["t0", "t1", "t2"],
    }]  # fmt: skip
    assert {(miss["shape"], miss["recognizers"][0]) for miss in found["missed"]} == {
        ("AAA~9999~99", "customer"),
    }  # fmt: skip
    for value in _VALUES:
        assert value not in result.stdout + result.stderr


def test_as_many_values_are_quoted_as_errors_were_asked_for(run: Run, tmp_path: Path) -> None:
    shown = run("eval", "redaction", "--set", str(own_set(tmp_path)), "--errors", "1")

    assert f"why: t0 20:31 CUSTOMER_ID '{_VALUES[0]}': no_cue" in shown.stdout
    assert r"\bQZX~\d{4}~\d{2}\b" in shown.stdout
    for value in _VALUES[1:]:
        assert value not in shown.stdout + shown.stderr
