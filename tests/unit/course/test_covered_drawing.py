"""Curves and pictures while a readout is covered: what would tell it is left out, the rest stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.given_readouts import GivenReadouts
from tutor.course.covered_drawing import without_told
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import Control
from tutor.labs.kit.readouts import Curve, Number, Picture, Readout, Series, Tile, Trail
from tutor.labs.neuron import NeuronLab

LINE = Series("f", (0.0, 1.0, 2.0), (5.0, 6.0, 7.0))
TELLING = replace(LINE, label="g", tells=("y",), known=2)


class Given(GivenReadouts):
    """One number to cover."""

    id = "given"
    title = "Given"

    def controls(self) -> tuple[Control, ...]:
        return ()

    def groups(self) -> tuple[Group, ...]:
        return (Group("All", ("y",)),)

    def given_names(self) -> tuple[str, ...]:
        return ("y",)

    def given(self, name: str) -> Readout:
        return Number(name, "y", 7.0)


@pytest.fixture
def lab() -> Given:
    return Given()


def test_a_line_that_tells_is_seen_as_far_as_it_is_known(lab: Given) -> None:
    curve = Curve("c", "c", "x", (LINE, TELLING))
    seen = without_told(curve, lab, {"y"})
    assert isinstance(seen, Curve)
    assert seen.series == (LINE, replace(TELLING, xs=(0.0, 1.0), ys=(5.0, 6.0)))
    assert without_told(curve, lab, {"z"}) == curve


@pytest.mark.parametrize(("marker", "stays"), [((2.0, 7.0), False), ((7.0, 1.0), False), ((2.0, 6.0), True)])
def test_a_mark_at_a_covered_number_is_not_seen(lab: Given, marker: tuple[float, float], stays: bool) -> None:
    seen = without_told(Curve("c", "c", "x", (LINE,), marker=marker), lab, {"y"})
    assert isinstance(seen, Curve)
    assert (seen.marker == marker) is stays


def test_a_covered_number_is_not_computed_where_no_mark_could_give_it_away(
    lab: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as how many units of a network ever fire, which takes seconds."""
    monkeypatch.setattr(lab, "read", lambda name: pytest.fail(f"reads {name}"))
    curve = Curve("c", "c", "x", (LINE, TELLING))
    assert without_told(curve, lab, {"y"}) != curve


def test_a_trail_that_tells_has_only_its_start_and_the_land_stays(lab: Given) -> None:
    way, arrow = Trail("way", ((0, 0), (1, 1)), tells=("y",)), Trail("next", ((1, 1), (2, 2)), "arrow", ("y",))
    other = Trail("other", ((0, 0), (2, 2)), tells=("z",))
    picture = Picture("p", "p", (Tile("", ((1.0, 9.0),)),), 0.0, 9.0, trails=(way, arrow, other))
    seen = without_told(picture, lab, {"y"})
    assert isinstance(seen, Picture)
    assert [trail.points for trail in seen.trails] == [((0, 0),), ((1, 1),), other.points]
    assert [trail.is_there for trail in seen.trails] == [True, False, True]
    assert (seen.tiles, seen.high) == (picture.tiles, 9.0)


def test_a_tile_that_tells_is_empty_and_the_scale_does_not_tell_it_either(lab: Given) -> None:
    tiles = (Tile("known", ((0.0, 1.0),)), Tile("asked", ((0.0, 5.0),), ((0, 1),), tells=("y",)))
    seen = without_told(Picture("p", "p", tiles, 0.0, 5.0), lab, {"y"})
    assert isinstance(seen, Picture)
    assert seen.tiles == (tiles[0], Tile("asked", (), tells=("y",)))
    assert seen.high == 1.0
    signed = without_told(Picture("p", "p", (Tile("known", ((-2.0, 1.0),)), tiles[1]), -5.0, 5.0, True), lab, {"y"})
    assert isinstance(signed, Picture)
    assert (signed.low, signed.high) == (-2.0, 2.0)


def test_the_mark_and_the_point_at_a_covered_number_are_left_out() -> None:
    lab = NeuronLab()
    lab.set("b", -1.0)  # z = 1·1 + 1·2 − 1
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    assert curve.marker is not None
    assert curve.marker[0] == 2
    veiled = without_told(curve, lab, {"y"})
    assert veiled.marker is None
    assert min(abs(x - 2) for x in veiled.series[0].xs) > 0.1
    assert len(veiled.series[0].xs) == len(curve.series[0].xs) - 1
    assert without_told(curve, lab, {"weighted_sum"}) == curve
    assert without_told(curve, lab, ()) == curve
