"""Converts Keras's JSON description of a model to a specification. Unknown parts are refused by name.

The description is the ``config.json`` of a ``.keras`` file (``keras/src/saving/saving_lib.py``). Nothing in it is built
or looked up: a word missing from the tables of this module is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.operations.contract import Shape
from tutor.engine.operations.table import operation_of
from tutor.engine.spec import DTYPES, NetworkSpec, ShapeError
from tutor.engine.validation import SpecError, is_number, written
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_calls import OWN_LAYERS, Call, Plain, calls_in_order
from tutor.exchange.keras_layer_config import READERS, TRAINING_LAYERS
from tutor.exchange.keras_options import Options, Unsupported
from tutor.exchange.keras_training_config import loss_of, optimizer_of

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
    notes, shape = list(line.notes), line.shape
    for layer in line.layers:
        shape = shape_behind(layer, shape)
    compiled, last = described.get("compile_config") or {}, line.layers[-1] if line.layers else None
    loss, from_logits = loss_of(compiled.get("loss"), last, notes, places=len(shape) == 2)
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
    calls = calls_in_order(described)
    shape = _input_shape(described, [call.entry for call in calls])
    acting = [place for place, call in enumerate(calls) if call.entry["class_name"] not in ("InputLayer", "Identity")]
    rescaling, rescaled, notes = None, -1, list[str]()
    if acting and _is_kerass(calls[acting[0]].entry, "Rescaling"):
        rescaled = acting.pop(0)
        rescaling = _rescaling(calls[rescaled].entry["config"])
    layers, dtype = _layers(calls, set(acting), rescaled, shape, notes)
    return Line(shape, tuple(layers), dtype, rescaling, tuple(map(_shortened, notes)))


def _layers(
    calls: list[Call], acting: set[int], rescaled: int, shape: Shape, notes: list[str]
) -> tuple[list[LayerSpec], str]:
    """The layers for an input of ``shape``, and their dtype, of the calls whose places are ``acting``.

    Raises ``ExchangeError`` with everything refused.
    """
    layers: list[LayerSpec] = []
    refused: list[str] = []
    kinds: set[str] = set()
    used: list[Plain] = []
    # How many layers there are behind each call; nothing here has what is before the call ``rescaled``.
    behind: list[int | None] = []
    for place, call in enumerate(calls):
        if place in acting:
            try:
                _check_use(call, used)
                layer = _layer(call, behind, len(layers) + len(refused), shape, kinds, notes)
            except Unsupported as reason:
                refused.append(str(reason))
            else:
                layers += [layer] if layer is not None else []
                # After a refused layer no shape is known, but the error should also name the layers that follow.
                if layer is not None and not refused:
                    shape = shape_behind(layer, shape)
            used.append(call.entry)
        behind.append(len(layers) + len(refused) if place >= rescaled else None)
    if refused:
        raise ExchangeError("it has what dl-tutor has no counterpart of: " + "; ".join(refused))
    if len(kinds) > 1 or not kinds <= set(DTYPES):
        raise ExchangeError(f"it computes in {', '.join(sorted(kinds))}; expected float32 or float64 throughout")
    return layers, kinds.pop() if kinds else "float32"


def _check_use(call: Call, used: list[Plain]) -> None:
    """Only the table of the first Embedding is used twice, the second time in reverse."""
    if not call.settings.get("reverse"):
        if any(entry is call.entry for entry in used):
            raise ExchangeError(f"its layer {call.name} is used twice")
        return
    tables = [entry for entry in used if entry["class_name"] in ("Embedding", "ReversibleEmbedding")]
    if not tables or tables[0] is not call.entry:
        raise Unsupported(f"{call.name}, which is called in reverse and is not the first Embedding")


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
    """Whether an entry is Keras's own layer of this kind, or one that an export adds to them."""
    registered = entry.get("registered_name")
    if OWN_LAYERS.get(str(registered)) == kind:
        return bool(entry["class_name"] == kind)
    own = registered in (None, kind) and kind not in OWN_LAYERS.values()
    return entry["class_name"] == kind and own and str(entry.get("module")).startswith("keras")


def _layer(
    call: Call, behind: list[int | None], number: int, shape: Shape, kinds: set[str], notes: list[str]
) -> LayerSpec | None:
    """One layer, or None if it acts only in training; adds its dtype to ``kinds``.

    ``number`` layers are before it, ``behind`` says how many were behind each earlier call. Raises ``Unsupported``.
    """
    kind, name = call.entry["class_name"], call.name
    if kind == "Lambda":
        raise Unsupported(f"{name}, a Lambda, which holds Python code that is not run")
    if not _is_kerass(call.entry, kind):
        raise Unsupported(f"{name}, a layer of the author's own")
    if kind in TRAINING_LAYERS:
        notes.append(f"the {kind} layer {name} is left out: it changes training, not the answers")
        return None
    if kind == "Rescaling":
        raise Unsupported(f"{name}, a Rescaling behind other layers; only in front of them it can be taken over")
    if kind not in READERS:
        raise Unsupported(f"{name}, a {kind} layer")
    config = {**call.entry["config"], **call.settings}
    if kind == "Add":
        config["over"] = _over(call, behind, number)
    options = Options(name, config, shape, notes)
    # What adds may be a bare operation, which has no type of its own.
    if kind != "Add" or "dtype" in config:
        kinds.add(options.dtype())
    layer = READERS[kind](options)
    options.check_rest()
    return layer


def _over(call: Call, behind: list[int | None], number: int) -> int:
    """How many layers an Add spans: it takes the output of the call before, and an earlier one."""
    others = [source for source in call.sources if source != len(behind) - 1]
    if len(call.sources) != 2 or len(others) != 1:
        raise Unsupported(f"{call.name}, an Add of other than two outputs")
    start = behind[others[0]]
    if start is None:
        raise Unsupported(f"{call.name}, an Add of the inputs before their Rescaling")
    return number - start
