"""What a run says it depended on."""

from pathlib import Path

from summarizer.evals.records import code_version
from summarizer.evals.run import Figure, beaten_by
from summarizer.evals.scorers import METRICS


def test_the_version_of_the_code_covers_word_lists_and_weights(tmp_path: Path) -> None:
    (tmp_path / "pii").mkdir()
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "pii" / "words.txt").write_text("one")
    before = code_version(tmp_path)

    (tmp_path / "pii" / "words.txt").write_text("two")
    after = code_version(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"compiled")

    assert before != after
    assert code_version(tmp_path) == after


def test_a_baseline_is_named_where_it_is_no_worse_and_not_for_asking_no_model() -> None:
    def figure(value: float) -> Figure:
        return Figure(value=value, low=value, high=value, n=9)

    own = {"team.accuracy": figure(0.5), "urgency.cost": figure(1), "cost_usd.total": figure(2)}
    simple = {"team.accuracy": figure(0.5), "urgency.cost": figure(2), "cost_usd.total": figure(0)}

    assert beaten_by(METRICS, own, {"simple": simple}) == {"team.accuracy": ("simple",)}
