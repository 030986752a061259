"""``dl-tutor studio`` without a screen: what a token says, as numbers, as a network and as curves."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tutor.cli import main
from tutor.studio.building import spec_of
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import replayed
from tutor.studio.token import token_of
from tutor.training.saved.model_file import load_network

SPIRAL = PRESETS["spiral"].at(55)


def test_the_network_at_the_moment_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "spiral.net"
    assert main(["studio", token_of(SPIRAL), "--out", str(file)]) == 0
    found = load_network(file)
    assert found.spec == spec_of(SPIRAL)
    np.testing.assert_array_equal(found.theta, replayed(SPIRAL).checkpoint.engine.theta)
    rows = tmp_path / "rows.npy"
    np.save(rows, np.array([[1.0, 2.0]], dtype="float32"))
    capsys.readouterr()
    assert main(["predict", str(file), str(rows), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_network_is_written_for_keras_too(tmp_path: Path) -> None:
    file = tmp_path / "spiral.keras"
    assert main(["studio", token_of(SPIRAL), "--out", str(file)]) == 0
    assert main(["import", str(file), "--out", str(tmp_path / "again.net")]) == 0
    found = load_network(tmp_path / "again.net")
    assert found.spec.layers == spec_of(SPIRAL).layers
    np.testing.assert_array_equal(found.theta, replayed(SPIRAL).checkpoint.engine.theta)


def test_the_curves_are_written(tmp_path: Path) -> None:
    file = tmp_path / "curves.csv"
    assert main(["studio", token_of(SPIRAL), "--out", str(file)]) == 0
    with file.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert [float(row["loss"]) for row in rows] == [record.loss for record in replayed(SPIRAL).records]
    assert list(rows[0]) == ["epoch", "loss", "val_loss"]
    assert main(["studio", token_of(PRESETS["iris"].at(14)), "--out", str(file)]) == 0
    with file.open(encoding="utf-8") as text:
        assert "val_accuracy" in next(csv.DictReader(text))


def test_another_ending_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studio", token_of(SPIRAL), "--out", str(tmp_path / "x.txt")]) == 2
    assert ".net" in capsys.readouterr().err
    assert main(["studio", token_of(SPIRAL), "--out", str(tmp_path / "absent" / "x.net")]) == 2
    assert not (tmp_path / "absent").exists()


def test_rows_in_the_place_of_a_token_are_told_where_they_belong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["studio", str(rows), "--json"]) == 2
    assert f"--data {rows}" in capsys.readouterr().err


def test_a_run_that_stopped_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    wild = PRESETS["slope"].edited("rate", 100).at(50)
    assert main(["studio", token_of(wild), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["step"] < 50
    assert "learning rate" in said["stopped"]
