"""Fitting: RedactedCase -> the prompt that keeps to a model's budget, and what was shortened."""

from dataclasses import dataclass

from summarizer.digest import digest_finding, shorten
from summarizer.excerpts import CaseDigest
from summarizer.models import Finding, Prompt, RedactedCase
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.tokencount import estimated_tokens

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
    return estimated_tokens(*(message.content for message in prompt.messages))
