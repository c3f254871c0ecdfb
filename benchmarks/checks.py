"""What the checks beside the model call cost: CPU of each, for cases of about ten messages.

Run it by itself: `python -m benchmarks.checks`. Every step runs as in the route, on the cases of
`eval_sets/golden` with 8 to 12 messages, outside the frozen split; the answer is the extractive
one, which has more facts than most models give.
"""

import os

if __name__ == "__main__":
    # As the command line has it; only works before numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import anyio
import orjson

from summarizer.bootstrap import build_redactor
from summarizer.evals.cases import read_cases
from summarizer.fitting import fitted_prompt
from summarizer.ingest.case import to_case
from summarizer.injection import screen
from summarizer.language import identify, language_findings
from summarizer.llm.extractive import ExtractiveLLM
from summarizer.models import Finding, Prompt, RedactedCase
from summarizer.pii.models import default_models
from summarizer.pii.ticket import TicketDetector
from summarizer.policy.sections import LanguageRules
from summarizer.prompt import PromptTemplate
from summarizer.redact.egress import EgressCheck
from summarizer.settings import Settings
from summarizer.triage import triage
from summarizer.triage.engine import CaseRules
from summarizer.triage.labelling import Labeller
from summarizer.validate import validate
from tests.llm.gates import RecordingGate

__all__ = ["check_milliseconds", "main"]

_FEWEST, _MOST = 8, 12
_ROUNDS = 3
_TARGET_MS = 15.0
_ALL = "all checks"
_T = TypeVar("_T")


def check_milliseconds() -> dict[str, object]:
    """Return the median and the 95th percentile of each check's CPU time, and of their sum."""
    redactor, policy = build_redactor(Settings.load({}))
    detector = TicketDetector(default_models(), is_wanted=policy.looks_for)
    template = PromptTemplate(Path("prompts/case_summary"), taxonomy=policy.taxonomy, key=bytes(32))
    rules = CaseRules(policy)
    labeller = Labeller.load(policy.labels_path) if policy.labels_path else Labeller()
    tickets = [
        case.ticket
        for case in read_cases(Path("eval_sets/golden")).cases
        if case.split != "test" and _FEWEST <= len(case.ticket.messages) <= _MOST
    ]
    spent: dict[str, list[float]] = {}
    for number in range(_ROUNDS):
        for ticket in tickets:
            case = to_case(ticket, policy.limits)
            redacted = redactor.redact(case)
            answer = anyio.run(_answer, template.render(redacted.case))
            clock = _Clock(spent if number else {})
            clock("injection", partial(screen, case, redacted.case, policy.taxonomy))
            clock(
                "language",
                partial(_languages, redacted.case, policy.languages),
            )
            fitted = clock(
                "prompt", partial(fitted_prompt, template, redacted.case, policy, "embedded")
            )
            check = EgressCheck(
                detector=detector,
                policy=policy,
                prompt=fitted.prompt,
                vault=redacted.vault,
            )
            body = orjson.dumps([message.content for message in fitted.prompt.messages])
            clock("egress", partial(check.search, "http://localhost/v1", body))
            verdict = clock(
                "validation",
                partial(
                    validate,
                    answer,
                    redacted.case,
                    policy.taxonomy,
                    personal_in=redactor.personal_in,
                    grounding=policy.grounding,
                    may_mend=False,
                ),
            )
            if verdict.draft is not None:
                clock(
                    "triage",
                    partial(
                        triage,
                        verdict.draft,
                        redacted.case,
                        policy=policy,
                        labeller=labeller,
                        rules=rules,
                        said={},
                        of_nothing={},
                        model="embedded",
                        repairs=0,
                        findings=(),
                        believed=None,
                        now=datetime.now(UTC),
                    ),
                )
            clock.done()
    return {
        "cases": len(tickets),
        "target_ms": _TARGET_MS,
        **{name: _figures(values) for name, values in spent.items()},
    }


class _Clock:
    """Adds the CPU milliseconds of each step of one case to the lists of all."""

    def __init__(self, spent: dict[str, list[float]]) -> None:
        self._spent = spent
        self._sum = 0.0

    def __call__(self, name: str, step: Callable[[], _T]) -> _T:
        started = time.process_time()
        result = step()
        used = (time.process_time() - started) * 1000
        self._spent.setdefault(name, []).append(used)
        self._sum += used
        return result

    def done(self) -> None:
        self._spent.setdefault(_ALL, []).append(self._sum)


def _languages(case: RedactedCase, rules: LanguageRules) -> tuple[Finding, ...]:
    return tuple(language_findings(case, rules, identify))


async def _answer(prompt: Prompt) -> str:
    return (await ExtractiveLLM().complete(prompt, RecordingGate())).text


def _figures(values: list[float]) -> dict[str, float]:
    return {"p50_ms": round(median(values), 2), "p95_ms": round(quantiles(values, n=20)[-1], 2)}


def main() -> None:
    """Print the milliseconds."""
    for name, value in check_milliseconds().items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
