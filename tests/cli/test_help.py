import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from summarizer.audit import EventKind
from summarizer.cli.app import app
from summarizer.cli.audit import Kind
from tests.cli.conftest import Run, Spawn

COMMANDS = {
    "audit",
    "audit case",
    "audit checkpoint",
    "audit erase",
    "audit export",
    "audit fsck",
    "audit hold",
    "audit incarnation",
    "audit keys",
    "audit keys rotate",
    "audit list",
    "audit prove",
    "audit prune",
    "audit public-key",
    "audit release",
    "audit show",
    "audit subject",
    "classifier",
    "classifier fit",
    "classifier weigh",
    "audit verify",
    "db",
    "db roles",
    "db upgrade",
    "doctor",
    "drift",
    "eval",
    "eval agreement",
    "eval check",
    "eval compare",
    "eval differential",
    "eval harvest",
    "eval label",
    "eval redaction",
    "eval run",
    "eval threshold",
    "keys",
    "keys create",
    "keys list",
    "keys revoke",
    "model",
    "model list",
    "model pull",
    "model serve",
    "policy",
    "policy check",
    "policy show",
    "redact",
    "replay",
    "serve",
    "summarize",
}  # fmt: skip
SHARED = {
    "--policy", "--model", "--prompt", "--data-dir", "--database-url", "--json", "--api-base",
    "--cache-dir",
}  # fmt: skip


def tree(command: Any = None, path: str = "") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    for name, sub in getattr(command, "commands", {}).items():
        yield f"{path} {name}".strip(), sub
        yield from tree(sub, f"{path} {name}")


def test_the_commands_are_those_of_the_contract() -> None:
    assert {name for name, _ in tree()} == COMMANDS


@pytest.mark.parametrize(("name", "command"), list(tree()), ids=str)
def test_every_command_and_option_has_a_help_text(name: str, command: Any) -> None:
    assert command.help
    assert [
        parameter.name for parameter in command.params if not getattr(parameter, "help", None)
    ] == []


@pytest.mark.parametrize(("name", "command"), list(tree()), ids=str)
def test_every_command_has_the_shared_flags_and_an_example(name: str, command: Any) -> None:
    if hasattr(command, "commands"):
        return
    options = {option for parameter in command.params for option in parameter.opts}

    assert options >= SHARED
    assert f"summarizer {name}" in command.epilog


def test_a_help_text_shows_only_the_settings_that_matter(run: Run) -> None:
    result = run("redact", "--help")

    assert result.exit_code == 0
    assert "--policy" in result.stdout
    assert "--explain" in result.stdout
    assert "--database-url" not in result.stdout


def test_the_kinds_to_filter_by_are_the_kinds_of_events() -> None:
    assert [kind.value for kind in Kind] == list(EventKind.__args__)  # type: ignore[attr-defined]


def test_help_loads_nothing_that_a_command_needs() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "summarizer", "--help"],
        capture_output=True,
        check=True,
        text=True,
    )
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in result.stderr.splitlines()
        if line.startswith("import time:")
    }

    assert "typer" in loaded
    assert loaded.isdisjoint({
        "anyio", "asyncio", "fastapi", "httpx", "jinja2", "litellm", "markdown_it", "openai",
        "orjson", "presidio_analyzer", "presidio_anonymizer", "pydantic", "spacy", "sqlalchemy",
        "sqlmodel", "structlog", "uvicorn", "xllamacpp", "yaml",
    })  # fmt: skip


def test_no_colours_go_where_none_are_wanted(spawn: Spawn) -> None:
    process = spawn("--help")
    output, _ = process.communicate()

    assert process.returncode == 0
    assert b"\x1b" not in output
    assert re.search(rb"redact +Hold back personal data", output)


def test_a_wrong_option_is_bad_usage(run: Run) -> None:
    result = run("summarize", "--nonsense")

    assert result.exit_code == 2
    assert "nonsense" in result.stderr


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").stdout.startswith("summarizer ")
