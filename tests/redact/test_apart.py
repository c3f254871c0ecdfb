"""Redaction in a process of its own: the same result, and none is missing when that one fails."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing import set_executable, util
from pathlib import Path
from typing import cast

import pytest

from summarizer.errors import RedactionError
from summarizer.models import Case, CaseText
from summarizer.redact.apart import ApartRedactor
from summarizer.redact.redactor import Redacted, Redactor
from summarizer.textmap import TextMap
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import case, policy

_HERE = {"PERSON": ["Maria Lopez"]}
_THERE = {"PERSON": ["Maria Lopez", "Zed"]}
"""Finds a value more, by which to tell who redacted."""
_TRIED_ON = case("Maria Lopez called")
_SECONDS = 60.0


class _Moody(Redactor):
    """Redacts, unless a text says otherwise."""

    def redact(self, case: Case) -> Redacted:
        texts = {text.map.text for text in case.texts}
        if "die" in texts:
            os._exit(1)
        if "wait" in texts:
            threading.Event().wait()
        if "talk" in texts:
            return cast("Redacted", ("no", "redaction"))
        if "break" in texts:
            raise ValueError
        if "fail" in texts:
            msg = "a recognizer failed"
            raise RedactionError(msg)
        return super().redact(case)


def _there(values: dict[str, list[str]], version: str = FakeDetector.version) -> Redactor:
    detector = FakeDetector(values)
    detector.version = version
    return _Moody(detector=detector, anonymizer=SpliceAnonymizer(), policy=policy())


def _broken() -> Redactor:
    msg = "the model is missing"
    raise RedactionError(msg)


_build = partial(_there, _THERE)


def apart(
    build: Callable[[], Redactor] = _build,
    now: Callable[[], float] = lambda: 0.0,
    answer_seconds: int = 30,
    tried_on: Case = _TRIED_ON,
) -> ApartRedactor:
    return ApartRedactor(
        detector=FakeDetector(_HERE),
        anonymizer=SpliceAnonymizer(),
        policy=policy(),
        build=build,
        tried_on=tried_on,
        now=now,
        answer_seconds=answer_seconds,
    )


@pytest.fixture(scope="module")
def shared() -> Iterator[ApartRedactor]:
    with closing(apart()) as redactor:
        assert redactor.started(_SECONDS)
        yield redactor


def is_there(redactor: Redactor, said: Case | None = None) -> bool:
    """Say whether a case was redacted in the other process."""
    redacted = redactor.redact(said or case("Zed and Maria Lopez")).case
    assert "Maria Lopez" not in redacted.texts[-1].text
    return "Zed" not in redacted.texts[-1].text


def test_a_case_is_redacted_there_with_the_way_back(shared: ApartRedactor) -> None:
    said = case("Zed called", "Maria Lopez and Zed")

    assert shared.redact(said) == _there(_THERE).redact(said)
    assert shared.process_id not in (None, os.getpid())


def test_a_long_case_is_redacted_here_so_that_none_waits_for_it(shared: ApartRedactor) -> None:
    assert is_there(shared, case("word " * 1_000, "Zed and Maria Lopez"))
    assert not is_there(shared, case("word " * 2_000, "Zed and Maria Lopez"))
    assert is_there(shared, case(*["word"] * 49, "Zed and Maria Lopez"))
    assert not is_there(shared, case(*["word"] * 50, "Zed and Maria Lopez"))


def test_what_breaks_there_is_redacted_here_and_the_process_stays(shared: ApartRedactor) -> None:
    process = shared.process_id

    assert not is_there(shared, case("break", "Zed and Maria Lopez"))
    assert is_there(shared)
    assert shared.process_id == process


def test_who_waits_for_a_process_that_is_stuck_is_redacted_here() -> None:
    with closing(apart(answer_seconds=20)) as redactor, ThreadPoolExecutor(3) as callers:
        assert redactor.started(_SECONDS)
        stuck = redactor.process_id
        assert stuck is not None
        os.kill(stuck, signal.SIGSTOP)
        done = as_completed([callers.submit(is_there, redactor) for _ in range(3)], _SECONDS)
        waited = [next(done).result(), next(done).result()]
        os.kill(stuck, signal.SIGCONT)
        asked = next(done).result()

    assert waited == [False, False]
    assert asked


def test_what_fails_there_is_an_error_here_and_the_next_case_is_redacted(
    shared: ApartRedactor,
) -> None:
    with pytest.raises(RedactionError, match="a recognizer failed"):
        shared.redact(case("fail"))

    assert is_there(shared)


def test_the_case_of_a_process_that_ends_is_redacted_here_and_another_begins_in_a_minute() -> None:
    times = [0.0]
    with closing(apart(now=lambda: times[0])) as redactor:
        assert redactor.started(_SECONDS)
        first = redactor.process_id

        assert redactor.redact(case("Maria Lopez", "die")).case.texts[0].text == "<PERSON_1>"
        assert redactor.process_id is None

        times[0] = 59.0
        assert not redactor.started(0)
        assert not is_there(redactor)
        times[0] = 60.0
        assert not is_there(redactor)
        assert redactor.started(_SECONDS)
        assert is_there(redactor)
        assert redactor.process_id != first


@pytest.mark.parametrize("mood", ["wait", "talk"])
def test_a_process_that_is_stuck_or_says_what_was_not_asked_is_ended(mood: str) -> None:
    with closing(apart(answer_seconds=1)) as redactor:
        assert redactor.started(_SECONDS)
        stuck = redactor.process_id
        assert stuck is not None

        assert redactor.redact(case("Maria Lopez", mood)).case.texts[0].text == "<PERSON_1>"

        assert redactor.process_id is None
        assert not Path(f"/proc/{stuck}").exists()
        assert not is_there(redactor)


def test_a_process_that_takes_nothing_in_holds_nobody_up() -> None:
    # More than a pipe holds, though its text is short.
    long = CaseText("fields." + "x" * 2**19, TextMap.identity("a field"))
    said = replace(case("x"), texts=(long, CaseText("m", TextMap.identity("Maria Lopez"))))
    with closing(apart(answer_seconds=1)) as redactor:
        assert redactor.started(_SECONDS)
        assert redactor.process_id is not None
        os.kill(redactor.process_id, signal.SIGSTOP)

        assert redactor.redact(said).case.texts[1].text == "<PERSON_1>"
        assert redactor.process_id is None


def test_where_no_process_can_be_begun_cases_are_redacted_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> int:
        raise BlockingIOError

    # The system's own refusal, which cannot be had for one process alone.
    monkeypatch.setattr(util, "spawnv_passfds", refuse)
    with closing(apart()) as redactor:
        assert not redactor.started(0)
        assert not is_there(redactor)


def test_a_process_that_ends_before_it_begins_holds_nobody_up() -> None:
    # What it is told is more than a pipe holds.
    told = case("Maria Lopez called", "word " * 2**17)
    set_executable("/bin/false")
    try:
        with closing(apart(tried_on=told)) as redactor:
            assert not redactor.started(_SECONDS)
            assert not is_there(redactor)
    finally:
        set_executable(sys.executable)


def test_a_folder_that_the_service_is_started_in_brings_no_code(tmp_path: Path) -> None:
    (tmp_path / "multiprocessing.py").write_text("import os\nos.mkdir(f'ran-{os.getpid()}')\n")
    script = tmp_path / "elsewhere" / "parent.py"
    script.parent.mkdir()
    script.write_text(_PARENT)

    ended = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script)],
        cwd=tmp_path,
        input="",
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        timeout=_SECONDS,
    )

    assert int(ended.stdout) > 0
    assert list(tmp_path.glob("ran-*")) == []


def test_cases_are_redacted_here_until_the_process_is_there() -> None:
    with closing(apart()) as redactor:
        assert not is_there(redactor)


@pytest.mark.parametrize(
    "build",
    [partial(_there, {}), partial(_there, _THERE, "newer"), _broken],
    ids=["other", "newer", "broken"],
)
def test_a_process_that_finds_something_else_or_nothing_is_not_asked(
    build: Callable[[], Redactor],
) -> None:
    with closing(apart(build)) as redactor:
        assert not redactor.started(_SECONDS)
        assert not is_there(redactor)
        assert redactor.process_id is None


def test_one_that_is_another_is_not_begun_again() -> None:
    times = [0.0]
    with closing(apart(partial(_there, {}), lambda: times[0])) as redactor:
        assert not redactor.started(_SECONDS)
        times[0] = 1_000.0
        assert not redactor.started(0)
        assert not redactor.started(_SECONDS)


def test_closing_ends_the_process_and_what_is_asked_later_is_redacted_here() -> None:
    redactor = apart()
    assert redactor.started(_SECONDS)
    process = redactor.process_id
    assert process is not None

    redactor.close()

    assert not Path(f"/proc/{process}").exists()
    assert not is_there(redactor)


_PARENT = """
import sys
from tests.redact.test_apart import apart
if __name__ == "__main__":
    redactor = apart()
    assert redactor.started(60)
    print(redactor.process_id, flush=True)
    sys.stdin.read()
"""


def test_the_process_ends_with_a_service_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    ) as parent:
        assert parent.stdout is not None
        ended = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()

    assert select.select([ended], [], [], _SECONDS)[0] == [ended]
    os.close(ended)
