"""Reviewed cases become candidates of an evaluation set, from the record alone."""

import json
from pathlib import Path
from typing import Any

import anyio

from summarizer.casework.reviewing import review
from summarizer.casework.reviews import Decision, FinalText
from summarizer.redact.redactor import Redactor
from tests.audit.logs import Log
from tests.casework.cases import NOW
from tests.cli.conftest import CARD, EMAIL, TICKET, Run, lines
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.routes import default_policy


def _reviewed(data_dir: Path, summary_id: str, decision: Decision, **final: Any) -> None:
    """Review a summary as the service does."""
    redactor = Redactor(
        detector=FakeDetector(), anonymizer=SpliceAnonymizer(), policy=default_policy()
    )

    async def run() -> None:
        async with Log(f"sqlite:///{data_dir / 'audit.db'}", data_dir).opened() as store:
            done = await review(
                store,
                redactor,
                summary_id,
                decision,
                reason="Wrong team." if decision == "reject" else None,
                final=FinalText.model_validate(final) if final else None,
                actor="ada",
                now=NOW,
            )
            assert done is not None

    anyio.run(run)


def test_accepted_and_edited_cases_are_candidates_and_others_are_not(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({**TICKET, "id": f"T-{at}"}) + "\n" for at in range(4)))
    outcomes = lines(run("summarize", str(path), "--json").stdout)
    accepted, edited, rejected, _ = (each["audit"]["event_ids"][-1] for each in outcomes)
    _reviewed(tmp_path / "data", accepted, "accept")
    _reviewed(tmp_path / "data", edited, "edit", urgency="critical")
    _reviewed(tmp_path / "data", rejected, "reject")

    result = run("eval", "harvest", "--output", "candidates.jsonl", "--json")

    assert result.exit_code == 0, result.output
    assert lines(result.stdout) == [{"cases": 2, "passed_over": 0, "output": "candidates.jsonl"}]
    output = tmp_path / "candidates.jsonl"
    cases = {case["id"]: case for case in lines(output.read_text())}
    assert cases.keys() == {accepted, edited}
    assert cases[edited]["expected"]["urgency"] == "critical"
    assert cases[accepted]["tags"] == ["harvested", "accept"]
    assert output.stat().st_mode & 0o777 == 0o600
    for raw in (CARD, EMAIL, "Zephyrine", "T-0"):
        assert raw not in output.read_text()
    reads = lines(run("audit", "list", "--kind", "audit_read", "--json").stdout)
    assert "harvest" in {each["facts"]["action"] for each in reads}


def test_nothing_reviewed_gives_an_empty_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(TICKET))
    run("summarize", str(path))

    result = run("eval", "harvest", "--output", "candidates.jsonl")

    assert result.exit_code == 0
    assert "0 candidate(s)" in result.stdout
    assert (tmp_path / "candidates.jsonl").read_text() == ""
