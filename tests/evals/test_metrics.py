"""Rows of cases -> figures with intervals that mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.evals.intervals import wilson
from summarizer.evals.metrics import Quantile, Ratio, Total, estimate, resamples
from summarizer.evals.scorers.tables import kappa, macro_f1, quadratic_kappa

_RATIO = Ratio("r", "higher", lambda *_: None)


def test_a_share_of_cases_has_wilsons_interval() -> None:
    found = estimate(_RATIO, [[1, 1]] * 8 + [[0, 1]] * 2)

    assert found is not None
    assert found == pytest.approx((0.8, *wilson(8, 10)[1:3], 10))


def test_a_share_that_is_all_or_nothing_is_not_certain() -> None:
    found = estimate(_RATIO, [[3, 3]] * 5)

    assert found is not None
    assert found.value == 1
    assert found.low < 0.9


def test_a_ratio_of_sums_is_resampled_by_case() -> None:
    rows = [[1, 10], [9, 10]] * 20
    found = estimate(_RATIO, rows)

    assert found is not None
    # Cases are the unit: the standard error is that of 40 shares of .1 and .9, not of 400 values.
    assert found.value == 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.4 / np.sqrt(40), rel=0.1)


def test_an_interval_covers_the_truth_as_often_as_it_promises() -> None:
    generator = np.random.default_rng(7)
    drawn = resamples(60)
    covered = 0
    for _ in range(200):
        rows = [[float(n), 4.0] for n in generator.binomial(4, 0.3, 60)]
        found = estimate(_RATIO, rows, drawn)
        covered += found is not None and found.low <= 0.3 <= found.high

    assert covered / 200 == pytest.approx(0.95, abs=0.045)


def test_nothing_measured_is_no_figure() -> None:
    assert estimate(_RATIO, []) is None
    assert estimate(_RATIO, [[0, 0]]) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.sampled_from([0.5, 0.95]))
def test_a_quantile_is_the_least_figure_that_enough_cases_do_not_exceed(
    figures: list[float], share: float
) -> None:
    found = Quantile("q", "lower", share, lambda *_: None).values(
        figures, np.ones((1, len(figures)))
    )[0]

    assert found in figures
    assert sum(each <= found for each in figures) >= share * len(figures) - 1e-9
    assert sum(each < found for each in figures) < share * len(figures) + 1e-9


def test_a_total_adds_up_whatever_is_drawn() -> None:
    assert list(
        Total("t", "lower", lambda *_: None).values([1.0, 2.0], np.array([[2.0, 1.0]]))
    ) == [4]


def test_kappa_is_one_for_agreement_and_zero_for_chance() -> None:
    agree = np.array([[[5.0, 0], [0, 5]]])
    chance = np.array([[[4.0, 4], [1, 1]]])

    assert kappa(agree, "ab")[0] == pytest.approx(1)
    assert kappa(chance, "ab")[0] == pytest.approx(0)


def test_a_far_miss_costs_quadratic_kappa_more_than_a_near_one() -> None:
    near = np.array([[[3.0, 1, 0], [0, 3, 0], [0, 0, 3]]])
    far = np.array([[[3.0, 0, 1], [0, 3, 0], [0, 0, 3]]])

    assert quadratic_kappa(far, "abc")[0] < quadratic_kappa(near, "abc")[0] < 1


def test_macro_f1_counts_a_rare_label_like_a_frequent_one() -> None:
    # Ninety of one label right, ten of another never found.
    table = np.array([[[90.0, 0], [10, 0]]])

    assert macro_f1(table, "ab")[0] == pytest.approx((2 * 90 / 190 + 0) / 2)
