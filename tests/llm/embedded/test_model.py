"""The embedded model in the whole route: the one place where its judgement is what matters."""

from pathlib import Path

import httpx
import pytest
from platformdirs import user_cache_path

from summarizer.llm.embedded.model import EmbeddedLLM
from summarizer.llm.embedded.model_file import locate
from summarizer.llm.embedded.server import EmbeddedServer
from summarizer.pii.ticket import TicketDetector
from tests.fakes import MemoryStore
from tests.routes import fake_pipeline, ticket

CACHE = user_cache_path("case-summarizer")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        locate(CACHE) is None, reason="the embedded model is not there; run `make model`"
    ),
]


async def test_a_stolen_card_comes_out_as_a_valid_summary_with_evidence(
    detector: TicketDetector,
) -> None:
    store = MemoryStore()
    llm = EmbeddedLLM(EmbeddedServer(CACHE), timeout_seconds=600, max_output_tokens=600)
    pipeline = fake_pipeline(llm=llm, store=store, detector=detector)

    outcome = await pipeline.summarize(
        ticket(
            "Hello, this is Margaret Whitfield. Somebody stole my debit card this morning and "
            "has already paid $412.60 at an electronics shop. Please block the card now!",
            "I am sorry to hear that. Do you recognise any other payment?",
            "No, only the $412.60, and that was not me.",
        )
    )
    await llm.aclose()

    assert outcome.status == "summarized", outcome.error
    assert outcome.summary is not None
    assert outcome.summary.team in {entry.team for entry in pipeline.policy.taxonomy.issue_types}
    assert outcome.summary.urgency in {"high", "critical"}
    assert "card" in outcome.summary.issue_type
    assert "412.60" in outcome.summary.model_dump_json()
    assert outcome.provenance.model.startswith("embedded:qwen2.5")
    assert "Whitfield" not in str(store.events)


async def test_the_fixed_part_of_the_prompt_takes_at_most_1200_tokens() -> None:
    async with EmbeddedServer(CACHE) as server:
        endpoint = await server.start()
        async with httpx.AsyncClient(
            base_url=endpoint.base_url.removesuffix("/v1"),
            headers={"Authorization": f"Bearer {endpoint.api_key}"},
            trust_env=False,
        ) as http:
            answer = await http.post("/tokenize", json={"content": fake_pipeline().template.system})

    assert 0 < len(answer.json()["tokens"]) <= 1200


def test_the_cache_is_the_one_the_command_line_uses() -> None:
    from summarizer.settings import Settings  # noqa: PLC0415

    assert Settings(data_dir=Path("unused")).cache_dir == CACHE
