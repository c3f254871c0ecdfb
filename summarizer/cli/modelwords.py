"""Model words: what policy says of models -> tables and sentences for a person."""

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.policy.models import LOCAL_MODELS, AllowedModel, ModelRules

__all__ = ["model_lines", "model_table"]


def model_table(rules: ModelRules) -> Table:
    """Say of each model where it runs, for what data, how fast and for how much."""
    table = Table(box=SIMPLE, header_style="dim")
    for title in (
        "model",
        "runs in",
        "data up to",
        "an attempt",
        "prompt up to",
        "a minute",
        "a million tokens",
    ):
        table.add_column(title, overflow="fold")
    for entry in rules.allow:
        table.add_row(
            Text(entry.model, style="bold"),
            Text(entry.region or "not said"),
            Text(entry.data_class or "not said"),
            f"{entry.timeout_seconds:g} s",
            f"{entry.prompt_tokens:,} tokens",
            _pace(entry),
            _price(entry),
        )
    return table


def model_lines(rules: ModelRules) -> Iterator[str]:
    """Say what happens when a model fails."""
    patience = f"Each is asked up to {rules.attempts} times"
    if rules.fallback:
        order = ", then ".join(rules.fallback)
        yield f"{patience}. If the configured model gives no answer: {order}."
    else:
        yield f"{patience}. No other model is asked instead of the configured one."
    yield (
        f"After {rules.breaker.faults} faults in a row a model is left alone for "
        f"{rules.breaker.pause_seconds:g} s; an answer may be mended {rules.repairs} times."
    )
    if rules.weigh:
        yield f"Asked once more for the probability of each label: {', '.join(rules.weigh)}."
    if rules.stand_in:
        yield "When none gave a valid answer, sentences of the case stand in, for review."
    else:
        yield "When none gave a valid answer, there is no summary."
    if rules.monthly_budget_usd is None:
        yield "There is no budget."
    else:
        yield f"At most {rules.monthly_budget_usd:,.2f} USD are spent in a month (UTC)."


def _pace(entry: AllowedModel) -> str:
    limits = entry.per_minute
    said = [
        f"{count:,} {what}"
        for count, what in ((limits.requests, "requests"), (limits.tokens, "tokens"))
        if count is not None
    ]
    return " and ".join(said) or "no limit"


def _price(entry: AllowedModel) -> str:
    if entry.price is None:
        return "free" if entry.model in LOCAL_MODELS else "as litellm lists it"
    return f"{entry.price.prompt:,.2f} in, {entry.price.completion:,.2f} out, in USD"
