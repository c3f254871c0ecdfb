"""Meanings: an error code -> what it means and what to do, in words."""

from typing import Final, NamedTuple

from summarizer.errors import ErrorCode

__all__ = ["MEANINGS", "Meaning"]


class Meaning(NamedTuple):
    """A failure code for a person."""

    what: str
    todo: str


MEANINGS: Final = {
    ErrorCode.INVALID_TICKET: Meaning(
        "The ticket could not be read, so nothing was processed.",
        "Mend the place that is named, then run it again.",
    ),
    ErrorCode.TICKET_TOO_LARGE: Meaning(
        "The ticket is above a limit of the policy, so nothing was processed.",
        "Split it, or raise the limit in policy.yaml.",
    ),
    ErrorCode.INVALID_CONFIGURATION: Meaning(
        "A policy, prompt or setting is wrong, so nothing was processed.",
        "Mend the setting that is named; `summarizer policy check` looks at a policy.",
    ),
    ErrorCode.UNKNOWN_CASE: Meaning(
        "Nothing is recorded or kept of this case; it may have been erased already.",
        "Check the id and --data-dir.",
    ),
    ErrorCode.ERASURE_REFUSED: Meaning(
        "A legal hold or a statutory retention covers the case; nothing was erased.",
        "Wait until it ends, or release the hold with `summarizer audit release`.",
    ),
    ErrorCode.INSUFFICIENT_CONTENT: Meaning(
        "There is nothing to summarize; no model was asked.",
        "Send a ticket with at least one message that has words in it.",
    ),
    ErrorCode.UNSUPPORTED_LANGUAGE: Meaning(
        "The case is in a language that cannot be redacted reliably; no model was asked.",
        "Hand the case to a person.",
    ),
    ErrorCode.EGRESS_BLOCKED: Meaning(
        "Personal data was about to leave, or policy blocks it; the request was stopped.",
        "Hand the case to a person; `summarizer audit show` tells which kind of data it was.",
    ),
    ErrorCode.MODEL_NOT_ALLOWED: Meaning(
        "Policy does not allow this model; it was not asked.",
        "Choose a model that `summarizer model list` shows, or change the policy.",
    ),
    ErrorCode.BUDGET_EXCEEDED: Meaning(
        "The budget is used up; no model was asked.",
        "Raise monthly_budget_usd in models.yaml, or wait for the next month.",
    ),
    ErrorCode.INVALID_MODEL_OUTPUT: Meaning(
        "The model's answers did not pass the checks, so there is no summary.",
        "Run it again or try another model; a person can take the case meanwhile.",
    ),
    ErrorCode.PROVIDER_UNAVAILABLE: Meaning(
        "The model could not be reached or refused.",
        "Run `summarizer doctor`, then try again.",
    ),
    ErrorCode.PROVIDER_TIMEOUT: Meaning(
        "The model did not answer within the time policy gives it.",
        "Try again, or raise the timeout_seconds of the model in models.yaml.",
    ),
    ErrorCode.AUDIT_UNAVAILABLE: Meaning(
        "A record could not be written. Without a record nothing is sent or returned.",
        "Mend what is named; `summarizer doctor` looks at the database and the data folder.",
    ),
    ErrorCode.ISSUER_UNAVAILABLE: Meaning(
        "The bank's issuer of tokens could not be asked, so nobody could be let in by one.",
        "Check SUMMARIZER_OIDC_ISSUER and the way to it; API keys work meanwhile.",
    ),
    ErrorCode.REDACTION_FAILED: Meaning(
        "Personal data could not be held back reliably, so nothing was sent.",
        "Run `summarizer doctor`; if it is well, hand this case to a person.",
    ),
    ErrorCode.INTERNAL: Meaning(
        "A fault of this program; nothing was sent.",
        "Report the type that is named, with the version; never the ticket.",
    ),
}
