"""Extractive: Prompt -> Completion made of the case's own redacted sentences, without a model."""

import re
from collections.abc import Iterator
from itertools import islice

from summarizer.llm import Gate
from summarizer.llm.local import MessageText, answer_locally, message_texts
from summarizer.models import Completion, Draft, KeyFact, NextAction, Prompt, RedactedCase
from summarizer.plaintext import GAP, plain
from summarizer.taxonomy import MANUAL_REVIEW, UNCLASSIFIED

__all__ = ["ExtractiveLLM"]

_HEADLINE_CHARACTERS = 120
_SENTENCE_CHARACTERS = 240
_LEAD_SENTENCES = 3
_FACTS = 5
_NO_TEXT = "The case has no readable text"

_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_BRACKETED = re.compile(r"<([^<>]*)>")
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
    lead = list(islice(_all_sentences(messages), _LEAD_SENTENCES))
    facts = (found for found in _all_sentences(messages) if _is_fact(case, found[1]))
    return Draft(
        headline=_without_tags(case, _headline(case, messages)),
        narrative=_without_tags(case, " ".join(s for _, s in lead) or _NO_TEXT),
        key_facts=tuple(
            KeyFact(text=_without_tags(case, s), messages=(id_,))
            for id_, s in list(islice(facts, _FACTS)) or lead
        ),
        issue_type=UNCLASSIFIED,
        urgency="normal",
        next_action=NextAction(
            code=MANUAL_REVIEW, detail="Read the case: this summary was made without a model."
        ),
    )


def _headline(case: RedactedCase, messages: tuple[MessageText, ...]) -> str:
    subject = case.text("subject")
    if subject is not None and (shown := plain(subject.text).strip()):
        return _shortened(shown, _HEADLINE_CHARACTERS)
    first = (m.text for m in messages if m.author == "customer")
    sentence = next(_sentences(next(first, "")), _NO_TEXT)
    return _shortened(sentence, _HEADLINE_CHARACTERS)


def _is_fact(case: RedactedCase, sentence: str) -> bool:
    tokens = (match[0] for match in _BRACKETED.finditer(sentence))
    return bool(_FACT.search(sentence)) or not case.placeholders.isdisjoint(tokens)


def _without_tags(case: RedactedCase, text: str) -> str:
    """Put what a customer typed in angle brackets into round ones: it is no placeholder."""
    return _BRACKETED.sub(
        lambda match: match[0] if match[0] in case.placeholders else f"({match[1]})", text
    )


def _all_sentences(messages: tuple[MessageText, ...]) -> Iterator[tuple[str, str]]:
    return ((message.id, s) for message in messages for s in _sentences(message.text))


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in _SENTENCE_END.split(" ".join(line.split())):
            if sentence:
                yield _shortened(sentence, _SENTENCE_CHARACTERS)


def _shortened(text: str, characters: int) -> str:
    whole = " ".join(text.split())
    if len(whole) <= characters:
        return whole
    kept = whole[: characters - 1].rpartition(" ")[0]
    return f"{kept} {GAP}" if kept else whole[:characters]
