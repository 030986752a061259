"""How far the shapes network moves in an update, and what is left of a drawing that was changed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.datasets.shapes import NAMES
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Covered, Network, Picture, Vector
from tutor.labs.shapes.changed import flipped_in_pairs, overlap
from tutor.labs.shapes.lab import ShapesLab
from tutor.labs.shapes.updates import FIRST, longest_update
from tutor.training.models import shapes_mlp
from tutor.training.turns import Turns


def test_the_first_updates_are_those_of_the_learners_own_steps() -> None:
    lab = ShapesLab()
    lab.set("epochs", 20)
    moved, before = [], np.concatenate([a.ravel() for a in lab._training.parameters().values()]).astype(float)
    start = before
    for _ in range(100):
        lab.press("step")
        after = np.concatenate([a.ravel() for a in lab._training.parameters().values()]).astype(float)
        moved.append(math.dist(after, before))
        before = after
    found = ShapesLab()
    found.set("epochs", 20)
    assert found.lookup("first_updates[mean]") == pytest.approx(sum(moved) / FIRST, rel=1e-9)
    assert found.lookup("first_updates[longest]") == pytest.approx(max(moved), rel=1e-9)
    assert found.lookup("first_updates[together]") == pytest.approx(math.dist(after, start), rel=1e-9)
    assert found.lookup("first_updates[weights]") == pytest.approx(math.dist(start, np.zeros_like(start)), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_clipping_is_by_array_so_no_update_is_longer_than_the_rate_times_the_root_of_ten(
    seed: int, rate: float
) -> None:
    lab = ShapesLab()
    lab.set("seed", seed)
    lab.set("learning_rate", rate)
    bound = rate * math.sqrt(10)  # five kernels and five biases, each with a gradient of length 1 at most
    assert lab.lookup("longest_update") == pytest.approx(bound)
    longest = lab.lookup("first_updates[longest]")
    assert isinstance(longest, float)
    # Longer than one array alone could be, by far; float32 rounds.
    assert 1.5 * rate < longest < bound * (1 + 1e-5)
    assert longest_update(shapes_mlp(seed, rate)) == lab.lookup("longest_update")


def test_an_update_that_diverges_is_left_out() -> None:
    lab = ShapesLab()
    lab.set("learning_rate", 100)
    lab.set("epochs", 20)
    mean = lab.lookup("first_updates[mean]")
    assert isinstance(mean, float)
    assert mean > 0


def test_pairs_of_pixels_are_flipped_each_once() -> None:
    square = np.ones((5, 5))
    flipped = flipped_in_pairs(square)
    assert flipped.shape == (300, 25)  # 25·24 / 2
    assert (flipped.sum(axis=1) == 23).all()
    assert len(np.unique(flipped, axis=0)) == 300


def test_drawings_with_two_pixels_flipped_are_counted_as_the_network_answers_them() -> None:
    lab = ShapesLab()
    lab.press("finish")
    counted = lab.read("pairs_right")
    assert isinstance(counted, Vector)
    bar = NAMES.index("bar")
    lab.set("shape", "bar")
    lab.press("load")
    right = 0
    for row in flipped_in_pairs(np.array(lab.get("drawing"))).reshape(-1, 5, 5):
        lab.set("drawing", row.tolist())
        right += lab.lookup("right") == "yes"
    assert counted.values[bar] == right
    assert 0 < right < 300


def test_a_moved_rhombus_has_no_pixel_on_its_own_and_a_moved_full_square_has_twenty() -> None:
    lab = ShapesLab()
    lab.set("shape", "rhombus")
    assert [lab.lookup(f"moved_overlap[{way}]") for way in ("up", "left", "down", "right")] == [0, 0, 0, 0]
    assert overlap(np.ones((5, 5)), 0, 1) == 20


def test_held_out_drawings_are_counted_and_not_given_as_a_share() -> None:
    lab = ShapesLab()
    lab.set("epochs", 20)
    lab.press("finish")
    share, count = lab.lookup("held_out_accuracy"), lab.lookup("held_out_right")
    assert count == pytest.approx(125 * float(share))
    assert count == int(count)


def test_a_run_that_is_told_to_train_on_says_where_it_will_end() -> None:
    lab = ShapesLab(Turns().start_run)
    lab.set("pace", "full")
    # More than one look takes.
    lab.set("epochs", 3000)
    for end in (3000, 6000):
        lab.press("train")
        assert lab.busy
        said = set()
        while lab.busy:
            lab.poll()
            said.add(str(lab.lookup("status")))
        assert f"trained for {end} epochs" in said
        on_the_way = {words for words in said if words.startswith("training")}
        assert on_the_way
        assert all(f" of {end}, " in words for words in on_the_way)
    lab.press("train")
    lab.poll()
    lab.press("pause")
    assert str(lab.lookup("status")).startswith("paused at epoch 6")


def test_the_pictures_of_drawings_are_the_rows_that_train_and_those_held_out() -> None:
    lab = ShapesLab()
    lab.set("shape", "bar")
    lab.set("pixel_row", 4)
    unrolled, taught, variants, moved = (lab.read(name) for name in ("unrolled", "taught", "variants", "moved"))
    assert isinstance(unrolled, Picture)
    assert [list(unrolled.tiles[0].values[0]), unrolled.tiles[0].window] == [
        np.array(lab.get("drawing")).ravel().tolist(), (0, 15, 1, 5),
    ]  # fmt: skip
    assert isinstance(taught, Picture)
    assert [tile.label for tile in taught.tiles] == list(NAMES)
    bar = np.array(taught.tiles[NAMES.index("bar")].values)
    assert isinstance(variants, Picture)
    for tile in variants.tiles:
        ((row, column),) = tile.marked
        assert np.abs(np.array(tile.values) - bar).sum() == 1
        assert tile.values[row][column] == 1 - bar[row, column]
    assert isinstance(moved, Picture)
    right = np.hstack([np.zeros((5, 1)), bar[:, :-1]])
    assert [np.array(tile.values).tolist() for tile in moved.tiles] == [
        bar.tolist(), right.tolist(), (bar * right).tolist(),
    ]  # fmt: skip
    assert np.sum(moved.tiles[2].values) == lab.lookup("moved_overlap[right]")


def test_a_thinned_network_scales_what_stays_and_has_the_rest_at_0() -> None:
    lab = ShapesLab()
    lab.set("dropout", 0.5)
    thinned, whole = lab.read("thinned"), lab.read("network")
    assert isinstance(thinned, Network)
    assert isinstance(whole, Network)
    assert thinned.layers[0] == whole.layers[0]
    # In the first layer a unit is off, or twice what it is without dropout.
    pairs = list(zip(thinned.layers[1].values, whole.layers[1].values, strict=True))
    assert all(after == 0 or after == pytest.approx(2 * before, rel=1e-6) for after, before in pairs)
    assert any(after == 0 < before for after, before in pairs)
    lab.set("dropout", 0)
    thinned = lab.read("thinned")
    assert isinstance(thinned, Network)
    assert thinned.layers[-1].values == pytest.approx(whole.layers[-1].values, rel=1e-5)


def test_the_last_confidence_is_covered_and_the_four_others_are_not() -> None:
    lab = ShapesLab()
    bars = without_covered(lab.read("answers"), lab, ("last_confidence",))  # type: ignore[arg-type]
    assert isinstance(bars, Bars)
    assert [isinstance(value, Covered) for value in bars.panels[0].values] == [False] * 4 + [True]


def test_the_bars_of_the_lengths_are_those_measured() -> None:
    lab = ShapesLab()
    bars = lab.read("step_lengths")
    assert isinstance(bars, Bars)
    names = ("longest_update", "first_updates[mean]", "first_updates[together]", "first_updates[weights]")
    assert [v for panel in bars.panels for v in panel.values] == [lab.lookup(name) for name in names]
