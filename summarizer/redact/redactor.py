"""Redactor: Case -> RedactedCase and Vault."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Final, NamedTuple

from summarizer.errors import RedactionError
from summarizer.models import Case, CaseText, RedactedCase, RedactedText, RedactionSpan, SpanCue
from summarizer.pii import Anonymizer, Detection, Detector, Replacement
from summarizer.policy import Policy
from summarizer.redact.cues import named_cues
from summarizer.redact.lists import DENIED, Lists
from summarizer.redact.naming import Naming
from summarizer.redact.numbers import checksummed
from summarizer.redact.people import name_words
from summarizer.redact.spans import disjoint, trimmed
from summarizer.redact.tokens import LITERAL, TOKEN, lookalikes
from summarizer.redact.values import Value, ValueMatch, find_values, is_weak
from summarizer.redact.vault import Vault, VaultEntry

__all__ = ["Redacted", "Redactor"]

_PERSON = "PERSON"
_LEAST_NAME_PART = 3
_LEAST_CERTAIN_PART = 2
_SEVERITY: Final = {"placeholder": 0, "generalise": 1, "mask": 2, "drop": 3, "block": 4}
"""Of values that overlap, the one whose action gives away least decides."""
_SWEEPS = 3
_SPREADS = 0.5
"""From this score the words of a name are looked for by themselves, not only the whole."""
_TAG = re.compile(r"<[^<>]{0,512}>")


class Redacted(NamedTuple):
    """The result of redaction: what may leave, and the way back, which must not."""

    case: RedactedCase
    vault: Vault


class Redactor:
    """Holds back personal data in every text of a case, under one policy."""

    def __init__(self, *, detector: Detector, anonymizer: Anonymizer, policy: Policy) -> None:
        """Check that the policy names only entities that can be found.

        Raises:
            ConfigurationError: if the policy has a rule for an entity nothing finds.
        """
        self._detector = detector
        policy.require_known(self.entities)
        self._anonymizer = anonymizer
        self._policy = policy
        self._lists = Lists(policy.allowed, policy.denied)

    @property
    def entities(self) -> frozenset[str]:
        """Every entity that can be found."""
        return self._detector.entities | own_entities()

    @property
    def detector_version(self) -> str:
        """Names what detects."""
        return self._detector.version

    def redact(self, case: Case) -> Redacted:
        """Redact every text of a case.

        Raises:
            RedactionError: if any part failed; there is no partial result.
        """
        spans, values = self._spans(case.texts)
        occurrences = _values(case.texts, spans)
        naming = Naming(occurrences, self._policy)
        replacements = [
            _replacements(text, found, naming)
            for text, found in zip(case.texts, spans, strict=True)
        ]
        cues = named_cues(case.texts, _text_before(case.texts), spans, replacements)
        parts = [
            self._replace(*of_text, naming)
            for of_text in zip(case.texts, spans, replacements, cues, strict=True)
        ]
        redacted = RedactedCase(
            channel=case.channel,
            jurisdiction=case.jurisdiction,
            messages=case.messages,
            texts=tuple(part.text for part in parts),
            spans=tuple(span for part in parts for span in part.spans),
            placeholders=frozenset(
                token for part in parts for token in TOKEN.findall(part.text.text)
            ),
            policy=self._policy.version,
        )
        if not redacted.placeholders <= naming.fullest.keys():
            msg = "the redacted text holds a placeholder that was not put there"
            raise RedactionError(msg)
        vault = Vault(
            entries=tuple(entry for part in parts for entry in part.entries),
            fullest=naming.fullest,
            values=tuple(
                {
                    value.text: value
                    for value in (*values, *occurrences)
                    if value.entity != LITERAL
                }.values()
            ),
        )
        return Redacted(redacted, vault)

    def personal_in(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the values in each text that the policy holds back; tokens are none.

        Raises:
            RedactionError: if the texts could not be searched.
        """
        blank = [TOKEN.sub(lambda token: " " * len(token[0]), text) for text in texts]
        found = self._detector.detect(blank)
        if len(found) != len(texts):
            msg = "the detector did not answer for every text"
            raise RedactionError(msg)
        return [
            [
                text[item.start : item.end]
                for item in self._counted(text, [*each, *checksummed(text)])
                if item.entity != LITERAL
            ]
            for text, each in zip(blank, found, strict=True)
        ]

    def _spans(self, texts: Sequence[CaseText]) -> tuple[list[list[Detection]], list[Value]]:
        """Find disjoint ranges in each text: detected, by place, then known from elsewhere.

        Returns:
            The ranges of each text, and every value that counted, also one that a longer range
            took up.
        """
        clean = [text.map.text for text in texts]
        before = ["" if at is None else clean[at] for at in _text_before(texts)]
        found = self._detector.detect(clean, before)
        if len(found) != len(texts):
            msg = "the detector did not answer for every text"
            raise RedactionError(msg)
        counted = [
            self._counted(
                text.map.text, [*detections, *_by_place(text), *checksummed(text.map.text)]
            )
            for text, detections in zip(texts, found, strict=True)
        ]
        values: dict[tuple[str, str], Value] = {}
        for _ in range(_SWEEPS):
            fresh = _surest(_values(texts, counted))
            if fresh.keys() <= values.keys():
                break
            values = fresh | values
            for match in find_values(clean, _searchable(values.values())):
                if _is_meant(clean[match.text], match):
                    value = match.value
                    known = Detection(
                        match.start, match.end, value.entity, value.score, "known_value"
                    )
                    counted[match.text] += self._lists.kept(clean[match.text], [known])
        spans = [disjoint(each, severity=self._severity) for each in counted]
        return spans, list(values.values())

    def _counted(self, clean: str, detections: Iterable[Detection]) -> list[Detection]:
        return [
            detection
            for item in (
                *self._lists.kept(clean, detections),
                *self._lists.denied(clean),
                *lookalikes(clean),
            )
            if self._counts(item) and (detection := trimmed(item, clean)) is not None
        ]

    def _counts(self, detection: Detection) -> bool:
        if detection.entity == LITERAL or detection.recognizer == DENIED:
            return True
        rule = self._policy.rule(detection.entity)
        return rule.detect and detection.score >= rule.threshold

    def _severity(self, entity: str) -> int:
        if entity == LITERAL:
            return -1
        return _SEVERITY[self._policy.rule(entity).action]

    def _replace(
        self,
        text: CaseText,
        found: Sequence[Detection],
        replacements: Sequence[Replacement],
        cues: Sequence[SpanCue | None],
        naming: Naming,
    ) -> "_Part":
        clean = text.map.text
        entries: list[VaultEntry] = []
        spans: list[RedactionSpan] = []
        shift = 0
        for span, item, cue in zip(found, replacements, cues, strict=True):
            original = clean[span.start : span.end]
            start = span.start + shift
            entries.append(VaultEntry(text.where, start, start + len(item.text), original))
            shift += len(item.text) - len(original)
            raw_start, raw_end = text.map.to_source(span.start, span.end)
            spans.append(
                RedactionSpan(
                    where=text.where,
                    start=raw_start,
                    end=raw_end,
                    entity=naming.entity(original),
                    score=span.score,
                    recognizer=span.recognizer,
                    placeholder=item.text,
                    same_person=naming.merged(original),
                    cue=cue,
                )
            )
        return _Part(
            RedactedText(
                text.where,
                self._anonymizer.replace(clean, replacements),
                _shifted(text.repeats, replacements),
            ),
            entries,
            spans,
        )


def _replacements(text: CaseText, found: Sequence[Detection], naming: Naming) -> list[Replacement]:
    clean = text.map.text
    return [
        Replacement(span.start, span.end, naming.stand_in(clean[span.start : span.end]))
        for span in found
    ]


class _Part(NamedTuple):
    text: RedactedText
    entries: list[VaultEntry]
    spans: list[RedactionSpan]


def own_entities() -> frozenset[str]:
    """Entities that redaction finds by itself, beside the detector's."""
    return frozenset({_PERSON, "EMAIL_ADDRESS", "PHONE_NUMBER", "CUSTOMER_ID"}) | frozenset({
        "CREDIT_CARD",
        "IBAN_CODE",
        "US_SSN",
    })


def _text_before(texts: Sequence[CaseText]) -> list[int | None]:
    """Give each message body the number of the body before it: the question it may answer."""
    before: list[int | None] = []
    last: int | None = None
    for number, text in enumerate(texts):
        is_body = text.where.endswith("].body")
        before.append(last if is_body else None)
        if is_body:
            last = number
    return before


def _by_place(text: CaseText) -> list[Detection]:
    """Take a whole value as personal where the ticket's form says so."""
    if text.entity is None or not text.map.text:
        return []
    return [Detection(0, len(text.map.text), text.entity, 1.0, "ticket_field")]


def _values(texts: Sequence[CaseText], found: Sequence[Sequence[Detection]]) -> list[Value]:
    """List what the ranges of each text cover, in reading order."""
    return [
        Value(text.map.text[item.start : item.end], item.entity, text.where, item.score)
        for text, items in zip(texts, found, strict=True)
        for item in sorted(items, key=lambda item: item.start)
    ]


def _surest(values: Iterable[Value]) -> dict[tuple[str, str], Value]:
    """Keep each value once, by the best reason there was for it.

    A name that the ticket's form gives stays certain, though a model doubts it elsewhere.
    """
    kept: dict[tuple[str, str], Value] = {}
    for value in values:
        known = kept.get((value.text, value.entity))
        if known is None or known.score < value.score:
            kept[value.text, value.entity] = value
    return kept


def _searchable(values: Iterable[Value]) -> list[Value]:
    """List what is worth looking for elsewhere: the values, and the parts of names."""
    searched: dict[tuple[str, str], Value] = {}
    for value in values:
        if value.entity == LITERAL:
            continue
        parts = _name_parts(value.text) if _has_parts(value) else ()
        for form in (value.text, *parts):
            if not is_weak(form) or _is_certain(value, form):
                known = Value(form, value.entity, value.where, value.score)
                searched.setdefault((form, value.entity), known)
    return list(searched.values())


def _has_parts(value: Value) -> bool:
    """Say whether a value is a name, and not by doubtful evidence alone."""
    return value.entity == _PERSON and value.score >= _SPREADS


def _name_parts(name: str) -> list[str]:
    """Return the words of a name, and the halves of a double one; tags are no words."""
    words = name_words(unescape(_TAG.sub(" ", name)))
    halves = [half for word in words for half in re.split("['\u2019-]", word)]
    least = (word for word in (*words, *halves) if len(word) >= _LEAST_NAME_PART)
    return list(dict.fromkeys(least))


def _is_certain(value: Value, form: str) -> bool:
    """Say whether a form counts although it is also an ordinary word.

    The ticket's own form says that it is this person's name.
    """
    return value.entity == _PERSON and value.score >= 1 and len(form) >= _LEAST_CERTAIN_PART


def _is_meant(text: str, match: ValueMatch) -> bool:
    """Say whether an occurrence of a value is the value: "May", but not "may"."""
    found = text[match.start : match.end]
    return not is_weak(found) or found[:1].isupper()


def _shifted(
    ranges: Sequence[tuple[int, int]], replacements: Sequence[Replacement]
) -> tuple[tuple[int, int], ...]:
    """Carry ranges over into the redacted text; an edge inside a replacement leaves it out."""
    ends = [item.end for item in replacements]
    totals = [0]
    for item in replacements:
        totals.append(totals[-1] + len(item.text) - (item.end - item.start))

    def carried(position: int, *, is_start: bool) -> int:
        done = bisect_right(ends, position)
        if done < len(replacements) and replacements[done].start < position:
            inside = replacements[done]
            return inside.end + totals[done + 1] if is_start else inside.start + totals[done]
        return position + totals[done]

    moved = ((carried(start, is_start=True), carried(end, is_start=False)) for start, end in ranges)
    return tuple((start, end) for start, end in moved if start < end)
