"""Letters: the source's convention, a stratified split, and a sentence for everything that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tutor.datasets.errors import DataError
from tutor.datasets.images import LabelledImages
from tutor.datasets.letters import find_letters, label_of, shipped_folder, split_by_class


def draw(folder: Path, *names: str, side: int = 12) -> None:
    """Pictures of white paper with a dot whose place tells them apart."""
    for i, name in enumerate(names):
        shades = np.full((side, side), 255, np.uint8)
        shades[1 + i % (side - 2), 1 + i // (side - 2)] = 0
        with (folder / name).open("wb") as stream:
            Image.fromarray(shades).save(stream, "PNG")


# What ships


def test_the_letters_that_ship() -> None:
    data = find_letters()
    assert data.names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert data.origin == "26 letters drawn by program, 520 + 130"
    assert data.left_out == ()
    assert data.training.images.shape == (520, 50, 50)
    assert np.bincount(data.training.classes).tolist() == [20] * 26
    assert np.bincount(data.test.classes).tolist() == [5] * 26
    assert data.training.images[:, 0, 0].mean() < 10  # the paper is empty
    everything = {image.tobytes() for part in (data.training, data.test) for image in part.images}
    assert len(everything) == 650


def test_they_are_small_files_of_50_by_50() -> None:
    files = sorted(shipped_folder().glob("*.png"))
    assert len(files) == 650
    assert (files[0].name, files[-1].name) == ("A_01.png", "Z_25.png")
    assert sum(file.stat().st_size for file in shipped_folder().iterdir()) < 1_000_000
    with Image.open(files[0]) as picture:
        assert (picture.size, picture.mode) == ((50, 50), "L")


def test_the_script_draws_the_letters_that_ship(tmp_path: Path, script: Callable[[str], ModuleType]) -> None:
    script("make_letters").main(tmp_path)
    for shipped in shipped_folder().glob("*.png"):
        with Image.open(shipped) as old, Image.open(tmp_path / shipped.name) as new:
            assert np.array_equal(np.asarray(old), np.asarray(new)), shipped.name


# A folder of one's own


def test_the_label_is_before_the_first_underscore(tmp_path: Path) -> None:
    draw(tmp_path, "cat_1.png", "cat_2_b.png", "dog_.png", "dog__x.PNG", "é_1.png", "e\u0301_2.png", "10_1.png")
    data = find_letters(tmp_path)
    assert data.names == ("10", "cat", "dog", "é")
    counts = np.bincount(np.concatenate([data.training.classes, data.test.classes]))
    assert counts.tolist() == [1, 2, 2, 2]
    assert data.left_out == ()
    assert data.origin == "pictures of 4 classes, 4 + 3"


def test_a_seed_chooses_the_split(tmp_path: Path) -> None:
    draw(tmp_path, *(f"{label}_{i}.png" for label in "ab" for i in range(10)))
    first, same, other = (find_letters(tmp_path, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.training.images, same.training.images)
    assert np.array_equal(first.test.classes, same.test.classes)
    assert {i.tobytes() for i in first.test.images} != {i.tobytes() for i in other.test.images}


@given(st.lists(st.integers(1, 30), min_size=2, max_size=8), st.integers(0, 5))
def test_every_class_is_on_both_sides_where_it_can(counts: list[int], seed: int) -> None:
    classes = np.repeat(np.arange(len(counts)), counts)
    numbers = np.arange(len(classes), dtype=np.uint8).reshape(-1, 1, 1)
    training, test = split_by_class(LabelledImages(numbers, classes), seed)
    for part in (training, test):
        # Each image keeps its class.
        assert np.array_equal(classes[part.images.ravel()], part.classes)
    assert sorted([*training.images.ravel(), *test.images.ravel()]) == list(range(len(classes)))
    held_out = np.bincount(test.classes, minlength=len(counts))
    for rows, out in zip(counts, held_out.tolist(), strict=True):
        assert (out == 0) == (rows == 1)
        assert out < rows
        if rows >= 3:
            assert abs(out - rows / 5) <= 0.8


def test_training_rows_are_mixed_so_that_the_last_ones_are_of_many_classes() -> None:
    assert len(set(find_letters().training.classes[-52:].tolist())) > 13


def test_a_folder_for_each_label(tmp_path: Path) -> None:
    for label in ("leaf", "coin"):
        (tmp_path / label).mkdir()
        draw(tmp_path / label, *(f"{number}.png" for number in range(5)))
    draw(tmp_path / "leaf", "leaf.png")
    (tmp_path / "coin" / "more").mkdir()
    (tmp_path / "coin" / "notes.txt").write_text("mine")
    (tmp_path / "x\x1b[2J").mkdir()
    (tmp_path / "out").symlink_to(tmp_path.parent)
    data = find_letters(tmp_path)
    assert data.names == ("coin", "leaf")
    assert np.bincount(data.training.classes).tolist() == [4, 5]
    assert np.bincount(data.test.classes).tolist() == [1, 1]
    said = dict(sentence.split(": ", 1) for sentence in data.left_out)
    assert said == {
        "coin/more": "this is a folder; folders within those of the classes are not searched",
        "coin/notes.txt": "its name ends as no picture's does (.png .jpg .jpeg .bmp .gif .webp)",
        r"x\x1b[2J": "the label has characters that cannot be shown",
        "out": "this is a link that leads out of the folder",
    }


def test_pictures_to_test_with_may_have_a_folder_of_their_own(tmp_path: Path) -> None:
    for part, count in (("train", 4), ("test", 3)):
        for label in ("A", "B"):
            (tmp_path / part / label).mkdir(parents=True)
            draw(tmp_path / part / label, *(f"{number}.png" for number in range(count)))
    data = find_letters(tmp_path)
    assert np.bincount(data.training.classes).tolist() == [4, 4]
    assert np.bincount(data.test.classes).tolist() == [3, 3]


def test_beside_pictures_with_a_label_folders_are_not_searched(tmp_path: Path) -> None:
    draw(tmp_path, "A_1.png", "B_1.png")
    (tmp_path / "C").mkdir()
    draw(tmp_path / "C", "1.png")
    data = find_letters(tmp_path)
    assert data.names == ("A", "B")
    assert data.left_out == ("C: this is a folder; folders beside pictures with a label are not searched",)


# What cannot be used


def test_everything_that_cannot_be_used_gets_a_sentence_and_stops_nothing(tmp_path: Path) -> None:
    draw(tmp_path, "a_1.png", "a_2.png", "b_1.png", "b_2.png")
    draw(tmp_path, "c.png", "_1.png", " _2.png", "x\x1b[2J_1.png", "\u202ey_1.png", f"{'l' * 41}_1.png")
    (tmp_path / "d_1.png").write_bytes((tmp_path / "a_1.png").read_bytes()[:60])
    (tmp_path / "e_1.jpg").write_text("not a picture")
    (tmp_path / "f_1.gif").touch()
    (tmp_path / "g_1.png").symlink_to("g_1.png")
    (tmp_path / "h_1.png").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    for passed_over in ("README.md", ".DS_Store"):
        (tmp_path / passed_over).touch()
    data = find_letters(tmp_path)
    assert data.names == ("a", "b")
    assert (len(data.training), len(data.test)) == (2, 2)
    said = dict(sentence.split(": ", 1) for sentence in data.left_out)
    assert set(said) == {
        "c.png", "_1.png", " _2.png", r"x\x1b[2J_1.png", r"\u202ey_1.png", f"{'l' * 41}_1.png",
        "d_1.png", "e_1.jpg", "f_1.gif", "g_1.png", "h_1.png", "notes.txt",
    }  # fmt: skip
    assert said["c.png"].startswith("no label; expected a name such as A_01.png")
    assert said["_1.png"] == said[" _2.png"] == "no label before the first _"
    assert said[r"x\x1b[2J_1.png"] == said[r"\u202ey_1.png"] == "the label has characters that cannot be shown"
    assert said["d_1.png"].startswith("the picture is damaged or cut off")
    assert said["e_1.jpg"].startswith("this is not a picture")
    assert said["f_1.gif"] == "the file is empty"
    assert said["g_1.png"].startswith("the file cannot be read")
    assert said["h_1.png"].startswith("this is a folder")
    assert said["notes.txt"].startswith("its name ends as no picture's does")
    assert all(sentence.isprintable() for sentence in data.left_out)


def test_links_within_the_folder_are_followed_and_others_are_not(tmp_path: Path) -> None:
    mine, elsewhere = tmp_path / "mine", tmp_path / "elsewhere"
    mine.mkdir()
    elsewhere.mkdir()
    draw(mine, "a_1.png", "b_1.png")
    draw(elsewhere, "c_1.png")
    (mine / "a_2.png").symlink_to("a_1.png")
    (mine / "c_1.png").symlink_to(elsewhere / "c_1.png")
    (mine / "d_1.png").symlink_to("../elsewhere/c_1.png")
    (mine / "e_1.png").symlink_to("nowhere.png")
    (mine / "f_1.png").symlink_to("/dev/zero")
    data = find_letters(mine)
    assert (data.names, len(data.training) + len(data.test)) == (("a", "b"), 3)
    said = dict(sentence.split(": ", 1) for sentence in data.left_out)
    assert said["c_1.png"] == said["d_1.png"] == said["f_1.png"] == "this is a link that leads out of the folder"
    assert said["e_1.png"] == "there is no such file"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "there are no pictures in this folder"),
        (
            ("a.png", "b.png"),
            "none of its 2 files can be used; the first: a.png: no label",
        ),
        (("a_1.png", "a_2.png"), "all 2 pictures have the label 'a'; there is something to learn from two labels on"),
        (("a_1.png", "A_2.png", "b_1.png"), "the labels 'A' and 'a' differ only in upper and lower case"),
        (("straße_1.png", "STRASSE_1.png"), "differ only in upper and lower case"),
    ],
)
def test_a_folder_that_nothing_can_be_learned_from(tmp_path: Path, names: tuple[str, ...], said: str) -> None:
    draw(tmp_path, *names)
    with pytest.raises(DataError) as caught:
        find_letters(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: {said}" if not said.startswith("differ") else str(tmp_path))
    assert said in str(caught.value)


def test_what_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "round").symlink_to("round")
    for path, said in (
        (tmp_path / "file", "this is a file; expected a folder of pictures"),
        (tmp_path / "none", "there is no such folder"),
        (tmp_path / "round", "the folder cannot be read"),
        (Path("a\0b"), "no folder can have this name"),
    ):
        with pytest.raises(DataError) as caught:
            find_letters(path)
        assert caught.value.reason.startswith(said)


@given(st.text(max_size=60))
def test_a_label_can_be_shown_or_is_refused(name: str) -> None:
    try:
        label = label_of(name)
    except ValueError:
        return
    assert label
    assert label.isprintable()
    assert "_" not in label
