"""Arrays as a table."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tutor.datasets.errors import DataError
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.table import NumberColumn, WordColumn

X = np.arange(12.0).reshape(6, 2) ** 2
Y = np.array([0, 1, 0, 1, 0, 1])


def saved(folder: Path, **arrays: object) -> Path:
    file = folder / "rows.npz"
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file


def test_x_and_y_are_columns(tmp_path: Path) -> None:
    file = saved(tmp_path, x=X, y=Y)
    read = read_table(file)
    assert read.names == ("x1", "x2", "y")
    assert read.target == "y"
    assert read.content == hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    rows = prepared(read, "y", test=0)
    np.testing.assert_allclose(rows.training.inputs, (X - X.mean(axis=0)) / X.std(axis=0))
    assert rows.training.targets.tolist() == Y.tolist()
    assert rows.training.lines.tolist() == [1, 2, 3, 4, 5, 6]


def test_arrays_are_known_without_the_ending(tmp_path: Path) -> None:
    file = saved(tmp_path, x=X, y=Y).rename(tmp_path / "rows")
    assert read_table(file).names == ("x1", "x2", "y")


def test_rows_that_the_file_holds_out_stay_held_out(tmp_path: Path) -> None:
    read = read_table(saved(tmp_path, x_train=X, y_train=Y, x_test=X[:2] + 1, y_test=Y[:2]))
    rows = prepared(read, "y", seed=5)
    assert (len(rows.training), len(rows.test)) == (6, 2)
    np.testing.assert_allclose(rows.test.inputs, (X[:2] + 1 - X.mean(axis=0)) / X.std(axis=0))


@pytest.mark.parametrize("names", [("data", "target"), ("X", "Y"), ("features", "labels"), ("train_x", "train_y")])
def test_other_names_that_say_the_same(tmp_path: Path, names: tuple[str, str]) -> None:
    assert len(read_table(saved(tmp_path, **dict(zip(names, (X, Y), strict=True))))) == 6


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (np.array(["b", "a", " b", "", "a", "b"]), ["b", "a", "b", "", "a", "b"]),
        (Y[:, None], Y.tolist()),
        (np.eye(2)[Y], Y.tolist()),
        (Y == 1, Y.tolist()),
        (Y.astype(">f2"), Y.tolist()),
    ],
    ids=["words", "a column", "one-hot", "booleans", "small floats"],
)  # fmt: skip
def test_targets_of_any_form(tmp_path: Path, y: object, expected: list[object]) -> None:
    assert list(read_table(saved(tmp_path, x=X, y=y)).column("y").values) == expected


def test_one_dimension_and_column_order_and_gaps(tmp_path: Path) -> None:
    column = read_table(saved(tmp_path, x=np.array([1, np.nan, 3, 4]), y=np.arange(4))).column("x1")
    assert isinstance(column, NumberColumn)
    assert column.missing.tolist() == [False, True, False, False]
    by_columns = read_table(saved(tmp_path, x=np.asfortranarray(X), y=Y))
    assert list(by_columns.column("x2").values) == X[:, 1].tolist()


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"a": X}, "expected the arrays x (rows, columns) and y (rows), or x_train, y_train, x_test and y_test; "
         "found 'a'"),
        ({"x": X}, "expected the arrays x (rows, columns) and y (rows), or x_train, y_train, x_test and y_test; "
         "found 'x'"),
        ({"x": X, "y": Y[:5]}, "x has 6 rows; y has the shape (5,)"),
        ({"x": np.zeros((6, 28, 28)), "y": Y}, "x has the shape (6, 28, 28); a table has rows and columns. Pictures of "
         "28×28 are read as digits"),
        ({"x": np.zeros((0, 2)), "y": Y[:0]}, "x has the shape (0, 2); expected rows and columns"),
        ({"x": np.float64(1), "y": Y}, "x has the shape (); expected rows and columns"),
        ({"x": np.array(["a"] * 6), "y": Y}, "x has no numbers, but values of the type <U1"),
        ({"x": X + 1j, "y": Y}, "x has no numbers, but values of the type complex128"),
        ({"x": X, "y": Y + 1j}, "y has neither numbers nor words, but values of the type complex128"),
        ({"x": X, "y": np.array([None] * 6)}, "y holds objects, which could run code; expected numbers"),
        ({"x": np.zeros((6, 200)), "y": Y}, "x has 200 columns; at most 199 are read"),
        ({"x": np.zeros((100_001, 1), bool), "y": np.zeros(100_001, bool)}, "there are 100,001 rows of 1 columns; at "
         "most 100,000 are read"),
        ({"x": np.full((6, 2), np.inf), "y": Y}, "x has numbers beyond 1e100, or infinite ones"),
        ({"x": X, "y": np.ones((6, 2))}, "y has 2 columns that are not one-hot; expected one target"),
        ({"x": X, "y": np.array([["a", "b"]] * 6)}, "y has the shape (6, 2); expected one word for each row"),
        ({"x": X, "y": np.array(["a" * 1001] * 6)}, "y has words of up to 1,001 characters"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :1], "y_test": Y}, "x_train has 2 columns, and x_test 1"),
        ({"x_train": X, "y_train": Y, "x_test": X, "y_test": np.array(["a"] * 6)}, "y_train and y_test are of "
         "different kinds"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_sentence_for_every_fault(tmp_path: Path, arrays: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError) as refused:
        read_table(saved(tmp_path, **arrays))
    assert refused.value.reason == sentence


def test_words_of_characters_that_do_not_exist(tmp_path: Path) -> None:
    words = np.array([0x7FFFFFFF, 0x61, 0x62, 0x61, 0x62, 0xD800], dtype="<u4").view("<U1")
    try:
        column = read_table(saved(tmp_path, x=X, y=words)).column("y")
    except DataError as error:
        reason = error.reason
    else:
        reason = ""
        assert isinstance(column, WordColumn)
    assert reason in ("", "y has words with characters that do not exist")


def test_bytes_changed_anywhere_are_a_table_or_a_sentence(tmp_path: Path) -> None:
    content = saved(tmp_path, x=X, y=Y).read_bytes()
    rng = np.random.default_rng(0)
    file = tmp_path / "changed.npz"
    for _ in range(150):
        changed = bytearray(content)
        for at in rng.integers(0, len(content), rng.integers(1, 4)):
            changed[at] = rng.integers(0, 256)
        file.write_bytes(changed[: rng.integers(1, 2 * len(content))])
        with suppress(DataError):
            assert len(read_table(file)) > 0
