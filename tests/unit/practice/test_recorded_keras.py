"""What stands for Keras in the runner, against Keras itself: the same networks, the same counts, the same errors."""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.keras_process import KerasProcess
from tests.unit.practice.conftest import needs_sandbox
from tests.unit.practice.keras_snippets import ELSEWHERE, PROLOGUE, RIGHT, WRONG
from tutor.practice.readings.errors import CannotRead
from tutor.practice.readings.keras_model import read_model
from tutor.practice.runner.client import Runner
from tutor.practice.runner.recorded_keras import MODULES, elsewhere
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras

PARITY = Path(__file__).with_name("keras_parity.py")


@pytest.fixture(autouse=True)
def _recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """``import keras`` finds the recorded one."""
    for name, module in MODULES.items():
        monkeypatch.setitem(sys.modules, name, module)


def left(snippet: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(PROLOGUE + snippet, names)
    return names


def real(keras_process: KerasProcess, tmp_path: Path, snippets: tuple[str, ...]) -> list[dict[str, Any]]:
    asked = tmp_path / "asked.json"
    asked.write_text(json.dumps({"prologue": PROLOGUE, "snippets": snippets}), encoding="utf-8")
    return keras_process.lines(PARITY, asked)


@pytest.mark.tensorflow
def test_the_same_networks_as_in_keras(keras_process: KerasProcess, tmp_path: Path) -> None:
    """By Keras's own JSON, read as a learner's model is; and its counts and its table."""
    found = real(keras_process, tmp_path, RIGHT)
    assert len(found) == len(RIGHT)
    for snippet, theirs in zip(RIGHT, found, strict=True):
        assert "described" in theirs, (snippet, theirs)
        model = left(snippet)["model"]
        trained, others = model.count(trained=True), model.count(trained=False)
        assert [trained + others, trained] == theirs["counts"], snippet
        ours = {**model.plain(), "fits": []}
        compiled = theirs["described"]["compile_config"] or None
        assert read(ours) == read({**theirs["described"], "compile_config": compiled}), snippet
        printed = io.StringIO()
        with redirect_stdout(printed):
            model.summary()
        table, *counts = rows_of(printed.getvalue()), *trained_of(printed.getvalue())
        assert table == framed_rows_of(theirs["summary"]), snippet
        assert counts == trained_of(theirs["summary"]), snippet


def read(described: dict[str, Any]) -> Any:
    try:
        return read_model(described)
    except CannotRead as reason:
        return str(reason)


def trained_of(summary: str) -> list[str]:
    """What it says of the parameters that are trained; in the total Keras counts the optimizer's own, too."""
    return [line.strip() for line in summary.splitlines() if line.strip().startswith("Trainable")]


def rows_of(summary: str) -> list[list[str]]:
    """The rows of the table: its columns lie two spaces apart."""
    return [re.split(r"\s{2,}", line) for line in summary.splitlines()[1:] if " params: " not in line]


def framed_rows_of(summary: str) -> list[list[str]]:
    """The rows of Keras's table, in whose cells long texts are broken."""
    rows: list[list[str]] = []
    for line in summary.splitlines():
        cells = [cell.strip() for cell in re.split("[┃│]", line)[1:-1]]
        if cells and cells[-1]:
            rows.append(cells)
        elif cells:
            rows[-1] = [f"{before} {more}".strip() for before, more in zip(rows[-1], cells, strict=True)]
    # After a fit, Keras has the number of the rows in some of the shapes.
    return [[re.sub(r"^\(6,", "(None,", cell) for cell in row] for row in rows]


@pytest.mark.tensorflow
def test_the_same_errors_as_in_keras(keras_process: KerasProcess, tmp_path: Path) -> None:
    for snippet, theirs in zip(WRONG, real(keras_process, tmp_path, WRONG), strict=True):
        assert "error" in theirs, snippet
        with pytest.raises((TypeError, ValueError, AttributeError, IndexError)) as caught:
            left(snippet)
        assert type(caught.value).__name__ == theirs["error"], (snippet, theirs)


@pytest.mark.tensorflow
def test_the_names_that_are_elsewhere_are_those_of_keras(keras_process: KerasProcess) -> None:
    parts = ("layers", "activations", "optimizers", "losses", "metrics", "initializers", "utils")
    program = (
        f"import json, keras\nfor part in {parts}:\n"
        "    print(json.dumps([name for name in dir(getattr(keras, part)) if name[0] != '_']))\n"
    )
    for part, theirs in zip(parts, keras_process.lines(program), strict=True):
        # A later Keras may have more; what is here must be there.
        here = {name for name in vars(MODULES[f"keras.{part}"]) if not name.startswith("_") and name != "schedules"}
        assert here <= set(theirs), (part, here - set(theirs))
        assert len(set(theirs) - getattr(elsewhere, part.upper())) < 20, part


@pytest.mark.parametrize("snippet", WRONG)
def test_a_slip_is_an_error_with_a_sentence(snippet: str) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError, IndexError)) as caught:
        left(snippet)
    assert str(caught.value)


@pytest.mark.parametrize("snippet", ELSEWHERE)
def test_what_is_not_there_is_one_sentence(snippet: str) -> None:
    with pytest.raises(NotInThisKeras) as caught:
        left(snippet)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) > 20


@pytest.mark.parametrize(
    "imports",
    [
        "from tensorflow import keras\nDense, Input, Sequential = keras.layers.Dense, keras.Input, keras.Sequential",
        "import tensorflow as tf\nDense, Input = tf.keras.layers.Dense, tf.keras.Input\n"
        "Sequential = tf.keras.models.Sequential",
        "from tensorflow.keras import layers, models\nDense, Input, Sequential = layers.Dense, layers.Input, "
        "models.Sequential",
        "from keras.layers import Dense, Input\nfrom keras.models import Sequential",
        "import keras.layers\nfrom keras import Input, Sequential\nDense = keras.layers.Dense",
        "import tensorflow.keras.layers as own\nfrom tensorflow.keras.models import Sequential\n"
        "Dense, Input = own.Dense, own.InputLayer",
    ],
)
def test_every_way_to_import_it(imports: str) -> None:
    """3 inputs to 5 units, 5·3 + 5; 5 to 2, 2·5 + 2."""
    names: dict[str, Any] = {}
    exec(f"{imports}\nmodel = Sequential([Input((3,)), Dense(5), Dense(2)])", names)
    assert names["model"].count_params() == 20 + 12


def test_one_hot_rows_from_class_numbers() -> None:
    made = left("rows = keras.utils.to_categorical([2, 0], 3)")["rows"]
    assert made.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert left("rows = keras.utils.to_categorical(np.array([[1], [0]]))")["rows"].tolist() == [[0, 1], [1, 0]]


def test_fit_says_what_it_was_given() -> None:
    model = left("model = fitted(ready(), X, Y, batch_size=4, epochs=3, validation_data=(X[4:], Y[4:]))")["model"]
    (fit,) = model.plain()["fits"]
    assert (fit["batch_size"], fit["epochs"]) == (4, 3)
    assert fit["x"] == {"shape": [6, 4], "least": 0.0, "largest": 1.0, "mean": pytest.approx(0.5)}
    # Both rows for validation are among the six.
    assert (fit["validation"]["x"]["shape"], fit["validation"]["trained_on"]) == ([2, 4], 2)


@needs_sandbox
def test_it_is_there_in_the_restricted_process_and_nothing_of_it_can_be_read_as_a_file(runner: Runner) -> None:
    source = (
        "from tensorflow import keras\ndef f():\n"
        "    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\n"
        "def g():\n    import sys, tensorflow\n    return [m for m in sys.modules if m.startswith('tutor')]\n"
        "def h():\n    import inspect\n    return inspect.getsource(keras.layers.Dense)\n"
        "def i():\n    return keras.layers.Dense(\n        3, activation='rlu')\n"
    )
    value = runner.run(source, "f", [()]).calls[0].value
    assert value["config"]["layers"][1]["config"]["units"] == 2
    assert runner.run(source, "g", [()]).calls[0].value == []
    assert runner.run(source, "h", [()]).calls[0].failure is not None
    failure = runner.run(source, "i", [()]).calls[0].failure
    assert failure is not None
    assert (failure.type, failure.line, failure.distinct) == ("ValueError", 11, True)
