"""Grounding: a Draft and its case -> what of the draft the case does not say. No second model.

Every amount, count, date, time and placeholder of the draft must stand in the case, whatever way
it is written there; a key fact must rest on the messages it names, by numbers and by half of its
content words; and what the bank promises, admits or advises must have been said by its agents.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from summarizer.mentions import Day, Mentions, mentions
from summarizer.models import Draft, Finding, KeyFact, RedactedCase
from summarizer.plaintext import GAP, visible

__all__ = ["Grounded", "ground"]

_SHARE_OF_WORDS: Final = 0.5
_FEWEST_FACTS: Final = 2
"""An answer with fewer has the sentences of its narrative for facts, where one message says it."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_PLACE: Final = re.compile(r"messages\[(\d+)\]")
_BANK: Final = r"\b(?:the bank|our bank|we|(?:the|an|our) agents?|support|<PERSON_\d+>)\b"
_REPORTED: Final = re.compile(
    r"\bcustomer\b[^.;]*\b(?:says?|said|claims?|claimed|asks?|asked|wants?|wanted|demands?|demanded"
    r"|believes?|expects?|requests?|requested|hopes?|insists?|alleges?|complains?|feels?|argues?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Commitment:
    """What commits the bank when a summary says it, unless one of its agents said as much."""

    code: str
    stated: re.Pattern[str]
    """How a statement by the bank reads."""
    said: re.Pattern[str]
    """What an agent must have said for it."""


def _commitment(code: str, stated: str, said: str) -> _Commitment:
    return _Commitment(code, re.compile(stated, re.IGNORECASE), re.compile(said, re.IGNORECASE))


_COMMITMENTS: Final = (
    _commitment(
        "UNSUPPORTED_PROMISE",
        rf"{_BANK}[^.;]*\b(?:will|shall|promises?|promised|guarantees?|guaranteed|agrees?|agreed"
        r"|commits?|committed)\b[^.;]*\b(?:refund|reimburs|credit|compensat|repay|waiv|write off"
        r"|return (?:the|all|his|her|their) (?:money|funds))",
        r"\b(?:refund|reimburs|credit|compensat|repay|return|waiv|writ(?:e|ten|ing) off)",
    ),
    _commitment(
        "UNSUPPORTED_LIABILITY",
        rf"{_BANK} (?:is|are|was|were|has|have|admits?|admitted|accepts?|accepted)\b[^.;]*"
        r"\b(?:liab|at fault|to blame|responsib|negligen|mistake|error)",
        r"\b(?:liab|fault|blame|responsib|negligen|mistake|error|sorry|apolog)",
    ),
    _commitment(
        "UNSUPPORTED_ADVICE",
        r"\b(?:should|advised? to|recommends?|must|ought to)\b[^.;]*\b(?:sue|lawsuit|legal action"
        r"|lawyer|solicitor|attorney|invest|buy shares|sell shares|bankruptcy)",
        r"\b(?:sue|lawsuit|legal|lawyer|solicitor|attorney|invest|shares|bankruptcy)",
    ),
)


@dataclass(frozen=True, slots=True)
class Grounded:
    """A draft and what the case does not say of it."""

    draft: Draft | None
    """Without what is unsupported; None if it says nothing that a message says."""
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What a model can mend: each finding that is more than a wrong message id."""
        texts = (
            f"{each.where}: {each.detail}" for each in self.findings if each.code != _ELSEWHERE
        )
        return tuple(dict.fromkeys(texts))


_ELSEWHERE: Final = "EVIDENCE_ELSEWHERE"


class _Source:
    """What the case says, whole and by message."""

    def __init__(self, case: RedactedCase) -> None:
        self._said: dict[str, list[str]] = {message.id: [] for message in case.messages}
        other: list[str] = []
        for text in case.texts:
            place = _PLACE.match(text.where)
            own = self._said[case.messages[int(place[1])].id] if place else other
            own.append(visible(text.text))
        for message in case.messages:
            if message.at is not None:
                self._said[message.id].append(message.at.date().isoformat())
        everything = [*other, *(text for own in self._said.values() for text in own)]
        self._plain = _folded("\n".join(everything))
        self._by_message = {name: mentions("\n".join(own)) for name, own in self._said.items()}
        self.whole = Mentions.of_all([mentions("\n".join(other)), *self._by_message.values()])
        self.by_agents = "\n".join(
            text
            for message in case.messages
            if message.author == "agent"
            for text in self._said[message.id]
        )

    def has_day(self, day: frozenset[Day]) -> bool:
        """Say whether the case names a day; of a year that is left open, within a year."""
        years = {each.year for readings in self.whole.days for each in readings if each.year}
        is_near = not years or any(
            each.year is None or min(years) - 1 <= each.year <= max(years) + 1 for each in day
        )
        return is_near and self.whole.has_day(day)

    def quotes(self, text: str) -> bool:
        """Say whether the case says it word for word."""
        return _quotes(self._plain, text)

    def cited(self, names: Iterable[str]) -> Mentions:
        """Return what the messages name together; an unknown one names nothing."""
        return Mentions.of_all(self._by_message[name] for name in names if name in self._by_message)

    def cited_quotes(self, names: Iterable[str], text: str) -> bool:
        """Say whether the messages say it word for word."""
        cited = "\n".join(said for name in names for said in self._said.get(name, ()))
        return _quotes(_folded(cited), text)

    def best(self, said: Mentions) -> str | None:
        """Return the message that says it best, if one does."""
        shares = {
            name: own.share_of_words(said)
            for name, own in self._by_message.items()
            if _supports(own, said)
        }
        return max(shares, key=lambda name: shares[name], default=None)


def ground(draft: Draft, case: RedactedCase, *, remove: bool = True) -> Grounded:
    """Check every statement.

    Args:
        draft: an answer of the right form.
        case: what it is about.
        remove: leave out the facts and sentences that are unsupported, and put a fact
            that is supported in the place of a headline or a narrative that is not; else they
            stay, each with its finding.
    """
    source = _Source(case)
    findings: list[Finding] = []
    facts = tuple(_facts(draft, source, findings, remove=remove))
    sentences = tuple(_sentences(draft.narrative, source, findings))
    if len(facts) < _FEWEST_FACTS:
        facts += tuple(_facts_told(sentences, facts, source))
    of_headline = tuple(_unsupported("headline", draft.headline, source))
    of_action = tuple(_unsupported("next_action.detail", draft.next_action.detail, source))
    findings += (*of_headline, *of_action)
    if not facts:
        return Grounded(None, tuple(findings))
    changed: dict[str, object] = {"key_facts": [fact.model_dump() for fact in facts]}
    if remove:
        changed["narrative"] = " ".join(sentences) or facts[0].text
        if of_headline:
            changed["headline"] = min((fact.text for fact in facts), key=len)
        if of_action:
            changed["next_action"] = {"code": draft.next_action.code, "detail": facts[0].text}
    return Grounded(Draft.model_validate({**draft.model_dump(), **changed}), tuple(findings))


def _facts(
    draft: Draft, source: _Source, findings: list[Finding], *, remove: bool
) -> Iterator[KeyFact]:
    for index, fact in enumerate(draft.key_facts):
        kept, found = _grounded_fact(fact, f"key_facts.{index}", source)
        findings += found
        if kept is not None or not remove:
            yield kept or fact


def _grounded_fact(
    fact: KeyFact, where: str, source: _Source
) -> tuple[KeyFact | None, list[Finding]]:
    found = list(_unsupported(f"{where}.text", fact.text, source))
    if found:
        return None, found
    said = mentions(fact.text)
    cited = source.cited(fact.messages)
    if _supports(cited, said) or source.cited_quotes(fact.messages, fact.text):
        return fact, []
    better = source.best(said)
    if better is None:
        detail = "no message of the case says this; state only what a message says"
        return None, [Finding(code="UNSUPPORTED_FACT", where=f"{where}.text", detail=detail)]
    detail = f"rested on another message than those named; {better} is named instead"
    moved = Finding(code=_ELSEWHERE, where=f"{where}.messages", detail=detail)
    return fact.model_copy(update={"messages": (better,)}), [moved]


def _sentences(narrative: str, source: _Source, findings: list[Finding]) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(narrative):
        found = list(_unsupported("narrative", sentence, source))
        if not found and source.whole.share_of_words(mentions(sentence)) < _SHARE_OF_WORDS:
            detail = "a sentence says what the case does not; state only what the case says"
            found = [Finding(code="UNSUPPORTED_STATEMENT", where="narrative", detail=detail)]
        findings += found
        if not found:
            yield sentence


def _facts_told(
    sentences: Iterable[str], facts: Iterable[KeyFact], source: _Source
) -> Iterator[KeyFact]:
    """Yield the sentences that one message supports as facts that rest on it, but none again."""
    known = [mentions(fact.text) for fact in facts]
    for sentence in sentences:
        said = mentions(sentence)
        message = source.best(said)
        if message is None or not said.words or any(_supports(fact, said) for fact in known):
            continue
        known.append(said)
        yield KeyFact(text=sentence, messages=(message,))


def _unsupported(where: str, text: str, source: _Source) -> Iterator[Finding]:
    """Name each kind of thing that a statement has and the case has not."""
    if source.quotes(text):
        return
    said, whole = mentions(text), source.whole
    lacking = (
        ("UNSUPPORTED_NUMBER", "a number", not all(map(whole.has_number, said.numbers))),
        (
            "UNSUPPORTED_DATE",
            "a date or time",
            not (all(map(source.has_day, said.days)) and said.times <= whole.times),
        ),
        ("UNSUPPORTED_REFERENCE", "a placeholder", not said.placeholders <= whole.placeholders),
    )
    for code, what, is_lacking in lacking:
        if is_lacking:
            detail = f"has {what} that the case does not have; copy it or leave it out"
            yield Finding(code=code, where=where, detail=detail)
    if _REPORTED.search(text):
        return
    for commitment in _COMMITMENTS:
        if commitment.stated.search(text) and not commitment.said.search(source.by_agents):
            detail = "says of the bank what no agent said; leave it out"
            yield Finding(code=commitment.code, where=where, detail=detail)


def _supports(source: Mentions, said: Mentions) -> bool:
    return not source.lacks(said) and source.share_of_words(said) >= _SHARE_OF_WORDS


def _quotes(source: str, text: str) -> bool:
    """Say whether a folded text holds every part of a quotation between its gaps."""
    parts = [part for part in map(str.strip, _folded(text).split(GAP)) if part]
    return bool(parts) and all(part in source for part in parts)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
