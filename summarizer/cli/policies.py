"""Policies: settings -> a policy in words, and whether it is sound."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from summarizer.bootstrap import build_redactor
from summarizer.cli.modelwords import model_lines, model_table
from summarizer.cli.output import colour, notes, pretty, printable, write_json
from summarizer.errors import ConfigurationError, RedactionError
from summarizer.policy import EntityRule, Policy
from summarizer.settings import Settings

__all__ = ["check_policy", "show_policy"]

_OTHERS = "all others"
_MOST_OF_BIN, _MOST_AT_END = 8, 4


def check_policy(settings: Settings, folder: Path | None, *, json: bool) -> None:
    """Read a policy, hold its entities against the detector's and redact the canary under it.

    Raises:
        ConfigurationError: naming file, line and fix, or what of the canary was left.
        ModelNotAllowed: if a model stands in the order that policy does not allow.
    """
    policy = Policy.read(folder.resolve() if folder else settings.policy_dir)
    for name in policy.models.fallback:
        policy.model(name)
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
    """Print what a policy says."""
    policy = Policy.read(settings.policy_dir)
    if json:
        write_json(_described(policy))
        return
    console = pretty()
    console.print(Text.assemble((policy.name, "bold"), f": {printable(policy.description)}"))
    console.print(_entity_table(policy))
    for line in _list_lines(policy):
        console.print(printable(line), soft_wrap=True)
    console.print(model_table(policy.models))
    for line in model_lines(policy.models):
        console.print(printable(line), soft_wrap=True)
    console.print()
    console.print(_in_short(policy))


def _described(policy: Policy) -> dict[str, Any]:
    return {
        "policy": policy.version,
        "taxonomy": policy.taxonomy.version,
        "folder": str(policy.source),
        "description": policy.description,
        "default": policy.default_rule.model_dump(),
        "entities": {name: rule.model_dump() for name, rule in sorted(policy.rules.items())},
        "allow": [term.model_dump(mode="json") for term in policy.allowed],
        "deny": [entry.model_dump(mode="json") for entry in policy.denied],
        "limits": policy.limits.model_dump(),
        "models": policy.models.model_dump(mode="json"),
        "retention": policy.retention.model_dump(),
    }


def _entity_table(policy: Policy) -> Table:
    table = Table(box=SIMPLE, header_style="dim")
    for title in ("entity", "looked for", "from score", "what happens"):
        table.add_column(title)
    for name, rule in (*sorted(policy.rules.items()), (_OTHERS, policy.default_rule)):
        table.add_row(
            Text(name, style="italic" if name == _OTHERS else colour(name)),
            "yes" if rule.detect else Text("no", style="dim"),
            f"{rule.threshold:.2f}" if rule.detect else "",
            _action(rule) if rule.detect else Text("stays in the text", style="dim"),
        )
    return table


def _action(rule: EntityRule) -> RenderableType:
    if rule.action == "mask":
        if not rule.keep_first and not rule.keep_last:
            return "masked"
        kept = [
            f"{where} {count}"
            for where, count in (("first", rule.keep_first), ("last", rule.keep_last))
            if count
        ]
        return f"masked; the {' and '.join(kept)} characters stay{_rule_on_cards(rule)}"
    return {
        "placeholder": "a token, the same in the whole case",
        "generalise": "a coarser value stands for it",
        "drop": "only its kind is named",
        "block": "the case is refused",
    }[rule.action]


def _rule_on_cards(rule: EntityRule) -> str:
    """Hold a mask against PCI DSS 3.4.1, which lets at most the BIN and the last four show."""
    shown = rule.keep_first <= _MOST_OF_BIN and rule.keep_last <= _MOST_AT_END
    return "\n(PCI DSS 3.4.1 allows a card's BIN and last four)" if shown else ""


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
    looked_for = sum(rule.detect for rule in policy.rules.values())
    rows = {
        "Entities": f"{len(policy.rules)} with a rule of their own, {looked_for} looked for",
        "Labels": f"{len(taxonomy.issue_types)} issue types, {len(taxonomy.next_actions)} actions",
        "Limits": f"a ticket has at most {limits.ticket_bytes:,} bytes and {limits.messages:,} "
        f"messages of {limits.message_characters:,} characters; a list has at most "
        f"{limits.items:,} items",
        "Lists": f"{len(policy.denied)} always held back, {len(policy.allowed)} never personal",
        "Models": ", ".join(entry.model for entry in models.allow) or "none",
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
