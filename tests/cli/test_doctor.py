from pathlib import Path

from tests.cli.conftest import Run, lines


def test_a_sound_installation_is_ok_line_by_line(run: Run) -> None:
    result = run("doctor", "--json")
    [answer] = lines(result.stdout)
    status = {check["name"]: check["status"] for check in answer["checks"]}

    assert result.exit_code == 0
    assert answer["ok"] is True
    assert status.pop("embedded model") == "warn"
    assert {name for name, value in status.items() if value == "fail"} == set()
    assert "EMAIL_ADDRESS" in _detail(answer, "detector")


def test_what_fails_comes_with_its_fix_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    result = run("doctor", "--model", "openai/gpt-x")

    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in result.stdout
    assert "chmod 700" in result.stdout


def test_the_embedded_model_is_missed_only_if_it_is_used(run: Run) -> None:
    result = run("doctor", "--model", "embedded", "--json")
    [answer] = lines(result.stdout)

    assert result.exit_code == 1
    assert [check["name"] for check in answer["checks"] if check["status"] == "fail"] == [
        "embedded model"
    ]
    assert "model pull" in str(answer)


def test_a_changed_log_fails_the_checkup(run: Run, ticket_file: Path, tmp_path: Path) -> None:
    assert run("summarize", str(ticket_file)).exit_code == 0
    intact = lines(run("doctor", "--json").stdout)[0]
    database = tmp_path / "data" / "audit.db"
    database.write_bytes(database.read_bytes().replace(b"EMAIL_ADDRESS", b"EMAIL_ADDRESZ"))
    [changed] = lines(run("doctor", "--json").stdout)

    assert "intact" in _detail(intact, "audit store")
    assert changed["ok"] is False
    assert "not intact" in _detail(changed, "audit store")


def _detail(answer: dict[str, list[dict[str, str]]], name: str) -> str:
    return next(check["detail"] for check in answer["checks"] if check["name"] == name)
