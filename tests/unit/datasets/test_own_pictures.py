"""Pictures of one's own: both conventions of folders, arrays of any square size, a sentence for what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tutor.datasets.errors import DataError
from tutor.datasets.own_pictures import are_own_pictures, held_out, read_own_pictures

Shades = NDArray[np.uint8]


def dots(side: int, number: int) -> Shades:
    """White ink on black: a dot for the number, so that every picture differs."""
    picture = np.zeros((side, side), np.uint8)
    picture.flat[number % side**2] = 255
    picture.flat[(3 * number + 1) % side**2] = 100
    return picture


def save(path: Path, picture: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)


def by_class(folder: Path, side: int = 6, count: int = 5, make: Callable[[int, int], Shades] = dots) -> Path:
    """A folder for each class."""
    for at, name in enumerate(("left", "right")):
        for number in range(count):
            save(folder / name / f"{number}.png", make(side, 10 * at + number))
    return folder


def test_both_conventions_are_the_same_pictures(tmp_path: Path) -> None:
    one = read_own_pictures(by_class(tmp_path / "one"))
    for at, name in enumerate(("left", "right")):
        for number in range(5):
            save(tmp_path / "two" / f"{name}_{number}.png", dots(6, 10 * at + number))
    two = read_own_pictures(tmp_path / "two")
    assert one.names == two.names == ("left", "right")
    assert one.side == 6
    assert one.content == two.content
    expected = np.stack([dots(6, 10 * at + number) for at in range(2) for number in range(5)])
    np.testing.assert_array_equal(one.training.images, expected)
    np.testing.assert_array_equal(one.training.classes, [0] * 5 + [1] * 5)


def test_dark_ink_on_light_paper_is_turned_round_all_at_once(tmp_path: Path) -> None:
    by_class(tmp_path / "dark")
    by_class(tmp_path / "light", make=lambda side, number: 255 - dots(side, number))
    dark, light = read_own_pictures(tmp_path / "dark"), read_own_pictures(tmp_path / "light")
    np.testing.assert_array_equal(dark.training.images, light.training.images)
    assert any("turned round" in note for note in light.notes)
    # A drawing that fills its border is not paper by itself: one decision is taken for all.
    full = np.full((6, 6), 255, np.uint8)
    save(tmp_path / "dark" / "left" / "9.png", full)
    assert (read_own_pictures(tmp_path / "dark").training.images == 255).all(axis=(1, 2)).sum() == 1


def test_pictures_of_several_sizes_are_prepared_at_28(tmp_path: Path) -> None:
    by_class(tmp_path)
    save(tmp_path / "left" / "wide.png", np.pad(dots(6, 3), ((0, 0), (4, 7))))
    own = read_own_pictures(tmp_path)
    assert own.side == 28
    assert any("28×28" in note for note in own.notes)


def test_arrays_of_any_square_size_with_classes_of_any_name(tmp_path: Path) -> None:
    file = tmp_path / "x.npz"
    images = np.stack([dots(7, number) for number in range(12)])
    words = np.array(["up", "down"] * 6)
    np.savez(file, x=images, y=words)
    own = read_own_pictures(file)
    assert own.names == ("down", "up")
    np.testing.assert_array_equal(own.training.images, images)
    assert [own.names[c] for c in own.training.classes] == words.tolist()
    for x in (images[..., None], images[:, None], images.reshape(12, 49), images / 255, images > 0):
        for y in (np.arange(12) % 3, np.eye(3)[np.arange(12) % 3], (np.arange(12) % 3).astype(float)):
            np.savez(file, images=x, labels=y)
            own = read_own_pictures(file)
            assert own.names == ("0", "1", "2")
            assert own.side == 7
            np.testing.assert_array_equal(own.training.classes, np.arange(12) % 3)
            assert own.training.images.max() == 255
    np.savez(file, images, np.array([-1, 10, 2] * 4))
    assert read_own_pictures(file).names == ("-1", "2", "10")


def test_faint_shades_are_stretched_and_test_rows_stay_apart(tmp_path: Path) -> None:
    file = tmp_path / "x.npz"
    shades = np.random.default_rng(0).integers(0, 17, (20, 8, 8))
    shades[0, 0, 0] = 16
    np.savez(file, x_train=shades, y_train=np.arange(20) % 2, x_test=shades[:6], y_test=np.arange(6) % 2)
    own = read_own_pictures(file)
    np.testing.assert_array_equal(own.training.images, np.rint(shades * 255 / 16))
    assert own.test is not None
    np.testing.assert_array_equal(own.test.images, own.training.images[:6])
    assert any("up to 16" in note for note in own.notes)
    assert any("set apart" in note for note in own.notes)


def test_mnists_own_files(tmp_path: Path) -> None:
    rows = np.concatenate([np.arange(10)[:, None], np.random.default_rng(1).integers(0, 256, (10, 784))], axis=1)
    np.savetxt(tmp_path / "digits.csv", rows, fmt="%d", delimiter=",")
    assert are_own_pictures(tmp_path / "digits.csv")
    own = read_own_pictures(tmp_path / "digits.csv")
    assert len(own.names) == 10
    np.testing.assert_array_equal(own.training.images.reshape(10, -1), rows[:, 1:])


def test_what_is_a_table_and_what_are_pictures(tmp_path: Path) -> None:
    y = np.arange(10) % 2
    for name, arrays, pictures in (
        ("flat.npz", {"x": np.zeros((10, 784)), "y": y}, True),
        ("cube.npz", {"x": np.zeros((10, 5, 5)), "y": y}, True),
        ("alone.npz", {"x": np.zeros((10, 5, 5))}, True),
        ("table.npz", {"x": np.zeros((10, 25)), "y": y}, False),
        ("wide.npz", {"x": np.zeros((10, 300)), "y": y}, False),
    ):
        np.savez(tmp_path / name, **arrays)  # type: ignore[arg-type]
        assert are_own_pictures(tmp_path / name) is pictures, name
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    for name in ("a.csv", "pipe", "absent"):
        assert not are_own_pictures(tmp_path / name)
    assert are_own_pictures(tmp_path)


def test_the_share_of_each_class_is_held_out() -> None:
    classes = np.array([0] * 10 + [1] * 3 + [2])
    training, test = held_out(classes, 0.2, 7)
    assert sorted([*training.tolist(), *test.tolist()]) == list(range(14))
    assert np.bincount(classes[test], minlength=3).tolist() == [2, 1, 0]
    np.testing.assert_array_equal(held_out(classes, 0.2, 7)[1], test)
    assert held_out(classes, 0.2, 8)[1].tolist() != test.tolist()
    assert not len(held_out(classes, 0, 7)[1])
    assert np.bincount(classes[held_out(classes, 0.9, 7)[0]]).tolist() == [1, 1, 1]


def test_a_damaged_picture_is_left_out_with_its_name(tmp_path: Path) -> None:
    by_class(tmp_path)
    damaged = tmp_path / "left" / "1.png"
    damaged.write_bytes(damaged.read_bytes()[:50])
    (tmp_path / "left" / "2.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "right" / "notes.txt").write_text("no picture", encoding="utf-8")
    own = read_own_pictures(tmp_path)
    assert len(own.training) == 8
    assert own.side == 6
    told = " ".join(own.notes)
    for words in ("1.png: the picture is damaged", "2.png: this is not a picture", "notes.txt"):
        assert words in told


def test_mixed_conventions_are_said(tmp_path: Path) -> None:
    by_class(tmp_path)
    for name in ("up_1.png", "down_1.png", "down_2.png"):
        save(tmp_path / name, dots(6, len(name)))
    own = read_own_pictures(tmp_path)
    assert own.names == ("down", "up")
    assert "left: this is a folder; folders beside pictures with a label are not searched" in " ".join(own.notes)
    assert "single picture of up" in " ".join(own.notes)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": np.zeros((4, 5, 6)), "y": [0, 1, 0, 1]}, "pictures of 5×6"),
        ({"x": np.zeros((4, 32, 32, 3)), "y": [0, 1, 0, 1]}, "colour"),
        ({"x": np.zeros((4, 3, 32, 32)), "y": [0, 1, 0, 1]}, "axis=1"),
        ({"x": np.zeros((4, 90, 90)), "y": [0, 1, 0, 1]}, "90×90"),
        ({"x": np.zeros((4, 5, 5)), "y": [0, 1, 0]}, "4 pictures in x, but 3 classes"),
        ({"x": np.zeros((4, 5, 5))}, "expected the arrays"),
        ({"x": np.zeros((0, 5, 5)), "y": np.zeros(0)}, "no pictures"),
        ({"x": np.zeros((4, 5, 5)), "y": [1, 1, 1, 1]}, "of the class 1"),
        ({"x": np.zeros((4, 5, 5)), "y": [0.5, 1, 0, 1]}, "y[0] is 0.5"),
        ({"x": np.zeros((4, 5, 5)), "y": [0, np.nan, 0, 1]}, "y[1] is nan"),
        ({"x": np.zeros((4, 5, 5)), "y": ["a", "", "b", "c"]}, "y[1] is empty"),
        ({"x": np.zeros((4, 5, 5)), "y": np.ones((4, 2))}, "one-hot"),
        ({"x": np.full((4, 5, 5), 700), "y": [0, 1, 0, 1]}, "from 700 to 700"),
        ({"x": np.full((4, 5, 5), np.inf), "y": [0, 1, 0, 1]}, "not finite"),
        ({"x": np.array([["a"] * 4] * 4).reshape(4, 2, 2), "y": [0, 1, 0, 1]}, "expected grey squares"),
        ({"x": np.zeros((300, 5, 5)), "y": np.arange(300)}, "300 classes"),
        ({"x_train": np.zeros((4, 5, 5)), "y_train": [0, 1, 0, 1], "x_test": np.zeros((4, 6, 6)),
          "y_test": [0, 1, 0, 1]}, "another size"),
    ],
)  # fmt: skip
def test_arrays_that_are_no_pictures_get_a_sentence(
    arrays: dict[str, NDArray[np.float64]], words: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "x.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(DataError) as told:
        read_own_pictures(tmp_path / "x.npz")
    assert words in str(told.value)


def test_folders_and_files_of_other_things_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    by_class(tmp_path / "one")
    for number in range(5):
        (tmp_path / "one" / "right" / f"{number}.png").unlink()
    save(tmp_path / "no_labels" / "first.png", dots(6, 1))
    (tmp_path / "text.npz").write_text("x", encoding="utf-8")
    huge = tmp_path / "huge" / "a_1.png"
    save(huge, dots(6, 1))
    with huge.open("r+b") as stream:
        stream.truncate(40_000_000)
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("pipe", "pipe or a device"),
        ("empty", "no pictures in this folder"),
        ("one", "the label 'left'"),
        ("no_labels", "no label"),
        ("no_labels/first.png", "this is one picture"),
        ("text.npz", ".npz"),
        ("huge", "larger than 30 MB"),
        ("absent", "no such"),
    ):
        with pytest.raises(DataError) as told:
            read_own_pictures(tmp_path / name)
        assert words in str(told.value), name
