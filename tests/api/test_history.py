"""What a first look finds: the sample cases, and a little of what people do with them."""

from pathlib import Path

import pytest

from summarizer.api.history import add_evaluations, add_history
from summarizer.audit import Filter
from summarizer.casework.summaries import list_summaries
from summarizer.evals.archive import KeptRun, RunArchive
from summarizer.modelroute import build_stand_in
from summarizer.settings import Settings
from tests.api.services import application
from tests.routes import default_policy

pytestmark = pytest.mark.anyio


async def test_an_empty_log_gets_samples_in_every_state_and_names_what_answered(
    tmp_path: Path,
) -> None:
    extractive = build_stand_in(default_policy())
    async with application(tmp_path, llm=extractive) as opened:
        await add_history(opened)
        listed = await list_summaries(opened.log)
        outcomes = await opened.log.page(Filter(kind="outcome"))
        verification = await opened.log.verify()

    assert {line.state for line in listed.summaries} == {"accepted", "rejected", "open"}
    assert {record.facts["model"] for record in outcomes.records} == {"extractive"}
    assert {record.facts["outcome"] for record in outcomes.records} == {"summarized", "refused"}
    assert verification.ok


async def test_a_log_that_has_an_outcome_is_left_alone(tmp_path: Path) -> None:
    async with application(tmp_path) as opened:
        await add_history(opened)
        before = await opened.log.page(Filter(), limit=100)
        await add_history(opened)
        after = await opened.log.page(Filter(), limit=100)

    assert before.records == after.records


async def test_two_evaluation_runs_are_on_record_and_their_cases_are_found(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, model="extractive")
    await add_evaluations(settings)
    async with application(tmp_path) as opened:
        noted = (await opened.log.page(Filter(kind="evaluation"), bodies=True)).records
    archive = RunArchive(settings.runs_folder)
    kept = [archive.find((record.body or {})["files"]) for record in noted]

    assert [record.facts["model"] for record in noted] == ["extractive", "scripted"]
    assert [len(run.lines) if isinstance(run, KeptRun) else run for run in kept] == [12, 12]
    assert {path.stat().st_mode & 0o777 for path in settings.runs_folder.iterdir()} == {0o700}
