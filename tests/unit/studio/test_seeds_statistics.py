"""Median, range, rank and the paired difference, against numbers worked out by hand and printed tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.studio.seed_statistics import better_than, paired, spread, student_t, third


def test_the_spread_of_five_seeds_by_hand() -> None:
    losses = np.array([[5.0, 1.0], [1.0, 1.0], [3.0, 2.0], [2.0, 9.0], [4.0, 2.0]])
    found = spread(losses)
    np.testing.assert_array_equal(found.lowest, [1, 1])
    np.testing.assert_array_equal(found.quarter, [2, 1])
    np.testing.assert_array_equal(found.median, [3, 2])
    np.testing.assert_array_equal(found.three_quarters, [4, 2])
    np.testing.assert_array_equal(found.highest, [5, 9])


def test_the_spread_of_any_number_of_seeds_is_numpys() -> None:
    draws = np.random.default_rng(0)
    for seeds in (1, 2, 7, 30):
        losses = draws.random((seeds, 3))
        found = spread(losses)
        parts = (found.lowest, found.quarter, found.median, found.three_quarters, found.highest)
        np.testing.assert_allclose(parts, np.quantile(losses, (0, 0.25, 0.5, 0.75, 1), axis=0), rtol=1e-14)


def test_a_run_that_could_not_go_on_is_the_worst_and_spoils_nothing_else() -> None:
    found = spread(np.array([[1.0], [2.0], [3.0], [math.inf], [math.inf]]))
    assert [part[0] for part in (found.lowest, found.quarter, found.median)] == [1, 2, 3]
    assert found.three_quarters[0] == found.highest[0] == math.inf


def test_where_a_run_lies_among_others() -> None:
    others = np.arange(1.0, 10.0)
    assert [better_than(loss, others) for loss in (0.5, 3.5, 5.0, 9.5)] == [9, 6, 4, 0]
    assert [third(loss, others) for loss in (0.5, 3.5, 5.0, 6.5, 7.5, 9.5)] == [0, 0, 1, 2, 2, 2]
    assert third(1.0, np.ones(4)) == 1


@pytest.mark.parametrize(
    ("degrees", "t"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (10, 2.228), (29, 2.045)]
)
def test_students_t_against_the_printed_table(degrees: int, t: float) -> None:
    """The column 0.975 of the table in NIST's e-Handbook, 1.3.6.7.2."""
    assert student_t(degrees) == pytest.approx(t, abs=0.0005)


def test_the_paired_difference_by_hand() -> None:
    """Differences −1, −2, −3, 2: mean −1; squares around it 0, 1, 4, 9, so s² = 14/3; t with 3 degrees is 3.182446."""
    found = paired(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 2.0]))
    half = 3.182446 * math.sqrt(14 / 3) / 2
    assert (found.seeds, found.better, found.worse, found.mean) == (4, 3, 1, -1.0)
    assert (found.low, found.high) == pytest.approx((-1 - half, -1 + half), abs=1e-5)
    assert not found.is_decided


def test_a_difference_that_is_the_same_on_every_seed_is_decided() -> None:
    a = np.array([0.25, 0.5, 0.75])
    found = paired(a, a + 0.5)
    assert (found.better, found.mean, found.low, found.high) == (3, -0.5, -0.5, -0.5)
    assert found.is_decided
    same = paired(a, a)
    assert (same.better, same.worse, same.mean) == (0, 0, 0.0)
    assert not same.is_decided


def test_an_interval_needs_two_seeds_and_runs_that_went_on() -> None:
    one = paired(np.array([1.0]), np.array([3.0]))
    assert (one.better, one.mean) == (1, -2.0)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    stopped = paired(np.array([1.0, math.inf]), np.array([math.inf, 2.0]))
    assert (stopped.better, stopped.worse) == (1, 1)
    assert math.isnan(stopped.mean)
    assert not stopped.is_decided


def test_nineteen_of_twenty_intervals_hold_the_true_difference() -> None:
    draws = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        found = paired(draws.normal(1.0, 1.0, 8), draws.normal(0.5, 1.0, 8))
        held += found.low <= 0.5 <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)
