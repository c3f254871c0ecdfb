"""Redactor: Case -> RedactedCase and Vault."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from summarizer.errors import RedactionError
from summarizer.models import Case, CaseText, RedactedCase, RedactedText, RedactionSpan
from summarizer.pii import Anonymizer, Detection, Detector, Replacement
from summarizer.policy import Policy
from summarizer.redact.naming import Naming
from summarizer.redact.numbers import checksummed
from summarizer.redact.people import name_words
from summarizer.redact.spans import disjoint, trimmed
from summarizer.redact.tokens import LITERAL, TOKEN, lookalikes
from summarizer.redact.values import Finder, Value, is_weak
from summarizer.redact.vault import Vault, VaultEntry

__all__ = ["Redacted", "Redactor"]

_PERSON = "PERSON"
_LEAST_NAME_PART = 3
_SWEEPS = 3


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
        policy.require_known(detector.entities | own_entities())
        self._detector = detector
        self._anonymizer = anonymizer
        self._policy = policy

    def redact(self, case: Case) -> Redacted:
        """Redact every text of a case.

        Raises:
            RedactionError: if any part failed; there is no partial result.
        """
        spans = self._spans(case.texts)
        naming = Naming(
            (
                Value(text.map.text[span.start : span.end], span.entity, text.where, span.score)
                for text, found in zip(case.texts, spans, strict=True)
                for span in found
            ),
            self._policy,
        )
        parts = [
            self._replace(text, found, naming)
            for text, found in zip(case.texts, spans, strict=True)
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
            values=naming.values,
        )
        return Redacted(redacted, vault)

    def _spans(self, texts: Sequence[CaseText]) -> list[list[Detection]]:
        """Find disjoint ranges in each text: detected, by place, then known from elsewhere."""
        found = self._detector.detect([text.map.text for text in texts])
        if len(found) != len(texts):
            msg = "the detector did not answer for every text"
            raise RedactionError(msg)
        spans = [
            self._resolve(text, [*detections, *_by_place(text), *checksummed(text.map.text)])
            for text, detections in zip(texts, found, strict=True)
        ]
        finders = [Finder(text.map.text) for text in texts]
        for _ in range(_SWEEPS):
            known = _searchable(texts, spans)
            swept = [
                self._resolve(text, [*own, *_known(finder, known)])
                for text, own, finder in zip(texts, spans, finders, strict=True)
            ]
            if swept == spans:
                break
            spans = swept
        return spans

    def _resolve(self, text: CaseText, detections: Iterable[Detection]) -> list[Detection]:
        clean = text.map.text
        counted = [
            detection
            for item in (*detections, *lookalikes(clean))
            if self._counts(item) and (detection := trimmed(item, clean)) is not None
        ]
        return disjoint(counted)

    def _counts(self, detection: Detection) -> bool:
        if detection.entity == LITERAL:
            return True
        rule = self._policy.rule(detection.entity)
        return rule.detect and detection.score >= rule.threshold

    def _replace(self, text: CaseText, found: Sequence[Detection], naming: Naming) -> "_Part":
        clean = text.map.text
        replacements = [
            Replacement(span.start, span.end, naming.stand_in(clean[span.start : span.end]))
            for span in found
        ]
        entries: list[VaultEntry] = []
        spans: list[RedactionSpan] = []
        shift = 0
        for span, item in zip(found, replacements, strict=True):
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


def _by_place(text: CaseText) -> list[Detection]:
    """Take a whole value as personal where the ticket's form says so."""
    if text.entity is None or not text.map.text:
        return []
    return [Detection(0, len(text.map.text), text.entity, 1.0, "ticket_field")]


def _searchable(texts: Sequence[CaseText], spans: Sequence[Sequence[Detection]]) -> list[Value]:
    """List the values worth looking for elsewhere: those found, and the parts of names."""
    known: dict[tuple[str, str], Value] = {}
    for text, found in zip(texts, spans, strict=True):
        for span in found:
            value = text.map.text[span.start : span.end]
            forms = [value, *_name_parts(value)] if span.entity == _PERSON else [value]
            for form in forms:
                if span.entity != LITERAL and not is_weak(form):
                    known.setdefault(
                        (form, span.entity), Value(form, span.entity, text.where, span.score)
                    )
    return list(known.values())


def _name_parts(name: str) -> list[str]:
    return [word for word in name_words(name) if len(word) >= _LEAST_NAME_PART]


def _known(finder: Finder, values: Sequence[Value]) -> list[Detection]:
    return [
        Detection(match.start, match.end, match.value.entity, match.value.score, "known_value")
        for match in finder.find(values)
    ]


def _shifted(
    ranges: Sequence[tuple[int, int]], replacements: Sequence[Replacement]
) -> tuple[tuple[int, int], ...]:
    """Carry ranges over into the redacted text; an edge inside a replacement leaves it out."""
    shifts: dict[tuple[int, int], int] = {}
    total = 0
    for item in replacements:
        total += len(item.text) - (item.end - item.start)
        shifts[item.start, item.end] = total

    def carried(position: int, *, is_start: bool) -> int:
        shift = 0
        for (start, end), after in shifts.items():
            if end <= position:
                shift = after
            elif start < position:
                return end + after if is_start else start + shift
        return position + shift

    moved = ((carried(start, is_start=True), carried(end, is_start=False)) for start, end in ranges)
    return tuple((start, end) for start, end in moved if start < end)
