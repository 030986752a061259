"""The exercises with Keras: every way to write the right network is right; what is wrong is said by its place."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.course.lessons.lesson import LessonError
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import count, initial_theta, views
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.loading import read_exercise
from tutor.practice.readings.errors import CannotRead
from tutor.practice.readings.keras_model import read_model
from tutor.practice.references import right_for
from tutor.practice.verdict import Verdict
from tutor.training.models import find_model

EXERCISES = read_exercises()
KERAS = [exercise for exercise in EXERCISES if exercise.read == "keras-model"]


def judged(checker: Checker, name: str, *changes: tuple[str, str]) -> Verdict:
    exercise = find_exercise(name, EXERCISES)
    source = exercise.solution
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return checker.check(exercise, source, seed=3)


@pytest.mark.parametrize(
    ("reference", "model", "parameters"),
    [
        # The sources' figures, by hand: inputs·units + units; for Conv2D side·side·channels·filters + filters.
        ("keras_shapes", "shapes-mlp", 25 * 25 + 25 + 25 * 20 + 20 + 20 * 15 + 15 + 15 * 10 + 10 + 10 * 5 + 5),
        ("keras_dense", "digits-dense", 784 * 784 + 784 + 784 * 32 + 32 + 32 * 10 + 10),
        ("keras_dropout", "digits-mlp", 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10),
        ("keras_cnn", "digits-cnn", 25 * 32 + 32 + 25 * 32 * 64 + 64 + 4 * 4 * 64 * 10 + 10),
        (
            "keras_letters", "letters-cnn",
            144 * 32 + 32 + 36 * 32 * 64 + 64 + 9 * 64 * 128 + 128 + 7 * 7 * 128 * 128 + 128 + 128 * 26 + 26,
        ),
    ],
)  # fmt: skip
def test_the_networks_of_the_sources(reference: str, model: str, parameters: int) -> None:
    assert parameters in (1_700, 640_890, 669_706, 62_346, 958_586)
    ((_, right),) = right_for(reference, {}).returns
    assert right.values["parameters"] == parameters
    (exercise,) = (exercise for exercise in KERAS if exercise.right == reference)
    assert f"{parameters:,} parameters" in exercise.task
    # It is a network that the engine builds, and that answers with confidences.
    spec = find_model(model).spec
    theta = initial_theta(spec)
    assert count(spec) == theta.size == parameters
    rows = np.random.default_rng(0).uniform(0, 1, (2, *spec.input_shape)).astype(spec.dtype)
    answers = forward(spec, views(spec, theta), rows)[output_name(spec)]
    assert answers.shape == (2, spec.output_size)
    assert answers.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_counts_that_are_told_once_it_is_right() -> None:
    def better(name: str) -> str:
        return find_exercise(name, EXERCISES).better

    assert f"{784 * 784 + 784:,}" in better("keras-cnn")
    assert f"{25 * 32 + 32 + 25 * 32 * 64 + 64:,}" in better("keras-cnn")
    assert f"{7 * 7 * 128 * 128 + 128:,}" in better("keras-letters")


def test_what_a_fit_should_be_by_hand() -> None:
    pictures = np.full((20, 28, 28), 51)
    pictures[0, 0, 0] = 255
    ((_, right),) = right_for("keras_fit", {"pictures": pictures, "labels": np.arange(20) % 10}).returns
    (fit,) = right.values["fit"]
    assert (fit["epochs"], fit["batch_size"], fit["rows"], fit["validation_rows"]) == (20, 500, 18, 2)
    # 51/255 is a fifth; one pixel of 15,680 is 1.
    mean = (15_679 * 0.2 + 1) / 15_680
    assert fit["x"] == {"shape": [784], "least": pytest.approx(0.2), "largest": 1.0, "mean": pytest.approx(mean)}
    assert fit["y"] == {"shape": [10], "least": 0.0, "largest": 1.0, "mean": pytest.approx(0.1)}
    ((_, right),) = right_for("keras_logits", {"x": np.full((4, 784), 0.5), "labels": np.array([1, 3, 9, 3])}).returns
    (fit,) = right.values["fit"]
    assert (right.values["loss"], right.values["from_logits"]) == ("sparse_categorical_crossentropy", True)
    assert (right.values["layers"][0]["activation"], right.values["optimizer"]["learning_rate"]) == ("linear", 0.5)
    assert fit["y"] == {"shape": [], "least": 1.0, "largest": 9.0, "mean": 4.0}
    assert (fit["rows"], fit["validation_rows"], fit["batch_size"]) == (4, 0, 128)


@needs_sandbox
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("keras-cnn", [('layers.Conv2D(32, 5, activation="relu")', "layers.Conv2D(32, 5), layers.ReLU()")]),
        ("keras-cnn", [('5, activation="relu")', "5, activation=keras.activations.relu, dilation_rate=1)")]),
        ("keras-cnn", [('layers.Conv2D(32, 5, activation="relu"),\n            layers.MaxPooling2D(2),',
                        'layers.Conv2D(32, 5),\n        layers.MaxPooling2D(2),\n        layers.Activation("relu"),')]),
        ("keras-cnn", [("layers.Flatten()", "layers.Reshape((-1,))")]),
        ("keras-cnn", [("layers.Flatten()", "layers.Flatten(), layers.Flatten()")]),
        ("keras-cnn", [('"sgd"', "keras.optimizers.SGD()")]),
        ("keras-cnn", [('"sgd"', '"SGD"'), ('["accuracy"]', '["acc", "mse"]')]),
        ("keras-cnn", [("            keras.Input((28, 28, 1)),\n            layers.Conv2D(32, 5,",
                        "        layers.Conv2D(32, 5, input_shape=(28, 28, 1), name='first',")]),
        ("keras-cnn", [('"categorical_crossentropy"', "['categorical_crossentropy']")]),
        ("keras-cnn", [('["accuracy"]', '["Accuracy"]')]),
        ("keras-cnn", [('"categorical_crossentropy"', "keras.losses.CategoricalCrossentropy(name='mine')")]),
        ("keras-dense", [("keras.Input((784,))", "keras.Input(shape=784 * [1][0:0] + [784], batch_size=None)")]),
        ("keras-dense", [("keras.Input((784,))", "layers.Flatten(input_shape=(28, 28))")]),
        ("keras-dense", [("keras.Input((784,))", "layers.InputLayer(shape=(784,)), layers.Flatten()")]),
        ("keras-dense", [("    return model", "    model.summary()\n    return model")]),
        ("keras-dropout", [("    model.add(keras.Input((784,)))\n", ""),
                           ("    model.compile", "    model.build((None, 784))\n    model.compile")]),
        ("keras-letters", [("LeakyReLU(0.1)", "LeakyReLU(alpha=0.1)")]),
        ("keras-letters", [('padding="same"))\n        model.add(LeakyReLU(0.1))\n',
                            'padding="same", activation=LeakyReLU(0.1)))\n')]),
        ("keras-letters", [('2, padding="same")', '2, 2, "same")')]),
        ("keras-fit", [("/ 255", ".astype('float32') / 255")]),
        ("keras-fit", [("validation_split=0.1", "validation_split=0.1, verbose=0, callbacks=[]")]),
        ("keras-fit", [("fit(x, y, ", "fit(x[:-(len(x) // 10)], y[:-(len(x) // 10)], "),
                       ("validation_split=0.1", "validation_data=(x[-(len(x) // 10):], y[-(len(x) // 10):])")]),
        ("keras-logits", [("keras.layers.Dense(10)", "keras.layers.Dense(10, 'linear')")]),
        ("keras-logits", [("x, labels, ", "x, labels[:, None], ")]),
    ],
)  # fmt: skip
def test_right_however_it_is_written(checker: Checker, name: str, changes: list[tuple[str, str]]) -> None:
    verdict = judged(checker, name, *changes)
    assert verdict.word == "right", verdict.say


@needs_sandbox
@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("keras-dense", [("Dense(32, ", "Dense(64, ")],
         "model.layers[1].units is 64, and should be 32. It has 666,330 parameters, and should have 640,890."),
        ("keras-cnn", [('Dense(10, activation="softmax")', 'Dense(10, activation="tanh")')],
         "model.layers[5].activation is tanh, and should be softmax."),
        ("keras-cnn", [("        layers.Flatten(),\n", ""), ("MaxPooling2D(2)", "MaxPooling2D(2, padding='same')")],
         "model.layers[1].padding is same, and should be valid. It has 52,746 parameters, and should have 62,346."),
        ("keras-shapes", [('["accuracy"]', '["mse"]')], "model.metrics[0] is mse, and should be accuracy."),
        ("keras-shapes", [('(5, activation="softmax")', '(5, activation="softmax", kernel_regularizer="l2")')],
         "model.layers[8].l2 is 0.01, and should be 0."),
        ("keras-shapes", [("    return model", "    return model.layers")], "What is returned is no model but a list."),
        ("keras-shapes", [("    return model", "    return [model]")], "What is returned is no model but a list."),
        ("keras-shapes", [("    return model", "    return optimizer")], "What is returned is no model but a SGD."),
        ("keras-shapes", [('"relu"', "lambda z: z")], "an activation of the author's own"),
        ("keras-fit", [("epochs=20", "epochs=30")], "model.fit[0].epochs is 30, and should be 20."),
        ("keras-fit", [("epochs=20", "epochs=20, class_weight={0: 2}")],
         "model.fit[0].class_weight is True, and should be False."),
        ("keras-fit", [("/ 255", "/ 127.5 - 1")], "model.fit[0].x.least is −1, and should be 0."),
    ],
)  # fmt: skip
def test_what_no_bug_describes_is_said_by_its_place(
    checker: Checker, name: str, changes: list[tuple[str, str]], said: str
) -> None:
    verdict = judged(checker, name, *changes)
    assert (verdict.word, verdict.bugs) == ("wrong", ())
    assert said in verdict.say


@needs_sandbox
@pytest.mark.parametrize(
    ("name", "change", "line", "said"),
    [
        ("keras-shapes", ("units, activation", "units, activations"), 7, "passed to Dense: {'activations': 'relu'}"),
        ("keras-shapes", ("optimizer=optimizer", "optimiser=optimizer"), 11, "TypeError: Trainer.compile() got an"),
        ("keras-shapes", ('"relu"', '"rleu"'), 7, "ValueError: Could not interpret activation function"),
        ("keras-cnn", ("keras.Input((28, 28, 1))", "keras.Input((8, 8, 1))"), 6, "output size would be zero"),
        ("keras-cnn", ("layers.Flatten()", "layers.GRU(5)"), 13, "keras.layers.GRU is not in the Keras of these"),
        ("keras-fit", ("    return model", "    return model.evaluate(x, y)"), 11, "evaluate needs a trained network"),
        ("keras-fit", ("batch_size=500", "batchsize=500"), 10, "TypeError: Trainer.fit() got an unexpected keyword"),
    ],
)
def test_an_error_of_keras_has_the_learners_line(
    checker: Checker, name: str, change: tuple[str, str], line: int, said: str
) -> None:
    verdict = judged(checker, name, change)
    assert (verdict.word, verdict.line) == ("error", line)
    assert said in verdict.say


@needs_sandbox
def test_a_failure_is_named_for_a_bug_only_if_keras_says_the_same(checker: Checker) -> None:
    """Several slips of a fit end in a ValueError; each has its own sentence."""
    assert judged(checker, "keras-fit", ("keras.utils.to_categorical(labels, 10)", "labels")).bugs == ("class-numbers",)
    assert judged(checker, "keras-fit", ("fit(x, y, ", "fit(y, x, ")).bugs == ("rows-and-labels",)
    other = judged(checker, "keras-fit", ("labels, 10)", "labels, 11)"))
    assert (other.word, other.bugs) == ("error", ())


@needs_sandbox
@pytest.mark.parametrize(
    "body",
    [
        "    return {'class_name': 'Sequential'}",
        "    return {'class_name': 'Sequential', 'config': {'layers': [], 'build_input_shape': [None, 25]}}",
        "    return {'class_name': 'Sequential', 'config': [[]] * 5000}",
        "    return {'class_name': 'Sequential', 'config': {'build_input_shape': [None, 10**18], 'layers': "
        "[{'class_name': 'Dense', 'module': 'keras', 'config': {'units': 10**18}}]}}",
        "    class Any(keras.Model):\n        def plain(self): return open('/etc/passwd')\n    return Any()",
        "    class Any(keras.Sequential):\n        __eq__ = lambda *a: True\n    return Any([keras.Input((25,))])",
        "    keras.layers.Dense.weights_of = lambda *a: 1 / 0\n    return keras.layers.Dense(3)",
        "    keras.Sequential.plain = lambda self: self\n    return keras.Sequential()",
        "    import sys\n    keras.Sequential.plain = lambda self: sys.exit(0)\n    return keras.Sequential()",
    ],
)
def test_a_verdict_cannot_be_forged(checker: Checker, body: str) -> None:
    exercise = find_exercise("keras-shapes", EXERCISES)
    verdict = checker.check(exercise, f"import keras\ndef shapes_network():\n{body}\n")
    assert verdict.word in ("wrong", "error", "bug")


@needs_sandbox
@pytest.mark.parametrize(
    "value", ["np.zeros((2, 3))", "np.float32(1)", "3.5", "[1, [2]]", "'model'", "(1, np.ones(4))"]
)
def test_what_is_no_model_is_a_sentence(checker: Checker, value: str) -> None:
    exercise = find_exercise("keras-shapes", EXERCISES)
    verdict = checker.check(exercise, f"import numpy as np\ndef {exercise.function}():\n    return {value}\n")
    assert verdict.word in ("wrong", "error")
    assert "model" in verdict.say


def test_hostile_values_are_refused_with_a_sentence() -> None:
    """A right description with any part of it replaced by anything: a value, or a sentence, and no other error."""
    layer = {"class_name": "Dense", "module": "keras.layers", "config": {"name": "d", "units": 3, "activation": "relu"}}
    part = {"shape": [4, 2], "least": 0.0, "largest": 1.0, "mean": 0.5}
    fit = {"x": part, "y": part, "batch_size": 1, "epochs": 1, "initial_epoch": 0, "shuffle": True, "validation": None,
           "callbacks": [], "class_weight": False, "sample_weight": False, "steps_per_epoch": None}  # fmt: skip
    described: dict[str, Any] = {
        "class_name": "Sequential", "module": "keras", "fits": [fit],
        "config": {"name": "s", "layers": [layer], "build_input_shape": [None, 2]},
        "compile_config": {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.1}}, "metrics": ["acc"],
                           "loss": {"class_name": "MeanSquaredError", "config": {}}},
    }  # fmt: skip
    assert read_model(described)["parameters"] == 9
    hostile = (None, -1, 10**400, math.nan, "\x1b[2J", [], {}, [[]], np.zeros(3), {"class_name": []}, True, [{}] * 9)
    tried = 0
    for path in paths(described):
        for value in hostile:
            tried += 1
            assert 10 < len(sentence_of(replaced(described, path, value))) < 700
    assert tried > 400


def test_a_model_of_very_many_layers_is_not_read() -> None:
    """Each ReLU is moved past all the dropouts before it, which takes time by the square of their number."""
    layers = [{"class_name": kind, "module": "keras.layers", "config": {"name": "d", **config}}
              for kind, config in (("Dropout", {"rate": 0.5}), ("ReLU", {})) for _ in range(5_000)]  # fmt: skip
    described = {"class_name": "Sequential", "module": "keras", "compile_config": None}
    with pytest.raises(CannotRead, match="The model has 10,000 layers; at most 1,000 are read"):
        read_model({**described, "config": {"layers": layers, "build_input_shape": [None, 2]}})
    few = {"layers": layers[4_900:5_100], "build_input_shape": [None, 2]}
    assert read_model({**described, "config": few})["layers"][0]["kind"] == "Activation"


def sentence_of(described: Any) -> str:
    """What is said of it; where it can be read, in place of that."""
    try:
        return str(sorted(read_model(described)))
    except CannotRead as reason:
        return str(reason)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(each for key, part in entries for each in paths(part, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def test_an_unknown_reading_is_told_with_the_known_ones(tmp_path: Path) -> None:
    for file in find_exercise("keras-shapes", EXERCISES).folder.iterdir():
        text = file.read_text(encoding="utf-8").replace('read = "keras-model"', 'read = "keras"')
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(LessonError, match="unknown reading 'keras'; known are keras-model"):
        read_exercise(tmp_path)


@needs_sandbox
def test_a_function_without_inputs_runs_once(checker: Checker) -> None:
    verdict = judged(checker, "keras-shapes", ("    return model", "    print('built')\n    return model"))
    assert (verdict.word, verdict.printed) == ("right", "built\n")
