"""A whole Keras program for the digits, part by part: from loading them to predicting one.

Every line has at most 42 characters, so that it fits beside a step at 80 columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tutor.datasets.digits import NAMES, SIDE
from tutor.engine.layers import Conv2D, Dense, Dropout, LayerSpec
from tutor.engine.spec import NetworkSpec

LOSSES = {"one-hot": "categorical_crossentropy", "class numbers": "sparse_categorical_crossentropy"}
LOSS_CLASSES = {"one-hot": "CategoricalCrossentropy", "class numbers": "SparseCategoricalCrossentropy"}
_PATH_PIECE = 30


@dataclass(frozen=True)
class Recipe:
    """The parameters of a program.

    ``spec`` ends in softmax; with ``from_logits`` the program omits it and tells the loss. ``file`` is the digits'
    ``.npz`` file, None if Keras provides them. The last ``held_back`` of the first ``rows`` training digits are for
    validation. ``digit`` is the row of x_test to predict.
    """

    spec: NetworkSpec
    file: str | None
    rows: int
    held_back: int
    test_rows: int
    scaled: bool
    labels: str
    from_logits: bool
    learning_rate: float
    batch_size: int
    epochs: int
    digit: int


def loss_of(recipe: Recipe) -> str:
    """The loss for ``compile``: its name, or its class for logits."""
    return (LOSS_CLASSES if recipe.from_logits else LOSSES)[recipe.labels]


def start(recipe: Recipe) -> str:
    """The imports, and the seed of Keras's own weights, order and dropout."""
    return f"""\
import keras
import numpy as np

keras.utils.set_random_seed({recipe.spec.seed})
"""


def load(recipe: Recipe) -> str:
    """Read the digits, and keep the first rows."""
    rows, test_rows = recipe.rows, recipe.test_rows
    if recipe.file is None:
        return f"""\
(x, y), (x_test, y_test) = (
    keras.datasets.mnist.load_data())
x = x[:{rows}]
y = y[:{rows}]
x_test = x_test[:{test_rows}]
y_test = y_test[:{test_rows}]
"""
    file = recipe.file
    pieces = [file[i : i + _PATH_PIECE] for i in range(0, len(file), _PATH_PIECE)]
    path = "\n".join(f"    {json.dumps(piece, ensure_ascii=False)}" for piece in pieces)
    return f"""\
digits = np.load(
{path})
x = digits["x_train"][:{rows}]
y = digits["y_train"][:{rows}]
x_test = digits["x_test"][:{test_rows}]
y_test = digits["y_test"][:{test_rows}]
"""


def reshape(_: Recipe) -> str:
    """Give every picture its axis of channels."""
    return f"""\
x = x.reshape(-1, {SIDE}, {SIDE}, 1)
x_test = x_test.reshape(-1, {SIDE}, {SIDE}, 1)
"""


def scale(recipe: Recipe) -> str:
    """Convert bytes to numbers from 0 to 1, or to floats without scaling."""
    divided = " / 255" if recipe.scaled else ""
    return f"""\
x = x.astype("float32"){divided}
x_test = x_test.astype("float32"){divided}
"""


def labels(recipe: Recipe) -> str:
    """Convert classes to one-hot rows, or do nothing."""
    if recipe.labels != "one-hot":
        return "# y stays as it is: class numbers.\n"
    return f"""\
y = keras.utils.to_categorical(y, {len(NAMES)})
y_test = keras.utils.to_categorical(
    y_test, {len(NAMES)})
"""


def hold_back(recipe: Recipe) -> str:
    """Split off the validation rows."""
    n = recipe.held_back
    return f"""\
x_train, x_val = x[:-{n}], x[-{n}:]
y_train, y_val = y[:-{n}], y[-{n}:]
"""


def model(recipe: Recipe) -> str:
    """The network, layer after layer."""
    *hidden, last = recipe.spec.layers
    assert isinstance(last, Dense)
    lines = [*map(_call, hidden), f"Dense({last.units})" if recipe.from_logits else _call(last)]
    layers = "\n".join(f"    keras.layers.{line}," for line in lines)
    return f"net = keras.Sequential([\n    keras.Input({recipe.spec.input_shape}),\n{layers}\n])\n"


def compile_(recipe: Recipe) -> str:
    """Optimizer, loss, what to report."""
    loss = loss_of(recipe)
    first = f"from keras.losses import (\n    {loss})\n" if recipe.from_logits else ""
    written = f"{loss}(\n        from_logits=True)" if recipe.from_logits else f'(\n        "{loss}"\n    )'
    return f"""\
{first}net.compile(
    optimizer=keras.optimizers.{type(recipe.spec.optimizer).__name__}(
        {recipe.learning_rate:g}),
    loss={written},
    metrics=["accuracy"])
"""


def fit(recipe: Recipe) -> str:
    """Train, with validation after every epoch."""
    return f"""\
history = net.fit(
    x_train, y_train,
    batch_size={recipe.batch_size},
    epochs={recipe.epochs},
    validation_data=(x_val, y_val))
"""


def curve(_: Recipe) -> str:
    """Print the result of ``fit``: a list for each curve, with an entry for each epoch."""
    return """\
for name, values in (
        history.history.items()):
    print(name, np.round(values, 3))
"""


def evaluate(_: Recipe) -> str:
    """Loss and accuracy on rows that influenced no decision."""
    return """\
loss, accuracy = net.evaluate(
    x_test, y_test)
"""


def save(_: Recipe) -> str:
    """Write the network to a file, and read it again."""
    return """\
net.save("digits.keras")
net = keras.models.load_model(
    "digits.keras")
"""


def predict(recipe: Recipe) -> str:
    """The probabilities of one digit. x_test[7:8] keeps the axis of rows, x_test[7] would lose it."""
    one = f"x_test[{recipe.digit}:{recipe.digit + 1}]"
    if not recipe.from_logits:
        return f"p = net.predict({one})\n"
    return f"logits = net.predict({one})\np = keras.ops.softmax(logits)\n"


def program(recipe: Recipe) -> str:
    """The whole standalone program."""
    parts: tuple[tuple[str, Callable[[Recipe], str]], ...] = (
        ("Load", load), ("Reshape", reshape), ("Scale", scale), ("Labels", labels), ("Validation", hold_back),
        ("The network", model), ("How to learn", compile_), ("Train", fit), ("The history", curve),
        ("Test", evaluate), ("Save and load", save), ("Predict", predict),
    )  # fmt: skip
    body = "".join(f"# {title}\n{write(recipe)}" for title, write in parts)
    return f"""\
{start(recipe)}
{body}print("it says", np.argmax(p))
print("test accuracy", round(accuracy, 3))
"""


LINES: dict[str, tuple[str, Callable[[Recipe], str]]] = {
    "load_lines": ("load", load), "reshape_lines": ("reshape", reshape), "scale_lines": ("scale", scale),
    "labels_lines": ("labels", labels), "model_lines": ("the network", model), "compile_lines": ("compile", compile_),
    "fit_lines": ("fit", lambda recipe: hold_back(recipe) + fit(recipe)), "history_lines": ("history", curve),
    "evaluate_lines": ("evaluate", evaluate), "save_lines": ("save and load", save),
    "predict_lines": ("predict", predict),
}  # fmt: skip
"""The parts that steps show separately: the readout's name, its label, and the function that writes it."""


def with_weights(recipe: Recipe, weights: tuple[str, ...]) -> str:
    """The program for x, y, x_test, y_test and ``weights`` that are given under these names.

    Its own fit comes first, if there are epochs, and stores its last validation accuracy in ``fitted``. Then it takes
    the weights. It saves nothing, since the process that runs it cannot write files.
    """
    parts = (reshape, scale, labels, hold_back, model, compile_, *((fit,) if recipe.epochs else ()))
    built = "".join(write(recipe) for write in parts)
    fitted = 'fitted = history.history[\n    "val_accuracy"][-1]\n' if recipe.epochs else ""
    lines = [f"    {', '.join(weights[i : i + 6])}" for i in range(0, len(weights), 6)]
    return f"""\
{start(recipe)}
# x, y, x_test, y_test: the lab's rows.
{built}{fitted}
# w0, w1, … are the lab's own weights.
net.set_weights([
{("," + chr(10)).join(lines)}])
{evaluate(recipe)}{predict(recipe)}total = net.count_params()
"""


def _call(layer: LayerSpec) -> str:
    match layer:
        case Conv2D():
            padding = ', padding="same"' if layer.padding == "same" else ""
            return f'Conv2D(\n        {layer.filters}, {layer.kernel_size[0]}, activation="relu"{padding})'
        case Dense():
            return f'Dense(\n        {layer.units}, activation="{layer.activation}")'
        case Dropout():
            return f"Dropout({layer.rate:g})"
    return f"{type(layer).__name__}()"
