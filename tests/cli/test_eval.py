"""`eval run` and its kin as an engineer has them, on the scripted model."""

import hashlib
import json
import shlex
import shutil
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from summarizer.settings import bundled
from tests.cli.conftest import Run, lines
from tests.evals.builders import case_line, write_set

ROOT = Path(__file__).parents[2]
_NAME = "Zephyrine Quill"


def small_set(folder: Path, about: str = "", count: int = 8) -> Path:
    """Write cases about fees by a person whose name is marked."""
    return write_set(
        folder / "set",
        [
            case_line(
                f"c{n}",
                f"I am {_NAME}. A fee of £{n + 10} was charged on {n + 1} March.",
                pii=[(_NAME, "PERSON")],
                expected={"facts": [f"A fee of £{n + 10} was charged"]},
                tags=["angry"],
                split="train" if n % 2 else "test",
                at="2026-03-20",
            )
            for n in range(count)
        ],
        about,
    )


def test_a_run_leaves_figures_cases_and_a_page(run: Run, tmp_path: Path) -> None:
    result = run("eval", "run", "--set", str(small_set(tmp_path)), "--output", "out", "--json")
    (printed,) = lines(result.stdout)
    stored = json.loads((tmp_path / "out" / "run.json").read_text())
    page = (tmp_path / "out" / "report.html").read_text()

    assert result.exit_code == 0, result.output
    assert printed == stored
    assert stored["n"] == 8
    assert stored["metrics"]["pii.recall"] | {"low": 0} == {
        "value": 1, "low": 0, "high": 1, "n": 8,
    }  # fmt: skip
    assert set(stored["baselines"]) == {"majority", "keywords", "tfidf", "lead3"}
    assert stored["slices"]["angry"]["n"] == 8
    assert len((tmp_path / "out" / "cases.jsonl").read_text().splitlines()) == 8
    assert "<svg" in page
    assert "&lt;PERSON_1&gt;" in page
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}
    for file in (tmp_path / "out").iterdir():
        assert _NAME not in file.read_text()


def test_without_a_folder_a_run_is_put_among_the_runs_and_the_log_names_its_files(
    run: Run, tmp_path: Path
) -> None:
    common = ("--data-dir", str(tmp_path / "data"))
    run("eval", "run", "--set", str(small_set(tmp_path)), "--no-baselines", *common)
    (folder,) = (tmp_path / "data" / "evaluation" / "runs").iterdir()
    listed = lines(run("audit", "list", "--kind", "evaluation", "--json", *common).stdout)
    shown = lines(run("audit", "show", listed[0]["id"], "--json", *common).stdout)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert shown[0]["body"]["files"] == {
        name: f"sha256:{hashlib.sha256((folder / name).read_bytes()).hexdigest()}"
        for name in ("cases.jsonl", "run.json")
    }


def test_the_page_loads_nothing_from_elsewhere(run: Run, tmp_path: Path) -> None:
    run("eval", "run", "--set", str(small_set(tmp_path)), "--output", "out")
    page = (tmp_path / "out" / "report.html").read_text()

    for loading in ("<script", "src=", "@import", "<link", "url(http"):
        assert loading not in page
    assert "default-src 'none'" in page


def test_a_run_without_a_model_repeats_to_the_byte(run: Run, tmp_path: Path) -> None:
    folder = str(small_set(tmp_path))
    common = ("eval", "run", "--set", folder, "--cassette", "tape.jsonl", "--output")
    run(*common, "one")
    run(*common, "two", "--offline")

    for name in ("run.json", "cases.jsonl", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_offline_without_a_recorded_answer_fails_case_by_case(run: Run, tmp_path: Path) -> None:
    folder = str(small_set(tmp_path))
    result = run("eval", "run", "--set", folder, "--cassette", "none.jsonl", "--offline",
                 "--output", "out", "--json")  # fmt: skip

    assert json.loads(result.stdout)["statuses"] == {"PROVIDER_UNAVAILABLE": 8}


def test_a_missed_gate_is_exit_code_1_and_a_junit_failure(run: Run, tmp_path: Path) -> None:
    folder = small_set(tmp_path, "gates: {pii.leak_rate: 0.5, issue_type.accuracy: 0.99}\n")

    result = run("eval", "run", "--set", str(folder), "--junit", "gates.xml", "--output", "out")

    assert result.exit_code == 1
    assert "gate missed" in result.stdout
    xml = (tmp_path / "gates.xml").read_text()
    assert 'tests="2" failures="1"' in xml
    assert '<failure message="issue_type.accuracy: low end' in xml


def test_figures_are_written_into_a_document(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "purpose.md"
    document.write_text("Before\n<!-- figures -->\nold\n<!-- end of figures -->\nAfter\n")
    document.chmod(0o640)
    before = document.stat().st_ino
    common = ("eval", "run", "--set", str(small_set(tmp_path)), "--output", "out", "--figures")

    assert run(*common, str(document)).exit_code == 0
    first = document.read_text()
    assert document.stat().st_ino != before  # replaced at once, never half written
    assert run(*common, str(document)).exit_code == 0

    assert first == document.read_text()
    assert first.startswith("Before\n<!-- figures -->\n### Evaluation: small 1, 8 cases")
    assert first.endswith("<!-- end of figures -->\nAfter\n")
    assert "| pii.recall | 1.000 (" in first
    assert document.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.glob("purpose*")] == ["purpose.md"]
    missing = run(*common, "nowhere.md")
    assert (missing.exit_code, "no such file" in missing.stderr) == (2, True)
    document.write_text("no marks")
    assert "the document has no place for figures" in run(*common, str(document)).stderr


def test_a_gate_for_no_metric_is_named(run: Run, tmp_path: Path) -> None:
    folder = small_set(tmp_path, "gates: {issue_type.acuracy: 0.5}\n")

    result = run("eval", "run", "--set", str(folder), "--output", "out")

    assert result.exit_code == 2
    assert "set.yaml:5: gates.issue_type.acuracy: no such metric" in result.stderr


def test_a_sets_own_costs_hold_in_the_run_the_report_and_the_threshold(
    run: Run, tmp_path: Path
) -> None:
    flat = "{low: 7, normal: 7, high: 7, critical: 7}"
    matrix = (
        "cost_matrix:\n  review: 9\n  issue_types: {fees_interest: 30}\n"
        f"  urgency: {{low: {flat}, normal: {flat}, high: {flat}, critical: {flat}}}\n"
    )
    folder = str(small_set(tmp_path, matrix, count=24))
    stored = json.loads(run("eval", "run", "--set", folder, "--output", "out", "--json").stdout)
    found = json.loads(run("eval", "threshold", "out", "--json").stdout)

    assert stored["metrics"]["urgency.cost"]["value"] == 7
    assert stored["metrics"]["issue_type.cost"]["value"] == pytest.approx(
        30 * (1 - stored["metrics"]["issue_type.accuracy"]["value"]), abs=0.01
    )
    assert stored["baselines"]["keywords"]["urgency.cost"]["value"] == 7
    assert "of fees_interest 30" in (tmp_path / "out/report.html").read_text()
    assert found["costs"]["review"] == 9


def test_a_cost_for_no_issue_type_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    folder = small_set(tmp_path, "cost_matrix:\n  issue_types:\n    fees: 30\n", count=1)

    for command in (("check",), ("run", "--output", "out")):
        result = run("eval", command[0], "--set", str(folder), *command[1:])
        assert result.exit_code == 2
        assert "set.yaml:7: cost_matrix.issue_types.fees: not in the taxonomy" in result.stderr


def test_splits_and_limits_choose_cases(run: Run, tmp_path: Path) -> None:
    folder = str(small_set(tmp_path))

    def count(*more: str) -> int:
        output = "-".join(("out", *more)).replace(":", "")
        result = run("eval", "run", "--set", folder, "--json", "--output", output, *more)
        n: int = json.loads(result.stdout)["n"]
        return n

    assert count("--split", "test") == 4
    assert count("--split", "test", "--limit", "3") == 3
    assert count("--split", "from:2026-03-01") == 8


def test_a_run_is_in_the_audit_log_and_its_cases_in_a_log_of_their_own(
    run: Run, tmp_path: Path
) -> None:
    run("eval", "run", "--set", str(small_set(tmp_path)), "--output", "out")

    events = lines(run("audit", "list", "--json").stdout)
    own = lines(run("audit", "list", "--json", "--data-dir", "data/evaluation").stdout)
    (evaluation,) = [event for event in events if event["kind"] == "evaluation"]

    assert not [event for event in events if event["kind"] == "prompt"]
    assert len([event for event in own if event["kind"] == "prompt"]) > 0
    assert evaluation["facts"]["cases"] == 8
    assert evaluation["facts"]["set"].startswith("small@sha256:")


def test_a_run_that_is_started_again_answers_nothing_twice(run: Run, tmp_path: Path) -> None:
    folder = str(small_set(tmp_path))
    run("eval", "run", "--set", folder, "--output", "out")
    run("eval", "run", "--set", folder, "--output", "out")

    events = lines(
        run("audit", "list", "--json", "--limit", "999", "--data-dir", "data/evaluation").stdout
    )
    assert len([event for event in events if event["kind"] == "outcome"]) == 8


@pytest.fixture
def two_runs(run: Run, tmp_path: Path) -> tuple[Path, Path]:
    """Two runs whose answers are the same but for the labels, which the second has wrong."""
    run("eval", "run", "--set", str(small_set(tmp_path, count=30)), "--output", "new")
    new = tmp_path / "new"
    base = tmp_path / "base"
    base.mkdir()
    (base / "run.json").write_bytes((new / "run.json").read_bytes())
    cases = [json.loads(line) for line in (new / "cases.jsonl").read_text().splitlines()]
    for each in cases:
        each["rows"] |= {"issue_type.accuracy": [1.0, 1], "pii.recall": [1.0, 1.0]}
    (base / "cases.jsonl").write_text("".join(json.dumps(each) + "\n" for each in cases))
    return base, new


def test_a_significant_regression_is_exit_code_1(run: Run, two_runs: tuple[Path, Path]) -> None:
    base, new = two_runs
    result = run("eval", "compare", str(base), str(new), "--json", "--markdown", "pr.md")
    found: dict[str, Any] = json.loads(result.stdout)

    assert result.exit_code == 1
    assert found["worse"] == ["issue_type.accuracy"]
    assert "| issue_type.accuracy | 1.000 |" in (new.parent / "pr.md").read_text()
    assert run("eval", "compare", str(new), str(base)).exit_code == 0
    assert run("eval", "compare", str(new), str(new)).exit_code == 0


def test_a_folder_that_is_no_run_is_named(run: Run, tmp_path: Path) -> None:
    result = run("eval", "compare", str(tmp_path), str(tmp_path))

    assert result.exit_code == 2
    assert "not a run of `eval run` (run.json is missing)" in result.stderr


def test_a_set_is_checked(run: Run, tmp_path: Path) -> None:
    good = run("eval", "check", "--set", str(small_set(tmp_path, count=1)))
    bad = write_set(tmp_path / "bad", [case_line(body="write to a@gmail.com")])
    found = run("eval", "check", "--set", str(bad), "--json")

    assert good.exit_code == 0
    assert found.exit_code == 1
    assert json.loads(found.stdout)["problems"][0]["detail"].startswith("gmail.com is not reserved")


def test_labels_are_asked_for_and_compared(run: Run, tmp_path: Path) -> None:
    folder = str(small_set(tmp_path, count=3))
    label = ("eval", "label", "--set", folder, "--output")
    first = run(*label, "ana.jsonl", "--by", "ana", text="1\n1\n1\nq\n")
    rest = run(*label, "ana.jsonl", "--by", "ana", text="nonsense\nfees_interest\n2\n3\ns\n")
    run(*label, "ben.jsonl", "--by", "ben", text="1\n1\n1\n1\n1\n1\nq\n")

    assert "1 cases labelled" in first.stderr
    assert "1 cases labelled" in rest.stderr
    found = json.loads(run("eval", "agreement", "ana.jsonl", "ben.jsonl", "--json").stdout)
    assert [each["same"] for each in found] == [0.5, 0.5, 0.5]
    assert found[0]["differing"] == [["c1", "fees_interest", "card_unrecognised"]]


def test_a_threshold_needs_enough_confidences(run: Run, tmp_path: Path) -> None:
    run("eval", "run", "--set", str(small_set(tmp_path)), "--output", "out")

    result = run("eval", "threshold", "out")

    assert result.exit_code == 2
    assert "8 cases of this run have a confidence" in result.stderr


def test_drift_compares_periods_of_the_log(run: Run, tmp_path: Path) -> None:
    for n in range(20):
        ticket = {"id": f"T-{n}", "messages": [{"author": "customer", "body": f"Fee number {n}"}]}
        (tmp_path / f"{n:02}.json").write_text(json.dumps(ticket))
    run("summarize", str(tmp_path), "--json")
    ever = "2020-01-01..2100-01-01"

    same = run("drift", "--baseline", ever, "--window", ever, "--html", "drift.html", "--json")
    empty = run("drift", "--baseline", ever, "--window", "2020-01-01..2020-02-01")
    wrong = run("drift", "--baseline", "May", "--window", ever)

    assert same.exit_code == 0
    assert json.loads(same.stdout)["window"]["n"] == 20
    assert "<svg" in (tmp_path / "drift.html").read_text()
    assert "--window: 0 outcomes" in empty.stderr
    assert "--baseline: write a period as FROM..UNTIL" in wrong.stderr


def test_the_example_for_builds_compares_with_a_run_that_it_made_itself(
    run: Run, tmp_path: Path
) -> None:
    example = yaml.safe_load((ROOT / "docs" / "examples" / "evaluation.yml").read_text())
    names = example["env"] | {"MODEL": "scripted", "SET": str(small_set(tmp_path))}
    steps = example["jobs"]["evaluate"]["steps"]
    checked_out = [step["with"]["path"] for step in steps if "ref" in step.get("with", {})]
    for folder in (Path(), *map(Path, checked_out)):
        shutil.copytree(bundled("policies") / "default", tmp_path / folder / names["POLICY"])
        shutil.copytree(bundled("prompts") / "case_summary", tmp_path / folder / names["PROMPT"])

    scripts = [
        step["run"].replace("\\\n", " ").partition("||")[0] for step in steps if "run" in step
    ]
    commands = [
        shlex.split(Template(script).substitute(names))
        for script in scripts
        if script.startswith("summarizer ")
    ]
    results = [run(*command[1:]) for command in commands]

    assert [command[2] for command in commands] == ["run", "run", "compare"]
    assert [result.exit_code for result in results] == [0, 0, 0], results[0].output
    assert "|" in (tmp_path / "comparison.md").read_text()
