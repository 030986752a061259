"""A model as Keras describes it in JSON, as a specification. What is not known here is refused by name.

The description is the ``config.json`` of a ``.keras`` file (``keras/src/saving/saving_lib.py``). Nothing of it is built
or looked up: a word that is not in a table of this file is a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.engine.layers import LayerSpec
from tutor.engine.refusal import SpecError
from tutor.engine.spec import DTYPES, NetworkSpec, ShapeError
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_layer_config import READERS, Options, Unsupported
from tutor.exchange.keras_training_config import loss_of, optimizer_of

Plain = Mapping[str, Any]


def network_of(described: Any, name: str) -> tuple[NetworkSpec, list[str]]:
    """The network of a parsed ``config.json``, and sentences on what could not be taken over.

    ``name`` is the network's if the model has none. Raises ``ExchangeError``.
    """
    try:
        return _network_of(described, name)
    except ExchangeError:
        raise
    except (SpecError, ShapeError) as error:
        raise ExchangeError(str(error)) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise ExchangeError(f"its description is not one that Keras 3 writes: {error!r}") from None


def _network_of(described: Plain, name: str) -> tuple[NetworkSpec, list[str]]:
    entries = _in_line(described)
    shape = _input_shape(described, entries)
    entries = [entry for entry in entries if entry["class_name"] != "InputLayer"]
    layers: list[LayerSpec] = []
    refused: list[str] = []
    kinds: set[str] = set()
    for entry in entries:
        try:
            layers.append(_layer(entry, kinds))
        except Unsupported as reason:
            refused.append(str(reason))
    if refused:
        raise ExchangeError("it has what dl-tutor has no counterpart of: " + "; ".join(refused))
    if len(kinds) > 1 or not kinds <= set(DTYPES):
        raise ExchangeError(f"it computes in {', '.join(sorted(kinds))}; expected float32 or float64 throughout")
    notes: list[str] = []
    compiled = described.get("compile_config") or {}
    loss, from_logits = loss_of(compiled.get("loss"), layers[-1] if layers else None, notes)
    optimizer = optimizer_of(compiled.get("optimizer"), notes)
    own = described["config"].get("name")
    spec = NetworkSpec(
        own if isinstance(own, str) and own.isprintable() and 0 < len(own) <= 80 else name,
        shape,
        tuple(layers),
        loss,
        optimizer,
        dtype=kinds.pop() if kinds else "float32",
        from_logits=from_logits,
    )
    return spec, notes


def _in_line(described: Plain) -> list[Plain]:
    """The layers of a model in which each takes what the one before gives."""
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
    """The layer whose output this one takes; None for the input."""
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
    """The one end of a model: ``["name", 0, 0]``, alone or as the only one in a list."""
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


def _layer(entry: Plain, kinds: set[str]) -> LayerSpec:
    """One layer; adds its number type to ``kinds``. Raises ``Unsupported``."""
    kind, config = entry["class_name"], entry["config"]
    name = str(config.get("name", kind))[:80]
    if kind == "Lambda":
        raise Unsupported(f"{name}, a Lambda, which holds Python code that is not run")
    own = entry.get("registered_name") not in (None, kind) or not str(entry.get("module")).startswith("keras")
    if own or kind not in READERS:
        what = "a layer of the author's own" if own else f"a {kind} layer"
        raise Unsupported(f"{name}, {what}")
    options = Options(name, dict(config))
    kinds.add(options.dtype())
    layer = READERS[kind](options)
    options.check_rest()
    return layer
