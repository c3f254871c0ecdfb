"""Cases and a task -> answers, some at a time, resumable, crashes kept as rows."""

import json
from pathlib import Path

import anyio
import pytest

from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer, PipelineTask
from summarizer.evals.cases import EvalCase
from summarizer.evals.runner import AnswerFile, run_cases
from tests.evals.builders import answer, case
from tests.routes import fake_pipeline

pytestmark = pytest.mark.anyio

_CASES = [case(str(n)) for n in range(6)]
_IDENTITY = {"set": "s@1", "model": "m"}


class Counting:
    """Answers right, and remembers what it was asked and how many at once."""

    def __init__(self, crash_on: str = "", wait_for: int = 1) -> None:
        """Let nobody finish before `wait_for` are under way."""
        self.asked: list[str] = []
        self.at_once = 0
        self._crash_on = crash_on
        self._under_way = 0
        self._wait_for = wait_for
        self._enough = anyio.Event()

    async def __call__(self, case: EvalCase) -> Answer:
        self.asked.append(case.id)
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        if self._under_way == self._wait_for:
            self._enough.set()
        await self._enough.wait()
        self._under_way -= 1
        if case.id == self._crash_on:
            raise ValueError(case.ticket.messages[0].body)
        return answer(case.id)


async def test_answers_come_in_the_order_of_the_cases_and_bounded_in_number(
    tmp_path: Path,
) -> None:
    task = Counting(wait_for=3)

    with anyio.fail_after(10):
        answers = await run_cases(
            _CASES, task, AnswerFile(tmp_path / "a.jsonl", _IDENTITY), concurrency=3
        )

    assert list(answers) == [each.id for each in _CASES]
    assert task.at_once == 3


async def test_a_run_that_was_stopped_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await run_cases(_CASES[:4], Counting(), AnswerFile(path, _IDENTITY))
    with path.open("ab") as file:
        file.write(b'{"case": "torn')
    told: list[str] = []
    task = Counting()

    answers = await run_cases(
        _CASES, task, AnswerFile(path, _IDENTITY), done=lambda each: told.append(each.case)
    )

    assert task.asked == ["4", "5"]
    assert len(answers) == 6
    assert sorted(told) == [each.id for each in _CASES]


async def test_the_answers_of_another_run_are_not_taken_up(tmp_path: Path) -> None:
    AnswerFile(tmp_path / "a.jsonl", _IDENTITY)

    with pytest.raises(ConfigurationError, match="begun with another model, prompt"):
        AnswerFile(tmp_path / "a.jsonl", {**_IDENTITY, "model": "n", "prompt": "p"})


async def test_a_crash_is_a_row_that_does_not_quote_the_case(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"

    answers = await run_cases(_CASES, Counting(crash_on="2"), AnswerFile(path, _IDENTITY))

    assert (answers["2"].status, answers["2"].code) == ("crashed", "ValueError")
    assert answers["3"].status == "summarized"
    assert "that I do not understand" not in path.read_text()


async def test_the_route_gives_labels_redacted_texts_spans_and_first_tries() -> None:
    given = case("c9", ticket={"fields": {"product": "card"}, "requester": {"name": "Ana Lima"}})

    found = await PipelineTask(fake_pipeline())(given)

    assert found.status == "summarized"
    assert found.issue_type
    assert found.first_try is True
    assert [(span.where, span.entity) for span in found.spans or ()] == [
        ("requester.name", "PERSON")
    ]
    assert (found.texts or {})["requester.name"] == "<PERSON_1>"
    assert "Ana" not in json.dumps(found.model_dump(mode="json"))
