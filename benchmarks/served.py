"""Two services for the load run, each in a process of its own: ours, and a bare one that redacts.

`python -m benchmarks.served ours|bare FOLDER MODEL_SECONDS` prints a line of JSON with the address
and, for ours, a key, and serves until its standard input ends.
"""

import os

if __name__ == "__main__":
    # As the command line has it; only works before numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import asyncio
import json
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio.to_thread
import uvicorn
from fastapi import FastAPI, Request, Response

from summarizer.access.permissions import Role
from summarizer.access.records import create_key
from summarizer.api.server import Server
from summarizer.bootstrap import Application, build_redactor, open_application
from summarizer.ingest.case import to_case
from summarizer.llm import Gate
from summarizer.llm.scripted import ScriptedLLM
from summarizer.logs import configure
from summarizer.models import Completion, Prompt, Ticket
from summarizer.settings import Settings

__all__: list[str] = []


class _SlowLLM(ScriptedLLM):
    """Answers as the scripted model does, after as long as a real one would take."""

    seconds = 0.0

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        await asyncio.sleep(self.seconds)
        return await super().complete(prompt, gate)


def _settings(folder: Path) -> Settings:
    return Settings.load({
        "model": "scripted",
        "data_dir": folder,
        "concurrency": 256,
        "requests_per_minute": 1_000_000,
    })


def _ours(folder: Path, seconds: float) -> None:
    key = ""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Application]:
        nonlocal key
        async with open_application(_settings(folder), is_service=True) as application:
            keys, now = application.desk.keys, datetime.now(UTC)
            issued = keys.issue(name="load", role=Role.AGENT, lifetime=timedelta(days=1))
            await create_key(keys, application.store, issued, actor="benchmark", now=now)
            key = issued.secret
            llm = _SlowLLM(application.policy.taxonomy)
            llm.seconds = seconds
            yield replace(application, pipeline=replace(application.pipeline, llm=llm))

    configure("json")
    server = Server(opened, host="127.0.0.1", port=0)
    _stop_at_the_end(server)
    server.serve_until_stopped(lambda: _announce(server.address, key))


def _bare(folder: Path, seconds: float) -> None:
    redactor, policy = build_redactor(_settings(folder))
    app = FastAPI()

    @app.post("/v1/summaries")
    async def redact(request: Request) -> Response:
        ticket = Ticket.model_validate_json(await request.body())
        case = to_case(ticket, policy.limits)
        redacted = await anyio.to_thread.run_sync(redactor.redact, case)
        await asyncio.sleep(seconds)
        texts = [text.text for text in redacted.case.texts]
        return Response(json.dumps(texts), media_type="application/json")

    # asyncio sends at once (TCP_NODELAY) only where the socket names TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2_048)
    # A connection that waits for a busy loop must not be closed under the client that uses it.
    config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_keep_alive=120)
    server = uvicorn.Server(config)
    _stop_at_the_end(server)
    _announce(f"http://127.0.0.1:{listener.getsockname()[1]}", "")
    server.run(sockets=[listener])


def _announce(address: str, key: str) -> None:
    print(json.dumps({"address": address, "key": key}), flush=True)


def _stop_at_the_end(server: uvicorn.Server) -> None:
    def wait() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    kind, folder, seconds = sys.argv[1:]
    (_ours if kind == "ours" else _bare)(Path(folder), float(seconds))
