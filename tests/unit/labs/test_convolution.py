"""The convolution lab against sums written out, and against pixels changed one at a time."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tutor.engine.convolution import conv2d
from tutor.labs.convolution import PRESETS, ConvolutionLab
from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed, numbers_in
from tutor.labs.kit.readouts import Arithmetic, Picture


@pytest.fixture
def lab() -> ConvolutionLab:
    return ConvolutionLab()


def tiles(lab: ConvolutionLab, name: str) -> np.ndarray:
    picture = lab.read(name)
    assert isinstance(picture, Picture)
    return np.array([tile.values for tile in picture.tiles])


@pytest.mark.parametrize(
    ("size", "stride", "padding"), list(itertools.product((1, 2, 3, 4, 7), (1, 2, 3), ("valid", "same")))
)
def test_every_number_of_the_map_is_the_sum_over_its_window(
    lab: ConvolutionLab, size: int, stride: int, padding: str
) -> None:
    rng = np.random.default_rng(3)
    lab.set("drawing", rng.random((7, 7)).tolist())
    lab.set("kernel", rng.integers(-3, 4, (3, 3)).tolist())
    for name, value in {"b": 0.5, "size": size, "stride": stride, "padding": padding}.items():
        lab.set(name, value)
    drawing, table = lab.vector("drawing"), np.zeros((9, 9))
    table[:3, :3] = lab.vector("kernel")
    places = math.ceil(7 / stride) if padding == "same" else (7 - size) // stride + 1
    # Half of the rows that are missing goes above; where their number is odd the smaller half.
    before = max((places - 1) * stride + size - 7, 0) // 2 if padding == "same" else 0
    expected = np.full((1, places, places), 0.5)
    for r, c, i, j in itertools.product(range(places), range(places), range(size), range(size)):
        y, x = r * stride + i - before, c * stride + j - before
        if 0 <= y < 7 and 0 <= x < 7:
            expected[0, r, c] += drawing[y, x] * table[i, j]
    assert tiles(lab, "map") == pytest.approx(expected)
    assert lab.lookup("map_side[side]") == places


def test_padding_decides_whether_the_size_stays(lab: ConvolutionLab) -> None:
    assert lab.lookup("map_side[side]") == 5
    lab.set("padding", "same")
    assert lab.lookup("map_side[side]") == 7


@pytest.mark.parametrize(("size", "above", "below"), [(1, 0, 0), (2, 0, 1), (3, 1, 1), (4, 1, 2), (6, 2, 3)])
def test_the_odd_row_of_padding_goes_below(lab: ConvolutionLab, size: int, above: int, below: int) -> None:
    lab.set("padding", "same")
    lab.set("size", size)
    assert (lab.lookup("added[above]"), lab.lookup("added[below]")) == (above, below)


def test_the_window_is_not_flipped_and_mathematics_flips_it(lab: ConvolutionLab) -> None:
    # A single pixel in the middle of the drawing: the map holds the kernel itself, turned by half a turn.
    lab.set("drawing", np.eye(49)[24].tolist())
    lab.set("kernel", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert tiles(lab, "map")[0, 1:4, 1:4].tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    lab.set("row", 2)
    lab.set("column", 2)
    assert lab.lookup("y") == 9
    assert lab.lookup("flipped_y") == 1


def test_colour_is_one_sum_over_all_slices(lab: ConvolutionLab) -> None:
    lab.set("row", 2)
    grey = lab.lookup("y")
    assert isinstance(grey, float)
    for name, value in {"channels": "RGB", "colour": [1, 0.5, 0.2], "slices": [1, -2, 0.5]}.items():
        lab.set(name, value)
    assert lab.lookup("y") == pytest.approx(grey * (1 - 2 * 0.5 + 0.5 * 0.2))
    # As it looks, and its three channels.
    assert tiles(lab, "input").shape == (4, 7, 7)
    assert lab.lookup("patch[g1][3]") == 0.5


def test_a_kernel_too_large_is_explained_by_the_engine(lab: ConvolutionLab) -> None:
    lab.set("size", 8)
    sentence = lab.lookup("verdict")
    assert isinstance(sentence, str)
    assert "a window 8 wide does not fit into an input 7 wide" in sentence
    assert math.isnan(lab.lookup("map[0][0]"))  # type: ignore[arg-type]
    shown = lab.read("arithmetic")
    assert isinstance(shown, Arithmetic)
    assert shown.derivation.formula == sentence
    with pytest.raises(LookupFailed):
        why(lab, "map[0][0]")
    for name in lab.readout_names():
        assert lab.read(name).name == name


def test_a_layer_has_a_slice_for_each_channel_and_a_bias_for_each_filter(lab: ConvolutionLab) -> None:
    # The second convolution of the digits network: 5·5·32·64 + 64.
    for name, value in {"size": 5, "depth": 32, "maps": 64}.items():
        lab.set(name, value)
    assert lab.lookup("layer_counts[together]") == 51264


def test_a_receptive_field_is_what_moves_the_number_at_the_top(lab: ConvolutionLab) -> None:
    for size, stride, layers in itertools.product((2, 3), (1, 2), (1, 2, 3)):
        for name, value in {"size": size, "stride": stride, "layers": layers}.items():
            lab.set(name, value)

        def top(row: np.ndarray) -> float:
            x = np.zeros((1, len(row), 40, 1))
            x[0, :, 0, 0] = row
            for _ in range(layers):  # noqa: B023 - called in this round
                x = conv2d(x, np.ones((size, size, 1, 1)), None, (stride, stride))  # noqa: B023
            return float(x[0, 0, 0, 0])

        moved = [i for i in range(40) if top(np.eye(40)[i]) != 0]
        assert lab.lookup("field") == max(moved) + 1


def test_the_window_and_the_patch_lie_where_the_number_comes_from(lab: ConvolutionLab) -> None:
    lab.set("drawing", np.random.default_rng(6).random((7, 7)).tolist())
    for size, stride, padding in itertools.product((2, 3, 4), (1, 2), ("valid", "same")):
        for name, value in {"size": size, "stride": stride, "padding": padding, "row": 2, "column": 1}.items():
            lab.set(name, value)
        picture = lab.read("input")
        assert isinstance(picture, Picture)
        assert picture.tiles[0].window is not None
        top, left, *_ = picture.tiles[0].window
        for i, j in itertools.product(range(size), range(size)):
            y, x = top + i, left + j
            inside = 0 <= y < 7 and 0 <= x < 7
            pixel = lab.lookup(f"patch[{i + 1}][{j + 1}]")
            assert pixel == (lab.lookup(f"drawing[{y}][{x}]") if inside else 0)
            assert why(lab, f"patch[{i + 1}][{j + 1}]").value == pixel
    assert lab.lookup("sum") == pytest.approx(lab.lookup("y"))


def test_sliding_visits_every_place_and_comes_round(lab: ConvolutionLab) -> None:
    seen = set()
    for _ in range(25):
        seen.add((lab.get("row"), lab.get("column")))
        lab.press("slide")
    assert len(seen) == 25
    assert (lab.get("row"), lab.get("column")) in seen
    lab.set("row", 1)
    lab.set("column", 1)
    lab.press("slide_back")
    assert (lab.get("row"), lab.get("column")) == (5, 5)


def test_a_preset_fills_the_table_and_an_edited_table_is_ones_own(lab: ConvolutionLab) -> None:
    lab.set("preset", "sharpen")
    assert lab.get("kernel") == PRESETS["sharpen"]
    lab.set("kernel", [0, 0, 0, 0, 2, 0, 0, 0, 0])
    assert lab.get("preset") == "own"
    twin = lab.twin()
    assert twin.get("preset") == "own"
    assert twin.vector("kernel")[1, 1] == 2
    lab.set("kernel", [0, 0, 0, 0, 1, 0, 0, 0, 0])
    assert lab.get("preset") == "identity"


@pytest.mark.parametrize("end", ["low", "high"])
def test_at_the_ends_of_its_controls_every_number_is_finite_and_the_program_fits(lab: ConvolutionLab, end: str) -> None:
    lab.set("channels", "RGB")
    lab.set("padding", "same")
    for control in lab.value_controls():
        if isinstance(control, NumberControl):
            lab.set(control.name, getattr(control, end))
    for name in lab.readout_names():
        assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), name
    source = lab.keras_program().source
    compile(source, "keras", "exec")
    assert max(map(len, source.splitlines())) <= 42


def test_patch_times_kernel_is_shown_as_products_and_also_with_the_kernel_turned(lab: ConvolutionLab) -> None:
    lab.set("kernel", [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    lab.set("row", 2)
    lab.set("column", 1)
    patch, weights, products = tiles(lab, "steps")
    block = np.zeros((7, 7))
    block[1:6, 2:5] = 1
    np.testing.assert_array_equal(patch, block[1:4, 0:3])
    np.testing.assert_array_equal(weights, np.arange(1, 10).reshape(3, 3))
    np.testing.assert_array_equal(products, [[0, 0, 3], [0, 0, 6], [0, 0, 9]])
    _, turned, back = tiles(lab, "flipped_steps")
    np.testing.assert_array_equal(turned, np.arange(9, 0, -1).reshape(3, 3))
    np.testing.assert_array_equal(back, [[0, 0, 7], [0, 0, 4], [0, 0, 1]])


def test_a_colour_picture_is_painted_as_it_looks_and_its_channels_in_their_own_colour(lab: ConvolutionLab) -> None:
    lab.set("channels", "RGB")
    lab.set("colour", [1, 0.5, 0])
    picture = lab.read("input")
    assert isinstance(picture, Picture)
    whole, red, green, blue = picture.tiles
    assert whole.painted[2][3] == (1, 0.5, 0)
    assert (red.painted[2][3], green.painted[2][3], blue.painted[2][3]) == ((1, 0, 0), (0, 0.5, 0), (0, 0, 0))
    assert whole.painted[0][0] == green.painted[0][0] == (0, 0, 0)


def test_what_each_channel_adds_and_the_bias_make_the_number(lab: ConvolutionLab) -> None:
    for name, value in {"channels": "RGB", "colour": [1, 0.5, 0.2], "slices": [1, -2, 0], "b": 0.5}.items():
        lab.set(name, value)
    lab.set("row", 2)
    lab.set("column", 1)
    # In grey the window gives 3: once for red, half of it times −2 for green, nothing for blue.
    found = [lab.lookup(f"channel_sums[each_channel][{c}]") for c in ("red", "green", "blue")]
    assert found == pytest.approx([3, -3, 0])
    assert lab.lookup("channel_sums[with_bias][map]") == pytest.approx(0.5)


@pytest.mark.parametrize(("size", "stride", "padding"), [(3, 1, "valid"), (2, 2, "same"), (5, 2, "same")])
def test_as_a_dense_layer_the_same_weights_make_the_same_map(
    lab: ConvolutionLab, size: int, stride: int, padding: str
) -> None:
    lab.set("drawing", np.random.default_rng(0).random((7, 7)).tolist())
    lab.set("kernel", [[1, -2, 3], [0.5, 0, 1], [2, 2, -1]])
    for name, value in {"size": size, "stride": stride, "padding": padding, "b": 1}.items():
        lab.set(name, value)
    (dense,) = tiles(lab, "as_dense")
    (found,) = tiles(lab, "map")
    pixels = np.array(lab.get("drawing"), dtype=float).ravel()
    np.testing.assert_allclose(dense @ pixels + 1, found.ravel(), atol=1e-12)


def test_its_windows_stand_where_the_stride_takes_them(lab: ConvolutionLab) -> None:
    lab.set("size", 4)
    lab.set("stride", 3)
    picture = lab.read("stands")
    assert isinstance(picture, Picture)
    assert set(picture.tiles[0].marked) == {(0, 0), (0, 3), (3, 0), (3, 3)}


def test_what_is_seen_of_each_layer_below(lab: ConvolutionLab) -> None:
    for name, value in {"size": 2, "stride": 2, "layers": 3}.items():
        lab.set(name, value)
    (seen,) = tiles(lab, "reach")
    assert seen.sum(axis=1).tolist() == [1, 2, 4, 8]
    (first,) = tiles(lab, "first_reach")
    assert first.sum(axis=1).tolist() == [1, 2]
    # So wide a field has no cells to be seen.
    lab.set("size", 9)
    lab.set("stride", 4)
    lab.set("layers", 10)
    assert tiles(lab, "reach").shape[1:] == (3, 41)
