"""Read a user's own network from a TOML file into a ``Model``; for the format see ``docs/network-format.md``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, get_args

from tutor.commands.inputs.spec_fields import SpecTables, Table
from tutor.course.lessons.toml_text import TomlError, parse_toml
from tutor.datasets.errors import DataError, quoted
from tutor.engine.connections import check_connection
from tutor.engine.layers import KIND_OF_LAYER, LAYER_KINDS, LayerSpec, check_shape
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import OPTIMIZERS, OptimizerSpec
from tutor.engine.parameters import MOST_PARAMETERS, count
from tutor.engine.spec import DTYPES, LOSSES, NetworkSpec, ShapeError
from tutor.engine.validation import LARGEST_WHOLE_NUMBER, SpecError, written
from tutor.training.data_sets import OF_PIXELS
from tutor.training.models import DataName, Model
from tutor.training.settings import MOST_EPOCHS, MOST_ROWS, RunSettings

LARGEST_FILE = 100_000
EPOCHS, BATCH_SIZE = 10, 32
OF_PLACES = "sparse_categorical_crossentropy"
"""The loss that also judges an answer at each place of a sequence."""

DATA: tuple[str, ...] = get_args(DataName)
KEYS: dict[str, Any] = {
    "name": str, "data": str, "input_shape": tuple, "layers": tuple, "loss": str, "from_logits": bool,
    "optimizer": object, "epochs": int, "batch_size": int, "validation_split": float, "seed": int, "dtype": str,
}  # fmt: skip
NEEDED = ("data", "input_shape", "layers")
NAMES = {"data": DATA, "loss": LOSSES, "dtype": DTYPES}
BOUNDS = {"epochs": (1, MOST_EPOCHS), "batch_size": (1, MOST_ROWS), "seed": (0, LARGEST_WHOLE_NUMBER)}


def read_spec_file(path: Path) -> Model:
    """The network and its settings. Raises ``DataError``, ``file:line: reason``, for an invalid file."""
    plain, tables = _read(path)
    _check_keys(plain, tables)
    layers: list[LayerSpec] = [
        tables.made(("layers", i), LAYER_KINDS, "layer", entry) for i, entry in enumerate(plain["layers"])
    ]
    shape = tuple(plain["input_shape"])
    _check_shapes(shape, layers, tables, at_places=plain.get("loss") == OF_PLACES)
    rest = {key: plain[key] for key in ("loss", "from_logits", "seed", "dtype") if key in plain}
    try:
        spec = NetworkSpec(
            plain.get("name", path.stem), shape, tuple(layers), optimizer=_optimizer(plain, tables), **rest
        )
    except SpecError as error:
        raise tables.error((), "from_logits" if "from_logits" in plain else "layers", str(error)) from None
    if count(spec) > MOST_PARAMETERS:
        raise tables.error((), "layers", f"{count(spec):,} parameters; at most {MOST_PARAMETERS:,} are trained here")
    epochs, batch_size = plain.get("epochs", EPOCHS), plain.get("batch_size", BATCH_SIZE)
    try:
        RunSettings(spec, epochs, batch_size)
    except SpecError as error:
        raise tables.error((), "batch_size" if "batch_size" in plain else "layers", str(error)) from None
    return Model(spec, plain["data"], epochs, batch_size, "", float(plain.get("validation_split", 0)))


def check_outputs(path: Path, model: Model, names: tuple[str, ...]) -> None:
    """Raise ``DataError`` with the last layer's line unless the network has one output for each class.

    Without ``names`` it gives back its input, and takes a loss that judges each number alone.
    """
    spec = model.spec
    outputs, inputs = spec.output_size, math.prod(spec.input_shape)
    if outputs != (len(names) or inputs):
        _, tables = _read(path)
        wanted = f"the data has {len(names)} classes" if names else f"it is to give back the {inputs} that it is given"
        raise tables.error(("layers", len(spec.layers) - 1), "", f"the network ends in {outputs} numbers, but {wanted}")
    if not names and spec.loss != OF_PIXELS:
        plain, tables = _read(path)
        raise tables.error(
            (), "loss" if "loss" in plain else "data", f"{model.data} are to be given back, each pixel for itself: the "
            f"loss is {OF_PIXELS}, not {spec.loss}",
        )  # fmt: skip


def check_inputs(path: Path, model: Model, numbers: int) -> None:
    """Raise ``DataError`` with the line of the input shape unless the network takes ``numbers`` numbers per row."""
    takes = math.prod(model.spec.input_shape)
    if takes != numbers:
        _, tables = _read(path)
        raise tables.error((), "input_shape", f"the network takes {takes} numbers, but a row of the data has {numbers}")


def _read(path: Path) -> tuple[dict[str, Any], SpecTables]:
    file = str(path)
    try:
        if path.exists() and not path.is_file():
            raise DataError(file, None, "this is no file; expected a TOML file that describes a network")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST_FILE:
        raise DataError(file, None, f"the file is larger than {LARGEST_FILE:,} bytes; no network needs as many")
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
        return parse_toml(source), SpecTables(file, source)
    except UnicodeDecodeError as error:
        raise DataError(file, data.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text") from None
    except TomlError as error:
        raise DataError(file, error.line, str(error)) from None


def _check_keys(plain: Table, tables: SpecTables) -> None:
    for key, value in plain.items():
        if key not in KEYS:
            raise tables.error((), key, f"unknown key {quoted(key)}; expected one of {', '.join(KEYS)}")
        tables.check_type((), key, KEYS[key], tuple(value) if isinstance(value, list) else value)
        if key in NAMES and value not in NAMES[key]:
            raise tables.error((), key, f"unknown {key} {quoted(value)}; expected one of {', '.join(NAMES[key])}")
        if key in BOUNDS and not BOUNDS[key][0] <= value <= BOUNDS[key][1]:
            low, high = BOUNDS[key]
            raise tables.error((), key, f"{key} is a whole number from {low} to {high:,}; got {written(value)}")
    for key in NEEDED:
        if key not in plain:
            raise DataError(tables.file, None, f"there is no {key}; needed are {', '.join(NEEDED)}")
    if not 0 <= plain.get("validation_split", 0) < 1:
        raise tables.error((), "validation_split", "validation_split is a share of the rows, from 0 to below 1")
    try:
        check_shape("input_shape", tuple(plain["input_shape"]))
    except SpecError as error:
        raise tables.error((), "input_shape", str(error)) from None
    if not plain["layers"] or not all(isinstance(entry, dict) for entry in plain["layers"]):
        raise tables.error((), "layers", "layers are tables, each headed by [[layers]]")


def _optimizer(plain: Table, tables: SpecTables) -> OptimizerSpec:
    given = plain.get("optimizer", "sgd")
    if isinstance(given, str):
        if given not in OPTIMIZERS:
            raise tables.error(
                (), "optimizer", f"unknown optimizer {quoted(given)}; expected one of {', '.join(OPTIMIZERS)}"
            )
        return OPTIMIZERS[given]()
    if not isinstance(given, dict):
        raise tables.error((), "optimizer", "an optimizer is its name, or a table with its kind and its settings")
    made: OptimizerSpec = tables.made(("optimizer",), OPTIMIZERS, "optimizer", given)
    return made


def _check_shapes(shape: tuple[int, ...], layers: list[LayerSpec], tables: SpecTables, *, at_places: bool) -> None:
    """Raise ``DataError`` at the first layer that does not match its input, or if the output is not a row.

    With a loss ``at_places`` it may be a row for each place of a sequence.
    """
    shapes = [shape]
    for position, layer in enumerate(layers):
        try:
            check_connection(layers, position, shapes)
            shapes.append(operation_of(layer).output_shape(layer, shapes[-1]))
        except ShapeError as error:
            raise tables.error(("layers", position), "", f"{KIND_OF_LAYER[type(layer)]}: {error}") from None
    shape = shapes[-1]
    if len(shape) != 1 and not (len(shape) == 2 and at_places):
        end = ("layers", len(layers) - 1)
        raise tables.error(
            end, "", f"a network ends in rows of numbers, but this one in {shape}: flatten before the end"
        )
