"""CLI: arguments -> exit code. At module level the commands load Typer and Rich alone."""

import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any

__all__ = ["main"]

_INTERRUPTED = 130
_INTERNAL = 70


def main() -> int:
    """Run the command line on `sys.argv`; the exit codes are those of the contract."""
    # Its threads wait for each other by spinning: where other work runs they cost the checks
    # of a case twice the CPU. Read when numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    signal.signal(signal.SIGTERM, _stop_like_ctrl_c)
    sys.excepthook = _say_only_the_type
    sys.unraisablehook = _ignore
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark instead of a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        from summarizer.cli.app import app

        app(prog_name="summarizer")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - its message and traceback may hold customer text
        _say(type(error))
        return _INTERNAL
    return 0


def _stop_like_ctrl_c(_: int, __: FrameType | None) -> None:
    # A shell lets its background jobs ignore SIGINT; SIGTERM must stop those as well.
    if callable(signal.getsignal(signal.SIGINT)):
        signal.raise_signal(signal.SIGINT)
    else:
        raise KeyboardInterrupt


def _say_only_the_type(
    kind: type[BaseException], _: BaseException, __: TracebackType | None
) -> None:
    _say(kind)


def _say(kind: type[BaseException]) -> None:
    sys.stderr.write(f"internal error: {kind.__name__}; nothing was sent\n")


def _ignore(_: Any) -> None:
    """Say nothing of a fault in a finaliser: Python would print its message."""
