"""The chain rule against derivatives worked out by hand for the whole, and against a small move."""

from __future__ import annotations

import math
from itertools import product

import pytest

from tests.unit.labs.readings import number, word
from tutor.labs.chain_rule import ChainRuleLab
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Graph
from tutor.labs.kit.smooth_functions import SMOOTH


@pytest.fixture
def lab() -> ChainRuleLab:
    return ChainRuleLab()


def put(lab: ChainRuleLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


@pytest.mark.parametrize(
    ("inner", "outer", "x", "y", "slope"),
    [
        ("line", "square", 1, 9, 12),  # (2x + 1)² = 4x² + 4x + 1: 8x + 4
        ("square", "line", -1.5, 5.5, -6),  # 2x² + 1: 4x
        ("square", "cube", 1, 1, 6),  # x⁶: 6x⁵
        ("hill", "square", 1, 9, -12),  # (4 − x²)²: −4x·(4 − x²)
        ("line", "exp", 0, math.e, 2 * math.e),
        ("exp", "hill", 0, 3, -2),  # 4 − e^(2x): −2·e^(2x)
    ],
)
def test_the_whole_by_hand(lab: ChainRuleLab, inner: str, outer: str, x: float, y: float, slope: float) -> None:
    put(lab, inner=inner, outer=outer, x=x)
    assert number(lab, "y") == pytest.approx(y)
    assert number(lab, "slope") == pytest.approx(slope)
    assert word(lab, "mends") == ("lower x" if slope > 0 else "raise x")


@pytest.mark.parametrize(("inner", "outer"), list(product(SMOOTH, SMOOTH)))
def test_a_small_move_measures_the_same(lab: ChainRuleLab, inner: str, outer: str) -> None:
    put(lab, inner=inner, outer=outer, x=0.5, h=0.0001)
    assert number(lab, "measured") == pytest.approx(number(lab, "slope"), rel=0.002, abs=0.001)


def test_the_slopes_each_at_its_own_place(lab: ChainRuleLab) -> None:
    # u = 2·1.5 + 1 = 4; slope of u² there 8, of g 2.
    put(lab, inner="line", outer="square", x=1.5)
    assert [number(lab, name) for name in ("u", "inner_slope", "outer_slope", "slope")] == [4, 2, 8, 16]
    assert why(lab, "slope").numbers == "8·2"


def test_the_graph_carries_the_slopes_back(lab: ChainRuleLab) -> None:
    put(lab, inner="line", outer="square", x=1.5)
    graph = lab.read("chain")
    assert isinstance(graph, Graph)
    assert [(node.value, node.gradient) for (node,) in graph.columns] == [(1.5, 16), (4, 8), (16, 1)]
    assert [(edge.weight, edge.carried) for edge in graph.edges] == [(2, 16), (8, 8)]


def test_where_the_slope_is_0_nothing_helps(lab: ChainRuleLab) -> None:
    put(lab, inner="square", outer="line", x=0)
    assert word(lab, "mends") == "neither"
