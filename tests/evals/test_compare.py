"""Two runs -> what changed beyond chance, and nothing else."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from summarizer.evals.compare import Difference, Rows, compare_rows, holm, mcnemar
from summarizer.evals.metrics import Confusion, Metric, Ratio, Total
from summarizer.evals.scorers.tables import quadratic_kappa

_ACCURACY = Ratio("issue_type.accuracy", "higher", lambda *_: None)
_COST = Total("cost_usd.total", "lower", lambda *_: None)
_RATE = Ratio("summary.unsupported_rate", "lower", lambda *_: None)


def rows(metric: Metric, values: Sequence[Any]) -> Rows:
    return {f"c{at}": {metric.name: value} for at, value in enumerate(values)}


def compared(metric: Metric, base: Sequence[Any], new: Sequence[Any]) -> Difference:
    (found,) = compare_rows(rows(metric, base), rows(metric, new), [metric])
    return found


def test_an_identical_rerun_shows_nothing_and_says_what_would_have_been_noticed() -> None:
    same = [[1, 1], [0, 1]] * 30

    found = compared(_ACCURACY, same, same)

    assert (found.p, found.low, found.high) == (1, 0, 0)
    assert found.verdict == "no difference shown"
    assert found.detectable > 0.1


def test_many_cases_lost_and_few_gained_is_worse() -> None:
    base, new = [[1, 1]] * 40, [[0, 1]] * 14 + [[1, 1]] * 26

    assert compared(_ACCURACY, base, new).verdict == "worse"
    assert compared(_ACCURACY, new, base).verdict == "better"


def test_the_direction_of_a_metric_decides_what_worse_means() -> None:
    base = [[float(n % 2), 5.0] for n in range(60)]
    new = [[1 + float(n % 3), 5.0] for n in range(60)]

    assert compared(_RATE, base, new).verdict == "worse"
    assert compared(_RATE, new, base).verdict == "better"


def test_what_depends_on_the_machine_is_shown_and_not_tested() -> None:
    found = compared(_COST, [1.0] * 30, [9.0] * 30)

    assert found.new - found.base == pytest.approx(240)
    assert (found.p, found.verdict) == (None, "not tested")


def test_a_figure_that_a_run_does_not_have_is_not_compared() -> None:
    agreement = Confusion("urgency.qwk", "higher", lambda *_: None, quadratic_kappa)
    alike, unlike = [["low", "low"]] * 5, [["low", "low"], ["high", "low"]] * 5

    assert compare_rows(rows(agreement, alike), rows(agreement, alike), [agreement]) == []
    assert len(compare_rows(rows(agreement, unlike), rows(agreement, unlike), [agreement])) == 1


def test_only_cases_that_both_runs_measured_are_compared() -> None:
    base = {"a": {_ACCURACY.name: [1, 1]}, "b": {_ACCURACY.name: [1, 1]}, "c": {}}
    new = {"b": {_ACCURACY.name: [0, 1]}, "c": {_ACCURACY.name: [0, 1]}}

    assert compare_rows(base, new, [_ACCURACY]) == []


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (3, 3), (1, 9), (12, 2), (0, 20)])
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0

    assert mcnemar(gained, lost) == pytest.approx(expected)


def test_holm_steps_down_and_never_back() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []


def test_runs_that_differ_by_chance_alone_are_rarely_flagged() -> None:
    generator = np.random.default_rng(11)
    metrics = [_RATE, *(Ratio(f"m{n}", "higher", lambda *_: None) for n in range(6))]
    flagged = 0
    for _ in range(20):
        base, new = (
            {
                f"c{at}": {
                    metric.name: [float(generator.binomial(4, 0.4)), 4.0] for metric in metrics
                }
                for at in range(60)
            }
            for _ in range(2)
        )
        flagged += any(
            each.verdict in {"better", "worse"} for each in compare_rows(base, new, metrics)
        )

    assert flagged <= 3
