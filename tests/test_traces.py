"""Traces: which spans there are, that they hang together, and no word of a ticket in them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from summarizer.errors import ProviderTimeout
from summarizer.llm import LLM
from summarizer.llm.traced import Traced
from summarizer.settings import Settings
from summarizer.traces import UNTRACED, open_tracer
from tests.api.services import TICKET, detector, service
from tests.fakes import AnsweringLLM
from tests.routes import answer

SECRET = "Quillfeather7731"
SECRET_TICKET = {
    **TICKET,
    "id": f"T-{SECRET}",
    "subject": SECRET,
    "messages": [{"author": "customer", "body": f"I am {SECRET} and my card was stolen."}],
}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Kept:
    """Keeps the spans of one test."""

    def __init__(self) -> None:
        self._memory = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._memory))
        self.tracer: Tracer = provider.get_tracer("test")

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._memory.get_finished_spans())


def asked(kept: Kept, folder: Path, llm: LLM, **headers: str) -> int:
    """Have a secret ticket summarized over HTTP; return the status."""
    traced = Traced(llm, kept.tracer)
    parts: dict[str, Any] = {
        "llm": traced,
        "tracer": kept.tracer,
        "finds": detector(PERSON=[SECRET]),
    }
    with service(folder, **parts) as client:
        return client.post("/v1/summaries?q=x", json=SECRET_TICKET, headers=headers).status_code


def test_a_request_and_the_attempt_in_it_are_one_trace(tmp_path: Path) -> None:
    kept = Kept()
    headers = {"traceparent": PARENT, "tracestate": f"x={SECRET}", "X-Request-Id": "r-1"}
    status = asked(kept, tmp_path, AnsweringLLM(answer()), **headers)
    attempt, request = kept.spans

    assert status == 200
    assert (request.name, request.kind) == ("POST /v1/summaries", SpanKind.SERVER)
    assert dict(request.attributes or {}) == {
        "case_summarizer.request_id": "r-1",
        "http.request.method": "POST",
        "http.route": "/v1/summaries",
        "http.response.status_code": 200,
    }
    assert (attempt.name, attempt.kind) == ("chat scripted", SpanKind.CLIENT)
    assert dict(attempt.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "case-summarizer",
        "gen_ai.request.model": "scripted",
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": 0,
        "gen_ai.usage.output_tokens": 0,
    }
    assert attempt.parent is not None
    assert request.context is not None
    assert attempt.parent.span_id == request.context.span_id
    assert f"{request.context.trace_id:032x}" == PARENT.split("-")[1]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(ProviderTimeout(SECRET), "PROVIDER_TIMEOUT"), (OSError(SECRET), "OSError")],
)
def test_a_fault_is_named_by_its_code_and_nothing_of_it_is_told(
    tmp_path: Path, fault: Exception, kind: str
) -> None:
    kept = Kept()
    status = asked(kept, tmp_path, AnsweringLLM(fault))
    attempt, request = kept.spans

    assert status >= 500
    assert (attempt.attributes or {})["error.type"] == kind
    assert (request.attributes or {})["error.type"] == str(status)
    for span in kept.spans:
        assert span.status.status_code is StatusCode.ERROR
        assert not span.status.description
        assert span.events == ()
        assert SECRET not in span.to_json()


def test_no_word_of_a_ticket_is_in_a_span(tmp_path: Path) -> None:
    kept = Kept()
    asked(kept, tmp_path, AnsweringLLM("{", "{", "{"), tracestate=f"x={SECRET}")

    assert len(kept.spans) == 4
    assert not any(SECRET in span.to_json() for span in kept.spans)


def test_a_provider_and_its_model_stand_apart(tmp_path: Path) -> None:
    class Provided(AnsweringLLM):
        name = "openai/gpt-4o-mini"

    kept = Kept()
    asked(kept, tmp_path, Provided(answer()))
    attributes = kept.spans[0].attributes or {}

    assert attributes["gen_ai.provider.name"] == "openai"
    assert attributes["gen_ai.request.model"] == "gpt-4o-mini"


def test_without_a_collector_there_are_no_spans() -> None:
    with open_tracer(None) as tracer:
        assert tracer is UNTRACED
    assert Settings.load({}).trace_collector is None


def test_spans_reach_the_collector_by_the_time_the_service_has_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over HTTP as a collector takes it, past any proxy of the environment."""
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.7:9")
    with (
        collector() as (address, received),
        open_tracer(f"{address}/") as tracer,
        tracer.start_as_current_span("work"),
    ):
        pass

    ((path, media_type, body),) = received
    assert (path, media_type) == ("/v1/traces", "application/x-protobuf")
    assert b"work" in body
    assert b"case-summarizer" in body


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A collector on loopback that keeps what it is sent."""
    received: list[tuple[str, str, bytes]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Collector, received))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Collector(BaseHTTPRequestHandler):
    def __init__(self, received: list[tuple[str, str, bytes]], *args: Any) -> None:
        self._received = received
        super().__init__(*args)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._received.append((self.path, self.headers["Content-Type"], body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""
