"""``dl-tutor table``: what a table has, and how to train on it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tutor.cli import main
from tutor.resources import data_folder

MIXED = (
    "id;size;colour;empty;same;price\n1;1,5;red;;x;10,5\n2;2,5;blue;;x;11\n3;;red;;x;12\n4;4;?;;x;9,5\n5;5;blue;;x;\n"
    "6;7,5;red;;x;30\n7;7,5;red;;x;31\n8;7,5;red;;x;32\n"
)


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    file = tmp_path / "mixed.csv"
    file.write_text(MIXED)
    return str(file)


def test_iris(capsys: pytest.CaptureFixture[str]) -> None:
    file = data_folder() / "tables" / "iris.csv"
    assert main(["table", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: 150 rows, 5 columns",
        "  sepal length  number  4.3 to 7.9, mean 5.843",
        "  sepal width   number  2 to 4.4, mean 3.057",
        "  petal length  number  1 to 6.9, mean 3.758",
        "  petal width   number  0.1 to 2.5, mean 1.199",
        "  species       words   3 different: setosa 50, versicolor 50, virginica 50",
        "Target: species, 3 classes, rows to train on + to test with: "
        "setosa 40 + 10, versicolor 40 + 10, virginica 40 + 10",
        "4 inputs: sepal length, sepal width, petal length, petal width",
        "The axes are the first two principal components of 4 inputs: they show 74% and 22% of the variance, 96% "
        "together; in the plane, the others are at their mean.",
        "To train on it: 4 inputs, hidden layers, 3 outputs (softmax), the loss sparse_categorical_crossentropy.",
        "To beat: always setosa is right in 33% of the test rows, 10 of 30.",
    ]


def test_everything_that_is_not_as_it_should_be(mixed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", mixed]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1:7] == [
        "  id      number  1 to 8, mean 4.5",
        "  size    number  1.5 to 7.5, mean 5.071; 1 missing",
        "  colour  words   2 different: blue 2, red 5; 1 missing",
        "  empty   empty",
        "  same    words   constant: x",
        "  price   number  9.5 to 32, mean 19.43; 1 missing",
    ]
    assert "  Numbers are read with a decimal comma: 1,5 is one and a half." in out
    assert "  1 row without colour is left out, in line 5." in out
    assert "  id is left out: it only numbers the rows." in out
    assert "  same is left out: it is 'x' in all training rows." in out
    assert "To train on it: 2 inputs, hidden layers, 1 output (sigmoid), the loss binary_crossentropy." in out


def test_a_choice_of_one_s_own(mixed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", mixed, "--target", "Price", "--inputs", "colour", "size", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["target"]["name"] == "price"
    assert said["target"]["kind"] == "number"
    # One of the seven rows with a price is held out.
    assert (said["rows"], said["training"], said["test"]) == (8, 6, 1)
    assert said["inputs"][-1] == "size"
    assert said["network"] == {"outputs": 1, "activation": "linear", "loss": "mean_squared_error"}
    assert said["axes"]["names"] == ["component 1", "component 2"]
    assert [column["kind"] for column in said["columns"]] == ["number", "number", "words", "empty", "words", "number"]
    assert [column["missing"] for column in said["columns"]] == [0, 1, 1, 8, 0, 1]
    assert said["columns"][1]["mean"] == pytest.approx((1.5 + 2.5 + 4 + 5 + 3 * 7.5) / 7)
    assert main(["table", mixed, "--target", "price", "--inputs", "colour", "size"]) == 0
    assert "To beat: always the mean has a mean squared error of" in capsys.readouterr().out


def test_another_seed_draws_other_test_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.npz"
    np.savez(file, x=np.arange(40.0).reshape(20, 2), y=np.sin(np.arange(20.0)))
    means = set()
    for seed in ("0", "1", "0"):
        assert main(["table", str(file), "--seed", seed, "--json"]) == 0
        means.add(json.loads(capsys.readouterr().out)["target"]["mean"])
    assert len(means) == 2


def test_a_table_with_nothing_to_learn_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "names.csv"
    file.write_text("name\nAda\nAlan\n")
    assert main(["table", str(file)]) == 0
    out = capsys.readouterr().out
    assert "  name  words  2 different: Ada 1, Alan 1\n" in out
    assert out.endswith("To train on it: there are 2 rows with a target; 4 are the least.\n")
    assert main(["table", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["training"], said["refused"]) == (None, "there are 2 rows with a target; 4 are the least")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/nowhere.csv"], "/nowhere.csv: there is no such file"),
        (["mixed.csv", "--target", "prize"], "there is no column 'prize'; there are id, size, colour"),
        (["mixed.csv", "--inputs", "prize"], "there is no column 'prize'; there are id, size, colour"),
        (["mixed.csv", "--target", "colour", "--as", "number"], "the target colour has words, such as blue, red"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    words: list[str], sentence: str, mixed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(mixed).parent)
    assert main(["table", *words]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""
