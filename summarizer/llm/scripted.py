"""Scripted: Prompt -> Completion chosen by hash; the fake on which the whole route can run."""

import hashlib

from summarizer.llm import Gate
from summarizer.llm.local import answer_locally, message_texts
from summarizer.models import Completion, Draft, KeyFact, NextAction, Prompt, RedactedCase
from summarizer.taxonomy import Taxonomy

__all__ = ["ScriptedLLM"]

_FACTS = 3
_QUOTED_WORDS = 8
_PLACEHOLDERS = 5


class ScriptedLLM:
    """Answers every case with a valid summary that depends on nothing but the case."""

    name = "scripted"

    def __init__(self, taxonomy: Taxonomy) -> None:
        """Choose labels from this taxonomy."""
        self._taxonomy = taxonomy

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Answer at once.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
        """
        return await answer_locally(self.name, prompt, gate, self._draft(prompt.case))

    async def ready(self) -> None:
        """Return at once: there is nothing to reach."""

    async def aclose(self) -> None:
        """Nothing is held."""

    def _draft(self, case: RedactedCase) -> Draft:
        digest = _digest(case)
        issue_types, next_actions = self._taxonomy.issue_types, self._taxonomy.next_actions
        levels = self._taxonomy.urgency
        action = next_actions[digest[1] % len(next_actions)]
        named = ", ".join(sorted(case.placeholders)[:_PLACEHOLDERS])
        return Draft(
            headline="The customer asks the bank for help",
            narrative="It is about the customer" + (f": {named}." if named else "."),
            key_facts=_quotes(case),
            issue_type=issue_types[digest[0] % len(issue_types)].code,
            urgency=levels[digest[2] % len(levels)].code,
            next_action=NextAction(code=action.code, detail=action.title),
        )


def _digest(case: RedactedCase) -> bytes:
    parts = [part for text in case.texts for part in (text.where, text.text)]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()


def _quotes(case: RedactedCase) -> tuple[KeyFact, ...]:
    return tuple(
        KeyFact(text=" ".join(message.text.split()[:_QUOTED_WORDS]), messages=(message.id,))
        for message in list(message_texts(case))[:_FACTS]
    )
