"""A child process that shakes hands like the real one and has no model; run as a script.

Its argument says how it behaves: `serves`, `cannot` (load the model), `ends` (without a
word), `hangs` (before it says anything), `stays` (when it should end).
"""

import json
import os
import signal
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from summarizer.llm.embedded.child import ChildSettings, Listening, run


class _Handler(BaseHTTPRequestHandler):
    """Remembers what it was asked; the state of a prompt is the text of what it was asked."""

    def __init__(self, settings: ChildSettings, seen: dict[str, Any], *args: Any) -> None:
        self.settings = settings
        self.seen = seen
        super().__init__(*args)

    def do_GET(self) -> None:
        if self.path == "/health":
            # The first answer is that it is not ready yet.
            self.seen["health"] = self.seen.get("health", 0) + 1
            self._answer({}, status=503 if self.seen["health"] == 1 else 200)
        else:
            self._answer(self.seen)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {self.settings.api_key}":
            self._answer({}, status=401)
            return
        folder = Path(self.settings.state_folder)
        if self.path.endswith("action=save"):
            (folder / body["filename"]).write_text(json.dumps(self.seen["asked"]))
        elif self.path.endswith("action=restore"):
            self.seen["restored"].append((folder / body["filename"]).read_text())
        else:
            self.seen["asked"].append(body["messages"])
        self._answer({})

    def _answer(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def _serve(settings: ChildSettings) -> Listening:
    if sys.argv[1] == "cannot":
        msg = "no such architecture"
        raise ValueError(msg)
    seen = {"pid": os.getpid(), "command": sys.argv, "asked": [], "restored": []}
    where = (settings.host, settings.port)
    server = ThreadingHTTPServer(where, partial(_Handler, settings, seen))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://{settings.host}:{server.server_port}"
    listening: Listening = SimpleNamespace(listening_address=address)
    return listening


def _stay(status: int) -> None:
    threading.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "ends":
        sys.exit(3)
    if sys.argv[1] == "hangs":
        signal.pause()
    if sys.argv[1] == "stays":
        os._exit = _stay  # type: ignore[assignment]
    run(_serve)
