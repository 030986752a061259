"""A table of one's own in an experiment: prepared once, shown on a plane, named in a token by its contents."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tutor.cli import main
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.reading import read_table
from tutor.engine.layers import Dense
from tutor.engine.validation import SpecError
from tutor.labs.studio import StudioLab
from tutor.studio.building import spec_of, training_data
from tutor.studio.experiment import DataChoice, Experiment, TableChoice
from tutor.studio.problem import problem_of, table_rows
from tutor.studio.token import TokenError, experiment_of, token_of

TABLE = "a;b;colour;price\n" + "".join(
    f"{i},5;{i % 3};{'red' if i % 2 else 'blue'};{10 * i + i % 3}\n" for i in range(20)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def on(file: Path, target: str, loss: str = "categorical_crossentropy") -> Experiment:
    table = TableChoice(read_table(file).content, target, (), file)
    return Experiment(DataChoice("table", test=30, table=table), (Dense(4, "tanh"),), loss)


def test_the_rows_are_the_prepared_ones(file: Path) -> None:
    experiment = on(file, "price", "mean_squared_error")
    rows = prepared(read_table(file), "price", None, 0.3, 0)
    data = training_data(experiment.data, experiment.loss)
    np.testing.assert_array_equal(data.inputs, rows.training.inputs)
    np.testing.assert_array_equal(data.labels[:, 0], rows.training.targets)
    assert spec_of(experiment).input_shape == (len(rows.names),)
    assert spec_of(experiment).last_activation == "linear"
    named = on(file, "colour")
    assert problem_of(named.data).classes == ("blue", "red")
    assert training_data(named.data, named.loss).labels.shape[1] == 2
    assert spec_of(named).last_activation == "softmax"


def test_a_token_names_it_by_its_contents_and_wants_the_file(file: Path, tmp_path: Path) -> None:
    experiment = on(file, "price", "mean_squared_error")
    token = token_of(experiment)
    assert str(tmp_path) not in token
    assert experiment_of(token, file) == experiment
    # As in another process, which has not read the file.
    for known in (table_rows, problem_of, training_data):
        known.cache_clear()
    with pytest.raises(TokenError, match="--data FILE"):
        experiment_of(token)
    other = tmp_path / "other.csv"
    other.write_text(TABLE.replace("red", "green"), encoding="utf-8")
    with pytest.raises(TokenError, match="its contents differ"):
        experiment_of(token, other)


def test_columns_with_any_name(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("x/y,a b~c,ü+%,k\n" + "".join(f"{i},{i * i},{-i},{i % 2}\n" for i in range(12)), encoding="utf-8")
    table = TableChoice(read_table(file).content, "k", ("x/y", "a b~c", "ü+%"), file)
    experiment = Experiment(DataChoice("table", table=table), (), "categorical_crossentropy")
    assert token_of(experiment).isascii()
    assert experiment_of(token_of(experiment), file) == experiment


def test_the_lab_shows_it_and_keeps_it(file: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(on(file, "colour"))
    for _ in range(3):
        lab.press("epoch")
    for name in lab.readout_names():
        lab.read(name)
    assert "principal components" in str(lab.lookup("axes"))
    copy = lab.twin()
    assert copy.lookup("token") == lab.lookup("token")
    assert copy.read("map") == lab.read("map")


def test_iris_is_learned_and_its_map_shows_the_class_that_is_chosen() -> None:
    lab = StudioLab()
    lab.set("preset", "iris")
    for _ in range(60):
        lab.press("epoch")
    assert float(lab.lookup("right[test]")) > 85
    maps = []
    for answer in (1, 2, 3):
        lab.set("answer_class", answer)
        picture = lab.read("map")
        maps.append(np.array(picture.tiles[0].values))  # type: ignore[union-attr]
    np.testing.assert_allclose(sum(maps), 1.0, atol=1e-6)


def test_a_table_that_is_gone_or_no_table_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = DataChoice("table", table=TableChoice("0" * 12, "", (), tmp_path / "gone.csv"))
    with pytest.raises(SpecError, match="there is no such file"):
        problem_of(missing)
    assert main(["studio", "--data", str(tmp_path / "gone.csv"), "--json"]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert main(["studio", "--target", "x", "--json"]) == 2
    assert "--data FILE" in capsys.readouterr().err


def test_the_command_replays_to_the_last_bit(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    experiment = on(file, "price", "mean_squared_error").at(17)
    found = []
    for _ in range(2):
        assert main(["studio", token_of(experiment), "--data", str(file), "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert found[0]["step"] == 17
    assert float.fromhex(found[0]["loss_bits"]) == found[0]["loss"]
    assert main(["studio", "dlt1:nonsense"]) == 2
    assert "the token" in capsys.readouterr().err
