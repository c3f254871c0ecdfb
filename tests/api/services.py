"""The real service on a free loopback port, over the route on fakes and a real SQLite store."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import anyio
import httpx
from opentelemetry.trace import Tracer
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict

from summarizer.access.answers import Answers, Sealer
from summarizer.access.caller import Authenticated, Authenticator, Caller
from summarizer.access.desk import Desk
from summarizer.access.keys import APIKeys
from summarizer.access.permissions import Role
from summarizer.access.stored import open_stored
from summarizer.api.server import Server
from summarizer.audit import AuditStore, Record, Verification
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import CaseKeeper
from summarizer.audit.origin import CaseTagger
from summarizer.audit.sealing import CaseSealer
from summarizer.audit.store import SQLAuditStore
from summarizer.bootstrap import Application
from summarizer.bootstrap.issuers import issuer_parts
from summarizer.llm import LLM, Gate, WireRequest
from summarizer.metrics import Metrics
from summarizer.models import Completion, Prompt
from summarizer.pii import Detector
from summarizer.policy import Policy
from summarizer.redact.canary import CANARY
from summarizer.settings import Settings
from summarizer.traces import UNTRACED
from tests.fakes import FakeDetector, MemorySealer
from tests.routes import default_policy, fake_pipeline

OpenApp = Callable[[], AbstractAsyncContextManager[Application]]

TICKET = {"id": "T-1", "messages": [{"author": "customer", "body": "My card was stolen."}]}
JSON = {"Content-Type": "application/json"}


def detector(**values: list[str]) -> FakeDetector:
    """A detector of the canary's values and the given ones."""
    found: dict[str, list[str]] = {entity: [value] for entity, value, _ in CANARY}
    for entity, more in values.items():
        found.setdefault(entity, []).extend(more)
    return FakeDetector(found)


class Badges:
    """Takes a token `badge:ROLE:NAME` at its word, so that a test needs no key of its own."""

    def knows(self, token: str) -> bool:
        return token.startswith("badge:")

    async def caller(self, token: str) -> Authenticated:
        _, role, name = token.split(":")
        return Caller(name, Role(role), f"badge of {name}")


def badge(role: Role, name: str | None = None) -> dict[str, str]:
    """The header of a caller with a role."""
    return {"Authorization": f"Bearer badge:{role}:{name or role}"}


def _now() -> datetime:
    return datetime.now(UTC)


class HangingLLM:
    """Sends its prompt and then waits until it is stopped."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked = Event()
        self.stopped = Event()

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        await gate.clear(WireRequest("local:hanging", b"{}"))
        self.asked.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.stopped.set()
        raise AssertionError

    async def ready(self) -> None:
        return

    async def aclose(self) -> None:
        return


@asynccontextmanager
async def application(
    data_dir: Path,
    *,
    finds: Detector | None = None,
    llm: LLM | None = None,
    store: AuditStore | None = None,
    policy: Policy | None = None,
    others: Sequence[Authenticator] = (),
    tracer: Tracer = UNTRACED,
    **settings: Any,
) -> AsyncIterator[Application]:
    """Open the route on fakes; the store is a real one in `data_dir` unless given."""
    policy = policy or default_policy()
    set_up = Settings(**{"data_dir": data_dir, "model": "scripted", "verify_hours": 0, **settings})
    readers, at_issuer = issuer_parts(set_up, CaseTagger(bytes(32)), now=_now)
    database = await open_stored(f"sqlite:///{data_dir / 'audit.db'}")
    metrics = Metrics()
    log = await _open_store(data_dir)
    pipeline = fake_pipeline(
        llm=llm,
        detector=finds or detector(),
        store=store or log,
        policy=policy,
        keeper=CaseKeeper(log, policy.retention),
        new_id=EventIds().new,
        observe=metrics.came_to,
    )
    try:
        yield Application(
            settings=set_up,
            policy=policy,
            pipeline=pipeline,
            redactor=pipeline.redactor,
            store=store or log,
            log=log,
            tagger=CaseTagger(bytes(32)),
            desk=Desk.of(
                APIKeys(database, now=_now),
                store or log,
                now=_now,
                others=[Badges(), *others, *readers],
                at_issuer=at_issuer,
            ),
            answers=Answers(
                database, _sealer(store or log), tagger=CaseTagger(bytes(32)), now=_now
            ),
            canary=(),
            metrics=metrics,
            tracer=tracer,
        )
    finally:
        database.dispose()
        await log.aclose()


@contextmanager
def serving(
    open_app: OpenApp, *, hosts: Collection[str] = frozenset(), port: int = 0
) -> Iterator[httpx.Client]:
    """Run the real server in a thread; a client of it that may do what an agent may."""
    server = Server(open_app, host="127.0.0.1", port=port, hosts=hosts)
    up = Event()
    thread = Thread(target=server.serve_until_stopped, args=(up.set,))
    thread.start()
    try:
        assert up.wait(30)
        with httpx.Client(
            base_url=server.address, timeout=30, trust_env=False, headers=badge(Role.AGENT)
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@contextmanager
def service(data_dir: Path, **parts: Any) -> Iterator[httpx.Client]:
    """Serve the route on fakes, with parts replaced."""
    with serving(partial(application, data_dir, **parts)) as client:
        yield client


def _sealer(store: AuditStore) -> Sealer:
    return CaseSealer(store) if isinstance(store, SQLAuditStore) else MemorySealer()


async def _open_store(data_dir: Path) -> SQLAuditStore:
    url = f"sqlite:///{data_dir / 'audit.db'}"
    return await SQLAuditStore.create(url, data_dir=data_dir, busy_seconds=0.5)


@contextmanager
def logged() -> Iterator[list[EventDict]]:
    """Keep what is logged, with what requests bind to their lines."""
    with capture_logs(processors=[merge_contextvars]) as lines:
        yield lines


def recorded(data_dir: Path) -> tuple[list[Record], Verification]:
    """Read the store of a service that was stopped, and verify it."""

    async def read() -> tuple[list[Record], Verification]:
        store = await _open_store(data_dir)
        try:
            return [record async for record in store.read(bodies=True)], await store.verify()
        finally:
            await store.aclose()

    return anyio.run(read)


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check the form of a problem; return its content."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert content["code"] == code
    assert content["status"] == status
    assert content["type"] == f"urn:case-summarizer:problem:{code}"
    assert content["title"]
    assert content["detail"]
    return content
