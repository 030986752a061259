"""The pooling lab against windows cut out by hand, and its gradients against small moves of each pixel."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import Picture
from tutor.labs.pooling import KINDS, PoolingLab

WINDOWS = list(itertools.product((1, 2, 3, 4), (1, 2, 3, 4), ("valid", "same")))


@pytest.fixture
def lab() -> PoolingLab:
    return PoolingLab()


def tile(lab: PoolingLab, name: str) -> np.ndarray:
    picture = lab.read(name)
    assert isinstance(picture, Picture)
    return np.array(picture.tiles[0].values)


def cut(x: np.ndarray, r: int, c: int, pool: int, stride: int, padding: str) -> list[float]:
    """The picture's own pixels under the window at (r, c), in reading order."""
    places = math.ceil(4 / stride)
    before = max((places - 1) * stride + pool - 4, 0) // 2 if padding == "same" else 0
    under = itertools.product(range(pool), range(pool))
    pixels = [(r * stride + i - before, c * stride + j - before) for i, j in under]
    return [float(x[p]) for p in pixels if min(p) >= 0 and max(p) < 4]


@pytest.mark.parametrize(("pool", "stride", "padding"), WINDOWS)
def test_a_window_becomes_its_largest_or_its_mean_and_padding_never_counts(
    lab: PoolingLab, pool: int, stride: int, padding: str
) -> None:
    x = np.random.default_rng(4).integers(-9, 0, (4, 4)).astype(float)
    lab.set("x", x.tolist())
    for name, value in {"pool": pool, "stride": stride, "padding": padding}.items():
        lab.set(name, value)
    for kind, one in (("max", max), ("average", lambda under: sum(under) / len(under))):
        lab.set("kind", kind)
        result = tile(lab, "pooled")
        expected = [[one(cut(x, r, c, pool, stride, padding)) for c in range(len(result))] for r in range(len(result))]
        assert result == pytest.approx(np.array(expected))
    assert len(result) == (math.ceil(4 / stride) if padding == "same" else (4 - pool) // stride + 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("pool", "stride", "padding"), WINDOWS[::3])
def test_what_comes_back_is_how_far_the_results_move(
    lab: PoolingLab, kind: str, pool: int, stride: int, padding: str
) -> None:
    # No two pixels are equal, so a small move changes no winner.
    x = np.random.default_rng(5).permutation(16).reshape(4, 4) / 2
    lab.set("x", x.tolist())
    settings = {"kind": kind, "pool": pool, "stride": stride, "padding": padding, "above": -1.5}
    for name, value in {**settings, "arrives": "all windows"}.items():
        lab.set(name, value)
    gradient, before = tile(lab, "gradient"), tile(lab, "pooled").sum()
    for place in np.ndindex(4, 4):
        moved = x.copy()
        moved[place] += 0.1
        lab.set("x", moved.tolist())
        assert gradient[place] == pytest.approx(-1.5 * (tile(lab, "pooled").sum() - before) / 0.1, abs=1e-9)


def test_of_equal_pixels_the_first_takes_all(lab: PoolingLab) -> None:
    lab.set("x", [7] * 16)
    lab.set("above", 2)
    lab.set("arrives", "all windows")
    assert tile(lab, "gradient").tolist() == [[2, 0, 2, 0], [0, 0, 0, 0], [2, 0, 2, 0], [0, 0, 0, 0]]


def test_the_mark_is_on_the_winner_of_the_window(lab: PoolingLab) -> None:
    lab.press("slide_back")
    picture = lab.read("input")
    assert isinstance(picture, Picture)
    assert picture.tiles[0].window == (2, 2, 2, 2)
    assert picture.tiles[0].marked == ((3, 3),)
    lab.set("kind", "average")
    picture = lab.read("input")
    assert isinstance(picture, Picture)
    assert picture.tiles[0].marked == ()


def test_the_numbers_under_the_window_are_those_of_the_result(lab: PoolingLab) -> None:
    lab.set("kind", "average")
    for pool, stride, padding in WINDOWS:
        for name, value in {"pool": pool, "stride": stride, "padding": padding}.items():
            lab.set(name, value)
        for row, column in itertools.product(range(1, 5), range(1, 5)):
            lab.set("row", row)
            lab.set("column", column)
            under = [value for _, _, value in numbers_in(lab.read("window"))]
            assert lab.lookup("y") == pytest.approx(sum(under) / len(under))


def test_neither_kind_is_always_nearer_to_the_truth(lab: PoolingLab) -> None:
    lab.set("x", [4, 5, 4, 4, 4, 3, 4, 5, 5, 4, 4, 3, 3, 4, 4, 4])
    assert lab.lookup("distance[max]") > lab.lookup("distance[average]")  # type: ignore[operator]
    # A line one pixel wide, of 9 each: here the mean is the one that is off.
    lab.set("x", [0, 9, 9, 0] * 4)
    lab.set("truth", 9)
    assert lab.lookup("distance[max]") == 0
    assert lab.lookup("distance[average]") == 4.5


def test_a_strided_convolution_of_quarters_is_average_pooling_and_can_learn(lab: PoolingLab) -> None:
    lab.set("kind", "average")
    mean = tile(lab, "pooled")
    assert lab.lookup("parameters") == 0
    lab.set("kind", "strided convolution")
    assert tile(lab, "pooled") == pytest.approx(mean)
    assert lab.lookup("parameters") == 4
    # Where the window reaches out the two part: zeros are seen by the convolution, and not counted by the mean.
    for name, value in {"stride": 1, "padding": "same"}.items():
        lab.set(name, value)
    convolved = tile(lab, "pooled")
    lab.set("kind", "average")
    assert convolved[3, 3] == pytest.approx(tile(lab, "pooled")[3, 3] / 4)


def test_a_shift_goes_unnoticed_only_within_a_window(lab: PoolingLab) -> None:
    answers = []
    for column in range(4):
        lab.set("x", np.eye(16)[column].tolist())
        answers.append(lab.lookup("same_after_shift"))
    assert answers == ["yes", "no", "yes", "no"]


def test_flatten_keeps_every_number_row_by_row(lab: PoolingLab) -> None:
    lab.set("stride", 1)
    line = [value for _, _, value in numbers_in(lab.read("flat"))]
    assert line == tile(lab, "pooled").ravel().tolist()
    lab.set("row", 2)
    lab.set("column", 3)
    place = lab.lookup("flat_place")
    assert isinstance(place, float)
    assert line[int(place) - 1] == lab.lookup("y")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["low", "high"])
def test_at_the_ends_of_its_controls_every_number_is_finite_and_the_program_fits(
    lab: PoolingLab, kind: str, end: str
) -> None:
    lab.set("kind", kind)
    for control in lab.value_controls():
        if isinstance(control, NumberControl):
            lab.set(control.name, getattr(control, end))
    for name in lab.readout_names():
        assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), name
    source = lab.keras_program().source
    compile(source, "keras", "exec")
    assert max(map(len, source.splitlines())) <= 42
    assert lab.twin().read("gradient") == lab.read("gradient")


def test_the_winner_of_each_window_is_marked(lab: PoolingLab) -> None:
    lab.set("x", [[1, 3, 2, 1], [4, 6, 5, 0], [7, 2, 8, 3], [1, 0, 4, 9]])
    picture = lab.read("winners")
    assert isinstance(picture, Picture)
    assert set(picture.tiles[0].marked) == {(1, 1), (1, 2), (2, 0), (3, 3)}
    lab.set("kind", "average")
    picture = lab.read("winners")
    assert isinstance(picture, Picture)
    assert picture.tiles[0].marked == ()
    over = lab.read("over")
    assert isinstance(over, Picture)
    assert (over.tiles[0].marked, over.tiles[0].window) == ((), (0, 0, 2, 2))


def test_windows_lie_on_the_picture_until_one_is_not_full(lab: PoolingLab) -> None:
    for name, value in {"side": 12, "pool": 3, "stride": 4}.items():
        lab.set(name, value)
    # Pixels 1 to 3, 5 to 7 and 9 to 11, in rows as in columns; the last row and column lie under none.
    chequered = np.array([[1, 2, 1], [2, 1, 2], [1, 2, 1]])
    expected = np.zeros((12, 12))
    expected[np.ix_(*[[0, 1, 2, 4, 5, 6, 8, 9, 10]] * 2)] = chequered.repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_array_equal(tile(lab, "windows"), expected)
    lab.set("side", 50)
    assert tile(lab, "windows")[45].any()
    assert not tile(lab, "first_windows")[12:].any()
    lab.set("side", 500)
    assert tile(lab, "windows").shape == (60, 60)


def test_dots_show_the_pixels_and_what_becomes_of_each_window(lab: PoolingLab) -> None:
    lab.set("x", [[3, 4, 5, 5], [4, 5, 3, 3], [4, 4, 4, 4], [4, 4, 4, 5]])
    assert [lab.lookup(f"noise[max][{i}]") for i in range(1, 5)] == [5, 5, 4, 5]
    assert [lab.lookup(f"noise[average][{i}]") for i in range(1, 5)] == [4, 4, 4, 4.25]
    assert lab.lookup("noise[pixels][16]") == 5


def test_bars_compare_flatten_with_a_global_mean(lab: PoolingLab) -> None:
    for name, value in {"map_side": 5, "channels": 8, "classes": 10}.items():
        lab.set(name, value)
    assert [lab.lookup(f"heads[numbers][{n}]") for n in ("flat", "global")] == [200, 8]
    assert [lab.lookup(f"heads[weights][{n}]") for n in ("flat", "global")] == [2000, 80]


def test_pixels_of_one_colour_stand_together_in_the_flattened_line(lab: PoolingLab) -> None:
    lab.set("map_side", 5)
    lab.set("channels", 4)
    picture = lab.read("last_maps")
    assert isinstance(picture, Picture)
    # As Keras flattens (rows, columns, channels).
    line = np.moveaxis(np.array([tile.values for tile in picture.tiles]), 0, -1).ravel()
    assert line.tolist() == [place for place in range(1, 26) for _ in range(4)]
    lab.set("channels", 512)
    picture = lab.read("last_maps")
    assert isinstance(picture, Picture)
    assert len(picture.tiles) == 6
    assert picture.label.startswith("6 of 512 channels")
