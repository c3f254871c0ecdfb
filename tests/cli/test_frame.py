"""The frame is tried with bodies that end in every way; the text they carry is never shown."""

import json
import signal
from pathlib import Path

import pytest
import typer

from summarizer.cli.frame import run_in_frame
from summarizer.errors import EgressBlocked, ErrorCode, TicketError
from tests.cli.conftest import Spawn

SECRET = "Zephyrine Quill, 4111 1111 1111 1111"


def failing(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize("error", [TicketError("a: wrong"), EgressBlocked("CREDIT_CARD left")])
def test_a_known_error_gives_its_code_and_detail(
    error: TicketError | EgressBlocked, capfd: pytest.CaptureFixture[str]
) -> None:
    code = run_in_frame(lambda: failing(error), json=False)
    captured = capfd.readouterr()

    assert code == error.code.exit_code
    assert captured.out == ""
    assert captured.err == f"{error.code}: {error.detail}\n"


def test_a_known_error_is_an_object_for_a_machine(capfd: pytest.CaptureFixture[str]) -> None:
    code = run_in_frame(lambda: failing(TicketError("a: wrong")), json=True)

    assert code == 2
    assert json.loads(capfd.readouterr().out) == {
        "error": {"code": "INVALID_TICKET", "detail": "a: wrong"}
    }


@pytest.mark.parametrize("flags", [{"json": True}, {"json": False}])
def test_an_unexpected_error_shows_its_type_alone(
    flags: dict[str, bool], capfd: pytest.CaptureFixture[str]
) -> None:
    code = run_in_frame(lambda: failing(ValueError(SECRET)), **flags)
    captured = capfd.readouterr()

    assert code == ErrorCode.INTERNAL.exit_code == 70
    assert captured.err == "internal error: ValueError; nothing was sent\n"
    assert SECRET not in captured.out + captured.err
    assert "Traceback" not in captured.out + captured.err


def test_an_interruption_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_in_frame(lambda: failing(KeyboardInterrupt()), json=False) == 130
    assert capfd.readouterr().err == "interrupted\n"


def test_bad_usage_is_left_to_typer() -> None:
    with pytest.raises(typer.BadParameter):
        run_in_frame(lambda: failing(typer.BadParameter("no")), json=False)


def test_a_reader_that_goes_away_is_no_crash(spawn: Spawn, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("".join(f'{{"id": {n}, "text": "{"word " * 200}"}}\n' for n in range(400)))
    with spawn("redact", str(many)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()

        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize(
    ("sent", "on_interrupt"),
    [
        (signal.SIGINT, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_IGN),
    ],
)
def test_signals_end_a_command_with_130(
    spawn: Spawn, tmp_path: Path, sent: signal.Signals, on_interrupt: signal.Handlers
) -> None:
    """A shell lets its background jobs ignore SIGINT; SIGTERM ends them all the same."""
    many = tmp_path / "many.jsonl"
    many.write_text("".join(f'{{"id": {n}, "text": "words"}}\n' for n in range(5000)))
    process = spawn(
        "redact", str(many), preexec_fn=lambda: signal.signal(signal.SIGINT, on_interrupt)
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(sent)
    output, errors = process.communicate()

    assert process.returncode == 130
    assert errors == b"interrupted\n"
    assert output == b"" or output.endswith(b"}\n")
