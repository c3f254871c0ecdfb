"""Whatever fails, the ticket's words are nowhere but where they belong.

Values are planted in every field of a ticket; each step is made to fail in turn, quoting what
it was given as careless code would; then everything the process wrote is searched.
"""

import io
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summarizer.audit import AuditStore
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import ErrorCode
from summarizer.llm import LLM
from summarizer.logs import configure
from summarizer.models import Ticket
from summarizer.pii.ticket import TicketDetector
from summarizer.pipeline import Pipeline
from tests.fakes import AnsweringLLM
from tests.providers import Behaviour, misbehaving_provider
from tests.routes import fake_pipeline
from tests.test_wire import client

pytestmark = pytest.mark.anyio

PERSONAL = {
    "name": "Zebulon Quixworth",
    "card": "4012 8888 8888 1881",
    "email": "zeb.quixworth@example.org",
    "phone": "+1 312-555-0164",
    "ssn": "536-90-4399",
    "identifier": "CUST-7741902",
}
WORDS = "escrow shortfall recalculated twice"
"""Not personal, so it may be sent and recorded; but it belongs in no log and no error."""


def planted() -> Ticket:
    text = f"{WORDS}: I am {PERSONAL['name']}, {PERSONAL['card']}, {PERSONAL['ssn']}."
    return Ticket.model_validate({
        "id": "T-9",
        "subject": f"{WORDS} {PERSONAL['email']}",
        "requester": {
            "name": PERSONAL["name"],
            "email": PERSONAL["email"],
            "phone": PERSONAL["phone"],
            "identifiers": [PERSONAL["identifier"]],
        },
        "messages": [
            {
                "author": "customer",
                "author_name": PERSONAL["name"],
                "body": text,
                "attachments": [{"name": f"{PERSONAL['name']}.pdf"}],
            },
            {"author": "agent", "body": f"<p>Hi <b>Zebulon</b>, call {PERSONAL['phone']}</p>"},
        ],
        "fields": {"note": f"{WORDS} {PERSONAL['card']}"},
        "tags": [PERSONAL["email"]],
    })


class _Quoting:
    """Stands in for a part of the route and fails, quoting its arguments."""

    version = "x@sha256:0"
    name = "scripted"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(*args: Any, **_: Any) -> Any:
            msg = f"{name} failed on {[_shown(arg) for arg in args]}"
            raise ValueError(msg)

        return fail


def _shown(value: Any) -> str:
    messages = getattr(value, "messages", None) or [value]
    return f"{value!r} {[getattr(m, 'body', getattr(m, 'content', m)) for m in messages]}"


class _QuotingModel:
    """Stands in for a name model that quotes the text it fails on."""

    version = "x"

    def entities(self, texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
        raise ValueError(texts)


@contextmanager
def everything_written() -> Iterator[io.StringIO]:
    """Collect standard output, standard error and every log record with its traceback."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(written), redirect_stderr(written):
            configure("json")
            yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


async def _run(pipeline: Pipeline, store: AuditStore) -> tuple[Any, str]:
    with everything_written() as written:
        outcome = await pipeline.summarize(planted())
        # Bodies are encrypted on disk: what they say is looked at, too.
        recorded = [record async for record in store.read(bodies=True)]
        await store.aclose()
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
    said = json.dumps([record.body for record in recorded])
    for value in (*PERSONAL.values(), *PERSONAL["name"].split()):
        assert value not in said
    return outcome, written.getvalue()


def _assert_clean(outcome: Any, written: str, folder: Path) -> None:
    shown = outcome.model_dump_json() + written + repr(outcome)
    for value in (*PERSONAL.values(), *PERSONAL["name"].split(), WORDS):
        assert value not in shown
    stored = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert stored
    for value in (*PERSONAL.values(), *PERSONAL["name"].split()):
        assert value.encode() not in stored
        assert value.encode("utf-16-le") not in stored


async def _open(folder: Path) -> SQLAuditStore:
    return await SQLAuditStore.create(f"sqlite:///{folder}/audit.db", data_dir=folder)


STEPS: Sequence[tuple[str, Callable[[Pipeline], Pipeline]]] = (
    ("redactor", lambda p: replace(p, redactor=_Quoting())),  # type: ignore[arg-type]
    ("template", lambda p: replace(p, template=_Quoting())),  # type: ignore[arg-type]
    ("egress", lambda p: replace(p, new_egress_check=lambda **_: _Quoting())),  # type: ignore[arg-type]
    ("model", lambda p: replace(p, llm=_Quoting())),
    ("hash", lambda p: replace(p, keyed_hash=_Quoting().keyed_hash)),
)


@pytest.mark.parametrize(("step", "broken"), STEPS, ids=[name for name, _ in STEPS])
async def test_a_step_that_fails_and_quotes_its_input_gives_nothing_away(
    step: str,
    broken: Callable[[Pipeline], Pipeline],
    tmp_path: Path,
    detector: TicketDetector,
) -> None:
    store = await _open(tmp_path)
    pipeline = broken(fake_pipeline(store=store, detector=detector))

    outcome, written = await _run(pipeline, store)

    assert outcome.error.code == ErrorCode.INTERNAL
    _assert_clean(outcome, written, tmp_path)


async def test_a_recognizer_that_fails_and_quotes_the_text_gives_nothing_away(
    tmp_path: Path,
) -> None:
    store = await _open(tmp_path)

    quoting = TicketDetector([_QuotingModel()])
    outcome, written = await _run(fake_pipeline(store=store, detector=quoting), store)

    assert outcome.error.code == ErrorCode.REDACTION_FAILED
    _assert_clean(outcome, written, tmp_path)


@pytest.mark.parametrize(
    "behaviour",
    ["echo", "server_error", "bad_request", "empty", "truncated", "html", "huge", "redirect",
     "hang_up", "wrong_form", "rate_limited", "unauthorized"],
)  # fmt: skip
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"])
async def test_a_provider_that_misbehaves_gives_nothing_away(
    behaviour: Behaviour, model: str, tmp_path: Path, detector: TicketDetector
) -> None:
    store = await _open(tmp_path)
    with misbehaving_provider() as provider:
        provider.behave(behaviour)
        llm: LLM = client(model, provider)
        outcome, written = await _run(fake_pipeline(llm=llm, store=store, detector=detector), store)
        await llm.aclose()
        received = b"".join(provider.bodies)

    assert outcome.status == "failed"
    _assert_clean(outcome, written, tmp_path)
    for value in (*PERSONAL.values(), *PERSONAL["name"].split()):
        assert value.encode() not in received


async def test_an_answer_that_is_not_valid_gives_nothing_away(
    tmp_path: Path, detector: TicketDetector
) -> None:
    store = await _open(tmp_path)
    llm = AnsweringLLM(*[f'{{"{WORDS}": "{WORDS}"}}'] * 3)

    outcome, written = await _run(fake_pipeline(llm=llm, store=store, detector=detector), store)

    assert outcome.error.code == ErrorCode.INVALID_MODEL_OUTPUT
    _assert_clean(outcome, written, tmp_path)


async def test_a_full_store_gives_nothing_away(tmp_path: Path, detector: TicketDetector) -> None:
    await (await _open(tmp_path)).aclose()
    pages = (tmp_path / "audit.db").stat().st_size // 4096
    store = await SQLAuditStore.create(
        f"sqlite:///{tmp_path}/audit.db", data_dir=tmp_path, max_pages=pages
    )

    outcome, written = await _run(fake_pipeline(store=store, detector=detector), store)

    assert outcome.error.code == ErrorCode.AUDIT_UNAVAILABLE
    _assert_clean(outcome, written, tmp_path)


def test_values_with_raw_text_show_nothing_of_it_in_a_repr() -> None:
    shown = f"{planted()!r} {planted()!s} {planted().messages[0]!r} {planted().requester!r}"

    assert not any(value in shown for value in (*PERSONAL.values(), WORDS))
