"""Frame: runs a command and turns every way it can end into an exit code and at most one line."""

import os
import sys
from collections.abc import Callable

import typer

__all__ = ["run_in_frame"]

_INTERRUPTED = 130
_READER_WENT_AWAY = 141
"""What a shell shows for a process that SIGPIPE ended."""


def run_in_frame(body: Callable[[], int | None], *, json: bool) -> int:
    """Run the body of a command and return its exit code.

    Nothing that an exception carries is shown, except the detail of a `SummarizerError`,
    which never holds customer text.
    """
    from summarizer.errors import ErrorCode, SummarizerError

    _silence_libraries()
    try:
        code = body() or 0
        sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _READER_WENT_AWAY
    except SummarizerError as error:
        _report(error.code, error.detail, json=json)
        return error.code.exit_code
    except Exception as error:  # noqa: BLE001 - its message and traceback may hold customer text
        detail = f"internal error: {type(error).__name__}; nothing was sent"
        if json:
            _report(ErrorCode.INTERNAL, detail, json=True)
        typer.echo(detail, err=True)
        return ErrorCode.INTERNAL.exit_code
    return code


def _report(code: str, detail: str, *, json: bool) -> None:
    from summarizer.cli.output import printable, write_json

    if json:
        write_json({"error": {"code": str(code), "detail": detail}})
    else:
        typer.echo(f"{code}: {printable(detail)}", err=True)


def _silence_libraries() -> None:
    """Keep warnings and log lines of libraries, which may quote what they worked on, quiet."""
    import logging
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def _discard_output() -> None:
    """Let the interpreter flush at exit without another error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
