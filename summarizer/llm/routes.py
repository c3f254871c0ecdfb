"""Routes: a model string -> the endpoint it is reached at, for routes our transport carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import httpx

from summarizer.errors import ConfigurationError, ModelNotAllowed

__all__ = ["ROUTES", "Endpoint", "Route", "endpoint"]


@dataclass(frozen=True, slots=True)
class Route:
    """How litellm reaches a provider, and the provider's own environment variables."""

    client: Literal["openai", "azure", "httpx"]
    """What litellm takes as `client` on this route; given another, it makes its own."""
    base: str | None
    """The provider's public address; None if every customer has their own."""
    base_variables: tuple[str, ...]
    key_variable: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and with which credential."""

    model: str
    client: Literal["openai", "azure", "httpx"]
    base: str
    key: str = field(repr=False)


ROUTES: Mapping[str, Route] = MappingProxyType({
    "anthropic": Route(
        "httpx",
        "https://api.anthropic.com",
        ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"),
        "ANTHROPIC_API_KEY",
    ),
    "azure": Route("azure", None, ("AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"), "AZURE_API_KEY"),
    "bedrock": Route("httpx", None, ("AWS_BEDROCK_RUNTIME_ENDPOINT",), "AWS_BEARER_TOKEN_BEDROCK"),
    "cerebras": Route(
        "openai", "https://api.cerebras.ai/v1", ("CEREBRAS_API_BASE",), "CEREBRAS_API_KEY"
    ),
    "deepseek": Route(
        "httpx", "https://api.deepseek.com/beta", ("DEEPSEEK_API_BASE",), "DEEPSEEK_API_KEY"
    ),
    "gemini": Route(
        "httpx",
        "https://generativelanguage.googleapis.com/v1beta",
        ("GEMINI_API_BASE",),
        "GEMINI_API_KEY",
    ),
    "groq": Route("httpx", "https://api.groq.com/openai/v1", ("GROQ_API_BASE",), "GROQ_API_KEY"),
    "hosted_vllm": Route("httpx", None, ("HOSTED_VLLM_API_BASE",), "HOSTED_VLLM_API_KEY"),
    "mistral": Route(
        "httpx", "https://api.mistral.ai/v1", ("MISTRAL_API_BASE",), "MISTRAL_API_KEY"
    ),
    "openai": Route(
        "openai",
        "https://api.openai.com/v1",
        ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
        "OPENAI_API_KEY",
    ),
    "openrouter": Route(
        "httpx", "https://openrouter.ai/api/v1", ("OPENROUTER_API_BASE",), "OPENROUTER_API_KEY"
    ),
    "xai": Route("httpx", "https://api.x.ai/v1", ("XAI_API_BASE",), "XAI_API_KEY"),
})
"""Every provider for which a test shows that each request passes our transport."""


def endpoint(
    model: str,
    *,
    api_base: str | None,
    api_key: str | None,
    environ: Mapping[str, str],
) -> Endpoint:
    """Resolve a model string; a given base or key goes before the provider's variables.

    Raises:
        ModelNotAllowed: if the provider's route is not in `ROUTES`.
        ConfigurationError: if the base or the key is missing or malformed; names the variable.
    """
    provider, slash, name = model.partition("/")
    if not slash or not name or provider not in ROUTES:
        msg = (
            "this route cannot be given our transport; write the model as provider/name with"
            f" one of {', '.join(ROUTES)}"
        )
        raise ModelNotAllowed(msg)
    route = ROUTES[provider]
    from_environ = next((environ[v] for v in route.base_variables if environ.get(v)), None)
    base = api_base or from_environ or route.base
    variable = route.base_variables[0]
    if base is None:
        msg = f"{provider} has no address of its own: set {variable}"
        raise ConfigurationError(msg)
    url = _parsed(base)
    if url is None or url.scheme not in {"http", "https"} or not url.host or url.query:
        msg = f"{variable}: write an address such as https://host/v1"
        raise ConfigurationError(msg)
    key = api_key or environ.get(route.key_variable)
    if not key and base == route.base:
        msg = f"{provider} needs a key: set {route.key_variable}"
        raise ConfigurationError(msg)
    # Without any key litellm looks for credentials by itself, some of them over the network.
    return Endpoint(model, route.client, base.rstrip("/"), key or "none")


def _parsed(base: str) -> httpx.URL | None:
    try:
        return httpx.URL(base)
    except httpx.InvalidURL:
        return None
