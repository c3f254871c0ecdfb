"""Cases that were summarized, and what happened to them since."""

from datetime import UTC, datetime
from typing import Any

from summarizer.audit import Event, Fact
from summarizer.audit.ids import EventIds
from summarizer.audit.keeping import CaseKeeper
from summarizer.audit.store import SQLAuditStore
from summarizer.llm import LLM
from summarizer.models import Outcome
from tests.fakes import AnsweringLLM, FakeDetector
from tests.routes import answer, default_policy, fake_pipeline, ticket

__all__ = ["IDS", "NAME", "NOW", "reviewed", "summarized"]

IDS = EventIds()
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NAME = "Mira Castellan"


async def summarized(
    store: SQLAuditStore, case: str, *bodies: str, llm: LLM | None = None, **fields: Any
) -> Outcome:
    """Take a ticket through the route; its customer is called `NAME`."""
    route = fake_pipeline(
        llm=llm or AnsweringLLM(answer(narrative="<PERSON_1> lost a card.")),
        detector=FakeDetector({"PERSON": [NAME]}),
        store=store,
        keeper=CaseKeeper(store, default_policy().retention),
        new_id=IDS.new,
    )
    told = bodies or (f"I am {NAME} and lost my card.",)
    return await route.summarize(ticket(*told, id=case, **fields), actor="crm")


async def reviewed(
    store: SQLAuditStore, case: str, summary_id: str, decision: str = "accept", **said: Any
) -> str:
    """Record a review as the service does."""
    facts: dict[str, Fact] = {"decision": decision, "outcome": summary_id}
    body = {"decision": decision, "actor": "ada", **said}
    event = Event(IDS.new(), "review", NOW, case=case, actor="ada", facts=facts, body=body)
    await store.append([event])
    return event.id
