"""Policies: settings -> a policy in words, and whether it is sound."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from summarizer.bootstrap import build_redactor
from summarizer.cli.output import notes, pretty, printable, write_json
from summarizer.cli.policy_entities import described_entities, entity_tables, require_known
from summarizer.cli.rules import deadline_rows, floor_rows, rule_lines, try_rules
from summarizer.errors import ConfigurationError, RedactionError
from summarizer.policy import Policy
from summarizer.settings import Settings

__all__ = ["check_policy", "show_policy"]

_LEGEND = (
    "A find counts from its score on: 1.00 proves itself, 0.55 to 0.90 by its context; off: it "
    "is not looked for. One value has one token in the whole case."
)


def check_policy(settings: Settings, folder: Path | None, *, json: bool) -> None:
    """Read a policy, try its rules on their examples and redact the canary under it.

    Raises:
        ConfigurationError: naming file, line and fix, or what of the canary was left.
    """
    policy = Policy.read(folder.resolve() if folder else settings.policy_dir)
    try_rules(policy)
    with notes().status("trying the policy on the canary"):
        try:
            build_redactor(settings)
        except RedactionError as error:
            path = policy.source / "policy.yaml"
            msg = f"{path}: redaction: {error.detail}; detect them, or lower their thresholds"
            raise ConfigurationError(msg) from None
    if json:
        write_json({"ok": True, **_described(policy)})
        return
    console = pretty()
    console.print(Text.assemble(("sound", "bold green"), f": {policy.name}, {policy.source}"))
    console.print(_in_short(policy))


def show_policy(settings: Settings, *, json: bool) -> None:
    """Print what a policy says of every entity that can be found, and what else it holds.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    policy = Policy.read(settings.policy_dir)
    require_known(policy)
    if json:
        write_json(_described(policy))
        return
    console = pretty()
    console.print(Text.assemble((policy.name, "bold"), f": {printable(policy.description)}"))
    console.print(Text(_LEGEND, style="dim"))
    console.print()
    for table in entity_tables(policy):
        console.print(table)
        console.print()
    for line in (*_list_lines(policy), *rule_lines(policy)):
        console.print(printable(line), soft_wrap=True)
    console.print(_in_short(policy))


def _described(policy: Policy) -> dict[str, Any]:
    return {
        "policy": policy.version,
        "taxonomy": policy.taxonomy.version,
        "folder": str(policy.source),
        "description": policy.description,
        "default": policy.default_rule.model_dump(),
        "entities": described_entities(policy),
        "allow": [term.model_dump(mode="json") for term in policy.allowed],
        "deny": [entry.model_dump(mode="json") for entry in policy.denied],
        "limits": policy.limits.model_dump(),
        "models": policy.models.model_dump(mode="json"),
        "long_cases": policy.long_cases.model_dump(),
        "retention": policy.retention.model_dump(),
        "grounding": policy.grounding.model_dump(),
        "deadlines": deadline_rows(policy),
        "urgency": floor_rows(policy),
    }


def _list_lines(policy: Policy) -> Iterator[str]:
    """Say in words what the policy's own lists do."""
    if policy.denied:
        yield "Always held back, whatever else is found or allowed:"
    for entry in policy.denied:
        what = f"“{entry.term}”" if entry.term else f"what matches {entry.pattern}"
        yield f"  {what}, as {entry.entity}"
    if policy.allowed:
        yield (
            "Never personal here, unless it proves itself by a check digit, or the ticket's own "
            "form names it:"
        )
    for term in policy.allowed:
        limited = f", taken for {', '.join(term.entities)}" if term.entities else ""
        yield f"  “{term.term}”{limited}"


def _in_short(policy: Policy) -> Table:
    limits, models, taxonomy = policy.limits, policy.models, policy.taxonomy
    rules = described_entities(policy)
    looked_for = sum(rule["detect"] for rule in rules.values())
    rows = {
        "Entities": f"{looked_for} of {len(rules)} looked for, {len(policy.rules)} with a rule of "
        "their own",
        "Labels": f"{len(taxonomy.issue_types)} issue types, {len(taxonomy.next_actions)} actions",
        "Limits": f"a ticket has at most {limits.ticket_bytes:,} bytes and {limits.messages:,} "
        f"messages of {limits.message_characters:,} characters; a list has at most "
        f"{limits.items:,} items",
        "Rules": f"{len(deadline_rows(policy))} deadlines, {len(floor_rows(policy))} floors of "
        "urgency",
        "Unsupported": ("mended once, then " if policy.grounding.repair else "")
        + {"remove": "left out", "keep": "kept under a finding"}[policy.grounding.unsupported],
        "Lists": f"{len(policy.denied)} always held back, {len(policy.allowed)} never personal",
        "Models": ", ".join(models.allow) or "none",
        "Patience": f"{models.timeout_seconds:g} s an attempt, {models.attempts} attempts, "
        f"{models.repairs} repairs",
        "Prompts": f"at most {models.prompt_tokens['default']:,} tokens"
        + "".join(
            f", {name} {tokens:,}"
            for name, tokens in sorted(models.prompt_tokens.items())
            if name != "default"
        )
        + "; longer cases are shown as a digest, for review if more than "
        f"{100 * policy.long_cases.review_above_shortened_share:g} % of the messages are not whole",
        "Retention": f"events of the class {policy.retention.audit_class}; the case "
        + (
            "is not kept"
            if policy.retention.retain_case == "none"
            else f"is kept sealed for {policy.retention.sealed_days} days"
        ),
        "Policy": policy.version,
        "Taxonomy": taxonomy.version,
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), Text(value, overflow="fold"))
    return table
