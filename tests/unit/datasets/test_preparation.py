"""A digit is the same digit wherever it stands, however large it is, and whatever lies around its paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from tutor.backends.rows import answers
from tutor.datasets.digits import read_digits, synthetic_file
from tutor.datasets.formats.image_files import read_as_is, read_shades
from tutor.datasets.letters import find_letters
from tutor.datasets.preparation.ink import find_ink
from tutor.datasets.preparation.preparing import LETTERS_FORM, MNIST_FORM, NoInk, prepared
from tutor.engine.parameters import views
from tutor.training.saved.shipped_network import read_shipped

Shades = NDArray[np.float64]
ROWS = 40


def seven(side: int = 140) -> Shades:
    """A 7 in two strokes, ink 255 on 0: what a pen leaves, without a data set."""
    drawn = np.zeros((side, side))
    thick = side // 12
    drawn[side // 7 : side // 7 + thick, side // 5 : side * 4 // 5] = 255
    for row in range(side // 7, side * 6 // 7):
        column = side * 4 // 5 - thick - (row - side // 7) // 2
        drawn[row, column : column + thick] = 255
    return drawn


def larger(digit: NDArray[np.generic], side: int) -> Shades:
    picture = Image.fromarray(digit.astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.float64).clip(0, 255)


def on(paper: float, ink: float, drawn: Shades, side: int, row: int, column: int) -> Shades:
    """The drawing at a place of a larger paper."""
    share = np.zeros((side, side))
    share[row : row + drawn.shape[0], column : column + drawn.shape[1]] = drawn / 255
    return paper + (ink - paper) * share


def framed(picture: Shades, thick: int, shade: float) -> Shades:
    return np.pad(picture, thick, constant_values=shade)


def tight(drawn: Shades) -> Shades:
    rows, columns = np.flatnonzero((drawn > 40).any(1)), np.flatnonzero((drawn > 40).any(0))
    return drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def noisy(picture: Shades, amount: float) -> Shades:
    return (picture + np.random.default_rng(3).normal(0, amount, picture.shape)).clip(0, 255)


def as_jpeg(picture: Shades) -> Shades:
    buffer = io.BytesIO()
    Image.fromarray(picture.round().astype(np.uint8)).save(buffer, "JPEG", quality=60)
    return np.asarray(Image.open(buffer), dtype=np.float64)


def in_uneven_light(picture: Shades) -> Shades:
    height, width = picture.shape
    return picture * np.linspace(0.55, 1, width)[None] * np.linspace(0.8, 1, height)[:, None]


def tilted(picture: Shades) -> Shades:
    turned = Image.fromarray(picture.astype(np.float32)).rotate(
        7, fillcolor=0, expand=True, resample=Image.Resampling.BILINEAR
    )
    return np.asarray(turned, dtype=np.float64)


def boxed(picture: Shades) -> Shades:
    """A line drawn around the digit, as forms have it."""
    drawn = picture.copy()
    drawn[10:-10, [10, 11, -12, -11]] = drawn[[10, 11, -12, -11], 10:-10] = 0
    return drawn


def specked(picture: Shades) -> Shades:
    return np.where(np.random.default_rng(4).random(picture.shape) < 0.002, 0, picture)


WAYS: dict[str, Callable[[Shades], Shades]] = {
    "large": lambda d: d,
    "dark ink": lambda d: 255 - d,
    "small in a corner": lambda d: on(255, 0, larger(d, 60), 300, 5, 8),
    "at the lower right": lambda d: on(0, 255, larger(d, 60), 300, 230, 235),
    "half as large": lambda d: on(0, 255, larger(d, 14), 28, 0, 0),
    "cut close": lambda d: 255 - tight(d),
    "dim grey paper": lambda d: 100 - d * 70 / 255,
    "dim and noisy": lambda d: noisy(on(100, 40, larger(d, 100), 200, 20, 50), 3),
    "a faint pencil": lambda d: noisy(on(220, 185, larger(d, 100), 200, 20, 50), 3),
    "a scanner's frame": lambda d: framed(on(255, 0, larger(d, 100), 200, 50, 50), 15, 0),
    "a frame, noisy": lambda d: as_jpeg(noisy(framed(on(230, 50, larger(d, 100), 200, 50, 70), 15, 10), 4)),
    "a line along the rim": lambda d: framed(on(255, 0, larger(d, 100), 200, 50, 50), 1, 0),
    "a line at a side": lambda d: np.pad(on(255, 0, larger(d, 100), 200, 50, 50), ((0, 0), (1, 0))),
    "more bed than paper": lambda d: framed(on(255, 0, larger(d, 100), 150, 25, 25), 90, 0),
    "pencil in a frame": lambda d: framed(on(240, 160, larger(d, 100), 150, 25, 25), 60, 0),
    "a figure with margins": lambda d: framed(d, 40, 255),
    "a band at a side": lambda d: np.hstack([np.zeros((200, 30)), on(255, 0, larger(d, 100), 200, 50, 50)]),
    "a tilted sheet": lambda d: tilted(on(255, 0, larger(d, 100), 200, 50, 50)),
    "a box on a form": lambda d: boxed(on(255, 0, larger(d, 100), 200, 50, 50)),
    "uneven light": lambda d: in_uneven_light(on(255, 0, larger(d, 100), 200, 50, 50)),
    "specks": lambda d: specked(on(255, 0, larger(d, 100), 200, 10, 80)),
}


def read_by_the_network(pictures: list[NDArray[np.uint8]]) -> NDArray[np.intp]:
    network = read_shipped()
    spec = network.settings.spec
    given = np.stack(pictures).reshape(-1, *spec.input_shape)
    parameters = views(spec, network.theta, np.zeros(0, dtype=spec.dtype))
    return np.concatenate([output.argmax(axis=1) for *_, output in answers(spec, parameters, given, 1 / 255)])


@pytest.mark.parametrize("way", WAYS)
def test_a_digit_is_read_however_it_was_drawn_or_scanned(way: str) -> None:
    """The network that ships gets 0.98 of these right as they are; of none it may lose more than a few."""
    _, test = read_digits(synthetic_file())
    made = [prepared(WAYS[way](larger(image, 140)), MNIST_FORM).picture for image in test.images[:ROWS]]
    assert (read_by_the_network(made) == test.classes[:ROWS]).mean() >= 0.93


@pytest.mark.parametrize("way", WAYS)
def test_a_seven_is_a_seven(way: str) -> None:
    made = prepared(WAYS[way](seven()), MNIST_FORM)
    assert read_by_the_network([made.picture]).tolist() == [7]


@pytest.mark.parametrize("way", WAYS)
def test_the_ink_is_where_mnist_has_it(way: str) -> None:
    made = prepared(WAYS[way](seven()), MNIST_FORM).picture.astype(float)
    rows, columns = np.flatnonzero((made > 60).any(1)), np.flatnonzero((made > 60).any(0))
    assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    for axis in (0, 1):
        assert abs((made.sum(axis=1 - axis) * np.arange(28)).sum() / made.sum() - 14) <= 0.5
    assert made.max() > 200


def test_a_picture_as_mnist_has_it_is_left_alone() -> None:
    """By hand: 20 rows, its centre of mass at 14; and with ink and paper exchanged."""
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:15] = 250
    picture[4:24, 15] = 90
    for shades in (picture, 255 - picture):
        made = prepared(shades, MNIST_FORM)
        assert np.array_equal(made.picture, picture)
        assert made.steps[-1] == "already as MNIST has it: left as it is"


def test_mnist_is_left_alone(real_mnist: Path) -> None:
    _, test = read_digits(real_mnist)
    for image in test.images[:300]:
        assert np.array_equal(prepared(image, MNIST_FORM).picture, image)
        assert np.array_equal(prepared(255 - image, MNIST_FORM).picture, image)


def test_half_size_in_a_corner_costs_little_of_mnist(real_mnist: Path) -> None:
    """As it is, the network gets 0.07 of them."""
    _, test = read_digits(real_mnist)
    images, classes = test.images[:300], test.classes[:300]
    small = [on(0, 255, larger(image, 14), 28, 0, 0) for image in images]
    assert (read_by_the_network([s.astype(np.uint8) for s in small]) == classes).mean() < 0.2
    made = [prepared(s, MNIST_FORM).picture for s in small]
    assert (read_by_the_network(made) == classes).mean() >= 0.95


def test_to_prepare_twice_is_to_prepare_once() -> None:
    for way in WAYS.values():
        once = prepared(way(seven()), MNIST_FORM).picture
        assert np.array_equal(prepared(once, MNIST_FORM).picture, once)


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("noise", [0.0, 1.0, 3.0, 10.0, 40.0])
@pytest.mark.parametrize("side", [28, 100, 300])
def test_paper_alone_is_no_ink(shade: int, noise: float, side: int) -> None:
    paper = noisy(np.full((side, side), float(shade)), noise) if shade == 128 else np.full((side, side), float(shade))
    assert find_ink(paper) is None
    with pytest.raises(NoInk, match="there is no ink in this picture"):
        prepared(paper, MNIST_FORM)


def test_the_letters_that_ship_are_left_alone() -> None:
    data = find_letters()
    for image in data.test.images:
        assert np.array_equal(prepared(image, LETTERS_FORM).picture, image)


def test_a_small_letter_becomes_as_large_as_those_that_ship() -> None:
    drawn = on(255, 0, larger(seven(), 50), 300, 200, 10)
    made = prepared(drawn, LETTERS_FORM).picture
    rows, columns = np.flatnonzero((made > 60).any(1)), np.flatnonzero((made > 60).any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (38, 39)
    assert abs(rows.mean() - 24.5) <= 1
    assert abs(columns.mean() - 24.5) <= 1


# From files


def test_sixteen_bits_are_scaled_by_their_own_range(tmp_path: Path) -> None:
    drawn = seven().astype(np.uint16)
    for name, shades in {"low": drawn, "high": drawn * 257, "middle": 30_000 + drawn}.items():
        Image.fromarray(shades).save(tmp_path / f"{name}.png")
        assert np.array_equal(read_shades(tmp_path / f"{name}.png"), drawn), name


def test_sixteen_bits_of_colour_that_pillow_loses_are_refused(tmp_path: Path) -> None:
    import struct
    import zlib

    from tutor.datasets.errors import DataError

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + np.repeat(row, 3).astype(">u2").tobytes() for row in seven(40))
    head = struct.pack(">IIBBBBB", 40, 40, 16, 2, 0, 0, 0)
    file = tmp_path / "colour.png"
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    with pytest.raises(DataError, match="its colours have 16 bits and differ in the lower 8 alone"):
        read_shades(file)


def test_ink_as_light_as_its_paper_is_told_by_its_colour(tmp_path: Path) -> None:
    ink = seven() > 127
    colours = np.where(ink[..., None], (200, 60, 60), (60, 129, 60)).astype(np.uint8)
    grey = np.asarray(Image.fromarray(colours).convert("L"))
    assert abs(int(grey[ink].mean()) - int(grey[~ink].mean())) < 3
    Image.fromarray(colours).save(tmp_path / "red.png")
    made = prepared(read_shades(tmp_path / "red.png"), MNIST_FORM)
    assert read_by_the_network([made.picture]).tolist() == [7]


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_ink_on_nothing_is_ink(mode: str, ink: int, tmp_path: Path) -> None:
    alpha = Image.fromarray(on(0, 255, larger(seven(), 60), 200, 20, 100).astype(np.uint8))
    picture = Image.new("L", alpha.size, ink).convert(mode)
    picture.putalpha(alpha)
    picture.save(tmp_path / "alpha.png")
    made = prepared(read_shades(tmp_path / "alpha.png"), MNIST_FORM)
    assert read_by_the_network([made.picture]).tolist() == [7]


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    picture = Image.fromarray((on(0, 1, larger(seven(), 60), 200, 20, 100) > 0.5).astype(np.uint8), "P")
    picture.putpalette([250, 250, 235, 20, 20, 90])
    picture.save(tmp_path / "palette.png")
    made = prepared(read_shades(tmp_path / "palette.png"), MNIST_FORM)
    assert read_by_the_network([made.picture]).tolist() == [7]


def test_as_it_is_no_shade_changes(tmp_path: Path) -> None:
    shades = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    Image.fromarray(shades).save(tmp_path / "any.png")
    assert np.array_equal(read_as_is(tmp_path / "any.png", 28), shades)
    Image.fromarray(shades.astype(np.uint16)).save(tmp_path / "wide.png")
    assert np.array_equal(read_as_is(tmp_path / "wide.png", 28), shades)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_shades_at_all_are_ink_or_none(data: st.DataObject) -> None:
    """Of any size, with anything in them; what comes out can be asked about."""
    height, width = data.draw(st.integers(1, 24)), data.draw(st.integers(1, 24))
    few = data.draw(st.lists(st.integers(0, 255), min_size=1, max_size=4))
    places = data.draw(st.lists(st.integers(0, len(few) - 1), min_size=height * width, max_size=height * width))
    shades = np.array(few, dtype=np.uint8)[np.array(places)].reshape(height, width)
    for form in (MNIST_FORM, LETTERS_FORM):
        try:
            made = prepared(shades, form).picture
        except NoInk:
            continue
        assert made.shape == (form.side, form.side)
        assert made.max() > 0
