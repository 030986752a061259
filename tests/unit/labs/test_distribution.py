"""A bag of balls against fractions worked by hand, and its draws against the chances."""

from __future__ import annotations

import math

import pytest

from tests.unit.labs.readings import number, word
from tutor.labs.distribution import COLOURS, DistributionLab
from tutor.labs.kit.readouts import Curve


@pytest.fixture
def lab() -> DistributionLab:
    return DistributionLab()


def put(lab: DistributionLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def row(lab: DistributionLab, name: str) -> list[float]:
    return [number(lab, f"{name}[{colour}]") for colour in COLOURS]


def test_chances_mean_and_spread_by_hand(lab: DistributionLab) -> None:
    # 4, 3, 2, 1 of 10; 0·0.4 + 1·0.3 + 2·0.2 + 10·0.1 = 1.7; squares 0.3 + 0.8 + 10 less 1.7² = 8.21.
    assert row(lab, "p") == [0.4, 0.3, 0.2, 0.1]
    assert number(lab, "p_sum") == pytest.approx(1)
    assert number(lab, "mean") == pytest.approx(1.7)
    assert number(lab, "variance") == pytest.approx(0.3 + 0.8 + 10 - 1.7**2)
    assert number(lab, "spread") == pytest.approx(math.sqrt(8.21))
    assert (word(lab, "most"), word(lab, "least")) == ("red", "white")
    assert word(lab, "middle") == "none of the prizes"


def test_a_bag_with_one_colour_has_no_spread_and_no_surprise(lab: DistributionLab) -> None:
    put(lab, balls=[0, 5, 0, 0], prizes=[1, 7, 3, 4], colour="blue")
    assert row(lab, "p") == [0, 1, 0, 0]
    assert (number(lab, "mean"), number(lab, "spread"), number(lab, "surprise")) == (7, 0, 0)
    assert word(lab, "middle") == "one of the prizes"
    assert row(lab, "counts") == [0, 20, 0, 0]
    put(lab, colour="red")
    assert number(lab, "surprise") == math.inf


def test_an_empty_bag_has_no_chances_and_no_draws(lab: DistributionLab) -> None:
    put(lab, balls=[0, 0, 0, 0])
    assert all(map(math.isnan, row(lab, "p")))
    assert row(lab, "counts") == [0, 0, 0, 0]
    assert word(lab, "most") == "red and blue and green and white"


def test_surprise_is_the_logarithm_of_1_over_p(lab: DistributionLab) -> None:
    put(lab, balls=[1, 1, 2, 4], colour="green")
    assert number(lab, "surprise") == pytest.approx(math.log(4))


def test_many_draws_come_near_the_chances(lab: DistributionLab) -> None:
    for seed in (0, 1, 2):
        put(lab, n=5000, seed=seed)
        assert sum(row(lab, "counts")) == 5000
        # Four standard deviations of a share of 5000 draws.
        for p, share in zip(row(lab, "p"), row(lab, "shares"), strict=True):
            assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / 5000)
        assert number(lab, "average") == pytest.approx(1.7, abs=4 * math.sqrt(8.21 / 5000))


def test_the_same_seed_draws_the_same(lab: DistributionLab) -> None:
    put(lab, n=100, seed=3)
    first = row(lab, "counts")
    put(lab, seed=4)
    assert row(lab, "counts") != first
    put(lab, seed=3)
    assert row(lab, "counts") == first


def test_the_average_so_far_ends_at_the_average(lab: DistributionLab) -> None:
    put(lab, n=100)
    walk = lab.read("walk")
    assert isinstance(walk, Curve)
    assert walk.series[0].ys[-1] == pytest.approx(number(lab, "average"))
    assert set(walk.series[1].ys) == {number(lab, "mean")}
