"""Converts Keras's JSON description of a model to a specification. Unknown parts are refused by name.

The description is the ``config.json`` of a ``.keras`` file (``keras/src/saving/saving_lib.py``). Nothing in it is built
or looked up: a word missing from the tables of this module is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.operations.contract import Shape
from tutor.engine.operations.table import operation_of
from tutor.engine.spec import DTYPES, NetworkSpec, ShapeError
from tutor.engine.validation import SpecError, is_number, written
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_layer_config import READERS, TRAINING_LAYERS, Options, Unsupported
from tutor.exchange.keras_training_config import loss_of, optimizer_of

Plain = Mapping[str, Any]
T = TypeVar("T")
LONGEST_SENTENCE = 500
_NOT_KERASS = "its description is not one that Keras 3 writes"


@dataclass(frozen=True)
class Rescaling:
    """The rescaling of a model's inputs before its first layer: x · scale + offset."""

    scale: float
    offset: float


@dataclass(frozen=True)
class Described:
    """A model's network, its rescaling of the inputs, and sentences about what could not be imported."""

    spec: NetworkSpec
    rescaling: Rescaling | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """The layers of a model in a line, whether or not they make a network that can be trained.

    ``shape`` is that of an input without the batch, ``notes`` are sentences about what could not be imported.
    """

    shape: Shape
    layers: tuple[LayerSpec, ...]
    dtype: str
    rescaling: Rescaling | None
    notes: tuple[str, ...]


def network_of(described: Any, name: str) -> Described:
    """The network of a parsed ``config.json``; ``name`` is its name if the model has none. Raises ``ExchangeError``."""
    return _read(lambda: _network_of(described, name))


def line_of(described: Any) -> Line:
    """The layers alone: their end and how they are compiled may be anything. Raises ``ExchangeError``."""
    return _read(lambda: _line_of(described))


def _read(reading: Callable[[], T]) -> T:
    """What the reading gives; any fault is an ``ExchangeError``."""
    try:
        return reading()
    except (ExchangeError, SpecError, ShapeError) as error:
        raise ExchangeError(_shortened(str(error))) from None
    except KeyError as error:
        raise ExchangeError(f"{_NOT_KERASS}: there is no {written(error.args[0])} where one is expected") from None
    except (TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError):
        raise ExchangeError(f"{_NOT_KERASS}: a value in it is of another kind than is expected there") from None


def _shortened(sentence: str) -> str:
    """The sentence, shortened, because it may quote untrusted text of any length."""
    return sentence if len(sentence) <= LONGEST_SENTENCE else sentence[: LONGEST_SENTENCE - 1] + "…"


def _network_of(described: Plain, name: str) -> Described:
    line = _line_of(described)
    notes = list(line.notes)
    compiled = described.get("compile_config") or {}
    loss, from_logits = loss_of(compiled.get("loss"), line.layers[-1] if line.layers else None, notes)
    optimizer = optimizer_of(compiled.get("optimizer"), notes)
    own = described["config"].get("name")
    spec = NetworkSpec(
        own if isinstance(own, str) and own.isprintable() and 0 < len(own) <= 80 else name,
        line.shape,
        line.layers,
        loss,
        optimizer,
        dtype=line.dtype,
        from_logits=from_logits,
    )
    return Described(spec, line.rescaling, tuple(map(_shortened, notes)))


def _line_of(described: Plain) -> Line:
    entries = _in_line(described)
    shape = _input_shape(described, entries)
    entries = [entry for entry in entries if entry["class_name"] not in ("InputLayer", "Identity")]
    rescaling = None
    if entries and _is_kerass(entries[0], "Rescaling"):
        rescaling = _rescaling(entries.pop(0)["config"])
    notes: list[str] = []
    layers, dtype = _layers(entries, shape, notes)
    return Line(shape, tuple(layers), dtype, rescaling, tuple(map(_shortened, notes)))


def _layers(entries: list[Plain], shape: Shape, notes: list[str]) -> tuple[list[LayerSpec], str]:
    """The layers for an input of ``shape``, and their dtype. Raises ``ExchangeError`` with everything refused."""
    layers: list[LayerSpec] = []
    refused: list[str] = []
    kinds: set[str] = set()
    for entry in entries:
        try:
            layer = _layer(entry, shape, kinds, notes)
        except Unsupported as reason:
            refused.append(str(reason))
            continue
        if layer is None:
            continue
        layers.append(layer)
        # After a refused layer no shape is known, but the error should also name the layers that follow.
        if not refused:
            shape = shape_behind(layer, shape)
    if refused:
        raise ExchangeError("it has what dl-tutor has no counterpart of: " + "; ".join(refused))
    if len(kinds) > 1 or not kinds <= set(DTYPES):
        raise ExchangeError(f"it computes in {', '.join(sorted(kinds))}; expected float32 or float64 throughout")
    return layers, kinds.pop() if kinds else "float32"


def shape_behind(layer: LayerSpec, shape: Shape) -> Shape:
    """The shape behind a layer as Keras has it, whose Dense acts on the last axis of any. Raises ``ShapeError``."""
    if isinstance(layer, Dense):
        return (*shape[:-1], layer.units)
    return operation_of(layer).output_shape(layer, shape)


def _rescaling(config: Plain) -> Rescaling:
    scale, offset = config.get("scale"), config.get("offset", 0.0)
    if not (is_number(scale) and scale and is_number(offset)):
        raise ExchangeError("its Rescaling has a scale or an offset for each channel; expected one number of each")
    return Rescaling(float(scale), float(offset))


def _in_line(described: Plain) -> list[Plain]:
    """The layers of a model in which the input of each is the output of the one before."""
    kind = described["class_name"]
    module = str(described.get("module"))
    if kind not in ("Sequential", "Functional", "Model") or not module.startswith("keras"):
        raise ExchangeError(f"it is a model of the class {kind}, whose code is not in the file; expected Sequential")
    layers: list[Plain] = list(described["config"]["layers"])
    if kind == "Sequential":
        return layers
    by_name = {layer["config"]["name"]: layer for layer in layers}
    line: list[Plain] = []
    name, after = _only(described["config"]["output_layers"])[0], {_source(layer): layer for layer in layers}
    if len(after) != len(layers):
        raise ExchangeError("its layers are no simple line: what one gives goes to several")
    at = after.get(None)
    while at is not None:
        line.append(at)
        at = after.get(at["config"]["name"])
        if len(line) > len(layers):
            break
    if len(line) != len(by_name) or line[-1]["config"]["name"] != name:
        raise ExchangeError("its layers are no simple line")
    return line


def _source(layer: Plain) -> str | None:
    """The layer whose output is this one's input; None for the input layer."""
    nodes = layer["inbound_nodes"]
    if not nodes:
        return None
    taken = nodes[0]["args"]
    simple = len(nodes) == 1 and len(taken) == 1 and isinstance(taken[0], Mapping)
    if not simple or any(nodes[0].get("kwargs", {}).values()):
        raise ExchangeError(f"its layer {layer['config']['name']} takes more than one input, or is used twice")
    history = taken[0]["config"]["keras_history"]
    return str(history[0])


def _only(ends: Any) -> Any:
    """The only end of a model: ``["name", 0, 0]``, alone or as the only one in a list."""
    if ends and isinstance(ends[0], list):
        if len(ends) != 1:
            raise ExchangeError("it has several outputs; expected one")
        return ends[0]
    return ends


def _input_shape(described: Plain, entries: list[Plain]) -> tuple[int, ...]:
    first = entries[0]["config"] if entries else {}
    shape = first.get("batch_shape") or first.get("batch_input_shape") or described["config"].get("build_input_shape")
    if not shape:
        raise ExchangeError("it does not say the shape of its input; build the model before saving it")
    sizes = shape[1:]
    if not sizes or not all(type(n) is int and n > 0 for n in sizes):
        raise ExchangeError(f"its input has an open size, {sizes}; expected whole numbers")
    return tuple(sizes)


def _is_kerass(entry: Plain, kind: str) -> bool:
    """Whether an entry is Keras's own layer of this kind."""
    registered = entry.get("registered_name") in (None, kind)
    return entry["class_name"] == kind and registered and str(entry.get("module")).startswith("keras")


def _layer(entry: Plain, shape: Shape, kinds: set[str], notes: list[str]) -> LayerSpec | None:
    """One layer, or None if it acts only in training; adds its dtype to ``kinds``.

    Raises ``Unsupported``.
    """
    kind, config = entry["class_name"], entry["config"]
    name = str(config.get("name", kind))[:80]
    if kind == "Lambda":
        raise Unsupported(f"{name}, a Lambda, which holds Python code that is not run")
    if not _is_kerass(entry, kind):
        raise Unsupported(f"{name}, a layer of the author's own")
    if kind in TRAINING_LAYERS:
        notes.append(f"the {kind} layer {name} is left out: it changes training, not the answers")
        return None
    if kind == "Rescaling":
        raise Unsupported(f"{name}, a Rescaling behind other layers; only in front of them it can be taken over")
    if kind not in READERS:
        raise Unsupported(f"{name}, a {kind} layer")
    options = Options(name, dict(config), shape, notes)
    kinds.add(options.dtype())
    layer = READERS[kind](options)
    options.check_rest()
    return layer
