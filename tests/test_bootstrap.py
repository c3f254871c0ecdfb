"""The composition root: what opens, and what is refused before anything is let in."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from summarizer.audit import Filter
from summarizer.audit.erasure import erase, find_cases
from summarizer.audit.store import SQLAuditStore
from summarizer.bootstrap import build_redactor, open_application
from summarizer.errors import ConfigurationError, ErrorCode, ModelNotAllowed, RedactionError
from summarizer.ingest.case import to_case
from summarizer.policy import Policy
from summarizer.redact.apart import ApartRedactor
from summarizer.redact.canary import CANARY, check_canary
from summarizer.redact.redactor import Redactor
from summarizer.settings import Settings
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.providers import misbehaving_provider
from tests.routes import REPOSITORY, default_policy, ticket

pytestmark = pytest.mark.anyio


def settings(folder: Path, **flags: Any) -> Settings:
    return Settings.load({"data_dir": folder / "data", "model": "scripted", **flags})


async def test_the_whole_route_opens_and_summarizes(tmp_path: Path) -> None:
    async with open_application(settings(tmp_path)) as application:
        outcome = await application.pipeline.summarize(ticket("Hello, Margaret Whitfield here."))
        ready = await application.ready()
        verification = await application.store.verify()

    assert outcome.status == "summarized"
    assert ready == {
        "detector": "ok",
        "audit": "ok",
        "checkpoint": "ok",
        "model": "ok",
    }
    assert (verification.ok, verification.entries) == (True, 9)
    rule = application.policy.rule
    assert application.canary == tuple(
        canary.entity for canary in CANARY if rule(canary.entity).detect
    )
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


async def test_a_service_redacts_in_a_process_of_its_own(tmp_path: Path) -> None:
    said = ticket("Hello, Margaret Whitfield here. My card is 4111 1111 1111 1111.")
    ours = settings(tmp_path)
    async with open_application(ours) as application:
        here = application.redactor.redact(to_case(said, application.policy.limits))
        assert type(application.redactor) is Redactor

    async with open_application(ours, is_service=True) as application:
        assert isinstance(application.redactor, ApartRedactor)
        assert application.redactor.started(120)
        shown = application.metrics.text(None)
        there = application.redactor.redact(to_case(said, application.policy.limits))
        ready = await application.ready()
    without = settings(tmp_path, redaction_process=False)
    async with open_application(without, is_service=True) as application:
        assert type(application.redactor) is Redactor

    assert there == here
    assert there.case.texts[0].text == "Hello, <PERSON_1> here. My card is [**** **** **** 1111]."
    assert ready["detector"] == "ok"
    assert b"summarizer_redaction_process 1.0" in shown


async def test_what_was_in_force_is_on_record_once_with_its_text(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_application(settings(tmp_path)) as application:
            wanted = Filter(kind="in_force")
            records = [record async for record in application.store.read(wanted, bodies=True)]
            pipeline = application.pipeline

    texts = {
        str(record.facts["version"]): record.body["files"] for record in records if record.body
    }
    assert set(texts) == {
        pipeline.policy.version,
        pipeline.policy.taxonomy.version,
        pipeline.template.version,
    }
    prompt = REPOSITORY / "prompts" / "case_summary" / "system.j2"
    assert texts[pipeline.template.version]["system.j2"] == prompt.read_text(encoding="utf-8")
    assert len(records) == 3


async def test_a_case_is_found_by_a_value_and_erased_with_all_that_was_kept(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with open_application(settings(tmp_path)) as application:
        await application.pipeline.summarize(ticket("Hello, my name is Margaret Whitfield."))
        store = application.store
        assert isinstance(store, SQLAuditStore)
        found = await find_cases(store, "MARGARET  whitfield", actor="risk", now=now)
        await erase(store, "T-1", reason="request", actor="risk", now=now)
        left = await find_cases(store, "Margaret Whitfield", actor="risk", now=now)
        records = [record async for record in store.read(Filter(kind="prompt"), bodies=True)]
        verification = await store.verify()

    assert (found, left) == (("T-1",), ())
    assert [(record.state, record.body) for record in records] == [("erased", None)]
    assert verification.ok


async def test_a_pinned_prompt_that_was_changed_since_is_rolled_back(tmp_path: Path) -> None:
    folder = tmp_path / "case_summary"
    shutil.copytree(REPOSITORY / "prompts" / "case_summary", folder)
    async with open_application(settings(tmp_path, prompt=str(folder))) as application:
        before = application.pipeline.template.version
    system = folder / "system.j2"
    system.write_text(system.read_text(encoding="utf-8") + "Be brief.\n", encoding="utf-8")

    async with open_application(settings(tmp_path, prompt=str(folder))) as application:
        changed = application.pipeline.template.version
    pinned = f"{folder}@{before.partition('@')[2][:20]}"
    async with open_application(settings(tmp_path, prompt=pinned)) as application:
        after = application.pipeline.template.version

    assert changed != before
    assert after == before


async def test_the_extractive_model_asks_for_a_review(tmp_path: Path) -> None:
    async with open_application(settings(tmp_path, model="extractive")) as application:
        outcome = await application.pipeline.summarize(ticket("I was charged $20 twice."))

    assert outcome.summary is not None
    assert outcome.summary.issue_type == "merchant_dispute", "by its words alone"
    assert outcome.summary.next_action.code == "manual_review"
    assert outcome.review.required


@pytest.mark.parametrize("model", ["gpt-4o", "vertex_ai/gemini", "embeded"])
async def test_a_model_that_policy_does_not_list_is_refused(tmp_path: Path, model: str) -> None:
    with pytest.raises(ModelNotAllowed, match=r"models\.yaml") as refused:
        async with open_application(settings(tmp_path, model=model)):
            pass

    assert refused.value.code == ErrorCode.MODEL_NOT_ALLOWED


async def test_a_prompt_can_be_pinned_by_its_hash(tmp_path: Path) -> None:
    async with open_application(settings(tmp_path)) as application:
        version = application.pipeline.template.version

    async with open_application(settings(tmp_path, prompt=version)):
        pass
    with pytest.raises(ConfigurationError, match="have the hash"):
        async with open_application(settings(tmp_path, prompt="case_summary@sha256:abc")):
            pass


def test_a_policy_with_an_unknown_entity_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    shipped = REPOSITORY / "policies" / "default"
    for name in ("taxonomy.yaml", "labels.json"):
        (folder / name).write_text((shipped / name).read_text())
    text = (shipped / "policy.yaml").read_text()
    (folder / "policy.yaml").write_text(text.replace("    PIN:", "    SHOE_SIZE:"))

    with pytest.raises(ConfigurationError, match="SHOE_SIZE"):
        build_redactor(settings(tmp_path, policy=str(folder)))


def test_a_canary_that_comes_through_stops_the_start() -> None:
    policy = default_policy()
    blind = Redactor(detector=FakeDetector(), anonymizer=SpliceAnonymizer(), policy=policy)

    with pytest.raises(RedactionError, match="PERSON"):
        check_canary(blind, policy)


async def test_a_second_summary_says_what_changed_since_the_one_on_record(tmp_path: Path) -> None:
    async with open_application(settings(tmp_path)) as application:
        first = await application.pipeline.summarize(ticket("Where is my card?"))
    async with open_application(settings(tmp_path)) as application:
        second = await application.pipeline.summarize(ticket("Where is my card?", "We look."))

    assert first.changed_since is None
    assert second.changed_since is not None
    assert second.changed_since.previous_event == first.audit.event_ids[-1]
    assert second.changed_since.new_messages == 1


async def test_a_model_in_the_order_that_policy_does_not_list_is_refused_at_the_start(
    tmp_path: Path,
) -> None:
    shutil.copytree(REPOSITORY / "policies" / "default", tmp_path / "ours")
    path = tmp_path / "ours" / "models.yaml"
    path.write_text(path.read_text().replace("fallback: []", "fallback: [mistral/large]"))

    with pytest.raises(ModelNotAllowed, match=r"mistral/large; add it to allow in .*models\.yaml"):
        async with open_application(
            settings(tmp_path, model="embedded", policy=str(tmp_path / "ours"))
        ):
            pass


async def test_a_budget_that_is_used_up_stops_every_request_even_after_a_restart(
    tmp_path: Path,
) -> None:
    """An answer may cost up to 900 USD and costs 7; another does not fit into what is left."""
    shutil.copytree(REPOSITORY / "policies" / "default", tmp_path / "ours")
    (tmp_path / "ours" / "models.yaml").write_text(
        "allow: [{model: openai/gpt-4o-mini, price: {prompt: 0, completion: 1000000}}]\n"
        "monthly_budget_usd: 905\n"
    )
    outcomes = []
    with misbehaving_provider() as provider:
        ours = settings(
            tmp_path,
            policy=str(tmp_path / "ours"),
            model="openai/gpt-4o-mini",
            api_base=f"{provider.url}/v1",
            api_key="test-key",
            max_output_tokens=900,
        )
        for _ in range(2):
            async with open_application(ours) as application:
                outcomes += [await application.pipeline.summarize(ticket("I lost my card."))]
                verification = await application.store.verify()

    first, second = outcomes
    assert (first.provenance.model, first.usage.cost_usd) == ("openai/gpt-4o-mini", 7.0)
    assert len(provider.requests) == 1
    assert (second.provenance.model, second.usage.cost_usd) == ("extractive", 0.0)
    assert {"BUDGET_EXCEEDED", "EXTRACTIVE_SUMMARY"} <= set(second.review.reasons)
    assert verification.ok


def test_a_copied_policy_keeps_its_classifier_for_a_set_with_the_same_labels(
    tmp_path: Path,
) -> None:
    shipped = REPOSITORY / "policies" / "default"
    shutil.copytree(shipped, tmp_path / "ours")
    ours = Policy.read(tmp_path / "ours")
    other = tmp_path / "taxonomy.yaml"
    other.write_text((shipped / "taxonomy.yaml").read_text() + "# Ours.\n")

    assert ours.with_taxonomy(shipped / "taxonomy.yaml") == ours
    assert ours.labels_path == tmp_path / "ours" / "labels.json"
    assert ours.with_taxonomy(other).labels_path is None
