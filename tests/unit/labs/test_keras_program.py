"""Digits by Keras's recipe: counts by hand, what begins anew, and that the program runs and learns as much."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.course.covered_drawing import without_covered
from tutor.datasets.digits import ENVIRONMENT, MNIST_ORIGIN, synthetic_file
from tutor.labs.keras_program import recipe as keras_recipe
from tutor.labs.keras_program.lab import KerasProgramLab
from tutor.labs.keras_program.rows import file_of
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Code, Covered, Graph, Picture
from tutor.training.run import start_inline

SETTINGS = [
    {},
    {"labels": "class numbers"},
    {"ends": "logits", "filters": 2, "dropout": 0.2, "optimizer": "Adam"},
    {"ends": "logits", "labels": "class numbers", "second_units": 9, "optimizer": "RMSprop", "pixels": "0 to 255"},
]


@pytest.fixture(autouse=True)
def _only_what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.fixture
def lab() -> KerasProgramLab:
    return KerasProgramLab()


def with_settings(lab: KerasProgramLab, settings: dict[str, object]) -> KerasProgramLab:
    for name, value in settings.items():
        lab.set(name, value)
    return lab


def test_counts_by_hand(lab: KerasProgramLab) -> None:
    assert lab.lookup("flat") == 28 * 28
    assert lab.lookup("parameters") == (784 * 32 + 32) + (32 * 10 + 10)
    assert why(lab, "layer_parameters[dense]").numbers == "784·32 + 32"
    assert why(lab, "flat").numbers == "28·28·1"
    # 26·26 after a 3×3 window, halved to 13·13, 2 filters.
    with_settings(lab, {"filters": 2, "dropout": 0.25})
    assert [row[0] for row in rows(lab)] == ["conv2d", "max_pooling2d", "flatten", "dense", "dropout", "dense_1"]
    assert lab.lookup("flat") == 13 * 13 * 2
    assert lab.lookup("summary[conv2d][parameters]") == 2 * (3 * 3 * 1 + 1)


@pytest.mark.parametrize(("held_back", "batch", "steps"), [(200, 32, 25), (200, 33, 25), (200, 31, 26), (50, 950, 1)])
def test_steps_are_of_the_rows_that_are_trained_on(
    lab: KerasProgramLab, held_back: int, batch: int, steps: int
) -> None:
    with_settings(lab, {"held_back": held_back, "batch_size": batch})
    assert lab.lookup("train_rows") == 1000 - held_back
    assert lab.lookup("steps") == steps


def test_it_learns_and_is_tested_on_rows_of_its_own(lab: KerasProgramLab) -> None:
    before = lab.lookup("test_accuracy")
    lab.press("finish")
    test = np.load(synthetic_file())
    p = [with_settings(lab, {"digit": i}).lookup("said") for i in range(40)]
    right = [said == test["y_test"][i] for i, said in enumerate(p)]
    assert float(before) < 0.3 < 0.7 < float(lab.lookup("test_accuracy"))
    assert np.mean(right) > 0.7
    assert lab.lookup("right") == round(float(lab.lookup("test_accuracy")) * 500)


def test_finish_trains_once_and_fit_again_goes_on(lab: KerasProgramLab) -> None:
    with_settings(lab, {"epochs": 2})
    for _ in range(2):
        lab.press("finish")
    assert lab.lookup("status") == "trained for 2 epochs"
    lab.press("fit")
    assert lab.lookup("status") == "trained for 4 epochs"


@pytest.mark.parametrize(("name", "value"), [("pixels", "0 to 255"), ("first_units", 9), ("rows", 500), ("seed", 1)])
def test_what_changes_the_weights_begins_anew_and_says_so(lab: KerasProgramLab, name: str, value: object) -> None:
    with_settings(lab, {"epochs": 1}).press("finish")
    assert lab.at_stake(name) == "1 epoch of training"
    lab.set(name, value)
    assert lab.lookup("status") == "untrained"


@pytest.mark.parametrize(("name", "value"), [("ends", "logits"), ("labels", "class numbers"), ("epochs", 9)])
def test_what_changes_the_program_alone_keeps_the_weights(lab: KerasProgramLab, name: str, value: object) -> None:
    with_settings(lab, {"epochs": 1}).press("finish")
    accuracy = lab.lookup("test_accuracy")
    assert not lab.at_stake(name)
    lab.set(name, value)
    assert lab.lookup("test_accuracy") == accuracy != 0.1


def test_a_kept_lab_goes_on_where_it_was(lab: KerasProgramLab) -> None:
    with_settings(lab, {"optimizer": "Adam", "learning_rate": 0.003, "epochs": 1}).press("finish")
    other = KerasProgramLab()
    other.restore(lab.state())
    assert other.get("learning_rate") == 0.003
    for name in ("test_accuracy", "val_accuracy", "status", "answer"):
        assert other.read(name) == lab.read(name), name


def test_digits_are_waited_for_and_the_order_is_kept(tmp_path: Path) -> None:
    def painted(*args: object) -> object:
        return start_inline(*args)  # type: ignore[arg-type]

    lab = KerasProgramLab(painted)  # type: ignore[arg-type]
    lab._loading.wait()
    lab._loading.data, data = None, lab._loading.data
    lab.press("fit")
    for name in lab.readout_names():
        assert lab.read(name).name == name
    for name in ("right", "truth", "answer[3]"):
        assert math.isnan(float(lab.lookup(name)))
    with pytest.raises(ControlError, match="a moment"):
        lab.press("write")
    lab._loading.data = data
    for name in ("right", "truth", "answer[3]"):
        assert math.isfinite(float(lab.lookup(name)))
    assert "loading" not in source(lab, "keras") + source(lab, "fit_lines")
    assert lab.poll()
    assert lab.lookup("status") == "trained for 5 epochs"


def test_whatever_is_done_the_readouts_are_those_of_the_lab_as_it_stands(lab: KerasProgramLab) -> None:
    lab.set("epochs", 1)
    names = ("answer", "test_loss", "right", "val_accuracy", "accuracy_curve", "steps", "prepared", "summary", "keras")
    actions = (
        lambda: lab.press("fit"), lambda: lab.press("fit"), lambda: lab.set("digit", 3), lambda: lab.set("rows", 400),
        lambda: lab.press("fit"), lambda: lab.set("pixels", "0 to 255"), lambda: lab.set("first_units", 9),
        lambda: lab.press("finish"), lambda: lab.set("labels", "class numbers"), lambda: lab.press("reset"),
    )  # fmt: skip
    for action in actions:
        before = [repr(lab.read(name)) for name in names]
        action()
        fresh = lab.twin()
        assert [repr(lab.read(name)) for name in names] == [repr(fresh.read(name)) for name in names] != before


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_part_stands_in_the_program_and_fits_beside_a_step(
    lab: KerasProgramLab, settings: dict[str, object]
) -> None:
    with_settings(lab, settings)
    file = lab.new_file("write")
    assert file is not None
    assert file.text == source(lab, "program")
    for name in (*keras_recipe.LINES, "program"):
        for line in source(lab, name).splitlines():
            assert line in file.text
            assert len(line) <= 42
    assert lab.new_file("reset") is None


def test_a_path_of_any_characters_is_read_back() -> None:
    file = '/a "b"\\c/' + "dígitos " * 9 + "\n.npz"
    lab = KerasProgramLab()
    lines = keras_recipe.load(replace(lab._recipe(), file=file))
    told: list[str] = []

    class Numpy:
        def load(self, path: str) -> dict[str, list[int]]:
            told.append(path)
            return {key: [1] for key in ("x_train", "y_train", "x_test", "y_test")}

    exec(lines, {"np": Numpy()})
    assert told == [file]


def test_digits_that_the_program_could_not_load_are_not_used(
    lab: KerasProgramLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with np.load(synthetic_file()) as arrays:
        shipped = dict(arrays)
    other = tmp_path / "other.npz"
    np.savez(other, images=shipped["x_train"], labels=shipped["y_train"])
    monkeypatch.setenv(ENVIRONMENT, str(other))
    data = lab._needed()
    assert data.origin.startswith("synthetic digits")
    (said,) = data.left_out
    assert said.startswith("other.npz: the program loads x_train, y_train")
    assert file_of(data) == str(synthetic_file())
    np.savez(other, **{name: array[:40] for name, array in shipped.items()})
    assert KerasProgramLab()._needed().origin == "digits of other.npz, 40 + 40"


def test_where_keras_has_the_digits_it_loads_them_itself(lab: KerasProgramLab, tmp_path: Path) -> None:
    data = lab._needed()
    assert file_of(data) == str(synthetic_file())
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").touch()
    assert file_of(replace(data, origin=MNIST_ORIGIN)) is None
    assert file_of(replace(data, left_out=("it cannot be read",))) == str(synthetic_file())
    keras = SimpleNamespace(datasets=SimpleNamespace(mnist=SimpleNamespace(load_data=lambda: (("abc", "def"), "gh"))))
    names = {"keras": keras}
    exec(keras_recipe.load(replace(lab._recipe(), file=None, rows=2, test_rows=1)), names)
    assert (names["x"], names["y"], names["x_test"], names["y_test"]) == ("ab", "de", "g", "h")


@pytest.mark.tensorflow
@pytest.mark.parametrize("settings", SETTINGS)
def test_the_program_runs_by_itself_and_learns_what_the_lab_learns(
    lab: KerasProgramLab, settings: dict[str, object], tmp_path: Path, keras_process: KerasProcess
) -> None:
    with_settings(lab, settings).press("finish")
    told = "".join(f"print('{name}', {name}.shape, {name}.dtype, {name}.max())\n" for name in ARRAYS)
    text = source(lab, "program")
    before = text.index("# The network")
    (tmp_path / "program.py").write_text(text[:before] + told + text[before:], encoding="utf-8")
    if not settings:
        # As a learner runs it; the others where Keras is loaded already.
        words = [sys.executable, "program.py"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    else:
        done = keras_process.run(tmp_path / "program.py")
    assert done.returncode == 0, done.stderr[-2000:]
    found = re.search(r"test accuracy ([0-9.]+)", done.stdout)
    assert found is not None
    # Keras draws its own weights and order.
    assert float(found[1]) == pytest.approx(float(lab.lookup("test_accuracy")), abs=0.12)
    assert (tmp_path / "digits.keras").is_file()
    for name in ARRAYS:
        line = next(line for line in done.stdout.splitlines() if line.startswith(name + " "))
        shape, dtype, largest = (lab.lookup(f"prepared[{name}][{what}]") for what in ("shape", "dtype", "largest"))
        assert shape in line
        assert float(line.split()[-1]) == largest
        assert dtype == "integers" or dtype in line


RUN = """
    import contextlib, json, pathlib, sys
    import numpy as np
    from tutor.training.keras_program import run_program
    folder = pathlib.Path(sys.argv[1])
    source, results = json.loads((folder / "asked.json").read_text())
    with contextlib.redirect_stdout(sys.stderr):
        found = run_program(source, results, dict(np.load(folder / "given.npz")))
    np.savez(folder / "found.npz", **found)
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize("settings", SETTINGS)
def test_keras_with_the_labs_weights_gives_the_labs_numbers(
    lab: KerasProgramLab, settings: dict[str, object], tmp_path: Path, keras_process: KerasProcess
) -> None:
    with_settings(lab, {**settings, "epochs": 2}).press("finish")
    program = lab.keras_program()
    np.savez(tmp_path / "given.npz", **program.given)
    (tmp_path / "asked.json").write_text(json.dumps([program.source, dict(program.results)]))
    assert keras_process.lines(RUN, tmp_path) == []
    found = np.load(tmp_path / "found.npz")
    for name in ("test_loss", "test_accuracy", "parameters"):
        assert float(found[name]) == pytest.approx(float(lab.lookup(name)), rel=1e-5)
    ours = [float(lab.lookup(f"answer[{i}]")) for i in range(10)]
    assert found["answer"].ravel() == pytest.approx(ours, abs=1e-5)
    assert 0 <= float(found["val_accuracy"]) <= 1


ARRAYS = ("x_train", "y_train", "x_val", "y_val", "x_test", "y_test")


def source(lab: KerasProgramLab, name: str) -> str:
    readout = lab.read(name)
    assert isinstance(readout, Code)
    return readout.source


def rows(lab: KerasProgramLab) -> tuple[tuple[str | float, ...], ...]:
    return lab.read("summary").rows  # type: ignore[union-attr]


def bars(lab: KerasProgramLab, name: str) -> dict[str, tuple[float, ...]]:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    return {panel.label: panel.values for panel in readout.panels}


def picture(lab: KerasProgramLab, name: str) -> Picture:
    readout = lab.read(name)
    assert isinstance(readout, Picture)
    return readout


def test_the_graph_has_the_sizes_of_the_layers_and_their_parameters_between(lab: KerasProgramLab) -> None:
    with_settings(lab, {"filters": 2, "first_units": 45, "dropout": 0.25})
    net = lab.read("net")
    assert isinstance(net, Graph)
    # 26·26 after a 3×3 window in 2 filters, halved, flattened.
    sizes = {node.label: node.value for column in net.columns for node in column}
    assert sizes == {
        "input": 784, "conv2d": 26 * 26 * 2, "max_pooling2d": 13 * 13 * 2, "flatten": 13 * 13 * 2, "dense": 45,
        "dropout": 45, "dense_1": 10,
    }  # fmt: skip
    between = {edge.target: edge.weight for edge in net.edges if edge.weight is not None}
    assert between == {"conv2d": 2 * (3 * 3 + 1), "dense": (338 + 1) * 45, "dense_1": (45 + 1) * 10}


def test_a_covered_summary_is_covered_in_the_graph(lab: KerasProgramLab) -> None:
    net = lab.read("net")
    assert isinstance(net, Graph)
    seen = without_covered(net, lab, ("summary",))
    assert isinstance(seen, Graph)
    assert [isinstance(edge.weight, Covered) for edge in seen.edges] == [False, True, True]
    assert [column[0].value for column in seen.columns] == [784, 784, 32, 10]


def test_the_first_digits_are_drawn_with_their_classes(lab: KerasProgramLab) -> None:
    digits = np.load(synthetic_file())
    drawn = picture(lab, "samples")
    assert [tile.label for tile in drawn.tiles] == [f"y: {label}" for label in digits["y_train"][:3]]
    assert drawn.label.startswith("x (1000, 28, 28)")
    first = picture(lab, "first").tiles[0]
    assert np.array_equal(first.values, digits["x_train"][0])
    # The frame holds 392 numbers.
    assert first.window is not None
    assert first.window[2] * first.window[3] == 392


def test_sums_of_bytes_are_255_times_those_of_scaled_pixels(lab: KerasProgramLab) -> None:
    scaled = next(iter(bars(lab, "first_sums").values()))
    lab.set("pixels", "0 to 255")
    assert next(iter(bars(lab, "first_sums").values())) == pytest.approx([255 * z for z in scaled], rel=1e-4)
    assert len(scaled) == 8


@pytest.mark.parametrize("digit", [0, 7])
def test_the_target_is_a_row_or_a_class_number_beside_p(lab: KerasProgramLab, digit: int) -> None:
    lab.set("digit", digit)
    right = int(np.load(synthetic_file())["y_test"][digit])
    row = tuple(float(place == right) for place in range(10))
    assert bars(lab, "target")["y"] == row
    assert bars(lab, "compared")["y"] == row
    lab.set("labels", "class numbers")
    assert bars(lab, "compared")["y"] == (right,)
    assert sum(bars(lab, "compared")["p"]) == pytest.approx(1, abs=1e-5)
    drawn = bars(lab, "logit_bars")
    powers = np.exp(drawn["logits"])
    assert drawn["p"] == pytest.approx(powers / powers.sum(), abs=1e-5)


def test_rows_are_drawn_as_fit_divides_them(lab: KerasProgramLab) -> None:
    with_settings(lab, {"rows": 1500, "held_back": 300, "batch_size": 64})
    assert bars(lab, "rows_bars")["rows"] == (1200, 300, 64)
    assert bars(lab, "rows_and_parameters")["how many"] == (1200, 25450)


def test_both_accuracies_are_drawn_and_covered_where_they_are_asked_for(lab: KerasProgramLab) -> None:
    lab.press("finish")
    both = (lab.lookup("training_accuracy"), lab.lookup("val_accuracy"))
    assert bars(lab, "rows_and_parameters")["accuracy"] == both
    readout = lab.read("rows_and_parameters")
    assert isinstance(readout, Bars)
    seen = without_covered(readout, lab, ("training_accuracy", "val_accuracy"))
    assert isinstance(seen, Bars)
    assert [isinstance(panel.values[0], Covered) for panel in seen.panels] == [False, True]


def test_the_digits_that_it_gets_wrong_are_its_first_mistakes(lab: KerasProgramLab) -> None:
    lab.press("finish")
    right = np.load(synthetic_file())["y_test"]
    expected = []
    for i in range(500):
        said = int(with_settings(lab, {"digit": i}).lookup("said"))
        if said != right[i]:
            expected.append(f"{right[i]}, said {said}")
        if len(expected) == 3:
            break
    assert [tile.label for tile in picture(lab, "mistakes").tiles] == expected


def test_the_weights_are_drawn_as_means_of_four_and_those_of_filters_as_they_are(lab: KerasProgramLab) -> None:
    kernel = lab.recorded().arrays["dense.kernel"].reshape(28, 28, 32)
    tile = picture(lab, "weights").tiles[1]
    assert np.shape(tile.values) == (14, 14)
    assert tile.values[3][5] == pytest.approx(kernel[6:8, 10:12, 1].mean(), abs=1e-4)
    with_settings(lab, {"filters": 3})
    kernel = lab.recorded().arrays["conv2d.kernel"]
    drawn = picture(lab, "weights")
    assert len(drawn.tiles) == 3
    assert drawn.tiles[2].values[1] == pytest.approx(kernel[1, :, 0, 2], abs=1e-4)
