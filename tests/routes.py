"""The whole route on fakes, with the shipped policy, taxonomy and prompt."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from summarizer.audit import AuditStore, Keeper, Record
from summarizer.audit.journal import Journal
from summarizer.gate import Used
from summarizer.llm import LLM
from summarizer.llm.scripted import ScriptedLLM
from summarizer.models import Outcome, Ticket
from summarizer.pii import Detector
from summarizer.pipeline import Pipeline
from summarizer.policy import Policy
from summarizer.prompt import PromptTemplate
from summarizer.redact.egress import EgressCheck
from summarizer.redact.redactor import Redactor
from summarizer.triage.engine import CaseRules
from tests.fakes import FakeDetector, MemoryKeeper, MemoryStore, SpliceAnonymizer

REPOSITORY = Path(__file__).parent.parent
KEY = bytes(32)


def default_policy() -> Policy:
    return Policy.read(REPOSITORY / "policies" / "default")


def fake_pipeline(
    *,
    llm: LLM | None = None,
    stand_in: LLM | None = None,
    detector: Detector | None = None,
    store: AuditStore | None = None,
    policy: Policy | None = None,
    keeper: Keeper | None = None,
    last_summary: Callable[[str], Awaitable[Record | None]] | None = None,
    observe: Callable[[Outcome, Sequence[Used]], object] = lambda *_: None,
    new_id: Callable[[], str] | None = None,
) -> Pipeline:
    policy = policy or default_policy()
    detector = detector or FakeDetector()
    store = store or MemoryStore()
    numbers = count()
    moments = _moments()
    return Pipeline(
        policy=policy,
        rules=CaseRules(policy),
        redactor=Redactor(detector=detector, anonymizer=SpliceAnonymizer(), policy=policy),
        new_egress_check=partial(EgressCheck, detector=detector, policy=policy),
        template=PromptTemplate(
            REPOSITORY / "prompts" / "case_summary", taxonomy=policy.taxonomy, key=KEY
        ),
        llm=llm or ScriptedLLM(policy.taxonomy),
        stand_in=stand_in,
        open_journal=lambda case_id, actor: Journal(
            store,
            case=case_id,
            actor=actor,
            new_id=new_id or (lambda: f"event-{next(numbers):04}"),
            now=lambda: next(moments),
        ),
        keeper=keeper or MemoryKeeper(),
        keyed_hash=lambda data: hashlib.sha256(data).hexdigest(),
        detector_version=detector.version,
        last_summary=last_summary,
        observe=observe,
    )


def _moments() -> Iterator[datetime]:
    start = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    return (start + timedelta(seconds=number) for number in count())


def ticket(*bodies: str, **fields: Any) -> Ticket:
    """A ticket whose messages come from customer and agent in turn."""
    messages = [
        {"author": ("customer", "agent")[index % 2], "body": body}
        for index, body in enumerate(bodies)
    ]
    return Ticket.model_validate({"id": "T-1", "messages": messages, **fields})


def answer(**changes: Any) -> str:
    """A valid answer of a model that is true of any case, with changes."""
    return json.dumps(
        {
            "headline": "It is about the customer",
            "narrative": "It is about the customer.",
            "key_facts": [{"text": "It is about the customer.", "messages": ["m1"]}],
            "issue_type": "unclassified",
            "urgency": "normal",
            "next_action": {"code": "manual_review", "detail": "Look at the case."},
        }
        | changes
    )
