"""Traces: requests -> spans, sent to a collector by OTLP over HTTP where a setting names one.

A span has a route's template, a status, a model, counts and codes; never a word of a ticket.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

from opentelemetry.trace import NoOpTracer, Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from summarizer.errors import ConfigurationError

__all__ = ["UNTRACED", "RequestSpan", "open_tracer", "request_span"]

UNTRACED: Final[Tracer] = NoOpTracer()
"""Makes no spans."""

_NAME: Final = "case-summarizer"
_PATH: Final = "/v1/traces"
_EXPORT_SECONDS: Final = 5.0
_SERVER_ERROR: Final = 500


class RequestSpan:
    """The span of a request that is being answered."""

    def __init__(self, span: Span) -> None:
        """Take a span that has begun."""
        self._span = span

    def answered(self, method: str, route: str, status: int) -> None:
        """Say what it was, by the semantic conventions for HTTP."""
        self._span.update_name(f"{method} {route}")
        self._span.set_attribute("http.request.method", method)
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= _SERVER_ERROR:
            self._span.set_attribute("error.type", str(status))
            self._span.set_status(StatusCode.ERROR)


@contextmanager
def request_span(
    tracer: Tracer, headers: Mapping[str, str], request_id: str
) -> Iterator[RequestSpan]:
    """Begin the span of a request; it goes on with the caller's trace (W3C Trace Context)."""
    # Not `tracestate`: what a caller writes into it would be sent on as it is.
    known = {name: headers[name] for name in ("traceparent",) if name in headers}
    with tracer.start_as_current_span(
        "request",
        context=TraceContextTextMapPropagator().extract(known),
        kind=SpanKind.SERVER,
        attributes={"case_summarizer.request_id": request_id},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield RequestSpan(span)


@contextmanager
def open_tracer(collector: str | None) -> Iterator[Tracer]:
    """Open what makes spans and sends them; they are sent in batches, and the last at the end.

    A collector that does not answer costs spans and no request.

    Args:
        collector: base address of the collector, such as `http://collector:4318`; None: no traces.

    Raises:
        ConfigurationError: if the extra `otel` is not installed.
    """
    if collector is None:
        yield UNTRACED
        return
    try:
        import requests  # noqa: PLC0415 - what the exporter sends with
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = f"{error.name} is not installed; install case-summarizer[otel]"
        raise ConfigurationError(msg) from None
    with requests.Session() as session:
        # No proxy of the environment: the collector is the only host.
        session.trust_env = False
        exporter = OTLPSpanExporter(
            endpoint=collector.rstrip("/") + _PATH, timeout=_EXPORT_SECONDS, session=session
        )
        resource = Resource.create({"service.name": _NAME, "service.version": version(_NAME)})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        try:
            yield provider.get_tracer(_NAME)
        finally:
            provider.shutdown()
