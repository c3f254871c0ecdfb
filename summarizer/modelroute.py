"""Model route: Settings, Policy -> the models that are asked, in order, behind one name.

Clients are imported on use, so that a command which asks no model loads none.
"""

from collections.abc import Sequence

from opentelemetry.trace import Tracer

from summarizer.llm import LLM
from summarizer.llm.metered import Budget
from summarizer.policy import Policy
from summarizer.settings import Settings

__all__ = ["build_llm", "build_stand_in"]


def build_llm(
    names: Sequence[str],
    settings: Settings,
    policy: Policy,
    budget: Budget | None,
    *,
    tracer: Tracer,
) -> LLM:
    """Put models behind the name of the first; each after it is asked if those before fail.

    Each attempt is a span of the tracer.

    Raises:
        ModelNotAllowed: if policy does not list one, or its route cannot be given our transport.
        ConfigurationError: if the address or key of one is missing.
    """
    from summarizer.llm.attempts import Attempts  # noqa: PLC0415
    from summarizer.llm.breaker import Breaking  # noqa: PLC0415
    from summarizer.llm.metered import Metered  # noqa: PLC0415
    from summarizer.llm.pace import Pace  # noqa: PLC0415
    from summarizer.llm.router import Router  # noqa: PLC0415
    from summarizer.llm.traced import Traced  # noqa: PLC0415

    llms: list[LLM] = []
    for name in names:
        rule = policy.model(name)
        metered = Metered(
            _model(name, settings, policy),
            pace=Pace(rule.per_minute),
            price=rule.price,
            budget=budget,
            max_output_tokens=settings.max_output_tokens,
        )
        broken = Breaking(Traced(metered, tracer), policy.models.breaker)
        llms.append(Attempts(broken, attempts=policy.models.attempts))
    return Router(llms)


def build_stand_in(policy: Policy) -> LLM | None:
    """Choose what stands in when no model gave a valid answer; None where policy says so."""
    from summarizer.llm.extractive import ExtractiveLLM  # noqa: PLC0415

    return ExtractiveLLM() if policy.models.stand_in else None


def _model(name: str, settings: Settings, policy: Policy) -> LLM:
    from summarizer.llm.embedded.model import EmbeddedLLM  # noqa: PLC0415
    from summarizer.llm.embedded.server import EmbeddedServer  # noqa: PLC0415
    from summarizer.llm.extractive import ExtractiveLLM  # noqa: PLC0415
    from summarizer.llm.litellm_client import LiteLLMClient  # noqa: PLC0415
    from summarizer.llm.scripted import ScriptedLLM  # noqa: PLC0415

    rule = policy.model(name)
    if name == "scripted":
        return ScriptedLLM(policy.taxonomy)
    if name == "extractive":
        return ExtractiveLLM()
    if name == "embedded":
        return EmbeddedLLM(
            EmbeddedServer(settings.cache_dir),
            timeout_seconds=rule.timeout_seconds,
            max_output_tokens=settings.max_output_tokens,
        )
    return LiteLLMClient(
        name,
        timeout_seconds=rule.timeout_seconds,
        max_output_tokens=settings.max_output_tokens,
        price=rule.price,
        **settings.credentials(name),
    )
