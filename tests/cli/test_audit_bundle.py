import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, lines


@pytest.fixture
def exported(run: Run, ticket_file: Path, tmp_path: Path) -> Run:
    """A bundle of a log with one case, and its public key."""
    assert run("summarize", str(ticket_file), "--json").exit_code == 0
    assert run("audit", "export", "--output", "bundle").exit_code == 0
    (tmp_path / "log.key").write_text(run("audit", "public-key").stdout)
    return run


def test_a_bundle_is_verified_with_the_public_key_alone(exported: Run, tmp_path: Path) -> None:
    result = exported(
        "audit", "fsck", "bundle", "--public-key", "log.key", "--data-dir", str(tmp_path / "none")
    )

    assert result.exit_code == 0
    assert "intact" in result.stdout


def test_a_changed_bundle_is_not_intact(exported: Run, tmp_path: Path) -> None:
    entries = tmp_path / "bundle" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"received", b"redacted", 1))
    result = exported("audit", "fsck", "bundle", "--public-key", "log.key", "--json")

    assert result.exit_code == 1
    [answer] = lines(result.stdout)
    assert [finding["kind"] for finding in answer["findings"]] == ["header_changed"]


def test_a_case_is_exported_alone_and_that_is_recorded(exported: Run, tmp_path: Path) -> None:
    result = exported("audit", "export", "--output", "one", "--case", "T-77", "--json")
    [answer] = lines(result.stdout)
    reads = lines(exported("audit", "list", "--kind", "audit_read", "--json").stdout)

    assert answer["events"] == len((tmp_path / "one" / "entries.jsonl").read_text().splitlines())
    assert json.loads((tmp_path / "one" / "manifest.json").read_text())["whole"] is False
    assert exported("audit", "fsck", "one", "--public-key", "log.key").exit_code == 0
    assert len(reads) >= 2


def test_a_case_of_which_nothing_is_known_is_bad_input(exported: Run) -> None:
    result = exported("audit", "export", "--output", "none", "--case", "T-78")

    assert result.exit_code == 2
    assert "nothing is recorded" in result.stderr


def test_a_file_that_holds_no_key_is_bad_input(exported: Run, tmp_path: Path) -> None:
    (tmp_path / "log.key").write_text("nonsense")

    assert exported("audit", "fsck", "bundle", "--public-key", "log.key").exit_code == 2
