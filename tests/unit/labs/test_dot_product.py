"""The dot product lab against hand numbers: 3-4-5 and 5-12-13 triangles, right angles, vectors without a length."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.covered_drawing import without_covered, without_told
from tutor.labs.dot_product import DotProductLab
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve


@pytest.fixture
def lab() -> DotProductLab:
    return DotProductLab()


def number(lab: DotProductLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def put(lab: DotProductLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def test_two_vectors_by_hand(lab: DotProductLab) -> None:
    # 3·5 + 4·12 = 63; lengths 5 and 13; a reaches 63/13 along b.
    put(lab, a=[3, 4], b=[5, 12])
    assert number(lab, "products[y]") == 48
    assert number(lab, "dot") == 63
    assert [number(lab, f"lengths[{of}]") for of in "ab"] == [5, 13]
    assert number(lab, "cosine") == pytest.approx(63 / 65)
    assert number(lab, "angle") == pytest.approx(math.degrees(math.atan2(12, 5) - math.atan2(4, 3)))
    assert number(lab, "along") == pytest.approx(63 / 13)
    assert [number(lab, f"shadow[{axis}]") for axis in "xy"] == pytest.approx([63 * 5 / 169, 63 * 12 / 169])
    assert why(lab, "dot").numbers == "3·5 + 4·12"
    assert evaluated(why(lab, "angle").numbers) == pytest.approx(14.2500, abs=1e-3)


@pytest.mark.parametrize(
    ("b", "degrees", "word"),
    [
        ((0.3, 0.4), 0, "partly the same way"),
        ((7, -1), 61.2602, "partly the same way"),
        ((-4, 3), 90, "at right angles"),
        ((-0.4, 0.3), 90, "at right angles"),
        ((-7, 1), 118.7398, "partly opposite ways"),
        ((-9, -12), 180, "partly opposite ways"),
    ],
)
def test_the_angle_whatever_the_length(lab: DotProductLab, b: object, degrees: float, word: str) -> None:
    put(lab, a=[3, 4], b=b)
    assert number(lab, "angle") == pytest.approx(degrees, abs=1e-4)
    assert lab.lookup("turn") == word


def test_a_cosine_that_rounds_beyond_1_has_the_angle_0(lab: DotProductLab) -> None:
    for x in range(1, 11):
        for y in range(1, 11):
            put(lab, a=[x, y], b=[x / 10, y / 10])
            assert number(lab, "angle") == pytest.approx(0, abs=1e-5)
            put(lab, b=[-x / 10, -y / 10])
            assert number(lab, "angle") == pytest.approx(180, abs=1e-5)


def test_a_vector_without_a_length_has_no_direction(lab: DotProductLab) -> None:
    put(lab, b=[0, 0])
    assert number(lab, "dot") == 0
    assert all(math.isnan(number(lab, path)) for path in ("cosine", "angle", "along", "shadow[x]"))
    put(lab, query=[1, 1], keys=[[0, 0], [-1, 0], [-1, -1], [-3, 0]])
    assert lab.lookup("best") == "fish"
    assert lab.lookup("nearest") == "boat and rock"
    put(lab, query=[0, 0])
    assert lab.lookup("best") == "fish and boat and bird and rock"


def test_the_arrows_start_at_the_origin_and_end_at_the_vectors(lab: DotProductLab) -> None:
    dropped = lab.read("dropped")
    assert isinstance(dropped, Curve)
    # (3, 4) on (4, 3): 24/25 of (4, 3).
    tips = {line.label: (line.xs[-1], line.ys[-1]) for line in dropped.series}
    shadow = pytest.approx((3.84, 2.88))
    assert tips == {"a": (3, 4), "b": (4, 3), "a on b": shadow, "drop": shadow}
    *arrows, drop = dropped.series
    assert all(line.xs[0] == line.ys[0] == 0 for line in arrows)
    assert (drop.xs[0], drop.ys[0]) == (3, 4)
    words = lab.read("words")
    assert isinstance(words, Curve)
    assert [line.label for line in words.series] == ["query", "fish", "boat", "bird", "rock"]
    assert (words.x_label, words.y_label) == ("alive", "water")


def test_scores_spread_as_the_root_of_d(lab: DotProductLab) -> None:
    growth = lab.read("growth")
    assert isinstance(growth, Curve)
    measured, root = growth.series
    # The standard deviation of 1000 scores is known to about 1/√2000, and scores have heavier tails than that assumes.
    assert [m / r for m, r in zip(measured.ys, root.ys, strict=True)] == pytest.approx([1] * 256, abs=0.12)
    put(lab, d=144)
    assert number(lab, "root") == 12
    assert number(lab, "spread") == measured.ys[143]
    assert number(lab, "scaled") == pytest.approx(measured.ys[143] / 12)


def test_bars_multiply_place_by_place_and_add(lab: DotProductLab) -> None:
    put(lab, a=[2, 3], b=[-1, 4])
    bars = lab.read("in_bars")
    assert isinstance(bars, Bars)
    assert [panel.values for panel in bars.panels] == [(2, 3), (-1, 4), (-2, 12), (10,)]
    covered = without_covered(bars, lab, {"products", "dot"})
    assert isinstance(covered, Bars)
    assert [[math.isnan(value) for value in panel.values] for panel in covered.panels] == [
        [False] * 2, [False] * 2, [True] * 2, [True],
    ]  # fmt: skip


def test_bars_of_the_length_and_of_the_cosine(lab: DotProductLab) -> None:
    put(lab, a=[3, -4], b=[5, 12])
    long, part = lab.read("how_long"), lab.read("shares")
    assert isinstance(long, Bars)
    assert isinstance(part, Bars)
    assert [panel.values for panel in long.panels] == [(3, -4), (9, 16), (5, 13)]
    # 15 − 48 of 5·13.
    assert [panel.values for panel in part.panels] == [(-33, 65), (pytest.approx(-33 / 65),)]
    covered = without_covered(long, lab, {"lengths", "squares"})
    assert isinstance(covered, Bars)
    assert [math.isnan(value) for panel in covered.panels for value in panel.values] == [False] * 2 + [True] * 4


@pytest.mark.parametrize("count", [1, 31, 256])
def test_the_products_of_a_pair_add_up_to_its_score(lab: DotProductLab, count: int) -> None:
    put(lab, d=count)
    walks = lab.read("walks")
    assert isinstance(walks, Curve)
    q, k = np.random.default_rng(0).standard_normal((2, 1000, 256))[:, :3, :count]
    assert [line.ys[-1] for line in walks.series] == pytest.approx([float(a @ b) for a, b in zip(q, k, strict=True)])
    assert [line.ys[0] for line in walks.series] == pytest.approx((q[:, 0] * k[:, 0]).tolist())
    assert {len(line.xs) for line in walks.series} == {count}


def test_the_shadow_and_the_root_are_not_drawn_before_they_are_answered(lab: DotProductLab) -> None:
    put(lab, a=[3, 4], b=[4, 3], d=100)
    dropped, growth = lab.read("dropped"), lab.read("growth")
    assert isinstance(dropped, Curve)
    assert isinstance(growth, Curve)
    seen = {line.label: len(line.xs) for line in without_told(dropped, lab, {"along", "shadow"}).series}
    assert seen == {"a": 2, "b": 2, "a on b": 1, "drop": 1}
    before = without_told(growth, lab, {"root", "spread", "scaled"})
    assert before.marker is None
    assert {len(line.xs) for line in before.series} == {16}
    assert without_told(growth, lab, {"scores"}) == growth
