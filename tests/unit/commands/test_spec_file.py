"""A network of one's own from a TOML file: read as it is meant, or refused with file, line and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.exchange.networks import SPECS
from tutor.commands.inputs.spec_file import read_spec_file
from tutor.datasets.errors import DataError
from tutor.engine.initializers import Constant
from tutor.engine.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.engine.schedules import ExponentialDecay
from tutor.engine.spec import NetworkSpec, spec_to_dict
from tutor.training.models import MODELS

WHOLE = """\
name = "mine"
data = "digits"
input_shape = [28, 28, 1]
loss = "categorical_crossentropy"
epochs = 3
batch_size = 50
validation_split = 0.1
seed = 7

[optimizer]
kind = "sgd"
momentum = 0.9
learning_rate = { kind = "exponential_decay", initial_learning_rate = 0.1, decay_steps = 100, decay_rate = 0.5 }

[[layers]]
kind = "conv2d"
filters = 8
kernel_size = [3, 3]
padding = "same"
activation = "relu"
bias_initializer = { kind = "constant", value = 0.1 }

[[layers]]
kind = "max_pooling2d"

[[layers]]
kind = "flatten"

[[layers]]
kind = "dense"
units = 10
activation = "softmax"
"""


def read(text: str, folder: Path) -> None:
    (folder / "net.toml").write_text(text)
    read_spec_file(folder / "net.toml")


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(WHOLE)
    model = read_spec_file(tmp_path / "net.toml")
    convolution = Conv2D(8, (3, 3), padding="same", activation="relu", bias_initializer=Constant(0.1))
    layers = (convolution, MaxPooling2D(), Flatten(), Dense(10, "softmax"))
    optimizer = SGD(ExponentialDecay(0.1, 100, 0.5), momentum=0.9)
    assert model.spec == NetworkSpec("mine", (28, 28, 1), layers, optimizer=optimizer, seed=7)
    assert (model.data, model.epochs, model.batch_size, model.validation_split) == ("digits", 3, 50, 0.1)


def test_the_example_of_the_documentation_is_one(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "network-format.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the tests")
    lines = page.read_text().splitlines()
    (tmp_path / "net.toml").write_text("\n".join(line[4:] for line in lines if line.startswith("    ")))
    assert read_spec_file(tmp_path / "net.toml").spec.output_size == 10


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(
        'data = "shapes"\ninput_shape = [25]\noptimizer = "adam"\n[[layers]]\nkind = "dense"\nunits = 5\n'
    )
    model = read_spec_file(tmp_path / "small.toml")
    assert model.spec == NetworkSpec("small", (25,), (Dense(5),), optimizer=Adam())


def as_toml(value: object) -> str:
    """A plain value as TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list() | tuple():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case dict():
            return "{ " + ", ".join(f"{k} = {as_toml(v)}" for k, v in value.items() if v is not None) + " }"
    return repr(value)


@pytest.mark.parametrize("spec", [*SPECS, *(model.spec for model in MODELS.values())], ids=lambda spec: spec.name)
def test_every_setting_of_every_layer_can_be_said(spec: NetworkSpec, tmp_path: Path) -> None:
    plain = {"data": "digits"} | spec_to_dict(spec)
    layers = plain.pop("layers")
    lines = [f"{key} = {as_toml(value)}" for key, value in plain.items()]
    for layer in layers:
        lines += ["[[layers]]", *(f"{k} = {as_toml(v)}" for k, v in layer.items() if v is not None)]
    (tmp_path / "net.toml").write_text("\n".join(lines))
    assert read_spec_file(tmp_path / "net.toml").spec == spec


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('name = "mine"', "name = ", 1, "not TOML"),
        ('name = "mine"', "colour = 1", 1, "unknown key 'colour'"),
        ('name = "mine"', "name = 3", 1, "name is a text; got '3'"),
        ('data = "digits"', 'data = "cats"', 2, "unknown data 'cats'; expected one of shapes, digits, letters"),
        ("[28, 28, 1]", "[28, 0, 1]", 3, "input_shape is whole numbers from 1"),
        ("[28, 28, 1]", "28", 3, "input_shape is a list of numbers"),
        ('"categorical_crossentropy"', '"hinge"', 4, "unknown loss 'hinge'"),
        ("epochs = 3", "epochs = 0", 5, "epochs is a whole number from 1 to 1,000,000,000; got 0"),
        ("epochs = 3", "epochs = true", 5, "epochs is a whole number; got 'True'"),
        ("validation_split = 0.1", "validation_split = 1", 7, "a share of the rows"),
        ("seed = 7", "seed = -1", 8, "seed is a whole number from 0"),
        ('kind = "sgd"', 'kind = "magic"', 11, "unknown optimizer 'magic'"),
        ("momentum = 0.9", "momentum = 2", 12, "momentum is a number from 0 to 1; got 2"),
        ("momentum = 0.9", "beta_1 = 0.9", 12, "sgd has no 'beta_1'"),
        ("decay_steps = 100", "decay_steps = 0", 13, "decay_steps is a number greater than 0"),
        ('kind = "conv2d"', 'kind = "conv3d"', 16, "unknown layer 'conv3d'"),
        ('kind = "conv2d"\n', "", 15, "layer has a kind, one of dense, "),
        ("filters = 8\n", "", 15, "conv2d needs filters"),
        ("filters = 8", "filters = 0", 15, "at least 1 filter"),
        ("filters = 8", 'filters = "8"', 17, "filters is a whole number; got '8'"),
        ("kernel_size = [3, 3]", "kernel_size = [3]", 15, "a kernel's size"),
        ('padding = "same"', 'padding = "some"', 19, "unknown padding 'some'"),
        ('activation = "relu"', 'activation = "rule"', 20, "unknown activation 'rule'"),
        ("value = 0.1", 'value = "x"', 21, "a constant initializer needs a finite number"),
        ('kind = "max_pooling2d"', 'kind = "max_pooling2d"\npool_size = [50, 50]', 23, "max_pooling2d: "),
        ("units = 10", "units = 0", 31, "at least 1 unit"),
        ("units = 10", "units = 10\nl2 = inf", 32, "an L2 penalty is a number from 0 to 1e+06; got inf"),
        ("units = 10", "units = 10\nl2 = nan", 32, "an L2 penalty is a number from 0 to 1e+06; got nan"),
        ("units = 10", f"units = 10\nl2 = 1{'0' * 400}", 32, "this whole number is too large"),
        ("units = 10", f"units = 0x{'f' * 5000}", 31, "this whole number is too large"),
        ("units = 10", "units = 9223372036854775807", 31, "at least 1 unit, and at most 1,000,000,000,000,000"),
        ("[28, 28, 1]", f"[{'1, ' * 71}]", 3, "input_shape has at most 4 numbers, such as (28, 28, 1)"),
        ("epochs = 3", "epochs = 1000000001", 5, "epochs is a whole number from 1 to 1,000,000,000; got 1000000001"),
        ("seed = 7", "seed = 1000000000000001", 8, "seed is a whole number from 0 to 1,000,000,000,000,000"),
        ("momentum = 0.9", "clipnorm = 1e39", 12, "clipnorm is a number greater than 0, up to 1e+38; got 1e+39"),
        ("decay_steps = 100", "decay_steps = [1]", 13, "decay_steps is a number greater than 0; got [1]"),
        ("decay_steps = 100, ", "", 13, "exponential_decay needs decay_steps"),
        ("decay_steps = 100", "decay_steps = 100, decay = 1", 13, "exponential_decay has no 'decay'; it has initial_"),
        ("value = 0.1", "value = 1e39", 21, "a constant initializer needs a finite number, up to 1e+38; got 1e+39"),
        (
            '{ kind = "constant", value = 0.1 }',
            "nan",
            21,
            "is a name, or a table with its kind and its settings; got nan",
        ),
        ('name = "mine"', f'name = "{"x" * 201}"', 15, "a network's name is a text of at most 200 characters"),
        (
            'kind = "flatten"',
            'kind = "flatten"\n' + '[[layers]]\nkind = "flatten"\n' * 1000,
            15,
            "at most 1,000 layers",
        ),
        ('kind = "flatten"', 'kind = "leaky_re_lu"\nnegative_slope = inf\n[[layers]]\nkind = "flatten"', 28, "got inf"),
        ('kind = "flatten"', 'kind = "dropout"\nrate = nan\n[[layers]]\nkind = "flatten"', 28, "got nan"),
        (
            'kind = "flatten"',
            'kind = "batch_normalization"\nepsilon = 0\n[[layers]]\nkind = "flatten"',
            28,
            "is a number greater than 0, up to",
        ),
        ('kind = "sgd"\nmomentum = 0.9', 'kind = "adam"\nepsilon = 0', 12, "epsilon, which keeps a division from 0"),
        ('kind = "sgd"\nmomentum = 0.9', 'kind = "rmsprop"\nepsilon = 0.0', 12, "is a number greater than 0"),
        ('kind = "flatten"', 'kind = "add"\nover = 3', 26, "add: it spans 3 layers, but only 2 are before it"),
        ('kind = "flatten"', 'kind = "add"\nover = 1', 26, "only equal shapes can be added"),
        ('kind = "flatten"', 'kind = "lstm"\nunits = 3', 26, "lstm: LSTM takes a sequence of time × width, but 14 × "),
        ('kind = "flatten"', 'kind = "multi_head_attention"\nnum_heads = 2', 26, "multi_head_attention needs key_dim"),
        ("units = 10", "units = 1000000", 15, "parameters; at most 10,000,000 are trained here"),
        ("units = 10", "units = 10000000000", 15, "a row has 10,000,000,000 numbers in one of its layers"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    assert old in WHOLE
    with pytest.raises(DataError) as refused:
        read(WHOLE.replace(old, new, 1), tmp_path)
    assert words in refused.value.reason
    assert refused.value.line == line
    assert str(refused.value).startswith(f"{tmp_path / 'net.toml'}:{line}: ")


@pytest.mark.parametrize("key", ["data", "input_shape"])
def test_what_has_to_be_there(key: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"there is no {key}"):
        read(re.sub(rf"{key} = .*\n", "", WHOLE), tmp_path)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="this is no file"):
        read_spec_file(tmp_path)
    (tmp_path / "b").write_bytes(b'name = "\xff"\n')
    with pytest.raises(DataError, match="b:1: this is not UTF-8"):
        read_spec_file(tmp_path / "b")
    (tmp_path / "c").write_text("a = " + "[" * 5000)
    with pytest.raises(DataError):
        read_spec_file(tmp_path / "c")
    (tmp_path / "d").write_text("#" * 200_000)
    with pytest.raises(DataError, match="larger than"):
        read_spec_file(tmp_path / "d")
