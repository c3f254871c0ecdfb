"""The commands that change what is kept, as a user has them."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
import typer
from typer.testing import CliRunner, Result

from summarizer.audit.store import SQLAuditStore
from summarizer.cli import audit_cases, db
from tests.audit.logs import events
from tests.cli.conftest import Run, lines

app = typer.Typer()
_group = typer.Typer()
app.add_typer(_group, name="audit")
audit_cases.register(_group)
db.register(app)


@pytest.fixture
def run(environment: Mapping[str, str], tmp_path: Path) -> Run:
    """Run a command on a log of three cases."""

    async def fill() -> None:
        data = tmp_path / "data"
        store = await SQLAuditStore.create(f"sqlite:///{data / 'audit.db'}", data_dir=data)
        await store.append(events(8))
        await store.aclose()

    anyio.run(fill)
    runner = CliRunner()

    def run_command(*arguments: str, text: str = "") -> Result:
        return runner.invoke(app, list(arguments), input=text, env=dict(environment))

    return run_command


def test_cases_are_erased_and_each_is_told(run: Run) -> None:
    result = run("audit", "erase", "T-1001", "T-404", "T-1002", "--reason", "DSR-17", "--json")
    first, unknown, last = lines(result.stdout)

    assert result.exit_code == 2
    assert (first["case"], first["erased"], len(first["event"])) == ("T-1001", True, 36)
    assert (unknown["erased"], unknown["error"]["code"]) == (False, "UNKNOWN_CASE")
    assert last["erased"] is True


def test_a_hold_refuses_erasure_with_the_code_of_policy(run: Run) -> None:
    held = run("audit", "hold", "T-1001", "--reason", "matter 4")
    refused = run("audit", "erase", "T-1001", "--reason", "DSR-17", "--json")
    shown = run("audit", "erase", "T-1001", "--reason", "DSR-17")
    released = run("audit", "release", "T-1001", "--reason", "settled", "--json")
    erased = run("audit", "erase", "T-1001", "--reason", "DSR-17")

    assert "on hold until it is released" in held.stdout
    assert refused.exit_code == 3
    assert lines(refused.stdout)[0]["error"]["code"] == "ERASURE_REFUSED"
    assert "ERASURE_REFUSED" in shown.stdout
    assert set(lines(released.stdout)[0]) == {"case", "event"}
    assert erased.exit_code == 0
    assert erased.stdout.startswith("erased: T-1001")


def test_a_hold_that_has_ended_before_it_begins_is_bad_input(run: Run) -> None:
    result = run("audit", "hold", "T-1001", "--reason", "x", "--until", "2020-01-01")

    assert result.exit_code == 2
    assert "has passed" in result.stderr


@pytest.mark.parametrize(
    "command", [("erase", "T-1001"), ("hold", "T-1001"), ("release", "T-1001"), ("incarnation",)]
)
def test_a_reason_must_be_given(run: Run, command: tuple[str, ...]) -> None:
    assert run("audit", *command, "--reason", " ").exit_code == 2
    assert run("audit", *command).exit_code == 2


def test_the_cases_of_a_value_are_listed(run: Run) -> None:
    asked = run("audit", "subject", "--identifier", "-", "--json", text="Ada Lark\n")
    shown = run("audit", "subject", "--identifier", "Ada Lark")
    empty = run("audit", "subject", "--identifier", "-", text="\n")

    assert lines(asked.stdout) == [{"cases": []}]
    assert "no case holds this value" in shown.stdout
    assert empty.exit_code == 2


def test_what_would_end_is_counted_by_class(run: Run) -> None:
    result = run("audit", "prune", "--dry-run", "--json")
    told: dict[str, dict[str, Any]] = {line["retention"]: line for line in lines(result.stdout)}

    assert set(told) == {"standard", "pci", "finra", "mifid", "mifid7"}
    assert set(told["standard"]) == {
        "retention", "before", "bodies", "on_hold", "event", "dry_run",
    }  # fmt: skip
    assert "standard" in run("audit", "prune").stdout


def test_keys_are_rotated(run: Run) -> None:
    [told] = lines(run("audit", "keys", "rotate", "--json").stdout)

    assert (told["epoch"], told["keys"]) == (2, 4)
    assert "epoch 3" in run("audit", "keys", "rotate").stdout


def test_an_incarnation_names_the_origin_it_signs_under(run: Run) -> None:
    [told] = lines(run("audit", "incarnation", "--reason", "restored", "--json").stdout)

    assert told["incarnation"] == 1
    assert told["origin"].endswith("/1")


def test_tables_are_brought_up_to_date(run: Run) -> None:
    [told] = lines(run("db", "upgrade", "--json").stdout)

    assert told == {
        "log": "log0002", "keys": "keys0002", "spending": "spending0001", "access": "access0002"
    }  # fmt: skip
    assert "up to date" in run("db", "upgrade").stdout


def test_roles_are_printed_as_sql_and_refused_on_sqlite(run: Run) -> None:
    printed = run("db", "roles", "--print").stdout
    refused = run("db", "roles")

    assert printed.count(";\n") > 50
    assert "GRANT EXECUTE ON FUNCTION public.audit_claim" in printed
    assert refused.exit_code == 2
    assert "SQLite has no roles" in refused.stderr


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 130), (b"y\n", 0)])
def test_a_person_at_the_terminal_is_asked(
    run: Run, environment: Mapping[str, str], answer: bytes, code: int
) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    program = "from tests.cli.test_audit_cases import app; app()"
    asked = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, "audit", "erase", "T-1001", "--reason", "x", "--json"],
        stdin=theirs, capture_output=True, env=dict(environment), check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)

    assert asked.returncode == code
    assert b"Erase 1 case(s) for good?" in asked.stderr
    told = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [line["erased"] for line in told] == ([True] if code == 0 else [])
