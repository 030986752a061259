"""MNIST in the forms in which it goes about, and sets that are kept as it is and are not it."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.unit.datasets.conftest import Arrays, digit_arrays
from tutor.datasets.digits import find_digits, read_digits
from tutor.datasets.errors import DataError
from tutor.datasets.images import LabelledImages

TRAINING, TEST = 30, 20


@pytest.fixture
def arrays() -> Arrays:
    return digit_arrays(TRAINING, TEST)


def idx(array: NDArray[np.uint8]) -> bytes:
    """By hand, as http://yann.lecun.com/exdb/mnist/ has it."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(folder: Path, arrays: Arrays, name: str = "{part}-{what}-idx{n}-ubyte", test: str = "t10k") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, called in (("train", "train"), ("test", test)):
        for letter, what, n in (("x", "images", 3), ("y", "labels", 1)):
            file = folder / name.format(part=called, what=what, n=n)
            content = idx(arrays[f"{letter}_{part}"])
            file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return folder


def write_csv(file: Path, images: NDArray[np.generic], classes: NDArray[np.generic] | None, head: str = "") -> Path:
    rows = images.reshape(len(images), -1)
    if classes is not None:
        rows = np.hstack([classes[:, None], rows])
    lines = [head] if head else []
    lines += [",".join(map(str, row)) for row in rows.tolist()]
    text = ("\n".join(lines) + "\n").encode()
    file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
    return file


def check(path: Path, arrays: Arrays) -> None:
    """All four arrays come back, and the origin says how many there are."""
    data = find_digits(path)
    assert np.array_equal(data.training.images, arrays["x_train"])
    assert data.training.classes.tolist() == arrays["y_train"].tolist()
    assert np.array_equal(data.test.images, arrays["x_test"])
    assert data.test.classes.tolist() == arrays["y_test"].tolist()
    assert f", {TRAINING} + {TEST}" in data.origin
    assert data.training.images.dtype == np.uint8


def check_split(path: Path, arrays: Arrays) -> None:
    """Of one part a fifth of each class is held out, and it is said."""
    data = find_digits(path)
    assert (len(data.training), len(data.test)) == (20, 10)  # of 3 of each class, 1
    assert np.bincount(data.test.classes).tolist() == [1] * 10
    assert data.origin.endswith("20 + 10: a fifth of each class is held out to test with")
    parts = (data.training, data.test)
    rows = {(i.tobytes(), int(c)) for part in parts for i, c in zip(part.images, part.classes, strict=True)}
    assert rows == {(i.tobytes(), int(c)) for i, c in zip(arrays["x_train"], arrays["y_train"], strict=True)}


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        find_digits(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# IDX


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("name", ["{part}-{what}-idx{n}-ubyte", "{part}-{what}.idx{n}-ubyte"])
@pytest.mark.parametrize("given", ["", "{part}", "MNIST"])
def test_the_four_files(tmp_path: Path, arrays: Arrays, name: str, packed: str, given: str) -> None:
    """By their folder, by one of them, and by a folder around theirs, as torchvision keeps them."""
    inner = tmp_path / "MNIST" / "raw"
    write_idx(inner, arrays, name + packed)
    place = {"": inner, "MNIST": tmp_path}.get(given, inner / (name + packed).format(part="train", what="images", n=3))
    check(place, arrays)


def test_a_folder_for_each_file_as_unpacking_makes_it(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path / "flat", arrays)
    for file in (tmp_path / "flat").iterdir():
        (tmp_path / "kept" / file.name).mkdir(parents=True)
        file.rename(tmp_path / "kept" / file.name / file.name)
    check(tmp_path / "kept", arrays)


def test_without_test_files_a_fifth_is_held_out(tmp_path: Path, arrays: Arrays) -> None:
    for file in write_idx(tmp_path / "one", arrays).glob("t10k*"):
        file.unlink()
    check_split(tmp_path / "one", arrays)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("train-labels-idx1-ubyte", None, "there are no labels to train on beside train-images-idx3-ubyte"),
        ("t10k-labels-idx1-ubyte", None, "there are no labels to test with beside"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03\0\0", "the file ends within its header"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03" + struct.pack(">3I", 9, 28, 28), "ends after 0 of 7,056 numbers"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03" + b"\xff" * 12, "at most 235,200,000 are read"),
        ("train-images-idx3-ubyte", b"\0\0\x0d\x03" + b"\0\0\0\1" * 3 + bytes(4), "its numbers are no bytes"),
        ("train-images-idx3-ubyte", b"no idx", "this is no IDX file"),
        ("train-images-idx3-ubyte", idx(np.ones((30, 28, 28), np.uint8)) + b"x", "there is more in the file"),
        # Without the time of day: these bytes are part of the test's name, which is to be the same everywhere.
        (
            "train-images-idx3-ubyte",
            gzip.compress(idx(np.ones((30, 28, 28), np.uint8)), mtime=0)[:-9],
            "cannot be read to its",
        ),
        ("train-images-idx3-ubyte", idx(np.ones((30, 8, 8), np.uint8)), "pictures of 8×8 pixels"),
        ("train-labels-idx1-ubyte", idx(np.zeros(29, np.uint8)), "30 images in train-images-idx3-ubyte, but 29"),
        ("train-labels-idx1-ubyte", idx(np.full(30, 11, np.uint8)), "class[0] is 11; expected a digit from 0 to 9"),
    ],
)  # fmt: skip
def test_idx_files_that_are_wrong(tmp_path: Path, arrays: Arrays, file: str, content: bytes | None, said: str) -> None:
    write_idx(tmp_path, arrays)
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    assert said in refusal(tmp_path)


def test_a_small_packed_file_that_unpacks_to_a_gigabyte_costs_little(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path, arrays)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as stream:
        stream.write(struct.pack(">HBB3I", 0, 8, 3, 10, 28, 28))
        for _ in range(200):
            stream.write(bytes(1_000_000))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(buffer.getvalue())
    tracemalloc.start()
    try:
        assert "there is more in the file than the 7,840 numbers of its header" in refusal(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


# Other sets


@pytest.mark.parametrize(
    ("folder", "said", "last"),
    [
        ("fashion-mnist", "Fashion-MNIST (by the file's name)", "Ankle boot"),
        ("FashionMNIST/raw", "Fashion-MNIST (by the file's name)", "Ankle boot"),
        ("kmnist", "KMNIST (by the file's name)", "wo"),
    ],
)
def test_a_set_of_another_name_keeps_it_and_its_classes(
    tmp_path: Path, arrays: Arrays, folder: str, said: str, last: str
) -> None:
    data = find_digits(write_idx(tmp_path / folder, arrays, "{part}-{what}-idx{n}-ubyte.gz"))
    assert data.origin == f"{said}, 30 + 20"
    assert (len(data.names), data.names[9]) == (10, last)


def test_kmnist_in_four_files_of_one_array_each(tmp_path: Path, arrays: Arrays) -> None:
    """As its authors give it away: kmnist-train-imgs.npz and so on, each with ``arr_0``."""
    for part in ("train", "test"):
        for letter, what in (("x", "imgs"), ("y", "labels")):
            np.savez_compressed(tmp_path / f"kmnist-{part}-{what}.npz", arrays[f"{letter}_{part}"])
    check(tmp_path, arrays)
    check(tmp_path / "kmnist-train-imgs.npz", arrays)
    assert find_digits(tmp_path).origin == "KMNIST (by the file's name), 30 + 20"
    (tmp_path / "kmnist-test-labels.npz").unlink()
    assert "there are no labels to test with beside kmnist-train-imgs.npz" in refusal(tmp_path)


def test_one_of_four_files_with_two_arrays(tmp_path: Path, arrays: Arrays) -> None:
    np.savez(tmp_path / "train-images.npz", arrays["x_train"], arrays["x_test"])
    np.savez(tmp_path / "train-labels.npz", arrays["y_train"])
    assert "train-images.npz: expected one array; found 'arr_0, arr_1'" in refusal(tmp_path)


def test_sixty_thousand_of_another_set_are_not_called_mnist(tmp_path: Path) -> None:
    many = digit_arrays(60_000, 10_000)
    many["x_train"][:] = 0
    write_idx(tmp_path / "some", many)
    assert find_digits(tmp_path / "some").origin == "digits of some, 60,000 + 10,000, not MNIST"


@pytest.mark.parametrize(("split", "first", "last"), [("digits", 0, "9"), ("mnist", 0, "9"), ("letters", 1, "J")])
def test_emnist_is_turned(tmp_path: Path, arrays: Arrays, split: str, first: int, last: str) -> None:
    """Its files have columns for rows; its letters are numbered from 1."""
    turned = {
        name: array.transpose(0, 2, 1).copy() if name.startswith("x") else array + np.uint8(first)
        for name, array in arrays.items()
    }
    folder = write_idx(tmp_path, turned, f"emnist-{split}-{{part}}-{{what}}-idx{{n}}-ubyte.gz", test="test")
    check(folder, arrays)
    data = find_digits(folder / f"emnist-{split}-train-images-idx3-ubyte.gz")
    assert data.origin.startswith(f"EMNIST {split} (by the file's name), 30 + 20")
    assert data.names[9] == last


def test_of_two_sets_in_a_folder_one_has_to_be_named(tmp_path: Path, arrays: Arrays) -> None:
    for split in ("digits", "letters"):
        write_idx(tmp_path, arrays, f"emnist-{split}-{{part}}-{{what}}-idx{{n}}-ubyte", test="test")
    assert "more than one set in this folder ('emnist-digits-', 'emnist-letters-')" in refusal(tmp_path)
    assert find_digits(tmp_path / "emnist-digits-train-images-idx3-ubyte").origin.startswith("EMNIST digits")


def test_without_a_name_other_pictures_are_no_digits_for_the_lessons(
    tmp_path: Path, arrays: Arrays, no_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL_TUTOR_MNIST", str(write_idx(tmp_path / "fashion", arrays)))
    with pytest.raises(DataError, match=r"these are Fashion-MNIST .*, and no digits \(DL_TUTOR_MNIST names"):
        find_digits()


# CSV


KAGGLE = "label," + ",".join(f"pixel{i}" for i in range(784))


@pytest.mark.parametrize("head", ["", KAGGLE, "label," + ",".join(f"{i}x{j}" for i in range(28) for j in range(28))])
@pytest.mark.parametrize("names", [("mnist_train.csv", "mnist_test.csv"), ("train.csv.gz", "test.csv.gz")])
def test_two_tables(tmp_path: Path, arrays: Arrays, head: str, names: tuple[str, str]) -> None:
    for name, part in zip(names, ("train", "test"), strict=True):
        write_csv(tmp_path / name, arrays[f"x_{part}"], arrays[f"y_{part}"], head)
    check(tmp_path, arrays)
    check(tmp_path / names[0], arrays)


def test_kaggle_s_test_rows_have_no_classes(tmp_path: Path, arrays: Arrays) -> None:
    write_csv(tmp_path / "train.csv", arrays["x_train"], arrays["y_train"], KAGGLE)
    write_csv(tmp_path / "test.csv", arrays["x_test"], None, KAGGLE.removeprefix("label,"))
    check_split(tmp_path, arrays)
    assert "so no classes; expected a class and 784 shades" in refusal(tmp_path / "test.csv")


def test_the_class_may_stand_last_and_shades_be_shares(tmp_path: Path, arrays: Arrays) -> None:
    rows = arrays["x_train"].reshape(30, 784) / 255
    table = np.hstack([rows.round(6), arrays["y_train"][:, None].astype(float)])
    head = ",".join(f"p{i}" for i in range(784)) + ",class"
    for name in ("named.csv", "bare.csv"):
        check_split(write_csv(tmp_path / name, table, None, head if name == "named.csv" else ""), arrays)


def test_other_separators_a_number_of_the_row_and_a_mark_at_the_start(tmp_path: Path, arrays: Arrays) -> None:
    rows = np.hstack([np.arange(30)[:, None], arrays["y_train"][:, None], arrays["x_train"].reshape(30, 784)])
    file = write_csv(tmp_path / "a.csv", rows, None, "id,label," + ",".join(f"p{i}" for i in range(784)))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b",", b";").replace(b"\n", b"\r\n"))
    check_split(file, arrays)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:3], lines[3] + ",7", *lines[4:]], ".csv:4: there are 786 columns; expected 785"),
        (lambda lines: [*lines[:2], lines[2].replace(",", ",x", 1), *lines[3:]], ".csv:3: column 2 is 'x"),
        (lambda lines: [line.rpartition(",")[0] for line in lines], ":1: there are 784 columns and so no classes"),
        (lambda lines: [",".join(line.split(",")[:65]) for line in lines], ":1: there are 65 columns: pictures of 8×8"),
        (lambda lines: [",".join(line.split(",")[:9]) for line in lines], ":1: there are 9 columns; expected a class"),
        (lambda lines: [KAGGLE], "there are no rows in this file"),
        (lambda lines: ["12" + line[1:] for line in lines], "class[0] is 12; expected a digit from 0 to 9"),
        (lambda lines: ["5,300" + line[line.index(",", 2) :] for line in lines], "from 0 to 300; expected shades"),
    ],
)  # fmt: skip
def test_tables_that_are_wrong(
    tmp_path: Path, arrays: Arrays, change: Callable[[list[str]], list[str]], said: str
) -> None:
    arrays["x_train"][:, 0, 0] = 0
    file = write_csv(tmp_path / "rows.csv", arrays["x_train"], arrays["y_train"])
    file.write_text("\n".join(change(file.read_text().splitlines())))
    assert said in refusal(file)


# Arrays


NAMES = [
    ("X_train", "y_train", "X_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("training_images", "training_labels", "validation_images", "validation_labels"),
    ("images_train", "targets_train", "images_test", "targets_test"),
    ("trainX", "trainY", "testX", "testY"),
    ("arr_0", "arr_1", "arr_2", "arr_3"),
    ("b", "a", "d", "c"),
]


@pytest.mark.parametrize("names", NAMES, ids="-".join)
def test_other_names(tmp_path: Path, arrays: Arrays, names: tuple[str, ...]) -> None:
    given = ("x_train", "y_train", "x_test", "y_test")
    np.savez(tmp_path / "mine.npz", **{new: arrays[old] for new, old in zip(names, given, strict=True)})  # type: ignore[arg-type]
    check(tmp_path / "mine.npz", arrays)
    check(tmp_path, arrays)


@pytest.mark.parametrize("names", [("x", "y"), ("images", "labels"), ("data", "target"), ("arr_0", "arr_1")])
def test_one_part_is_split(tmp_path: Path, arrays: Arrays, names: tuple[str, str]) -> None:
    np.savez_compressed(tmp_path / "mine.npz", **{names[1]: arrays["y_train"], names[0]: arrays["x_train"]})  # type: ignore[arg-type]
    check_split(tmp_path / "mine.npz", arrays)


SHAPES: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.generic]]] = {
    "flat": lambda x: x.reshape(-1, 784),
    "channels last": lambda x: x[..., None],
    "channels first": lambda x: x[:, None],
    "flat columns": lambda x: x.reshape(-1, 784, 1),
    "pictures last": lambda x: x.transpose(1, 2, 0),
    "flat pictures last": lambda x: x.reshape(-1, 784).T,
    "shares": lambda x: x / 255,
    "float32 shares": lambda x: (x / 255).astype(np.float32),
    "float shades": lambda x: x.astype(np.float32),
    "from −1 to 1": lambda x: x / 127.5 - 1,
    "wide whole numbers": lambda x: x.astype(np.int64),
    "another byte order": lambda x: x.astype(">i4"),
    "by columns": np.asfortranarray,
    "flat, by columns": lambda x: np.asfortranarray(x.reshape(-1, 784) / 255),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_other_shapes_and_types(tmp_path: Path, arrays: Arrays, shape: str) -> None:
    given = {name: SHAPES[shape](a) if name.startswith("x") else a for name, a in arrays.items()}
    np.savez(tmp_path / "mine.npz", **given)  # type: ignore[arg-type]
    check(tmp_path / "mine.npz", arrays)


CLASSES: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.generic]]] = {
    "one-hot": lambda y: np.eye(10)[y],
    "one-hot bytes": lambda y: np.eye(10, dtype=np.uint8)[y],
    "a column": lambda y: y[:, None],
    "floats": lambda y: y.astype(np.float32),
    "wide": lambda y: y.astype(np.int64),
    "texts": lambda y: y.astype("U1"),
    "byte texts": lambda y: y.astype("S1"),
}


@pytest.mark.parametrize("kind", CLASSES)
def test_other_classes(tmp_path: Path, arrays: Arrays, kind: str) -> None:
    given = {name: CLASSES[kind](a) if name.startswith("y") else a for name, a in arrays.items()}
    np.savez(tmp_path / "mine.npz", **given)  # type: ignore[arg-type]
    check(tmp_path / "mine.npz", arrays)


def test_black_and_white(tmp_path: Path, arrays: Arrays) -> None:
    for dtype in (np.uint8, bool, np.float64):
        given = {name: (a > 127).astype(dtype) if name.startswith("x") else a for name, a in arrays.items()}
        np.savez(tmp_path / "mine.npz", **given)  # type: ignore[arg-type]
        training, _ = read_digits(tmp_path / "mine.npz")
        assert np.array_equal(training.images, np.where(arrays["x_train"] > 127, 255, 0))


def test_objects_are_refused_whatever_they_are_called(tmp_path: Path, arrays: Arrays) -> None:
    for names in (("data", "target"), ("a", "b")):
        given = {names[0]: np.array([*arrays["x_train"], None], dtype=object), names[1]: arrays["y_train"]}
        np.savez(tmp_path / "mine.npz", **given)  # type: ignore[arg-type]
        assert f"{names[0]} holds objects, which could run code" in refusal(tmp_path / "mine.npz")


def test_scikit_learn_s_digits_are_refused_with_the_reason(tmp_path: Path) -> None:
    rows = np.arange(20 * 64).reshape(20, 64) % 17
    for given in ({"data": rows, "target": np.arange(20) % 10}, {"a": rows.reshape(20, 8, 8), "b": np.arange(20) % 10}):
        np.savez(tmp_path / "digits.npz", **given)  # type: ignore[arg-type]
        assert "pictures of 8×8 pixels, as scikit-learn's digits are" in refusal(tmp_path / "digits.npz")


def test_what_cannot_be_read_is_told_with_what_can(tmp_path: Path) -> None:
    (tmp_path / "mnist.mat").write_bytes(b"MATLAB 5.0 MAT-file\0" + bytes(200))
    assert "this is no file of pictures of 28×28" in refusal(tmp_path / "mnist.mat")
    assert "read are: an .npz file; the four IDX files" in refusal(tmp_path / "mnist.mat")
    (tmp_path / "none").mkdir()
    assert "there are no pictures in this folder; read are: an .npz file; the four" in refusal(tmp_path / "none")


# Pictures


def draw(file: Path, image: NDArray[np.uint8]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(file)


def test_a_folder_of_pictures_for_each_digit_and_part(tmp_path: Path, arrays: Arrays) -> None:
    for part, called in (("train", "training"), ("test", "testing")):
        for number, (image, digit) in enumerate(zip(arrays[f"x_{part}"], arrays[f"y_{part}"], strict=True)):
            image[[0, -1]] = image[:, [0, -1]] = 0
            draw(tmp_path / called / str(digit) / f"{number:05}.png", image)
    data = find_digits(tmp_path)
    assert data.names == tuple("0123456789")
    assert data.origin == "pictures of 10 classes, 30 + 20"

    def rows(images: NDArray[np.uint8], classes: NDArray[np.integer]) -> list[tuple[int, bytes]]:
        return sorted((int(c), i.tobytes()) for i, c in zip(images, classes, strict=True))

    for part, found in (("train", data.training), ("test", data.test)):
        assert isinstance(found, LabelledImages)
        assert rows(found.images, found.classes) == rows(arrays[f"x_{part}"], arrays[f"y_{part}"])


def test_some_digits_alone_keep_their_numbers(tmp_path: Path) -> None:
    for digit in ("3", "8"):
        for number in range(5):
            image = np.zeros((28, 28), np.uint8)
            image[5:20, 5 + number : 9 + number] = 255
            draw(tmp_path / f"{digit}_{number}.png", image)
    data = find_digits(tmp_path)
    assert data.names == tuple("0123456789")
    assert set(data.training.classes.tolist()) == {3, 8}


# MNIST itself


def test_mnist_is_mnist_in_every_form(real_mnist: Path, tmp_path: Path) -> None:
    with np.load(real_mnist) as whole:
        arrays = dict(whole)
    write_idx(tmp_path / "a", arrays)
    write_csv(tmp_path / "mnist_train.csv", arrays["x_train"], arrays["y_train"])
    write_csv(tmp_path / "mnist_test.csv", arrays["x_test"], arrays["y_test"])
    shares = {"images": np.concatenate([arrays["x_train"], arrays["x_test"]]).reshape(-1, 784) / np.float32(255)}
    np.savez(tmp_path / "whole.npz", **shares, labels=np.concatenate([arrays["y_train"], arrays["y_test"]]))
    for path in (tmp_path / "a", tmp_path / "mnist_train.csv", tmp_path / "whole.npz"):
        assert find_digits(path).origin == "MNIST, 60,000 + 10,000"
