"""Run the model in this process: a settings line on stdin in, an address line on stdout out.

The process ends when its stdin does: the parent holds the other end and the system closes it
however the parent dies. It logs nothing, so that no prompt reaches a file or a terminal.
"""

import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import BinaryIO, Protocol, TextIO

__all__ = ["ChildSettings", "Listening", "run"]


@dataclass(frozen=True, slots=True)
class ChildSettings:
    """What the parent tells the child; on stdin, because anyone can read a command line."""

    model_path: str
    model_name: str
    api_key: str
    context_tokens: int
    threads: int
    state_folder: str
    """Where the state of a prompt may be saved to and restored from."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"ChildSettings({self.model_name!r})"

    def to_line(self) -> bytes:
        """Write them as the one line that `run` reads."""
        return json.dumps(asdict(self)).encode() + b"\n"


class Listening(Protocol):
    """A server that answers in other threads for as long as it exists."""

    listening_address: str
    """Its base URL."""


def run(serve: Callable[[ChildSettings], Listening]) -> None:
    """Read the settings, serve, report `{"address"}` or `{"error"}`, and stay until stdin ends.

    Args:
        serve: Starts the server.
    """
    settings = ChildSettings(**json.loads(sys.stdin.buffer.readline()))
    report = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    _be_private()
    threading.Thread(target=_exit_at_end_of, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        server = serve(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        # No prompt has come yet: the message can only be about the model file.
        _say(report, "error", f"{type(error).__name__}: {error}")
        sys.exit(1)
    _say(report, "address", server.listening_address)
    threading.Event().wait()


def _say(report: TextIO, key: str, value: str) -> None:
    with report:
        report.write(json.dumps({key: value}) + "\n")


def _be_private() -> None:
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    # A failed assertion in the runtime would otherwise attach a debugger to print a stack.
    os.environ["GGML_NO_BACKTRACE"] = "1"
    # Spinning threads bring a third more when the cores are free, and take all but a
    # fiftieth when another process wants one of them.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _exit_at_end_of(stream: BinaryIO) -> None:
    while stream.read(1):
        pass
    os._exit(0)


def _serve_model(settings: ChildSettings) -> Listening:
    # Here and not above: it reads the environment and may print when it is loaded.
    import xllamacpp  # noqa: PLC0415

    params = xllamacpp.CommonParams()
    params.model.path = settings.model_path
    params.model_alias = settings.model_name
    params.hostnames = [settings.host]
    params.port = settings.port
    params.api_keys = [settings.api_key]
    params.slot_save_path = settings.state_folder + os.sep
    params.n_ctx = settings.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = settings.threads
    params.cpuparams_batch.n_threads = settings.threads
    # Repacked weights write a third faster, read a fifth slower and take 0.6 GB more.
    params.no_extra_bufts = True
    params.sampling.temp = 0.0
    params.sampling.seed = 0
    params.warmup = False
    params.verbosity = -1
    # Neither earlier prompts in memory nor a page that shows them.
    params.cache_ram_mib = 0
    params.n_ctx_checkpoints = 0
    params.endpoint_slots = False
    params.ui = False
    server: Listening = xllamacpp.Server(params)
    return server


if __name__ == "__main__":
    run(_serve_model)
