"""Digits: what NumPy wrote comes back, and a file that is none costs a sentence and little memory."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.datasets.conftest import Arrays, digit_arrays
from tutor.datasets import digits
from tutor.datasets.digits import digits_source, find_digits, read_digits
from tutor.datasets.errors import DataError
from tutor.datasets.images import LabelledImages
from tutor.resources import data_folder

MEMORY = 100_000_000
# Of LeCun's IDX files of images, unpacked.
PUBLISHED_MD5 = {"x_train": "6bbc9ace898e44ae57da46a324031adb", "x_test": "2646ac647ad5339dbf082846283269ea"}


def npz(folder: Path, arrays: Arrays, name: str = "mine.npz", save: Callable[..., None] = np.savez_compressed) -> Path:
    save(folder / name, **arrays)
    return folder / name


def refusal(path: Path) -> str:
    """What is said of the file, in one line and without much memory."""
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as caught:
            read_digits(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# What is right


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(("training", "test"), [(1, 1), (6, 4), (1500, 300)])
def test_what_numpy_wrote_comes_back(tmp_path: Path, save: Callable[..., None], training: int, test: int) -> None:
    arrays = digit_arrays(training, test)
    train, held_out = read_digits(npz(tmp_path, arrays, save=save))
    assert train.images.dtype == np.uint8
    assert train.classes.dtype == np.intp
    assert np.array_equal(train.images, arrays["x_train"])
    assert np.array_equal(train.classes, arrays["y_train"])
    assert np.array_equal(held_out.images, arrays["x_test"])
    assert np.array_equal(held_out.classes, arrays["y_test"])


def test_classes_may_be_any_whole_numbers_and_other_arrays_are_passed_over(tmp_path: Path) -> None:
    arrays = digit_arrays()
    wide = {**arrays, "y_train": arrays["y_train"].astype(">i8"), "notes": np.array(["written in", "the train"])}
    train, _ = read_digits(npz(tmp_path, wide))
    assert train.classes.tolist() == arrays["y_train"].tolist()


def test_mnist_itself(real_mnist: Path) -> None:
    data = find_digits(real_mnist)
    assert data.origin == "MNIST, 60,000 + 10,000"
    with np.load(real_mnist) as whole:
        assert np.array_equal(data.training.images, whole["x_train"])
        assert np.array_equal(data.test.classes, whole["y_test"])


# Whose they are


def test_sixty_thousand_others_are_not_mnist(no_mnist: Path) -> None:
    no_mnist.parent.mkdir(parents=True)
    npz(no_mnist.parent, digit_arrays(60_000, 10_000), "mnist.npz")
    assert find_digits().origin == "digits of mnist.npz, 60,000 + 10,000, not MNIST"


@pytest.mark.parametrize("part", ["x_train", "y_train", "x_test", "y_test"])
def test_mnist_with_one_number_changed_is_not_mnist(real_mnist: Path, part: str) -> None:
    training, test = read_digits(real_mnist)
    assert digits.is_mnist(training, test)
    changed = {"x_train": training.images, "y_train": training.classes, "x_test": test.images, "y_test": test.classes}
    changed[part] = changed[part].copy()
    changed[part].reshape(-1)[-1] ^= 1
    train, held_out = (LabelledImages(changed[f"x_{name}"], changed[f"y_{name}"]) for name in ("train", "test"))
    assert not digits.is_mnist(train, held_out)


def test_mnist_in_another_packing_is_mnist(real_mnist: Path, tmp_path: Path) -> None:
    with np.load(real_mnist) as whole:
        wide = {name: array.astype(">i4") if name.startswith("y") else array for name, array in whole.items()}
    assert find_digits(npz(tmp_path, wide, save=np.savez)).origin == digits.MNIST_ORIGIN


def test_the_checksum_is_of_the_bytes_that_were_published(real_mnist: Path) -> None:
    with np.load(real_mnist) as whole:
        images = {name: whole[name] for name in ("x_train", "x_test")}
    for name, md5 in PUBLISHED_MD5.items():
        header = struct.pack(">4I", 0x803, *images[name].shape)
        assert hashlib.md5(header + images[name].tobytes(), usedforsecurity=False).hexdigest() == md5


# Where they come from


def test_a_given_file_comes_before_the_environment_before_keras_before_what_ships(
    tmp_path: Path, no_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digits_source().synthetic
    assert digits_source().path == data_folder() / "digits" / "synthetic_digits.npz"
    no_mnist.parent.mkdir(parents=True)
    npz(no_mnist.parent, digit_arrays(3, 2), "mnist.npz")
    assert (digits_source().kind, digits_source().path) == ("keras", no_mnist)
    assert find_digits().origin == "digits of mnist.npz, 3 + 2"
    named = npz(tmp_path, digit_arrays(5, 4), "named.npz")
    monkeypatch.setenv("DL_TUTOR_MNIST", str(named))
    assert (digits_source().kind, digits_source().path) == ("environment", named)
    assert find_digits().origin == "digits of named.npz, 5 + 4"
    mine = npz(tmp_path, digit_arrays(7, 6))
    assert (digits_source(mine).kind, digits_source(mine).path) == ("given", mine)
    assert find_digits(mine).origin == "digits of mine.npz, 7 + 6"


def test_without_keras_home_it_is_keras_s_folder_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert digits.keras_file() == tmp_path / ".keras" / "datasets" / "mnist.npz"


def test_a_named_file_that_is_not_there_is_told_with_who_named_it(
    no_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL_TUTOR_MNIST", "/nowhere/mnist.npz")
    with pytest.raises(DataError, match=r"^/nowhere/mnist\.npz: there is no such file \(DL_TUTOR_MNIST names"):
        find_digits()


def test_a_damaged_file_of_keras_s_stops_nothing(no_mnist: Path) -> None:
    no_mnist.parent.mkdir(parents=True)
    no_mnist.write_bytes(b"PK\x03\x04 half a download")
    data = find_digits()
    assert data.origin == "synthetic digits drawn by program, 2,000 + 500"
    (said,) = data.left_out
    assert said.startswith(f"{no_mnist}: this is no .npz file")
    assert said.endswith("so the synthetic digits are used")


# What is wrong


def changed(**arrays: object) -> Callable[[Path], Path]:
    return lambda folder: npz(folder, {**digit_arrays(), **arrays})  # type: ignore[dict-item]


def with_bytes(data: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "mine.npz").write_bytes(data)
        return folder / "mine.npz"

    return write


def member(name: str, data: bytes) -> Callable[[Path], Path]:
    """A file in which one array is exactly these bytes."""

    def write(folder: Path) -> Path:
        path = folder / "mine.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, array in digit_arrays().items():
                if other != name:
                    buffer = io.BytesIO()
                    np.save(buffer, array)
                    archive.writestr(f"{other}.npy", buffer.getvalue())
            archive.writestr(f"{name}.npy", data)
        return path

    return write


def header(text: str, version: int = 1) -> bytes:
    encoded = text.encode("latin1")
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", len(encoded)) + encoded


def without(name: str) -> Callable[[Path], Path]:
    return lambda folder: npz(folder, {n: a for n, a in digit_arrays().items() if n != name})


IMAGES = "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }\n"
BAD = {
    "nothing in it": (with_bytes(b""), "the file is empty"),
    "text": (with_bytes(b"1 0 1\n" * 99), "no file of pictures of 28×28, or its end is missing; read are: an .npz"),
    "one array alone": (with_bytes(b"\x93NUMPY\x01\x00"), "no file of pictures"),
    "half an archive": (with_bytes(b"PK\x03\x04 half a download"), "no .npz file, or its end is missing"),
    "an array missing": (without("y_test"), "y_test is not among 'x_test, x_train, y_train'"),
    "pictures missing": (without("x_train"), "y_train has classes without pictures: x_train is not among"),
    "words": (changed(x_train=np.full((6, 784), "ink")), "x_train is <U3 of shape (6, 784); expected numbers of"),
    "29 by 27": (changed(x_test=np.zeros((4, 29, 27), np.uint8)), "x_test is uint8 of shape (4, 29, 27); expected"),
    "28 by 28 by 3": (changed(x_test=np.zeros((4, 28, 28, 3), np.uint8)), "of shape (4, 28, 28, 3); expected"),
    "scikit-learn's": (changed(x_train=np.zeros((6, 8, 8))), "pictures of 8×8 pixels, as scikit-learn's digits are"),
    "standardized": (changed(x_train=np.linspace(-2, 3, 6 * 784).reshape(6, 784)), "numbers from -2 to 3; expected"),
    "no numbers": (changed(x_train=np.full((6, 28, 28), np.nan)), "numbers in x_train that are not finite"),
    "too few classes": (changed(y_train=np.zeros(5, np.uint8)), "6 images in x_train, but 5 classes"),
    "two-hot": (changed(y_train=np.ones((6, 6), np.uint8)), "y_train has shape (6, 6) and rows that are not one-hot"),
    "halves": (changed(y_train=np.full(6, 2.5)), "y_train has numbers that are not whole"),
    "words for classes": (changed(y_train=np.array(["cat"] * 6)), "y_train has 'cat' where a class number is"),
    "no digit": (changed(y_test=np.array([0, 9, 10, 3], np.uint8)), "y_test[2] is 10; expected a digit from 0 to 9"),
    "below zero": (changed(y_test=np.array([0, 9, 1, -1])), "y_test[3] is -1; expected a digit"),
    "no images": (
        changed(x_train=np.zeros((0, 28, 28), np.uint8), y_train=np.zeros(0, np.uint8)),
        "there are no images in x_train",
    ),
    "objects": (changed(y_train=np.array([None] * 6, dtype=object)), "y_train holds objects, which could run code"),
    "no array": (member("x_train", b"not an array at all"), "x_train is not an array as NumPy writes it"),
    "an old version": (member("x_train", header(IMAGES % "6, 28, 28", 9)), "x_train is not an array as NumPy"),
    "a header of nonsense": (member("x_train", header("(" * 900)), "the header of x_train cannot be understood"),
    "a header without end": (member("x_train", header("x" * 60_000)), "the header of x_train cannot be understood"),
    "a header cut off": (member("x_train", header(IMAGES % "6, 28, 28")[:40]), "header of x_train cannot be"),
    "numbers cut off": (member("x_train", header(IMAGES % "6, 28, 28") + bytes(9)), "has 4,704 bytes of numbers, and"),
    "80 GB promised": (member("x_train", header(IMAGES % "100000000, 28, 28") + bytes(99)), "bytes of numbers, and"),
    "less than nothing": (member("x_train", header(IMAGES % "-6, 28, 28")), "its shape is (-6, 28, 28)"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_one_sentence(tmp_path: Path, what: str) -> None:
    make, said = BAD[what]
    path = make(tmp_path)
    message = refusal(path)
    assert message.startswith(f"{path}: ")
    assert said in message


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    assert "there are no digits in this folder; read are: an .npz file" in refusal(tmp_path)
    assert "there is no such file" in refusal(tmp_path / "none.npz")
    assert "no file can have this name" in refusal(Path("a\0b"))
    os.mkfifo(tmp_path / "pipe")
    assert "this is a pipe or a device" in refusal(tmp_path / "pipe")
    (tmp_path / "round").symlink_to("round")
    assert "cannot be read" in refusal(tmp_path / "round")
    with (tmp_path / "huge").open("wb") as stream:
        stream.write(b"PK")
        stream.truncate(10**12)
    assert "larger than 500 MB" in refusal(tmp_path / "huge")


def test_a_file_that_unpacks_to_a_thousand_times_its_size_costs_nothing(tmp_path: Path) -> None:
    count = 400_000
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("x_train.npy", "w") as stream:
            stream.write(header(IMAGES % f"{count}, 28, 28"))
            for _ in range(count // 4_000):
                stream.write(bytes(4_000 * 784))
        for name, shape in (("y_train", (count,)), ("x_test", (1, 28, 28)), ("y_test", (1,))):
            buffer = io.BytesIO()
            np.save(buffer, np.zeros(shape, np.uint8))
            archive.writestr(f"{name}.npy", buffer.getvalue())
    assert path.stat().st_size < 3_000_000
    assert "the file has 400,001 images; at most 300,000 are read" in refusal(path)


def test_a_directory_that_lies_as_its_header_does_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Header, directory and number of classes all say 90,000 images, and there are 7."""
    path = tmp_path / "lie.npz"
    arrays = {**digit_arrays(), "y_train": np.zeros(90_000, np.uint8)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("y_train", "x_test", "y_test"):
            buffer = io.BytesIO()
            np.save(buffer, arrays[name])
            archive.writestr(f"{name}.npy", buffer.getvalue())
        archive.writestr("x_train.npy", header(IMAGES % "90000, 28, 28") + bytes(7 * 784))
        true = archive.getinfo("x_train.npy").file_size
    said = true + (90_000 - 7) * 784
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", true), struct.pack("<I", said)))
    assert "x_train cannot be read to its end" in refusal(path)


def test_thousands_of_members_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "many.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(2_000):
            archive.writestr(f"{i}.npy", b"")
    assert "far more than belongs into it" in refusal(path)


class Runs:
    """Unpickling it makes a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.place),)


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    place = tmp_path / "ran"
    bad = np.array([Runs(place)] * 6, dtype=object)
    assert "could run code" in refusal(npz(tmp_path, {**digit_arrays(), "y_train": bad}))
    assert not place.exists()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return npz(tmp_path_factory.mktemp("digits"), digit_arrays(2, 1)).read_bytes()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_is_a_sentence_or_harmless(tmp_path: Path, sound: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.npz"
    path.write_bytes(damaged[: data.draw(st.integers(0, len(sound)) | st.just(len(sound)))])
    # Any other error fails the test.
    with contextlib.suppress(DataError):
        train, test = read_digits(path)
        assert (train.images.shape, test.images.shape) == ((2, 28, 28), (1, 28, 28))


# What ships


def test_the_synthetic_digits_say_what_they_are(no_mnist: Path) -> None:
    data = find_digits()
    assert data.origin == "synthetic digits drawn by program, 2,000 + 500"
    assert data.names == tuple("0123456789")
    assert np.bincount(data.training.classes).tolist() == [200] * 10
    assert np.bincount(data.test.classes).tolist() == [50] * 10
    assert digits.synthetic_file().stat().st_size < 600_000


def test_the_script_draws_the_digits_that_ship(tmp_path: Path, script: Callable[[str], ModuleType]) -> None:
    module = script("make_digits")
    module.main(tmp_path)
    drawn, shipped = read_digits(tmp_path / "synthetic_digits.npz"), read_digits(digits.synthetic_file())
    for new, old in zip(drawn, shipped, strict=True):
        assert np.array_equal(new.images, old.images)
        assert np.array_equal(new.classes, old.classes)


def test_no_synthetic_test_digit_is_a_training_digit(no_mnist: Path) -> None:
    data = find_digits()
    training = {image.tobytes() for image in data.training.images}
    assert len(training) == 2_000
    assert not training & {image.tobytes() for image in data.test.images}


def test_a_line_through_all_pixels_gets_most_synthetic_digits_and_not_all(no_mnist: Path) -> None:
    """Least squares to one-hot labels: what a straight boundary can do."""
    data = find_digits()

    def rows(images: np.ndarray) -> np.ndarray:
        return np.hstack([images.reshape(len(images), -1) / 255, np.ones((len(images), 1))])

    x, y = rows(data.training.images), np.eye(10)[data.training.classes]
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(x.shape[1]), x.T @ y)
    right = ((rows(data.test.images) @ weights).argmax(axis=1) == data.test.classes).mean()
    assert 0.8 < right < 0.97
