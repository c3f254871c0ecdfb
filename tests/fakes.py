"""Fakes at our own seams: a detector, an anonymizer, an audit store and models."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from summarizer.audit import (
    AuditStore,
    Event,
    EventKind,
    Filter,
    LogFigures,
    Receipt,
    Record,
    Verification,
)
from summarizer.errors import AuditUnavailable, RedactionError
from summarizer.llm import Gate, WireRequest, WireResponse
from summarizer.models import Completion, Prompt
from summarizer.pii import Detection, Replacement

__all__ = [
    "AnsweringLLM",
    "FailingDetector",
    "FailingKeeper",
    "FakeDetector",
    "MemoryKeeper",
    "MemorySealer",
    "MemoryStore",
    "SpliceAnonymizer",
]


class FakeDetector:
    """Finds the given values wherever they stand as they are."""

    version = "fake"

    def __init__(
        self, values: Mapping[str, Sequence[str]] | None = None, score: float = 0.9
    ) -> None:
        self._values = values or {}
        self._score = score

    @property
    def entities(self) -> frozenset[str]:
        return frozenset(self._values) | _SHIPPED_ENTITIES

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        return [
            [
                Detection(match.start(), match.end(), entity, self._score, "fake")
                for entity, values in self._values.items()
                for value in values
                for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)
            ]
            for text in texts
        ]


_SHIPPED_ENTITIES = frozenset({
    "ABA_ROUTING_NUMBER", "AU_TFN", "BANK_ACCOUNT", "BIC_CODE", "CARD_EXPIRY", "CARD_LAST4",
    "CASE_REFERENCE", "CA_SIN", "CREDIT_CARD", "CRYPTO", "CUSTOMER_ID", "CVV", "DATE_OF_BIRTH",
    "DEVICE_ID", "DRIVER_LICENSE", "EMAIL_ADDRESS", "EMPLOYER", "IBAN_CODE", "IN_AADHAAR",
    "IN_PAN", "IP_ADDRESS", "LOCATION", "MAC_ADDRESS", "MERCHANT", "ONE_TIME_CODE", "ORDER_NUMBER",
    "PASSPORT", "PASSWORD", "PERSON", "PHONE_NUMBER", "PIN", "POLICY_NUMBER", "POSTCODE",
    "SECURITY_ANSWER", "STREET_ADDRESS", "TRANSACTION_ID", "UK_NINO", "UK_SORT_CODE", "URL",
    "USERNAME", "US_EIN", "US_ITIN", "US_SSN", "US_SSN_LAST4", "VEHICLE_PLATE",
})  # fmt: skip


class FailingDetector(FakeDetector):
    """Fails on every text, quoting it as a careless recognizer would."""

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        msg = "a recognizer failed (ValueError); nothing was sent"
        raise RedactionError(msg) from ValueError(texts[0])


class SpliceAnonymizer:
    """Puts replacements in with string slices."""

    def replace(self, text: str, replacements: Sequence[Replacement]) -> str:
        for item in reversed(replacements):
            text = text[: item.start] + item.text + text[item.end :]
        return text


class MemoryStore(AuditStore):
    """Keeps events in a list; it can be told to fail when an event of a kind arrives."""

    def __init__(self, fail_on: EventKind | None = None) -> None:
        self.events: list[Event] = []
        self.batches: list[tuple[EventKind, ...]] = []
        self.fail_on = fail_on

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        if self.fail_on in {event.kind for event in events}:
            msg = "the audit store is full"
            raise AuditUnavailable(msg)
        for event in events:
            json.dumps(event.body)
        first = len(self.events)
        self.events += events
        self.batches.append(tuple(event.kind for event in events))
        return tuple(Receipt(event.id, first + at) for at, event in enumerate(events))

    async def read(
        self, wanted: Filter | None = None, *, bodies: bool = False
    ) -> AsyncIterator[Record]:
        wanted = wanted or Filter()
        for seq, event in enumerate(self.events):
            if wanted.case in {None, event.case} and wanted.kind in {None, event.kind}:
                yield _record(seq, event, bodies=bodies)

    async def get(self, event_id: str) -> Record | None:
        found = (
            _record(seq, event, bodies=True)
            for seq, event in enumerate(self.events)
            if event.id == event_id
        )
        return next(found, None)

    async def verify(self) -> Verification:
        return Verification(len(self.events), "", ())

    async def ready(self) -> None:
        if self.fail_on is not None:
            msg = "the audit store is full"
            raise AuditUnavailable(msg)

    async def figures(self) -> LogFigures:
        return LogFigures(len(self.events), len(self.events), 0.0)

    async def aclose(self) -> None:
        return

    @property
    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events]

    def bodies(self, kind: EventKind) -> list[Mapping[str, Any]]:
        return [event.body for event in self.events if event.kind == kind]


def _record(seq: int, event: Event, *, bodies: bool) -> Record:
    return Record(
        seq=seq,
        id=event.id,
        kind=event.kind,
        at=event.at,
        case=None if event.case is None else sha256(event.case.encode()).hexdigest()[:32],
        n=None,
        actor=None,
        facts=event.facts,
        hash=sha256(event.id.encode()).hexdigest(),
        body=event.body if bodies else None,
    )


class MemoryKeeper:
    """Keeps what it is given in a list."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, bytes, Mapping[str, str], tuple[str, ...]]] = []

    async def keep(
        self,
        case_id: str,
        event_id: str,
        *,
        received: bytes,
        placeholders: Mapping[str, str],
        values: Iterable[str],
        now: datetime,
    ) -> None:
        self.kept.append((case_id, event_id, received, placeholders, tuple(values)))


class MemorySealer:
    """Seals in the clear, and forgets a case when it is told to."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    async def seal(self, case_id: str, plain: bytes, *, bound_to: str) -> bytes | None:
        return None if case_id in self.erased else bound_to.encode() + plain

    async def unseal(self, case_id: str, sealed: bytes, *, bound_to: str) -> bytes | None:
        return None if case_id in self.erased else sealed.removeprefix(bound_to.encode())


class FailingKeeper:
    """Fails as a keys' database that is full does."""

    async def keep(self, case_id: str, event_id: str, **_: object) -> None:
        msg = "the keys' database is full"
        raise AuditUnavailable(msg)


class AnsweringLLM:
    """Answers with the given texts, one after the other; an exception is raised instead."""

    name = "scripted"

    def __init__(
        self,
        *answers: str | Exception,
        before: Callable[[Prompt], None] = lambda prompt: None,
    ) -> None:
        self._answers = list(answers)
        self._before = before
        self.prompts: list[Prompt] = []

    async def complete(self, prompt: Prompt, gate: Gate) -> Completion:
        self.prompts.append(prompt)
        body = json.dumps([[m.role, m.content] for m in prompt.messages]).encode()
        await gate.clear(WireRequest("local:fake", body))
        self._before(prompt)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        await gate.received(WireResponse(200, answer.encode("utf-8", "surrogatepass")))
        return Completion(text=answer, model=self.name)

    async def ready(self) -> None:
        return

    async def aclose(self) -> None:
        return
