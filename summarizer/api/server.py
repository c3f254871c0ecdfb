"""Server: Settings -> the service on a loopback address, until it is told to stop."""

import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from json import dumps
from types import FrameType
from typing import Any, Final

import uvicorn

from summarizer.access.development import TASKS, renew_development_keys
from summarizer.access.keys import IssuedKey
from summarizer.access.loopback import is_loopback
from summarizer.api.app import create_app
from summarizer.api.heap import few_heaps
from summarizer.api.history import add_evaluations, add_history
from summarizer.api.protocol import Protocol
from summarizer.bootstrap import Application, open_application
from summarizer.errors import ConfigurationError
from summarizer.logs import configure
from summarizer.logwriter import LogWriter
from summarizer.settings import Settings

__all__ = ["Server", "run"]

_GRACE_SECONDS: Final = 30
_SILENT: Final[dict[str, Any]] = {
    # Their error lines carry tracebacks, and a traceback can quote a ticket.
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {
        name: {"level": "CRITICAL", "propagate": False, "handlers": ["nowhere"]}
        for name in ("uvicorn", "asyncio")
    },
}


def run(
    settings: Settings,
    *,
    development_keys: bool = False,
    samples: bool = False,
    json: bool = False,
) -> None:
    """Serve until interrupted; print the address on standard error when requests are taken.

    Args:
        settings: what an operator set.
        development_keys: make a key per role, good for half a day, and print them, too.
        samples: put the sample cases, a little history and two small evaluation runs into a log
            without an outcome.
        json: print address and keys as one line of JSON on standard output instead.

    Raises:
        ConfigurationError: if the address cannot be had, or is not loopback and no host is named.
        SummarizerError: whatever kept the application from opening, with the fix.
        KeyboardInterrupt: after a clean stop by Ctrl-C.
    """
    issued: list[IssuedKey] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Application]:
        # Here and not around the whole: a signal may end the process right after the application.
        with LogWriter(sys.stderr.fileno()) as lines:
            configure(settings.log_format, to=lines)
            if samples:
                await _add_samples(settings)
            async with open_application(settings, is_service=True) as application:
                application.metrics.watch_log(lambda: lines.lost)
                if development_keys:
                    issued.extend(await _development_keys(application))
                yield application

    server = Server(opened, host=settings.host, port=settings.port, hosts=settings.allowed_hosts)
    server.serve_until_stopped(lambda: _announce(server.address, issued, json=json))


def _announce(address: str, issued: Iterable[IssuedKey], *, json: bool) -> None:
    if json:
        keys = {key.stored.name: key.secret for key in issued}
        sys.stdout.write(dumps({"address": address, "keys": keys}) + "\n")
        sys.stdout.flush()
        return
    sys.stderr.write(f"listening on {address} (Ctrl-C stops)\n")
    if not issued:
        return
    sys.stderr.write(f"\nOpen {address} in a browser and sign in with one of these keys:\n")
    for key in issued:
        told = TASKS[key.stored.name]
        sys.stderr.write(f"  {key.stored.role:<9} {key.secret}  {told}\n")
    sys.stderr.write("They are good for half a day. Begin as the agent, with New summary.\n")


async def _add_samples(settings: Settings) -> None:
    """Give an empty log a history: a model would take minutes, sentences stand in and say so."""
    at_once = settings.model_copy(update={"model": "extractive"})
    async with open_application(at_once) as application:
        is_new = await add_history(application)
    if is_new:
        await add_evaluations(at_once)


async def _development_keys(application: Application) -> Sequence[IssuedKey]:
    return await renew_development_keys(
        application.desk.keys, application.store, actor="serve", now=datetime.now(UTC)
    )


class Server(uvicorn.Server):
    """A service that has its address and has not begun to listen."""

    def __init__(
        self,
        open_app: Callable[[], AbstractAsyncContextManager[Application]],
        *,
        host: str,
        port: int,
        hosts: Collection[str] = frozenset(),
    ) -> None:
        """Take the address; port 0 takes a free one.

        Args:
            open_app: opens the application when the server starts.
            host: address to listen on; one that is not loopback needs `hosts`.
            port: to listen on.
            hosts: names callers may ask by, beside those of loopback.

        Raises:
            ConfigurationError: if the address cannot be had, or is not loopback without `hosts`.
        """
        self.listener = _bind(host, port, is_public=bool(hosts))
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self.listener.getsockname()[1]}"
        self._open_app = open_app
        self._is_interrupted = False
        self._failure: Exception | None = None
        self._when_up: Callable[[], object] = lambda: None
        super().__init__(
            uvicorn.Config(
                create_app(self._opened, hosts=hosts),
                http=Protocol,
                ws="none",
                lifespan="on",
                log_config=_SILENT,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )

    def serve_until_stopped(self, when_up: Callable[[], object]) -> None:
        """Open the application, listen, and close it when told to stop.

        Running requests have 30 seconds to end; then they are cancelled and recorded as such.

        Raises:
            SummarizerError: whatever kept the application from opening.
            KeyboardInterrupt: after a clean stop by Ctrl-C.
        """
        self._when_up = when_up
        few_heaps()
        try:
            with self.listener:
                self.run(sockets=[self.listener])
        except SystemExit:
            if self._failure is None:
                raise
        if self._failure is not None:
            raise self._failure
        if self._is_interrupted:
            # Whether the interrupt that uvicorn passes on still meets a running task is chance.
            raise KeyboardInterrupt

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop as uvicorn does, and keep in mind that Ctrl-C was the reason."""
        self._is_interrupted = self._is_interrupted or sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, and say so."""
        await super().startup(sockets=sockets)
        self._when_up()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Application]:
        """Keep what goes wrong, which uvicorn would log and turn into an exit."""
        try:
            async with self._open_app() as application:
                yield application
        except Exception as error:
            self._failure = error
            raise


def _bind(host: str, port: int, *, is_public: bool) -> socket.socket:
    """Take an address without listening on it yet: nobody connects before all is ready."""
    if not is_loopback(host) and not is_public:
        msg = (
            f"host {host}: is not loopback; name what callers ask by in allowed_hosts "
            "(SUMMARIZER_ALLOWED_HOSTS), or use --host 127.0.0.1"
        )
        raise ConfigurationError(msg)
    # The name is not looked up: a hosts file could point it elsewhere.
    address = "127.0.0.1" if host.lower() == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Only of a socket that names TCP does asyncio switch Nagle's algorithm off, by which the body
    # of an answer waits some 40 ms for the client's word on its head (RFC 1122, 4.2.3.2, 4.2.3.4).
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
    except OSError as error:
        bound.close()
        msg = f"{host} port {port}: {error.strerror}; choose another with --port"
        raise ConfigurationError(msg) from None
    return bound
