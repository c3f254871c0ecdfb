"""Extractive: Prompt -> Completion made of the case's own redacted sentences, without a model."""

import re

from summarizer.llm import Gate
from summarizer.llm.local import MessageText, answer_locally, message_texts
from summarizer.models import Completion, Draft, KeyFact, NextAction, Prompt, RedactedCase
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED

__all__ = ["ExtractiveLLM"]

_HEADLINE_CHARACTERS = 120
_SENTENCE_CHARACTERS = 240
_LEAD_SENTENCES = 3
_FACTS = 5
_NO_TEXT = "The case has no readable text"

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FACT = re.compile(
    r"[$€£]\s?\d"
    r"|\b\d[\d.,]*\s?(?:usd|eur|gbp|dollars?|euros?|pounds?)\b"
    r"|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    rf"|\b{_MONTH}\s\d{{1,2}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?!\w)",
    re.IGNORECASE,
)


class ExtractiveLLM:
    """Quotes instead of summarising; stands in when no model can be asked."""

    name = "extractive"

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        """Answer at once.

        Raises:
            EgressBlocked, AuditUnavailable: from the gate.
        """
        return await answer_locally(self.name, prompt, gate, _draft(prompt.case))

    async def ready(self) -> None:
        """Return at once: there is nothing to reach."""

    async def aclose(self) -> None:
        """Nothing is held."""


def _draft(case: RedactedCase) -> Draft:
    messages = tuple(message_texts(case))
    sentences = [(message.id, s) for message in messages for s in _sentences(message.text)]
    lead = " ".join(sentence for _, sentence in sentences[:_LEAD_SENTENCES])
    facts = [(id_, s) for id_, s in sentences if _FACT.search(s) or _names(case, s)]
    return Draft(
        headline=_headline(case, messages),
        narrative=lead or _NO_TEXT,
        key_facts=tuple(KeyFact(text=s, messages=(id_,)) for id_, s in facts[:_FACTS]),
        issue_type=UNCLASSIFIED,
        urgency="normal",
        next_action=NextAction(
            code=MANUAL_REVIEW, detail="Read the case: this summary was made without a model."
        ),
    )


def _headline(case: RedactedCase, messages: tuple[MessageText, ...]) -> str:
    subject = case.text("subject")
    if subject is not None and subject.text.strip():
        return _shortened(subject.text, _HEADLINE_CHARACTERS)
    first = next((m for m in messages if m.author == "customer"), None)
    sentences = _sentences(first.text) if first else []
    return _shortened(sentences[0], _HEADLINE_CHARACTERS) if sentences else _NO_TEXT


def _names(case: RedactedCase, sentence: str) -> bool:
    return any(placeholder in sentence for placeholder in case.placeholders)


def _sentences(text: str) -> list[str]:
    return [_shortened(s, _SENTENCE_CHARACTERS) for s in _SENTENCE_END.split(text) if s.strip()]


def _shortened(text: str, characters: int) -> str:
    words = text.split()
    shortened = " ".join(words)
    while len(shortened) > characters and len(words) > 1:
        words.pop()
        shortened = " ".join(words) + " …"
    return shortened[:characters]
