"""A model hub on loopback that can break off, refuse, and ignore ranges."""

import re
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from summarizer.llm.embedded.routes import Hub


class FakeHub:
    """Serves one content for every path; what it was asked is in `ranges` and `paths`."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.break_after: list[int] = []
        """For each coming answer: how many bytes to send before the connection breaks."""
        self.status: int | None = None
        """Answer this instead."""
        self.honours_ranges = True
        self.ranges: list[int] = []
        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def route(self) -> Hub:
        return Hub(self.endpoint)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, hub: FakeHub, *args: object) -> None:
        self.hub = hub
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        hub = self.hub
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found and hub.honours_ranges else 0
        hub.ranges.append(start)
        hub.paths.append(self.path)
        self.send_response(hub.status or (206 if hub.honours_ranges else 200))
        body = b"" if hub.status else hub.content[start:]
        self.send_header("Content-Length", str(len(body)))
        if hub.honours_ranges:
            end = len(hub.content)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        self.end_headers()
        limit = hub.break_after.pop(0) if hub.break_after else len(body)
        self.wfile.write(body[:limit])

    def log_message(self, *args: object) -> None:
        """Keep quiet."""
