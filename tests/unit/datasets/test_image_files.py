"""A picture of any kind and size becomes a small square with ink high; what is no picture is a sentence."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tutor.datasets.errors import DataError
from tutor.datasets.formats.image_files import ENDINGS, read_picture

SIDE = 50


def bar(width: int, height: int, ink: int = 0, paper: int = 255) -> Image.Image:
    """An upright bar over the whole height, in the third quarter of the width."""
    shades = np.full((height, width), paper, np.uint8)
    shades[:, width // 2 : width * 3 // 4] = ink
    return Image.fromarray(shades)


def saved(folder: Path, picture: Image.Image, name: str = "A_01.png", **options: object) -> Path:
    picture.save(folder / name, **options)
    return folder / name


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_picture(path, SIDE)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("side", [50, 20, 37, 200])
@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (40, 200)])
def test_the_bar_is_ink_in_every_format_size_and_on_either_paper(
    tmp_path: Path, ending: str, side: int, ink: int, paper: int
) -> None:
    drawn = read_picture(saved(tmp_path, bar(side, side, ink, paper), f"A_1{ending}"), SIDE)
    assert (drawn.shape, drawn.dtype) == ((SIDE, SIDE), np.uint8)
    # Away from its edges, which are blurred where the size changes, and allowing for JPEG.
    inked = 255 - ink if paper > 127 else ink
    empty = 255 - paper if paper > 127 else paper
    assert np.abs(drawn[:, 28:34].astype(int) - inked).max() < 45
    assert np.abs(drawn[:, :20].astype(int) - empty).max() < 20


def test_a_grey_picture_of_the_right_size_keeps_every_shade(tmp_path: Path) -> None:
    shades = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    shades[[0, -1]] = shades[:, [0, -1]] = 0
    assert np.array_equal(read_picture(saved(tmp_path, Image.fromarray(shades)), SIDE), shades)
    assert np.array_equal(read_picture(saved(tmp_path, Image.fromarray(255 - shades), "B_1.bmp"), SIDE), shades)


@pytest.mark.parametrize(("width", "height", "top", "left"), [(100, 40, 15, 0), (10, 50, 0, 20), (500, 1, 24, 0)])
def test_proportions_are_kept_and_the_rest_is_empty(
    tmp_path: Path, width: int, height: int, top: int, left: int
) -> None:
    shades = np.full((height, width), 250, np.uint8)  # a little darker than what is put beside it
    drawn = read_picture(saved(tmp_path, Image.fromarray(shades)), SIDE)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert (rows[0], columns[0]) == (top, left)
    assert (rows[-1] + 1 - top, columns[-1] + 1 - left) == (
        max(1, round(height * 50 / max(width, height))),
        max(1, round(width * 50 / max(width, height))),
    )


@pytest.mark.parametrize("shade", [0, 255])
def test_ink_on_nothing_is_ink(tmp_path: Path, shade: int) -> None:
    """A transparent background has a shade of its own, which does not count."""
    layers = np.full((60, 60, 4), shade, np.uint8)
    layers[..., 3] = 0
    layers[20:40, 20:40, 3] = 255
    for name in ("A_1.png", "A_1.webp"):
        drawn = read_picture(saved(tmp_path, Image.fromarray(layers), name, lossless=True), 60)
        assert np.array_equal(drawn > 127, layers[..., 3] > 0)


def test_a_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    picture = bar(50, 50).convert("P")
    drawn = read_picture(saved(tmp_path, picture, "A_1.gif", transparency=255), SIDE)
    assert drawn[0, 30] == 255
    assert drawn[0, 5] == 0


@pytest.mark.parametrize("most", [10, 255, 0x80FF, 0xFFFF])
def test_sixteen_bits_are_scaled_by_their_own_range(tmp_path: Path, most: int) -> None:
    shades = np.zeros((SIDE, SIDE), np.uint16)
    shades[10:40, 10:40] = most
    drawn = read_picture(saved(tmp_path, Image.fromarray(shades)), SIDE)
    assert np.array_equal(drawn, np.where(shades, 255, 0))


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (20, 100)])
def test_a_dark_frame_and_dim_paper_do_not_make_ink_of_paper(tmp_path: Path, ink: int, paper: int) -> None:
    shades = np.full((SIDE, SIDE), 0, np.uint8)
    shades[3:-3, 3:-3] = paper
    shades[15:35, 20:26] = ink
    drawn = read_picture(saved(tmp_path, Image.fromarray(shades)), SIDE)
    wanted = np.zeros((SIDE, SIDE), dtype=bool)
    wanted[15:35, 20:26] = True
    assert np.array_equal(drawn > 255 - (ink + paper) / 2, wanted)


def test_a_photograph_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is on the right
    drawn = read_picture(saved(tmp_path, bar(200, 200), "A_1.jpg", exif=exif), SIDE)
    assert (drawn[28:34] > 200).all()
    assert (drawn[:20] < 60).all()


def test_two_photographs_in_one_file_are_no_animation(tmp_path: Path) -> None:
    other = bar(200, 200, 255, 0)
    path = saved(tmp_path, bar(200, 200), "A_1.jpg", format="MPO", save_all=True, append_images=[other])
    assert read_picture(path, SIDE)[25, 30] > 200


def test_the_content_counts_and_not_the_ending(tmp_path: Path) -> None:
    (tmp_path / "A_1.png").write_bytes(saved(tmp_path, bar(50, 50), "A_1.jpg").read_bytes())
    assert read_picture(tmp_path / "A_1.png", SIDE)[25, 30] > 240


# What is wrong


def test_what_is_no_file_is_a_sentence(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "this is a folder; expected a picture"
    assert refusal(tmp_path / "none.png") == "there is no such file"
    assert refusal(Path("a\0b.png")).startswith("no file can have this name")
    os.mkfifo(tmp_path / "pipe.png")
    assert refusal(tmp_path / "pipe.png") == "this is a pipe or a device; expected a picture"
    (tmp_path / "round.png").symlink_to("round.png")
    assert refusal(tmp_path / "round.png").startswith("the file cannot be read")
    (tmp_path / "empty.png").touch()
    assert refusal(tmp_path / "empty.png") == "the file is empty"
    with (tmp_path / "huge.png").open("wb") as stream:
        stream.truncate(10**12)
    assert refusal(tmp_path / "huge.png") == "the file is larger than 30 MB, the most that is read"
    (tmp_path / "text.png").write_text("a letter to you")
    assert refusal(tmp_path / "text.png").startswith("this is not a picture")
    (tmp_path / "vector.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    assert refusal(tmp_path / "vector.png").startswith("this is not a picture")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path, bar(50, 50))
    path.chmod(0)
    assert refusal(path) == "the file cannot be read: Permission denied"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (60_000, 60_000, "the picture has more than 20 million pixels, the most that is read"),
        (5_001, 2_000, "the picture has more than 10 million pixels, the most that is read"),
        (1_000_000, 1, "the picture is 1000000×1 pixels; at most 20,000 a side are read"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_small_file_of_a_huge_picture_is_never_unpacked(tmp_path: Path, width: int, height: int, said: str) -> None:
    lines = zlib.compress(bytes(10_000_000))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b""))
    tracemalloc.start()
    try:
        assert refusal(path) == said
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["A_1.gif", "A_1.png", "A_1.webp"])
def test_an_animated_picture_is_a_sentence(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, bar(50, 50), name, save_all=True, append_images=[bar(50, 50, 255, 0)])
    assert refusal(path) == "the picture is animated; only still ones are read"


@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".jpeg"])
def test_half_a_picture_is_a_sentence(tmp_path: Path, ending: str) -> None:
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (80, 80), dtype=np.uint8))
    path = saved(tmp_path, picture, f"A_1{ending}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(path).startswith("the picture is damaged or cut off")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore")
@given(data=st.data())
def test_damage_anywhere_is_a_sentence_or_a_square(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "BMP", "GIF", "WEBP"]))
    mode = data.draw(st.sampled_from(["L", "RGB", "P", "1"])) if kind in ("PNG", "BMP") else "L"
    buffer = io.BytesIO()
    bar(31, 22).convert(mode).save(buffer, kind)
    damaged = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.png"
    path.write_bytes(damaged)
    # Any other error fails the test.
    with contextlib.suppress(DataError):
        assert read_picture(path, SIDE).shape == (SIDE, SIDE)
