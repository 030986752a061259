"""``dl-tutor map``: every drawing counted, for people and for programs; what it refuses; how it stops."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.cli import main
from tutor.complete_map.drawings import DRAWINGS, number_of
from tutor.complete_map.report import MapWork
from tutor.datasets.shapes import NAMES, training_rows
from tutor.engine.layers import Dense
from tutor.engine.spec import NetworkSpec
from tutor.training.saved.model_file import SavedNetwork, save_network


def saved(path: Path, spec: NetworkSpec, theta: np.ndarray, classes: tuple[str, ...]) -> str:
    save_network(path, SavedNetwork(spec, theta.astype(np.float32), np.zeros(0, np.float32), classes))
    return str(path)


@pytest.fixture
def top_left(tmp_path: Path) -> str:
    """A network that looks at the top left pixel alone: filled is ``yes``, empty is ``no``."""
    spec = NetworkSpec("corner", (25,), (Dense(2, "softmax"),))
    kernel = np.zeros((25, 2))
    kernel[0, 1] = 2
    return saved(tmp_path / "corner.net", spec, np.append(kernel.ravel(), [0, -1]), ("no", "yes"))


def mapped(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["map", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_network_that_looks_at_one_pixel(top_left: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: half of all drawings have the pixel, one flip changes any answer, and all are equally sure: σ(1)."""
    found = mapped(capsys, top_left)
    assert (found["names"], found["counts"]) == (["no", "yes"], [DRAWINGS // 2] * 2)
    sure = 1 / (1 + np.exp(-1))
    assert [row["share"] for row in found["above"]] == [1, 0, 0]
    for row, shape, pixels in zip(found["fewest_flips"], NAMES, training_rows().inputs, strict=True):
        assert (row["shape"], row["class"], row["flips"], row["drawings"]) == (shape, int(pixels[0]), 1, 1)
        assert row["confidence"] == pytest.approx(sure)
        shown = np.array([[sign == "#" for sign in line] for line in row["shown"]["drawing"]], float)
        assert number_of(shown) == number_of(pixels) ^ 1
        # Of each pair of drawings that differ in this pixel alone, one has the other answer.
        assert sum(row["changed"]) == DRAWINGS // 2
    assert found["farthest"] == [None, None]
    assert found["seconds"] > 0


def test_it_is_told_in_sentences(top_left: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", top_left, "--against", top_left]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "all 33,554,432 black-and-white drawings of 5×5 pixels." in lines[0]
    assert "no: 16,777,216 drawings, 50 %." in lines
    assert "With a confidence of at least 0.9: 0 drawings, 0 %." in lines
    place = lines.index(
        "plus is answered no with a confidence of 0.7311: 1 flip, by which 1 of 25 drawings has another answer."
    )
    assert lines[place + 1] == "This one is answered yes with 0.7311; flipped row 1 column 1:"
    assert lines[place + 2 : place + 7] == ["#.#..", "..#..", "#####", "..#..", "..#.."]
    assert any(line.endswith("have the same answer to 33,554,432 drawings, 100 %.") for line in lines)
    assert err == ""


@pytest.fixture(scope="module")
def two_seeds() -> dict[str, Any]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["map", "--seed", "0", "--against", "1", "--json"]) == 0
    return json.loads(out.getvalue())


def test_the_networks_of_the_lesson_agree_on_a_third(two_seeds: dict[str, Any]) -> None:
    assert sum(two_seeds["counts"]) == sum(two_seeds["against"]["counts"]) == DRAWINGS == two_seeds["drawings"]
    pairs = np.array(two_seeds["against"]["pairs"])
    assert pairs.sum(axis=1).tolist() == two_seeds["counts"]
    assert pairs.sum(axis=0).tolist() == two_seeds["against"]["counts"]
    assert int(np.trace(pairs)) == two_seeds["against"]["alike"]
    # As a prototype counted that shared no code with this.
    assert two_seeds["against"]["share"] == pytest.approx(0.353, abs=0.0005)


def test_the_shapes_are_right_and_predict_says_the_same_of_what_fools_it(
    two_seeds: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = [row["shown"] for row in two_seeds["fewest_flips"]] + two_seeds["surest"]
    assert [row["class"] for row in two_seeds["fewest_flips"]] == [0, 1, 2, 3, 4]
    assert all(row["flips"] <= 5 and row["class"] != row["shown"]["class"] for row in two_seeds["fewest_flips"])
    drawings = tmp_path / "drawings.dat"
    lines = (" ".join("1" if sign == "#" else "0" for sign in "".join(one["drawing"])) for one in shown)
    drawings.write_text("\n".join(lines) + "\n")
    network = str(tmp_path / "shapes.net")
    assert main(["train", "shapes-mlp", "--out", network, "--json"]) == 0
    capsys.readouterr()
    assert main(["predict", network, str(drawings), "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["class"] for row in answers] == [one["class"] for one in shown]
    assert [row["confidence"] for row in answers] == pytest.approx([one["confidence"] for one in shown], abs=1e-5)


def test_what_it_refuses(tmp_path: Path, top_left: str, capsys: pytest.CaptureFixture[str]) -> None:
    wide = NetworkSpec("wide", (30,), (Dense(2, "softmax"),))
    three = NetworkSpec("three", (25,), (Dense(3, "softmax"),))
    wide_file = saved(tmp_path / "wide.net", wide, np.zeros(62), ("a", "b"))
    three_file = saved(tmp_path / "three.net", three, np.zeros(78), ("a", "b", "c"))
    for words, says in (
        ([wide_file], f"{wide_file}: a complete map needs a network of 25 pixels, but wide takes 30 numbers"),
        ([top_left, "--against", three_file], "corner has 2 classes and three 3"),
        ([top_left, "--seed", "3"], "give one of the two"),
        (["--against", str(tmp_path / "none.net")], "there is no such file"),
        (["--seed", str(10**30)], "a seed is a whole number"),
    ):
        assert main(["map", *words]) == 2
        out, err = capsys.readouterr()
        assert (out, says in err) == ("", True), err


def test_ctrl_c_stops_it_with_a_sentence(
    top_left: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    go_on = MapWork.go_on

    def interrupted(work: MapWork) -> None:
        nonlocal calls
        calls += 1
        go_on(work)
        if calls == 3:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(MapWork, "go_on", interrupted)
    assert main(["map", top_left, "--json"]) == 130
    out, err = capsys.readouterr()
    assert (out, calls) == ("", 3)
    assert err.startswith("stopped after ")
