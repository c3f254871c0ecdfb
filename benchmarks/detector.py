"""The detector against stock Presidio in one run on one core: ratios, worst cases, memory.

Run it by itself: `python -m benchmarks.detector`; `--quick` leaves the worst cases out. Times are
CPU seconds of this process, which other work on the machine disturbs least. Both detectors have
read the same messages of other tickets before, as in a service that runs: RE2 builds its automata
by the texts it reads. Every pass has texts of its own, so that no cache knows their numbers; both
detectors get the same ones.
"""

import os

if __name__ in {"__main__", "__mp_main__"}:
    # Only works before numpy is loaded.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.texts import notes, other_messages
from benchmarks.worst import WORST
from summarizer.pii.models import default_models
from summarizer.pii.reading import read
from summarizer.pii.recognizers import RECOGNIZERS
from summarizer.pii.recognizing import View
from summarizer.pii.ticket import TicketDetector

__all__ = ["main"]

_SIZES = ((120, 60), (2000, 8), (20_000, 1))
"""Code points of a text, and texts in a pass."""
_TARGETS = {120: 8.0, 2000: 10.0, 20_000: 10.0}
_PASSES = 7
_READ_BEFORE = 1000
"""Messages of other tickets that both detectors have read before they are measured."""
_MEGABYTE = 1_000_000
_LARGEST = 200_000
"""Code points of the largest message that a policy lets through unless it says otherwise."""
_ROUNDS = 3
_MOST_PARTS = 12


def ratios(ours: TicketDetector) -> dict[str, Any]:
    """Compare milliseconds for each text with stock Presidio, by the size of the text."""
    from summarizer.pii.presidio import PresidioDetector  # noqa: PLC0415 - not in the other parts

    analyzer = PresidioDetector()._analyzer  # noqa: SLF001 - the stock engine
    for text in other_messages(_READ_BEFORE):
        analyzer.analyze(text, language="en")
        ours.detect([text])
    results = {}
    for size, count in _SIZES:
        stock_ms, ours_ms, case_ms = [], [], []
        for number in range(_PASSES + 1):
            texts = notes(count, seed=number, size=size)
            stock_ms.append(_cpu_ms(lambda t: analyzer.analyze(t, language="en"), texts))
            ours_ms.append(_cpu_ms(lambda t: ours.detect([t]), texts))
            fresh = notes(count, seed=1000 + number, size=size)
            case_ms.append(_cpu_ms(ours.detect, [fresh]) / count)
        stock, own, case = (median(each[1:]) for each in (stock_ms, ours_ms, case_ms))
        results[f"{size} characters"] = {
            "stock_ms": round(stock, 2),
            "ours_ms": round(own, 2),
            "times_stock": round(stock / own, 1),
            "times_stock_as_one_case": round(stock / case, 1),
            "target": _TARGETS[size],
        }
    return results


def shares(ours: TicketDetector) -> dict[str, Any]:
    """Say which share of the time each part takes on 2 KB texts."""
    took: Counter[str] = Counter()
    for text in notes(40, seed=5, size=2000):
        with _timed(took, "reading"):
            view = View(read(text).text)
        for model in ours._models:  # noqa: SLF001 - the parts are what is measured
            with _timed(took, f"model {model.version.partition('@')[0]}"):
                model.entities([view.text])
        for recognizer in RECOGNIZERS:
            with _timed(took, recognizer.name):
                if recognizer.needs in view.has:
                    list(recognizer.find(view))
    whole = sum(took.values())
    parts = {name: round(seconds / whole, 3) for name, seconds in took.most_common(_MOST_PARTS)}
    return {**parts, "all other recognizers": round(1 - sum(parts.values()), 3)}


def worst_cases(ours: TicketDetector) -> dict[str, dict[str, float]]:
    """Take the seconds for a megabyte of each kind of input, and how they grow with its size.

    Taken on the largest message that is let through, and on a quarter of it.
    """
    results = {}
    for name, make in WORST.items():
        quarter = _cpu_ms(lambda t: ours.detect([t]), [make(_LARGEST // 4)]) / 1000
        whole = _cpu_ms(lambda t: ours.detect([t]), [make(_LARGEST)]) / 1000
        results[name] = {
            "seconds_per_megabyte": round(whole * _MEGABYTE / _LARGEST, 2),
            "times_a_quarter": round(whole / quarter, 1),
        }
        print(name, results[name], file=sys.stderr, flush=True)
    return results


def two_processes() -> dict[str, float]:
    """Compare what two processes get done at once with what one does alone."""
    context = get_context("spawn")
    pairs = [context.Pipe() for _ in range(2)]
    workers = [context.Process(target=_work, args=(theirs,)) for _, theirs in pairs]
    for worker in workers:
        worker.start()
    ends = [mine for mine, _ in pairs]
    for end in ends:
        end.recv()
    walls, cpus = [], []
    for seed in range(_ROUNDS):
        alone_wall, alone_cpu = _together(ends[:1], seed)
        both_wall, both_cpu = _together(ends, 100 + seed)
        walls.append(2 * alone_wall / both_wall)
        cpus.append(2 * alone_cpu / both_cpu)
    for end, worker in zip(ends, workers, strict=True):
        end.send(None)
        worker.join()
    return {
        "times_one_by_the_clock": round(max(walls), 2),
        "times_one_by_cpu": round(median(cpus), 2),
        "target_at_least": 1.8,
        "processors": os.cpu_count() or 1,
        "load_average": round(os.getloadavg()[0], 1),
    }


def _together(ends: list[Connection], seed: int) -> tuple[float, float]:
    """Return wall and mean CPU seconds of workers that do the same amount of work each."""
    begin = time.perf_counter()
    for number, end in enumerate(ends):
        end.send(10 * seed + number)
    cpu = [end.recv() for end in ends]
    return time.perf_counter() - begin, sum(cpu) / len(cpu)


def _work(end: Connection) -> None:
    ours = TicketDetector(default_models())
    for text in notes(20, seed=1, size=2000):
        ours.detect([text])
    end.send("ready")
    while (seed := end.recv()) is not None:
        texts = notes(40, seed=seed, size=2000)
        begin = time.process_time()
        for text in texts:
            ours.detect([text])
        end.send(time.process_time() - begin)


def memory() -> dict[str, Any]:
    """Measure a process that does nothing else: memory, and whether words stay in it."""
    ours = TicketDetector(default_models())
    for text in notes(200, seed=1, size=2000):
        ours.detect([text])
    warm, words = _resident_mb(), _stored_words(ours)
    for number in range(5):
        fresh = random.Random(number)  # noqa: S311 - benchmark texts
        names = "".join(chr(fresh.randrange(97, 123)) for _ in range(200_000))
        ours.detect([
            " ".join(names[at : at + 8].title() for at in range(at, at + 2000, 8))
            for at in range(0, 200_000, 2000)
        ])
    return {
        "after_warm_up_mb": round(warm),
        "after_125000_new_names_mb": round(_resident_mb()),
        "words_left_in_the_string_stores": _stored_words(ours) - words,
        "target_below_mb": 300,
    }


def _stored_words(ours: TicketDetector) -> int:
    models: Any = ours._models  # noqa: SLF001 - looks at what is left in it
    return sum(len(model.ner.lexicon.spelling.nlp.vocab.strings) for model in models)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def _cpu_ms(way: Callable[[Any], object], inputs: list[Any]) -> float:
    begin = time.process_time()
    for each in inputs:
        way(each)
    return (time.process_time() - begin) * 1000 / len(inputs)


@contextmanager
def _timed(took: Counter[str], name: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    took[name] += time.perf_counter() - begin  # type: ignore[assignment]


def _measure(*, quick: bool) -> dict[str, Any]:
    ours = TicketDetector(default_models())
    results = {"ratios": ratios(ours), "shares_at_2_kb": shares(ours)}
    if not quick:
        results["worst_cases"] = worst_cases(ours)
    return results


def main(*, quick: bool = False) -> dict[str, Any]:
    """Run each part in a process of its own, with BLAS at one thread."""
    results: dict[str, Any] = {}
    for part in ("measure-quick" if quick else "measure", "memory", "two"):
        done = subprocess.run(  # noqa: S603 - this module
            [sys.executable, "-m", "benchmarks.detector", part], check=True, stdout=subprocess.PIPE
        )
        results |= json.loads(done.stdout)
    return results


if __name__ == "__main__":
    _PARTS: dict[str, Callable[[], dict[str, Any]]] = {
        "measure": lambda: _measure(quick=False),
        "measure-quick": lambda: _measure(quick=True),
        "memory": lambda: {"memory": memory()},
        "two": lambda: {"two_processes": two_processes()},
        "--quick": lambda: main(quick=True),
    }
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    print(json.dumps(_PARTS[part]() if part else main(), indent=2))
