"""LiteLLM: Prompt -> Completion over litellm, every byte of it through our transport."""

import asyncio
import logging
import os
import ssl
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import httpx

from summarizer.errors import ModelNotAllowed, ProviderUnavailable
from summarizer.llm import Gate
from summarizer.llm.chances import TOP, chances
from summarizer.llm.routes import Endpoint, endpoint
from summarizer.llm.transport import GuardedTransport
from summarizer.models import Completion, Prompt
from summarizer.policy.models import Price

__all__ = ["LiteLLMClient"]

_LITELLM_ENVIRON = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    # Its other way to send requests, past any httpx transport.
    "LITELLM_RUST": "False",
    # Otherwise a `.env` file in the working directory is loaded into the environment.
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "CRITICAL",
}
_AZURE_API_VERSION = "2024-10-21"


class LiteLLMClient:
    """A provider's model, asked once per call: no retries, no redirects, no second request."""

    def __init__(
        self,
        model: str,
        *,
        timeout_seconds: float,
        max_output_tokens: int,
        environ: Mapping[str, str],
        price: Price | None = None,
        api_base: str | None = None,
        api_key: str | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        """Resolve the route; nothing is imported or connected before the first call.

        Args:
            model: litellm's model string with its provider, such as `openai/gpt-4o`.
            timeout_seconds: for one attempt, without the time the gate takes.
            max_output_tokens: the provider stops the answer there.
            environ: holds the provider's own variables, such as OPENAI_BASE_URL.
            price: what it costs; by default what litellm's own list says, if it knows it.
            api_base: goes before the environment's address.
            api_key: goes before the environment's key.
            verify: TLS verification; a context can hold a bank's own authorities.

        Raises:
            ModelNotAllowed: if this route cannot be given our transport.
            ConfigurationError: if its address or key is missing.
        """
        self._endpoint = endpoint(model, api_base=api_base, api_key=api_key, environ=environ)
        self._api_version = environ.get("AZURE_API_VERSION") or _AZURE_API_VERSION
        self._price = price
        self._timeout_seconds = timeout_seconds
        self._max_output_tokens = max_output_tokens
        self._connections = httpx.AsyncHTTPTransport(verify=verify)

    @property
    def name(self) -> str:
        """The model string."""
        return self._endpoint.model

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Make one attempt.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
            ModelNotAllowed: if the route asked for another address than the API base.
            ProviderUnavailable, ProviderTimeout: with the reason, from status codes alone.
        """
        litellm = await asyncio.to_thread(_litellm)
        transport = GuardedTransport(
            self._connections,
            gate,
            origin=self._endpoint.base,
            timeout_seconds=self._timeout_seconds,
            cost_usd=self._price.cost_usd
            if self._price
            else partial(_listed_usd, litellm, self.name),
        )
        async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
            client = _client(self._endpoint, transport, http, api_version=self._api_version)
            response = await self._ask(litellm, prompt, client)
        if transport.fault is not None:
            # Without its traceback: the frames of litellm in it hold the prompt.
            raise transport.fault.with_traceback(None) from None
        if transport.requests != 1:
            msg = (
                f"litellm made {transport.requests} requests where one was due; any answer was"
                " dropped"
            )
            raise ProviderUnavailable(msg, retryable=False)
        text = _text(response)
        if not text:
            msg = "the provider's answer held no text in its API's form"
            raise ProviderUnavailable(msg)
        return Completion(
            text=text,
            model=self.name,
            chances=_chances(prompt, response) if prompt.weighs else {},
            **transport.usage.model_dump(),
        )

    async def ready(self) -> None:
        """Return at once: its address and key were checked when this was made."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.aclose()

    async def _ask(self, litellm: Any, prompt: Prompt, client: Any) -> Any | None:
        schema = {"name": "case_summary", "schema": dict(prompt.response_schema), "strict": True}
        weighing = {"logprobs": True, "top_logprobs": TOP} if prompt.weighs else {}
        try:
            return await litellm.acompletion(
                model=self._endpoint.model,
                messages=[{"role": m.role, "content": m.content} for m in prompt.messages],
                response_format={"type": "json_schema", "json_schema": schema},
                client=client,
                api_base=self._endpoint.base,
                api_key=self._endpoint.key,
                temperature=0,
                max_tokens=self._max_output_tokens,
                timeout=self._timeout_seconds,
                num_retries=0,
                max_retries=0,
                **weighing,
            )
        except Exception:  # noqa: BLE001 - they carry the request: none may be seen or chained
            return None


class _NoClientsOfItsOwn:
    """Stands where litellm keeps its own HTTP clients, so that it can neither get nor make one.

    Its dispatch falls back to them for some model names, past the client it was given.
    """

    def get_cache(self, *_: object, **__: object) -> None:
        msg = "litellm would not use our transport for this model"
        raise ModelNotAllowed(msg)

    def set_cache(self, *_: object, **__: object) -> None:
        """Keep nothing: a kept client would belong to another call."""


@cache
def _litellm() -> Any:
    os.environ.update(_LITELLM_ENVIRON)
    import litellm  # noqa: PLC0415 - takes seconds, and reads the variables above
    import openai  # noqa: F401, PLC0415 - sets its log level when it is imported

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    litellm.disable_hf_tokenizer_download = True
    litellm.callbacks = []
    litellm.in_memory_llm_clients_cache = _NoClientsOfItsOwn()
    # Both log requests with their bodies, whatever level the environment asks for.
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.CRITICAL + 1)
    return litellm


def _client(
    endpoint: Endpoint,
    transport: GuardedTransport,
    http: httpx.AsyncClient,
    *,
    api_version: str,
) -> Any:
    import openai  # noqa: PLC0415 - litellm imports it, and is imported late

    if endpoint.client == "openai":
        return openai.AsyncOpenAI(
            api_key=endpoint.key, base_url=endpoint.base, http_client=http, max_retries=0
        )
    if endpoint.client == "azure":
        return openai.AsyncAzureOpenAI(
            api_key=endpoint.key,
            azure_endpoint=endpoint.base,
            api_version=api_version,
            http_client=http,
            max_retries=0,
        )
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler  # noqa: PLC0415 - as above

    handler = AsyncHTTPHandler(transport=transport)
    # A client of the handler's own follows redirects and is closed from a finalizer.
    handler.client = http
    return handler


def _text(response: Any | None) -> str | None:
    try:
        message = response.choices[0].message  # type: ignore[union-attr]
        if message.content:
            return str(message.content)
        return str(message.tool_calls[0].function.arguments)
    except (AttributeError, IndexError, TypeError):
        return None


def _chances(prompt: Prompt, response: Any) -> dict[str, dict[str, float]]:
    """Return what the provider says of each option; nothing if it gives no probabilities."""
    options = {
        field: schema["enum"]
        for field, schema in prompt.response_schema["properties"].items()
        if "enum" in schema
    }
    try:
        return chances(response.choices[0].logprobs.content, options)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return {}


def _listed_usd(litellm: Any, model: str, prompt_tokens: int, completion_tokens: int) -> float:
    try:
        costs = litellm.cost_per_token(
            model=model, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens
        )
    except Exception:  # noqa: BLE001 - litellm raises bare Exception for a model it has no price of
        return 0.0
    return float(sum(costs))
