"""Pytest plugin: the fixture `summarizer_eval`, with which a bank's own tests gate on a set.

def test_prompt_is_good_enough(summarizer_eval):
    run = summarizer_eval("eval_sets/ours", model="scripted")
    assert not run.missed_gates
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from summarizer.evals.run import Run

__all__ = ["summarizer_eval"]


@pytest.fixture
def summarizer_eval(tmp_path: Path) -> "Callable[..., Run]":
    """Return a function that runs a set and returns its `Run`.

    It takes the folder of the set; `split`, `tag`, `limit`, `concurrency`, `cassette`, `offline`
    and `baselines` as `eval run` does; and settings such as `model`, `policy` and `prompt`. What
    the run writes lies in the test's own folder.
    """
    # Imported on use: every pytest run of an environment with this package loads this module.
    from summarizer.cli.running import run_set  # noqa: PLC0415
    from summarizer.evaluation import RunOptions  # noqa: PLC0415
    from summarizer.settings import Settings  # noqa: PLC0415

    def evaluate(folder: str | Path, **given: Any) -> "Run":
        options = {name: given.pop(name) for name in list(given) if name in _OPTIONS}
        output = tmp_path / "run"
        settings = Settings.load({"data_dir": tmp_path / "data", **given})
        return run_set(settings, RunOptions(folder=Path(folder), output=output, **options))

    return evaluate


_OPTIONS = frozenset({"split", "tag", "limit", "concurrency", "cassette", "offline", "baselines"})
