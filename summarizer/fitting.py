"""Fitting: RedactedCase and a budget -> the prompt that keeps to it, and what was shortened."""

from summarizer.digest import shorten
from summarizer.excerpts import CaseDigest
from summarizer.models import Prompt, RedactedCase
from summarizer.prompt import PromptTemplate
from summarizer.tokencount import estimated_tokens

__all__ = ["fitted_prompt", "prompt_tokens"]


def fitted_prompt(
    template: PromptTemplate, case: RedactedCase, budget: int
) -> tuple[Prompt, CaseDigest | None]:
    """Ask for a summary in at most `budget` tokens; the digest is None if all fits as it is.

    Raises:
        TicketError: TICKET_TOO_LARGE, if not even the shortest digest fits.
    """
    digest = shorten(
        case, budget=budget, measure=lambda plan: prompt_tokens(template.render(case, plan))
    )
    return template.render(case, digest), digest


def prompt_tokens(prompt: Prompt) -> int:
    """Estimate the tokens of a prompt's messages; the answer's schema is not counted."""
    return estimated_tokens(*(message.content for message in prompt.messages))
