"""Records: what a run leaves in its folder: `run.json`, `cases.jsonl`, and how they are read."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from summarizer.errors import ConfigurationError
from summarizer.evals.answers import Answer
from summarizer.evals.cases import EvalCase, Expected, raw_values
from summarizer.evals.run import Run
from summarizer.evals.scorers.facts import carried
from summarizer.evals.scorers.pii import left
from summarizer.evals.scorers.support import unsupported
from summarizer.evals.scoring import Scored

__all__ = [
    "CASES_FILE",
    "LABELS",
    "RUN_FILE",
    "CaseRecord",
    "Label",
    "StoredRun",
    "Wrong",
    "case_records",
    "code_version",
    "read_run",
    "statuses",
    "write_run",
]

RUN_FILE: Final = "run.json"
CASES_FILE: Final = "cases.jsonl"
LABELS: Final = ("issue_type", "urgency", "next_action")
"""What is labelled of a case and compared as it stands."""
_PACKAGE = Path(__file__).parent.parent


class Wrong(StrEnum):
    """The kinds of fault that an answer can have, as `CaseRecord.wrong` names them."""

    NO_SUMMARY = "no summary"
    ISSUE_TYPE = "issue_type"
    URGENCY = "urgency"
    NEXT_ACTION = "next_action"
    FACT = "fact not carried"
    UNSUPPORTED = "not supported by the case"
    LEAKED = "not held back"


class Label(NamedTuple):
    """A label of a case, as it should be and as it came."""

    expected: str | None
    """None if the set does not say."""
    got: str | None
    """None if there is no summary."""

    @property
    def is_wrong(self) -> bool:
        """Whether another label came, or none."""
        return self.expected is not None and self.expected != self.got


class CaseRecord(BaseModel):
    """One case of a run: what was expected, what came, what each metric made of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    slices: tuple[str, ...]
    expected: Expected
    answer: Answer
    rows: Mapping[str, Any]
    """Metric -> what the case adds to it."""
    wrong: tuple[str, ...]
    """What is wrong with the answer: its kind, a colon, and words; empty if nothing is."""

    @property
    def labels(self) -> dict[str, Label]:
        """Name of a label -> what was expected and what came."""
        return {
            name: Label(getattr(self.expected, name), getattr(self.answer, name)) for name in LABELS
        }

    @property
    def kinds(self) -> frozenset[Wrong]:
        """The kinds of what is wrong."""
        return frozenset(kind for kind in Wrong if self.faults(kind))

    def faults(self, kind: Wrong) -> tuple[str, ...]:
        """Return what is wrong of one kind: the statements, the facts, the places."""
        start = f"{kind}: "
        return tuple(each.removeprefix(start) for each in self.wrong if each.startswith(start))


class StoredRun(BaseModel):
    """A run as its folder holds it."""

    model_config = ConfigDict(frozen=True)

    run: Run
    cases: tuple[CaseRecord, ...]

    @property
    def rows(self) -> dict[str, Mapping[str, Any]]:
        """Case id -> metric -> row."""
        return {case.id: case.rows for case in self.cases}


def case_records(
    cases: Sequence[EvalCase], answers: Mapping[str, Answer], scored: Scored
) -> tuple[CaseRecord, ...]:
    """Put together what is kept of each case that was answered."""
    slices: dict[str, list[str]] = {}
    for name, ids in scored.slices.items():
        for case_id in ids:
            slices.setdefault(case_id, []).append(name)
    return tuple(
        CaseRecord(
            id=case.id,
            slices=tuple(slices.get(case.id, ())),
            expected=case.expected,
            answer=answers[case.id],
            rows=scored.rows[case.id],
            wrong=tuple(_wrong(case, answers[case.id])),
        )
        for case in cases
        if case.id in answers
    )


def statuses(answers: Mapping[str, Answer]) -> dict[str, int]:
    """Count the outcomes: `summarized`, or the code of what came instead."""
    counts = Counter(answer.code or answer.status for answer in answers.values())
    return dict(sorted(counts.items()))


def write_run(folder: Path, run: Run, cases: Sequence[CaseRecord]) -> dict[str, str]:
    """Write both files, each whole or not at all; return their hashes by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        CASES_FILE: b"".join(_line(case) for case in cases),
        RUN_FILE: orjson.dumps(run.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n",
    }
    for name, data in files.items():
        write_whole(folder / name, data)
    return {name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in files.items()}


def read_run(folder: Path) -> StoredRun:
    """Read a run's folder.

    Raises:
        ConfigurationError: naming the file and what is wrong with it.
    """
    run_path, cases_path = folder / RUN_FILE, folder / CASES_FILE
    try:
        run = Run.model_validate_json(run_path.read_bytes())
        lines = cases_path.read_bytes().splitlines()
    except OSError as error:
        msg = f"{folder}: not a run of `eval run` ({Path(str(error.filename)).name} is missing)"
        raise ConfigurationError(msg) from None
    except ValidationError as error:
        msg = f"{run_path}: {_fault(error)}"
        raise ConfigurationError(msg) from None
    cases = []
    for number, line in enumerate(lines, 1):
        try:
            cases.append(CaseRecord.model_validate_json(line))
        except ValidationError as error:
            msg = f"{cases_path}:{number}: {_fault(error)}"
            raise ConfigurationError(msg) from None
    return StoredRun(run=run, cases=tuple(cases))


def code_version(package: Path = _PACKAGE) -> str:
    """Return `sha256:…` over the package: its source, word lists and the weights it ships."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package)
        # Prompts and policies have hashes of their own, and lie here in a wheel alone.
        if path.is_file() and not {"__pycache__", "_bundled"} & {*place.parts}:
            digest.update(place.as_posix().encode() + b"\n" + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"


def _wrong(case: EvalCase, answer: Answer) -> Iterator[str]:
    if answer.status != "summarized":
        yield f"{Wrong.NO_SUMMARY}: {answer.code or answer.status}"
    expected = case.expected
    if answer.status == "summarized":
        for name in LABELS:
            wanted, got = getattr(expected, name), getattr(answer, name)
            if wanted is not None and wanted != got:
                yield f"{Wrong(name)}: expected {wanted}, got {got or 'nothing'}"
        for fact, is_there in zip(expected.facts or (), carried(case, answer), strict=True):
            if not is_there:
                yield f"{Wrong.FACT}: {fact}"
        for statement in unsupported(case, answer):
            yield f"{Wrong.UNSUPPORTED}: {statement}"
    if answer.spans is not None:
        values = dict(raw_values(case.ticket))
        for span in left(case, answer):
            size = len(values[span.where][span.start : span.end])
            yield f"{Wrong.LEAKED}: {span.entity} of {size} characters at {span.where}"


def _line(case: CaseRecord) -> bytes:
    return orjson.dumps(case.model_dump(mode="json"), option=orjson.OPT_APPEND_NEWLINE)


def _fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"]) or "(file)"
    return f"{where}: {fault['msg']}; made by another version? run the evaluation again"


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that it appears whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(data)
    part.chmod(mode)
    part.replace(path)
