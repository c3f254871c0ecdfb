"""What a policy says of each kind of personal data: a policy -> tables and values."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from summarizer.cli.output import colour, printable
from summarizer.pii.entities import ENTITIES
from summarizer.policy import Policy
from summarizer.policy.sections import EntityRule

__all__ = ["described_entities", "entity_tables", "require_known"]

_MOST_OF_BIN, _MOST_AT_END = 8, 4
_ENTITY_WIDTH, _SCORE_WIDTH = 18, 5


def require_known(policy: Policy) -> None:
    """Refuse a policy with a rule for an entity that nothing finds.

    Raises:
        ConfigurationError: naming file, line and fix.
    """
    policy.require_known(frozenset(entity for group in ENTITIES.values() for entity in group))


def described_entities(policy: Policy) -> dict[str, dict[str, Any]]:
    """Return of every entity that can be found its rule, and the same in words."""
    return {
        entity: {
            **policy.rule(entity).model_dump(),
            "own_rule": entity in policy.rules,
            "group": title,
            "looked_for": what,
            "stands_for_it": _stands(policy.rule(entity)),
        }
        for title, group in ENTITIES.items()
        for entity, what in group.items()
    }


def entity_tables(policy: Policy) -> Iterator[Table]:
    """Yield a table for each group of entities; all have the same columns."""
    for number, (title, group) in enumerate(ENTITIES.items()):
        table = Table(
            box=None,
            expand=True,
            padding=(0, 2, 0, 0),
            title=title,
            title_justify="left",
            title_style="bold",
            show_header=not number,
            header_style="dim",
        )
        table.add_column("entity", width=_ENTITY_WIDTH, no_wrap=True)
        table.add_column("looked for", ratio=1)
        table.add_column("score", width=_SCORE_WIDTH, justify="right")
        table.add_column("stands for it, and why", ratio=1)
        for entity, what in group.items():
            rule = policy.rule(entity)
            table.add_row(
                Text(entity, style=colour(entity) if rule.detect else "dim"),
                Text(what, style="" if rule.detect else "dim"),
                f"{rule.threshold:.2f}" if rule.detect else Text("off", style="dim"),
                _stands_and_why(rule),
            )
        yield table


def _stands_and_why(rule: EntityRule) -> Text:
    text = Text(_stands(rule), style="" if rule.detect else "dim")
    if rule.reason:
        text.append(f"\n{printable(rule.reason)}", style="italic dim")
    return text


def _stands(rule: EntityRule) -> str:
    """Say in words what stands in the text where the value stood."""
    if not rule.detect:
        return "the value itself"
    if rule.action == "mask":
        return _mask(rule)
    return {
        "placeholder": "a token",
        "generalise": "a coarser value",
        "drop": "the name of its kind",
        "block": "nothing: the case is refused",
    }[rule.action]


def _mask(rule: EntityRule) -> str:
    kept = [
        f"{where} {count}"
        for where, count in (("first", rule.keep_first), ("last", rule.keep_last))
        if count
    ]
    if not kept:
        return "a mask of the whole value"
    return f"a mask; {' and '.join(kept)} stay{_rule_on_cards(rule)}"


def _rule_on_cards(rule: EntityRule) -> str:
    """Hold a mask against PCI DSS 3.4.1, which lets at most the BIN and the last four show."""
    is_within = rule.keep_first <= _MOST_OF_BIN and rule.keep_last <= _MOST_AT_END
    return " (within PCI DSS 3.4.1)" if is_within else ""
