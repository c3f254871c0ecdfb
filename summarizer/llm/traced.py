"""Traced: an LLM -> the same LLM with a span around each attempt, and no content in it.

Names are those of OpenTelemetry's semantic conventions for generative AI.
"""

from typing import Final

from opentelemetry.trace import SpanKind, StatusCode, Tracer

from summarizer.errors import SummarizerError
from summarizer.llm import LLM, Gate
from summarizer.models import Completion, Prompt

__all__ = ["Traced"]

_ON_THIS_MACHINE: Final = "case-summarizer"
"""The provider of the models that are part of this product."""


class Traced:
    """One model, whose attempts show in traces: which, how long, how many tokens, what failed."""

    def __init__(self, llm: LLM, tracer: Tracer) -> None:
        """Wrap a model that makes one attempt per call."""
        self._llm = llm
        self._tracer = tracer

    @property
    def name(self) -> str:
        """The model string of the wrapped model."""
        return self._llm.name

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Ask once, within a span.

        Raises:
            SummarizerError: whatever the wrapped model raises.
        """
        provider, slash, model = self.name.partition("/")
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider if slash else _ON_THIS_MACHINE,
            "gen_ai.request.model": model if slash else provider,
            "gen_ai.output.type": "json",
        }
        with self._tracer.start_as_current_span(
            f"chat {attributes['gen_ai.request.model']}",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            # An exception's text and its stack can quote the prompt.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                completion = await self._llm.complete(prompt, gate)
            except Exception as error:
                code = error.code if isinstance(error, SummarizerError) else type(error).__name__
                span.set_attribute("error.type", str(code))
                span.set_status(StatusCode.ERROR)
                raise
            span.set_attribute("gen_ai.usage.input_tokens", completion.prompt_tokens)
            span.set_attribute("gen_ai.usage.output_tokens", completion.completion_tokens)
        return completion

    async def ready(self) -> None:
        """Return if the wrapped model could be asked."""
        await self._llm.ready()

    async def aclose(self) -> None:
        """Close the model."""
        await self._llm.aclose()
