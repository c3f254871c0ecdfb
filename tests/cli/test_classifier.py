"""`classifier fit` and `classifier weigh` as an engineer has them."""

import json
from pathlib import Path

from summarizer.triage.labelling import Labeller
from tests.cli.conftest import Run, lines
from tests.evals.builders import case_line, write_set

_NAME = "Zephyrine Quill"
_ABOUT = {
    "card_unrecognised": "I am {name}. My card was stolen and somebody pays with it, case {n}.",
    "transfer_error": "I am {name}. My transfer of £{n} went astray to a stranger.",
}


def labelled_set(folder: Path, count: int = 24) -> Path:
    """Write cases of two kinds, all by one person whose name is marked."""
    kinds = list(_ABOUT.items())
    return write_set(
        folder / "set",
        [
            case_line(
                f"c{n}",
                kinds[n % 2][1].format(name=_NAME, n=n + 10),
                pii=[(_NAME, "PERSON")],
                expected={"issue_type": kinds[n % 2][0]},
                split="dev" if n % 6 > 3 else "train",
                at="2026-03-20",
            )
            for n in range(count)
        ],
    )


def test_what_was_fitted_decides_labels_and_holds_no_name(run: Run, tmp_path: Path) -> None:
    folder, file = labelled_set(tmp_path), tmp_path / "labels.json"

    fitted = run("classifier", "fit", "--set", str(folder), "--output", str(file), "--json")

    (said,) = lines(fitted.stdout)
    assert fitted.exit_code == 0, fitted.output
    assert [(row["field"], row["cases"]) for row in said["fields"]] == [("issue_type", 16)]
    assert "quill" not in file.read_text().casefold()
    assert file.stat().st_mode & 0o777 == 0o600
    command = ("eval", "run", "--set", str(folder), "--model", "extractive", "--no-baselines")
    result = run(*command, "--split", "dev", "--classifier", str(file), "--json")
    (figures,) = lines(result.stdout)
    assert figures["metrics"]["issue_type.accuracy"]["value"] == 1


def test_weights_are_fitted_on_a_run_and_kept_beside_the_classifier(
    run: Run, tmp_path: Path
) -> None:
    folder = labelled_set(tmp_path, count=72)
    file, weighed, out = (tmp_path / name for name in ("labels.json", "weighed.json", "out"))
    run("classifier", "fit", "--set", str(folder), "--output", str(file))
    command = ("eval", "run", "--set", str(folder), "--model", "extractive", "--no-baselines")
    run(*command, "--split", "dev", "--classifier", str(file), "--output", str(out))

    result = run(
        "classifier", "weigh", str(out), "--classifier", str(file), "--output", str(weighed),
        "--json",
    )  # fmt: skip

    (said,) = lines(result.stdout)
    assert result.exit_code == 0, result.output
    assert said["fields"][0]["together"] == 1
    labeller = Labeller.load(weighed)
    assert set(labeller.weights) == {"extractive"}
    assert labeller.classifiers.keys() == Labeller.load(file).classifiers.keys()


def test_a_classifier_that_is_none_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text(json.dumps({"classifiers": {"colour": {}}}))
    ticket = tmp_path / "t.json"
    ticket.write_text('{"id":"T-1","messages":[{"author":"customer","body":"My card is lost."}]}')

    result = run("summarize", str(ticket), "--classifier", str(tmp_path / "labels.json"))

    assert result.exit_code == 2
    assert "labels.json" in result.stderr.replace("\n", "")


def test_a_split_without_cases_is_named(run: Run, tmp_path: Path) -> None:
    folder = labelled_set(tmp_path)

    result = run("classifier", "fit", "--set", str(folder), "--split", "x", "--output", "l.json")

    assert result.exit_code == 2
    assert "splits of this set: dev, train" in result.stderr.replace("\n", " ")
