"""Small evaluation cases and answers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase
from summarizer.taxonomy import Taxonomy

__all__ = ["REPOSITORY", "SHIPPED", "answer", "case", "case_line", "write_set"]

REPOSITORY = Path(__file__).parent.parent.parent
SHIPPED = Taxonomy.read(REPOSITORY / "policies" / "default" / "taxonomy.yaml")


def case_line(
    id: str = "c1",  # noqa: A002
    body: str = "There is a fee of £35 that I do not understand",
    *,
    pii: Sequence[tuple[str, str]] | None = None,
    expected: Mapping[str, Any] | None = None,
    ticket: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make a line of `cases.jsonl`; `pii` is values of the body, with their entities."""
    spans = None if pii is None else [
        {"where": "messages[0].body", "start": body.index(value),
         "end": body.index(value) + len(value), "entity": entity}
        for value, entity in pii
    ]  # fmt: skip
    labels = {
        "issue_type": "fees_interest", "urgency": "normal", "next_action": "decide_refund",
        **(expected or {}),
    }  # fmt: skip
    return {
        "id": id,
        "ticket": {
            "id": id, "channel": "chat", "messages": [{"author": "customer", "body": body}],
            **(ticket or {}),
        },
        "expected": {**labels, **({} if spans is None else {"pii": spans})},
        **more,
    }  # fmt: skip


def case(*arguments: Any, **more: Any) -> EvalCase:
    """Make a case as `case_line` describes it."""
    return EvalCase.model_validate_json(json.dumps(case_line(*arguments, **more)))


def answer(id: str = "c1", **more: Any) -> Answer:  # noqa: A002
    """Make an answer that is right about the labels of `case()`."""
    right = {
        "issue_type": "fees_interest", "team": "Account Services", "urgency": "normal",
        "next_action": "decide_refund", "status": "summarized",
    }  # fmt: skip
    return Answer.model_validate({"case": id, **right, **more})


def write_set(folder: Path, lines: Sequence[Mapping[str, Any]], about: str = "") -> Path:
    """Write a set's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "set.yaml").write_text(
        f"name: small\nversion: '1'\ndescription: a few cases\nlicence: Apache-2.0\n{about}"
    )
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder
