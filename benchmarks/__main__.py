"""Run every benchmark, print the ratios and write `benchmarks/results.json`."""

import json
import platform
from pathlib import Path

from benchmarks import audit, detector, load, route

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Measure, print, write."""
    results = {
        "machine": {"python": platform.python_version(), "processor": platform.machine()},
        "route": route.main(),
        "detector": detector.main(),
        "audit": audit.main(),
        "load": load.main(),
    }
    text = json.dumps(results, indent=2)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
