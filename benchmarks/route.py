"""What the route costs beside redaction and model, and how often it blocks wrongly."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from presidio_analyzer import AnalyzerEngine

from benchmarks.texts import tickets
from summarizer.bootstrap import Application, open_application
from summarizer.errors import ErrorCode
from summarizer.ingest.case import to_case
from summarizer.pii.presidio import PresidioDetector
from summarizer.settings import Settings

__all__ = ["help_against_its_libraries", "route"]

_ROUNDS = 5


async def route() -> dict[str, Any]:
    """Measure redaction against a bare analyzer, the route's own CPU, and wrong blocks."""
    folder = Path(tempfile.mkdtemp())
    try:
        settings = Settings.load({"model": "scripted", "data_dir": folder})
        async with open_application(settings) as application:
            return {
                "redact": _redact_against_bare_analyzer(application),
                "route": await _cpu_beside_redaction(application),
                "wrongly_blocked": await _wrongly_blocked(application),
            }
    finally:
        shutil.rmtree(folder)


def help_against_its_libraries() -> dict[str, float]:
    """Compare the time of `summarizer --help` with importing Typer and Rich alone."""
    shown = [sys.executable, "-m", "summarizer", "--help"]
    imported = [sys.executable, "-c", "import typer, rich"]
    ratios = []
    for _ in range(2 * _ROUNDS + 1):
        ours, theirs = _wall(shown), _wall(imported)
        ratios.append(ours / theirs)
    return {"ratio": round(median(ratios), 2), "target_at_most": 2.0}


def _redact_against_bare_analyzer(application: Application) -> dict[str, float]:
    """Time our `redact` over a loop of `AnalyzerEngine.analyze` on the same texts."""
    analyzer: AnalyzerEngine = PresidioDetector()._analyzer  # noqa: SLF001 - the stock engine
    cases = [
        to_case(ticket, application.policy.limits) for ticket in tickets(20, seed=1, sentences=8)
    ]

    def bare() -> None:
        for case in cases:
            for text in case.texts:
                analyzer.analyze(text.map.text, language="en")

    def ours() -> None:
        for case in cases:
            application.redactor.redact(case)

    bare()
    ours()
    ratios = [_cpu(ours) / _cpu(bare) for _ in range(_ROUNDS)]
    characters = sum(len(text.map.text) for case in cases for text in case.texts)
    return {
        "ratio_to_bare_analyzer": round(median(ratios), 3),
        "characters_per_case": round(characters / len(cases)),
    }


async def _cpu_beside_redaction(application: Application) -> dict[str, float]:
    """Take the CPU of whole runs with a model that costs nothing, less that of redaction."""
    batch = tickets(60, seed=2, sentences=8)
    cases = [to_case(ticket, application.policy.limits) for ticket in batch]
    for ticket in batch[:5]:
        await application.pipeline.summarize(ticket)
    redaction = _cpu(lambda: [application.redactor.redact(case) for case in cases])
    started = time.process_time()
    for ticket in batch:
        await application.pipeline.summarize(ticket)
    whole = time.process_time() - started
    return {
        "cpu_ms_per_case_beside_redaction_and_model": round(
            1000 * (whole - redaction) / len(batch), 2
        ),
        "ratio_to_redaction": round((whole - redaction) / redaction, 3),
    }


async def _wrongly_blocked(application: Application) -> dict[str, float]:
    """Count cases whose redacted prompt the egress check still stops."""
    batch = tickets(600, seed=3, sentences=6)
    blocked = 0
    for ticket in batch:
        outcome = await application.pipeline.summarize(ticket)
        blocked += outcome.error is not None and outcome.error.code == ErrorCode.EGRESS_BLOCKED
    return {
        "cases": len(batch),
        "share": round(blocked / len(batch), 4),
        "target_at_most": 0.005,
    }


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _wall(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own commands
    return time.perf_counter() - started


def main() -> dict[str, Any]:
    """Run everything in this module."""
    return {"help": help_against_its_libraries(), **asyncio.run(route())}
