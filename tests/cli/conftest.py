"""The command line as a user has it: in this process where it can be, else as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from summarizer.cli.app import app

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.Popen[bytes]"]

CARD = "4111 1111 1111 1111"
EMAIL = "zephyrine.quill@example.com"
TICKET: Mapping[str, Any] = {
    "id": "T-77",
    "subject": "A payment I do not know",
    "requester": {"name": "Zephyrine Quill", "email": EMAIL},
    "messages": [
        {"author": "customer", "body": f"My card {CARD} was charged twice. Write to {EMAIL}."},
        {"author": "agent", "body": "We are looking into it."},
    ],
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of this test alone; nothing of the developer's own is used."""
    kept = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    return {
        **kept,
        "SUMMARIZER_DATA_DIR": str(tmp_path / "data"),
        "SUMMARIZER_CACHE_DIR": str(tmp_path / "cache"),
        "SUMMARIZER_MODEL": "scripted",
        "COLUMNS": "100",
    }


@pytest.fixture
def run(environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run_command(
        *arguments: str, text: str | bytes = "", env: Mapping[str, str] | None = None
    ) -> Result:
        return runner.invoke(app, list(arguments), input=text, env={**environment, **(env or {})})

    return run_command


@pytest.fixture
def spawn(environment: Mapping[str, str], tmp_path: Path) -> Spawn:
    """Start a command as a process of its own, in an empty folder."""

    def start(*arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "summarizer", *arguments],
            cwd=tmp_path,
            env=dict(environment),
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    return start


@pytest.fixture
def ticket_file(tmp_path: Path) -> Path:
    path = tmp_path / "ticket.json"
    path.write_text(json.dumps(TICKET))
    return path


def lines(output: str) -> list[dict[str, Any]]:
    """Read standard output as JSON Lines: nothing else may stand there."""
    return [json.loads(line) for line in output.splitlines()]


def _is_setting(name: str) -> bool:
    return name.startswith("SUMMARIZER_") or name in {"NO_COLOR", "FORCE_COLOR"}
