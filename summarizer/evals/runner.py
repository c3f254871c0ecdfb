"""Runner: cases and a task -> an answer for each, some at a time, resumable."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import orjson
from pydantic import ValidationError

from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer, Task
from summarizer.evals.cases import EvalCase

__all__ = ["AnswerFile", "run_cases"]

_MINUTE = 60.0


class AnswerFile:
    """Answers of a run under way, appended one by one."""

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        """Take up the file of a run that was stopped, or begin one.

        Args:
            path: a JSON Lines file.
            identity: what the answers depend on: hashes of set, prompt, policy, model.

        Raises:
            ConfigurationError: if the file belongs to another run; says what differs.
        """
        self._path = path
        self.answers: dict[str, Answer] = {}
        data = path.read_bytes() if path.is_file() else b""
        whole = data[: data.rfind(b"\n") + 1]
        if not whole:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(orjson.dumps(dict(identity), option=orjson.OPT_APPEND_NEWLINE))
            path.chmod(0o600)
            return
        first, *lines = whole.splitlines()
        self._check(first, identity)
        for number, line in enumerate(lines, 2):
            try:
                answer = Answer.model_validate_json(line)
            except ValidationError:
                msg = f"{path}:{number}: not an answer; remove the file or name another --output"
                raise ConfigurationError(msg) from None
            self.answers[answer.case] = answer
        if len(whole) < len(data):
            os.truncate(path, len(whole))

    def add(self, answer: Answer) -> None:
        """Append an answer; it is on the disk when this returns."""
        self.answers[answer.case] = answer
        with self._path.open("ab") as file:
            file.write(answer.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _check(self, first: bytes, identity: Mapping[str, Any]) -> None:
        try:
            begun = orjson.loads(first)
        except orjson.JSONDecodeError:
            begun = None
        if not isinstance(begun, dict):
            msg = f"{self._path}: not the answers of a run; name another --output"
            raise ConfigurationError(msg)
        differing = sorted(
            name for name in {*begun, *identity} if begun.get(name) != identity.get(name)
        )
        if differing:
            msg = (
                f"{self._path}: begun with another {', '.join(differing)}; "
                "name another --output, or remove this one"
            )
            raise ConfigurationError(msg)


async def run_cases(
    cases: Sequence[EvalCase],
    task: Task,
    file: AnswerFile,
    *,
    concurrency: int = 1,
    per_minute: int | None = None,
    done: Callable[[Answer], None] = lambda _: None,
) -> dict[str, Answer]:
    """Answer every case that the file does not hold yet.

    Args:
        cases: what is asked.
        task: an exception of it becomes an answer with the status `crashed`.
        file: holds the answers so far, and each new one before the next begins.
        concurrency: how many cases are under way at once.
        per_minute: how many cases are begun in a minute at most.
        done: is told each answer, those of the file first.

    Returns:
        The answers by case id, in the order of the cases.
    """
    for case in cases:
        if case.id in file.answers:
            done(file.answers[case.id])
    waiting = [case for case in cases if case.id not in file.answers]
    slots = anyio.Semaphore(concurrency)

    async def answer(case: EvalCase) -> None:
        try:
            result = await _answered(case, task)
            file.add(result)
            done(result)
        finally:
            slots.release()

    async with anyio.create_task_group() as group:
        begun = anyio.current_time()
        for number, case in enumerate(waiting):
            if per_minute:
                await anyio.sleep_until(begun + number * _MINUTE / per_minute)
            await slots.acquire()
            group.start_soon(answer, case)
    return {case.id: file.answers[case.id] for case in cases}


async def _answered(case: EvalCase, task: Task) -> Answer:
    try:
        return await task(case)
    except Exception as error:  # noqa: BLE001 - a crash is a row of the run, not its end
        return Answer(case=case.id, status="crashed", code=type(error).__name__)
