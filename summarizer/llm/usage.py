"""Usage: the body of a provider's answer -> the tokens it says it counted."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["tokens_in"]

_MOST_TOKENS = 1_000_000_000
_PLACES = ("usage", "usageMetadata")
_PROMPT = (
    "prompt_tokens",  # OpenAI and whoever speaks its API
    "input_tokens",  # Anthropic, without what was cached
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "inputTokens",  # Bedrock
    "promptTokenCount",  # Gemini
)
_COMPLETION = (
    "completion_tokens",
    "output_tokens",
    "outputTokens",
    "candidatesTokenCount",
    "thoughtsTokenCount",  # Gemini counts and charges its reasoning apart
)


def tokens_in(body: bytes) -> tuple[int, int] | None:
    """Return the tokens of prompt and completion; None if the answer does not say."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, Mapping):
        return None
    counted = next((answer[p] for p in _PLACES if isinstance(answer.get(p), Mapping)), None)
    if counted is None or not any(name in counted for name in (*_PROMPT, *_COMPLETION)):
        return None
    return _sum(counted, _PROMPT), _sum(counted, _COMPLETION)


def _sum(counted: Mapping[str, Any], names: tuple[str, ...]) -> int:
    return min(sum(_count(counted.get(name)) for name in names), _MOST_TOKENS)


def _count(tokens: Any) -> int:
    """Hold a provider's count within what a record can hold."""
    return min(max(tokens, 0), _MOST_TOKENS) if isinstance(tokens, int) else 0
