"""Fitting: RedactedCase -> the prompt that keeps to a model's budget, and what was shortened."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from summarizer.digest import digest_finding, shorten
from summarizer.excerpts import CaseDigest
from summarizer.models import Finding, Prompt, RedactedCase
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.tokencount import weight

__all__ = ["FittedPrompt", "fitted_prompt", "prompt_tokens"]


@dataclass(frozen=True, slots=True)
class FittedPrompt:
    """A prompt within the budget, and what must be said about it."""

    prompt: Prompt
    finding: Finding | None = None
    """CASE_DIGESTED, if the model is not shown every message whole."""
    asks_for_review: bool = False
    """Whether policy asks for a person because of that."""


def fitted_prompt(
    template: PromptTemplate, case: RedactedCase, policy: Policy, model: str
) -> FittedPrompt:
    """Ask for a summary in at most as many tokens as policy gives the model.

    Raises:
        TicketError: TICKET_TOO_LARGE, if not even the shortest digest fits.
    """
    prompt = template.render(case)

    def measure(plan: CaseDigest | None) -> int:
        nonlocal prompt
        if plan is not None:
            prompt = template.render(case, plan)
        return prompt_tokens(prompt)

    # The plan that is returned is the last one that was measured.
    digest = shorten(case, budget=policy.prompt_budget(model), measure=measure)
    if digest is None:
        return FittedPrompt(prompt)
    asks = policy.long_cases.asks_for_review(whole=digest.whole, messages=digest.messages)
    return FittedPrompt(prompt, digest_finding(digest), asks)


def prompt_tokens(prompt: Prompt) -> int:
    """Estimate the tokens of a prompt's messages; the answer's schema is not counted."""
    texts = (message.content for message in prompt.messages)
    return ceil(sum(_ours(text) if text in prompt.fixed else weight(text) for text in texts))


@lru_cache(maxsize=64)
def _ours(text: str) -> float:
    # The instructions are most of a prompt and in each; text of a case must not be kept here.
    return weight(text)
