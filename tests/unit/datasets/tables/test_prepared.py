"""A table prepared for training: by hand, by the training rows alone, and with a sentence for what is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.datasets.tables.conftest import Written
from tutor.datasets.errors import DataError
from tutor.datasets.tables.choosing import likely_target
from tutor.datasets.tables.inputs import NumberInput, WordInput, mean_and_deviation
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.rows import TableRows, prepare_row
from tutor.datasets.tables.table import NumberColumn, Table
from tutor.engine.validation import SpecError

SMALL = "size,colour,kind\n1,red,a\n3,blue,b\n5,red,a\n7,green,b\n"


def held(table: Table, *rows: int) -> Table:
    """The table with these rows, counted from 0, held out for testing."""
    return replace(table, held_out=np.isin(np.arange(len(table)), rows))


def refusal(table: Table, *args: object, **given: object) -> str:
    with pytest.raises(DataError) as refused:
        prepared(table, *args, **given)  # type: ignore[arg-type]
    return refused.value.reason


# Inputs


def test_numbers_are_standardised_and_words_one_hot_by_hand(table: Written) -> None:
    rows = prepared(table(SMALL), "kind", test=0)
    assert rows.names == ("size", "colour=blue", "colour=green", "colour=red")
    assert rows.classes == ("a", "b")
    # 1, 3, 5, 7 have the mean 4 and the deviation √5.
    np.testing.assert_allclose(
        rows.training.inputs,
        [
            [-3 / 5**0.5, 0, 0, 1],
            [-1 / 5**0.5, 1, 0, 0],
            [1 / 5**0.5, 0, 0, 1],
            [3 / 5**0.5, 0, 1, 0],
        ],
        rtol=1e-12,
    )
    assert rows.training.targets.tolist() == [0, 1, 0, 1]
    assert rows.training.lines.tolist() == [2, 3, 4, 5]
    assert len(rows.test) == 0
    assert rows.test.inputs.shape == (0, 4)
    assert rows.notes == ()


def test_nothing_is_taken_from_the_rows_held_out(table: Written) -> None:
    text = "x,word,y\n1,a,0\n2,b,1\n3,a,2\n1000,c,3000\n,a,4\n"
    rows = prepared(held(table(text), 3), "y", kind="number")
    assert rows.inputs == (NumberInput("x", 2.0, (2 / 3) ** 0.5), WordInput("word", ("a", "b")))
    np.testing.assert_allclose(rows.test.inputs, [[998 / (2 / 3) ** 0.5, 0, 0]])
    # 0, 1, 2, 4 have the mean 7/4 and the variance 35/16.
    np.testing.assert_allclose([rows.target.mean, rows.target.deviation], [1.75, 35**0.5 / 4])
    np.testing.assert_allclose(rows.test.targets, [(3000 - 1.75) / (35**0.5 / 4)])
    np.testing.assert_allclose(rows.target.put_back(rows.test.targets), [3000])  # type: ignore[arg-type]
    # What is missing is the mean, so 0.
    assert rows.training.inputs[3].tolist() == [0, 1, 0]
    assert rows.notes == (
        "x is missing in 1 of 5 rows: there it is the mean of the training rows, 2.",
        "word: the word of 1 test row is in no training row, so there all its inputs are 0.",
    )


def test_a_change_of_a_test_row_changes_no_training_row(table: Written) -> None:
    lines = [f"{i * i % 17},{'abc'[i % 3]},{i % 2}" for i in range(30)]
    before = prepared(table("x,w,y\n" + "\n".join(lines)), "y", seed=3)
    changed = list(lines)
    for line in before.test.lines.tolist():
        changed[line - 2] = f"1e50,new,{changed[line - 2][-1]}"
    after = prepared(table("x,w,y\n" + "\n".join(changed)), "y", seed=3)
    np.testing.assert_array_equal(after.training.inputs, before.training.inputs)
    assert after.inputs == before.inputs
    assert not np.array_equal(after.test.inputs, before.test.inputs)


def test_missing_words_are_a_word_of_their_own(table: Written) -> None:
    text = "w,v,y\n,a,0\nx,a,1\nx,b,0\n?,,1\n"
    rows = prepared(held(table(text), 3), "y")
    assert rows.names == ("w=x", "w=(missing)", "v=a", "v=b")
    assert rows.training.inputs[:, :2].tolist() == [[0, 1], [1, 0], [1, 0]]
    assert rows.test.inputs.tolist() == [[0, 1, 0, 0]]
    assert rows.notes[2:] == (
        "w is missing in 2 of 4 rows: a word of its own, (missing).",
        "v is missing in 1 of 4 rows, none of them to train on; there all its inputs are 0.",
    )


def test_constant_and_empty_columns_are_left_out(table: Written) -> None:
    text = "a,b,c,d,e,x,y\n" + "".join(f"0.1,same,,?,{i // 3},{i},{i % 2}\n" for i in range(4))
    rows = prepared(held(table(text), 3), "y")
    assert rows.names == ("x",)
    assert rows.notes[2:] == (
        "a is left out: it is 0.1 in all training rows.",
        "b is left out: it is 'same' in all training rows.",
        "c is left out: it has no values in the training rows.",
        "d is left out: it has no values in the training rows.",
        "e is left out: it is 0 in all training rows.",
    )


def test_deviation_of_equal_tiny_and_huge_numbers() -> None:
    assert mean_and_deviation(np.full(3, 0.1)) == (0.1, 0.0)
    for scale in (1e-90, 1.0, 1e99):
        mean, deviation = mean_and_deviation(scale * np.array([1.0, 3.0]))
        np.testing.assert_allclose([mean, deviation], [2 * scale, scale])
    # Divided by this, a number of another row would be infinite.
    assert mean_and_deviation(np.array([0.0, 1e-320]))[1] == 0


def test_texts_of_many_words_are_left_out_unless_chosen(table: Written) -> None:
    read = table("name,x,y\n" + "".join(f"n{i:03},{i},{i % 2}\n" for i in range(60)))
    rows = prepared(read, "y", test=0)
    assert rows.names == ("x",)
    reason = "it has 60 different words in the training rows; at most 50 are given one-hot"
    assert f"name is left out: {reason}." in rows.notes
    assert refusal(read, "y", ("name", "x"), test=0) == f"name cannot be an input: {reason}"


def test_a_column_that_numbers_the_rows_is_left_out_unless_chosen(table: Written) -> None:
    read = table("Id,x,y\n" + "".join(f"{i},{i * i},{i % 2}\n" for i in range(1, 9)))
    rows = prepared(read, "y")
    assert rows.names == ("x",)
    assert "Id is left out: it only numbers the rows." in rows.notes
    assert prepared(read, "y", ("x", "Id")).names == ("x", "Id")
    only = table("id,y\n" + "".join(f"{i},{i * i + 0.5}\n" for i in range(1, 9)))
    assert prepared(only, "y").names == ("id",)


def test_words_that_differ_in_case_are_said(table: Written) -> None:
    rows = prepared(table("w,y\nRed,0\nred,1\nblue,0\nRed,1\n"), "y", test=0)
    assert rows.names == ("w=Red", "w=blue", "w=red")
    assert "w has Red, red, which differ only in upper and lower case: they count as different." in rows.notes


# The target


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ("b a b a", ("a", "b")),
        ("10 9 10 9", ("9", "10")),
        ("-1 1 -1 1", ("-1", "1")),
        ("1.0 2.0 1.0 2.0", ("1", "2")),
        ("1.5 2 1.5 2", None),  # no whole numbers
        ("1 2 3 4", None),  # not two rows of each
        (" ".join(map(str, [*range(21), *range(21)])), None),  # more than 20
        (" ".join(map(str, [*range(20), *range(20)])), tuple(map(str, range(20)))),
    ],
)
def test_class_or_number(table: Written, values: str, classes: tuple[str, ...] | None) -> None:
    rows = prepared(table("x,y\n" + "".join(f"{i},{v}\n" for i, v in enumerate(values.split()))), "y", test=0)
    assert rows.classes == classes
    assert rows.target.kind == ("number" if classes is None else "class")


def test_somebody_says_what_the_target_is(table: Written) -> None:
    read = table("x,y\n1,1\n2,2\n3,1\n4,4\n")
    number = prepared(read, "y", test=0, kind="number")
    np.testing.assert_allclose(number.training.targets, (np.array([1, 2, 1, 4]) - 2) / 1.5**0.5)
    assert prepared(read, "y", test=0, kind="class").classes == ("1", "2", "4")
    words = table(SMALL)
    assert refusal(words, "colour", kind="number") == (
        "the target colour has words, such as blue, green, red, and no numbers"
    )


def test_rows_without_a_target_are_left_out(table: Written) -> None:
    rows = prepared(table("x,y\n1,a\n2,\n3,b\n4,a\n5,?\n6,b\n"), "y", test=0)
    assert rows.training.lines.tolist() == [2, 4, 5, 7]
    assert rows.notes == ("2 rows without y are left out, the first in line 3.",)
    # 1, 3, 4, 6: the mean 3.5 is of the rows that are left.
    assert rows.inputs == (NumberInput("x", 3.5, mean_and_deviation(np.array([1.0, 3, 4, 6]))[1]),)


# The split


def rows_of(table: Written, seed: int, test: float = 0.25) -> TableRows:
    text = "x,y\n" + "".join(f"{i},{'a' if i < 8 else 'b'}\n" for i in range(24))
    return prepared(table(text), "y", test=test, seed=seed)


def test_the_seed_draws_a_share_of_each_class(table: Written) -> None:
    one, same, other = (rows_of(table, seed) for seed in (1, 1, 2))
    assert np.bincount(one.test.targets.astype(int)).tolist() == [2, 4]
    assert one.test.lines.tolist() == same.test.lines.tolist() != other.test.lines.tolist()
    assert sorted([*one.training.lines.tolist(), *one.test.lines.tolist()]) == list(range(2, 26))
    assert len({tuple(rows_of(table, seed).test.lines.tolist()) for seed in range(20)}) == 20


def test_every_class_keeps_a_training_row(table: Written) -> None:
    rows = prepared(table("x,y\n1,a\n2,b\n3,b\n4,c\n5,c\n"), "y", test=0.9)
    assert sorted(rows.training.targets.tolist()) == [0, 1, 2]
    assert "y: there is at most one training row of 'a', 'b', 'c'." in rows.notes


def test_too_few_to_hold_one_out(table: Written) -> None:
    assert "No row is held out: there are too few." in prepared(table("x,y\n1,a\n2,b\n3,a\n4,b\n"), "y").notes


@pytest.mark.parametrize("share", [-0.1, 0.95, float("nan")])
def test_a_share_that_is_none(table: Written, share: float) -> None:
    with pytest.raises(SpecError, match=r"the share of test rows is from 0 to 0\.9"):
        prepared(table(SMALL), "kind", test=share)


# What cannot be


def test_a_sentence_for_every_choice_that_cannot_be(table: Written) -> None:
    read = table("x,w,y,one,none\n" + "".join(f"{i},a,{i % 2},c,\n" for i in range(6)))
    assert refusal(read, "z") == "there is no column 'z'; there are x, w, y, one, none"
    assert refusal(read, "y", ("x", "z")) == "there is no column 'z'; there are x, w, y, one, none"
    assert refusal(read, "y", ("x", "y")) == "y is the target; it cannot be an input at the same time"
    assert refusal(read, "y", ()) == "choose at least one input"
    assert refusal(read, "y", ("w",)) == (
        "no column is left for the inputs: w is left out: it is 'a' in all training rows"
    )
    assert refusal(read, "none") == "the target none has no values"
    assert refusal(read, "one") == ("the target one is 'c' in every row; there is something to learn from two on")
    assert refusal(table("x,y\n1,0.5\n2,0.5\n3,0.5\n4,0.5\n"), "y") == (
        "the target y is 0.5 in all training rows; there is nothing to learn"
    )
    assert refusal(table("y\n1\n2\n3\n4\n"), "y") == "there is no column besides the target y to be an input"
    assert refusal(table("x,y\n1,a\n2,b\n3,\n4,a\n"), "y") == "there are 3 rows with a target; 4 are the least"
    assert refusal(table("x,y\n1,a\n3,\n"), "y") == "there is 1 row with a target; 4 are the least"
    assert refusal(table("x,y\n" + "".join(f"{i},n{i}\n" for i in range(60))), "y") == (
        "the target y has 60 different values, such as n0, n1, n10 and 57 more; there may be 50 classes"
    )
    many = ",".join(f"w{i}" for i in range(11))
    texts = "".join(",".join([f"v{i}"] * 11) + f",{i % 2}\n" for i in range(50))
    assert refusal(table(f"{many},y\n{texts}"), "y", test=0) == (
        "there are more than 500 inputs, with one for each word; choose fewer columns"
    )
    assert refusal(held(read, *range(6)), "y") == "no row to train on has a target"


def test_the_likely_target(table: Written) -> None:
    assert likely_target(table(SMALL)) == "kind"
    assert likely_target(table("a,Label,b\n1,2,x\n1,2,x\n1,2,z\n1,2,z\n")) == "Label"
    assert likely_target(table("kind,a,b\nu,1,2\nv,1,2\nu,3,4\nv,5,6\n")) == "kind"
    assert likely_target(table("a,b\n1,2\n")) == "b"


# A new row


def test_a_row_is_prepared_as_the_table_was(table: Written) -> None:
    text = "x,w,y\n1,a,0\n2,b,1\n4,,0\n,a,1\n"
    read = table(text)
    rows = prepared(read, "y", test=0)
    for i, line in enumerate(text.splitlines()[1:]):
        new = prepare_row(rows, dict(zip(read.names, line.split(","), strict=True)))
        np.testing.assert_array_equal(new, rows.training.inputs[i])
    np.testing.assert_array_equal(prepare_row(rows, {"x": 2, "w": "b"}), rows.training.inputs[1])
    np.testing.assert_array_equal(prepare_row(rows, {"x": None, "w": None})[[0, 3]], [0, 1])
    half, deviation = prepare_row(rows, {"x": "2,5", "w": "B"}), mean_and_deviation(np.array([1.0, 2, 4]))[1]
    np.testing.assert_allclose(half, [(2.5 - 7 / 3) / deviation, 0, 1, 0])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"x": "1"}, "a value of colour is missing"),
        ({"x": "much", "colour": "red"}, "x is a number such as 2.5; got 'much'"),
        ({"x": 1e300, "colour": "red"}, "x is a number such as 2.5; got '1e+300'"),
        ({"x": float("inf"), "colour": "red"}, "x is a number such as 2.5; got 'inf'"),
        ({"x": 1, "colour": "pink"}, "colour is one of blue, red; got 'pink'"),
        ({"x": 1, "colour": ""}, "colour is one of blue, red; got nothing"),
    ],
)
def test_a_row_that_cannot_be(table: Written, values: dict[str, str | float | None], sentence: str) -> None:
    rows = prepared(table("x,colour,y\n1,red,0\n2,blue,1\n3,red,0\n4,blue,1\n"), "y", test=0)
    with pytest.raises(DataError) as refused:
        prepare_row(rows, values)
    assert refused.value.reason == sentence


def test_any_choice_is_rows_or_a_sentence(table: Written) -> None:
    rng = np.random.default_rng(0)
    cells = ["", "1", "2", "2.5", "x", "y", "NA", "-3e9", "z"]
    done = 0
    for _ in range(300):
        width, height = rng.integers(1, 6), rng.integers(1, 12)
        lines = [",".join(rng.choice(cells[: rng.integers(3, 10)], width)) for _ in range(height)]
        try:
            read = table(",".join("abcde"[:width]) + "\n" + "\n".join(lines))
            rows = prepared(read, rng.choice(read.names), test=float(rng.choice([0, 0.2, 0.9])), seed=int(width))
        except DataError:
            continue
        done += 1
        assert np.isfinite(rows.training.inputs).all()
        assert np.isfinite(rows.test.inputs).all()
        assert len(rows.training) + len(rows.test) <= len(read)
        assert all(note.endswith(".") for note in rows.notes)
        for given in rows.inputs:
            if isinstance(given, NumberInput):
                column = read.column(given.name)
                assert isinstance(column, NumberColumn)
        numbers = [i for i, name in enumerate(rows.names) if "=" not in name]
        inputs = rows.training.inputs[:, numbers]
        full = [i for i in range(len(numbers)) if (inputs[:, i] != 0).all()]
        np.testing.assert_allclose(inputs[:, full].mean(axis=0), 0, atol=1e-9)
        np.testing.assert_allclose(inputs[:, full].std(axis=0), 1, atol=1e-9)
    assert done > 50
