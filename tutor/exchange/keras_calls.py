"""The calls of a described model's layers, in the one order in which they follow each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.exchange.errors import ExchangeError

Plain = Mapping[str, Any]
Key = tuple[str, int]
"""A layer's name, and which of its calls."""

OWN_LAYERS = {"dl_tutor>PositionEmbedding": "PositionEmbedding"}
"""The layer that an export adds to Keras's, by the name under which Keras registers it."""

# What a call may say besides its inputs, by the class of the layer.
SETTINGS = {"MultiHeadAttention": "use_causal_mask", "ReversibleEmbedding": "reverse"}


@dataclass(frozen=True)
class Call:
    """One call of a layer: the layer's ``entry``, the calls whose outputs it takes, by their places, its settings."""

    entry: Plain
    sources: tuple[int, ...]
    settings: Plain

    @property
    def name(self) -> str:
        """The layer's name."""
        return str(self.entry["config"].get("name", self.entry["class_name"]))[:80]


def calls_in_order(described: Plain) -> list[Call]:
    """The calls, of which each takes the output of the one before; only an Add takes another besides.

    Raises ``ExchangeError`` for a model with another order.
    """
    kind, module = described["class_name"], str(described.get("module"))
    if kind not in ("Sequential", "Functional", "Model") or not module.startswith("keras"):
        raise ExchangeError(f"it is a model of the class {kind}, whose code is not in the file; expected Sequential")
    layers: list[Plain] = list(described["config"]["layers"])
    if kind == "Sequential":
        return [Call(entry, (place - 1,) if place else (), {}) for place, entry in enumerate(layers)]
    nodes = {
        (str(layer["config"]["name"]), number): (layer, node)
        for layer in layers
        for number, node in enumerate(layer["inbound_nodes"] or [{"args": []}])
    }
    if len({name for name, _ in nodes}) != len(layers):
        raise ExchangeError("its layers are no simple line")
    sources = {key: _sources(node) for key, (_, node) in nodes.items()}
    order = _ordered(sources)
    end = _only(described["config"]["output_layers"])
    if (str(end[0]), end[1]) != order[-1]:
        raise ExchangeError("its layers are no simple line")
    places = {key: place for place, key in enumerate(order)}
    return [
        _checked(Call(nodes[key][0], tuple(places[source] for source in sources[key]), _settings(*nodes[key])))
        for key in order
    ]


def _ordered(sources: Mapping[Key, tuple[Key, ...]]) -> list[Key]:
    """The calls in order: after each there is exactly one of which all inputs are known."""
    waiting = {key: set(taken) for key, taken in sources.items()}
    takers: dict[Key, list[Key]] = {}
    for key, taken in waiting.items():
        for source in taken:
            takers.setdefault(source, []).append(key)
    starts = [key for key, taken in waiting.items() if not taken]
    if len(starts) != 1:
        raise ExchangeError("its layers are no simple line: it does not have one input")
    order = starts
    while len(order) <= len(sources):
        ready = [key for key in takers.get(order[-1], ()) if waiting[key] == {order[-1]}]
        for key in takers.get(order[-1], ()):
            waiting[key].discard(order[-1])
        if len(ready) > 1:
            raise ExchangeError("its layers are no simple line: what one gives goes to several")
        if not ready:
            break
        order.append(ready[0])
    if len(order) != len(sources):
        raise ExchangeError("its layers are no simple line")
    return order


def _checked(call: Call) -> Call:
    several = len(set(call.sources)) > 1
    if several and call.entry["class_name"] != "Add":
        raise ExchangeError(f"its layer {call.name} takes more than one input")
    return call


def _sources(node: Plain) -> tuple[Key, ...]:
    """The calls whose outputs this one takes, in its arguments and by name."""
    return tuple(
        (str(history[0]), int(history[1]))
        for history in (tensor["config"]["keras_history"] for tensor in _tensors((node["args"], node.get("kwargs"))))
    )


def _tensors(arguments: Any) -> Iterator[Plain]:
    if isinstance(arguments, Mapping) and arguments.get("class_name") == "__keras_tensor__":
        yield arguments
    elif isinstance(arguments, list | tuple | Mapping):
        for each in arguments.values() if isinstance(arguments, Mapping) else arguments:
            yield from _tensors(each)


def _settings(layer: Plain, node: Plain) -> Plain:
    """What the call says besides its inputs. Raises ``ExchangeError`` for what a layer here cannot be told."""
    given = {name: value for name, value in (node.get("kwargs") or {}).items() if not any(_tensors(value))}
    allowed = SETTINGS.get(str(layer["class_name"]))
    others = [name for name, value in given.items() if value and name != allowed]
    others += [str(value) for value in node["args"] if value and not any(_tensors(value))]
    if others:
        name, said = str(layer["config"]["name"])[:80], ", ".join(others)[:80]
        raise ExchangeError(f"its layer {name} is called with {said}, which has no counterpart here")
    return {name: value for name, value in given.items() if name == allowed}


def _only(ends: Any) -> Any:
    """The only end of a model: ``["name", 0, 0]``, alone or as the only one in a list."""
    if ends and isinstance(ends[0], list):
        if len(ends) != 1:
            raise ExchangeError("it has several outputs; expected one")
        return ends[0]
    return ends
