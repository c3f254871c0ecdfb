import shutil
from pathlib import Path

import pytest

from summarizer.settings import bundled
from tests.cli.conftest import Run, lines


@pytest.fixture
def policy_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "our-policy"
    shutil.copytree(bundled("policies") / "default", folder)
    return folder


def test_the_shipped_policy_is_sound(run: Run) -> None:
    result = run("policy", "check", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 0
    assert answer["ok"] is True
    assert answer["policy"].startswith("default@sha256:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limits:", "limitz:", "limitz"),
        ("PIN: {", "PIN: {kep_last: 2, ", "redaction.entities.PIN.kep_last"),
        ("PIN: {", "PARSNIP: {", "PARSNIP: no recognizer finds this entity"),
        ("threshold: 0.35}", "threshold: 0.99}", "PERSON"),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(
    run: Run, policy_folder: Path, old: str, new: str, words: str
) -> None:
    path = policy_folder / "policy.yaml"
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    result = run("policy", "check", "our-policy")

    assert result.exit_code == 2
    assert result.stderr.startswith("INVALID_CONFIGURATION: ")
    assert "policy.yaml" in result.stderr
    assert words in result.stderr


def test_a_policy_is_shown_in_words(run: Run) -> None:
    result = run("policy", "show")

    assert result.exit_code == 0
    for words in ("CREDIT_CARD", "last 4", "a token, the same", "all others", "embedded"):
        assert words in result.stdout


def test_every_action_has_words(run: Run, policy_folder: Path) -> None:
    path = policy_folder / "policy.yaml"
    content = path.read_text()
    path.write_text(content.replace("PIN: {action: drop}", "PIN: {action: block}"))
    result = run("policy", "show", "--policy", "our-policy")

    for words in ("only its kind is named", "the case is refused", "a coarser value"):
        assert words in result.stdout
