"""What the controls say of an experiment, and the experiment that the controls say: pure functions, each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutor.engine.layers import LayerSpec
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, LearningRate, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay
from tutor.labs.kit.controls import ControlError, Value
from tutor.labs.studio.controls import CUSTOM, FEATURE_NAMES, LAYER_SETTINGS
from tutor.studio.experiment import OWN_PICTURES, OWN_TEXT, DataChoice, Experiment
from tutor.studio.layer_editing import kind_of, moved_layer, setting, with_layer, with_setting, without_layer
from tutor.studio.presets import PRESETS, USUAL

Values = Mapping[str, Value]
"""What stands in the controls, by name."""
HALF = 0.5
"""What the decay steps leave of the rate; of the inverse schedule and of each drop in steps too."""
DROPS = 3
"""How often the rate drops in steps."""
_OPTIMIZERS: Mapping[str, Callable[[float], OptimizerSpec]] = {
    "SGD": SGD,
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "RMSprop": RMSprop,
    "Adam": Adam,
    "AdamW": AdamW,
}
_SCHEDULES: Mapping[str, Callable[[float, int], LearningRate]] = {
    "constant": lambda rate, _: rate,
    "exponential": lambda rate, steps: ExponentialDecay(rate, steps, HALF),
    "inverse": lambda rate, steps: InverseTimeDecay(rate, steps, 1.0),
    "steps": lambda rate, steps: PiecewiseConstantDecay(
        tuple(steps * (i + 1) for i in range(DROPS)), tuple(rate * HALF**i for i in range(DROPS + 1))
    ),
    "cosine": CosineDecay,
}
_KINDS = {
    "exponential": ExponentialDecay, "inverse": InverseTimeDecay, "steps": PiecewiseConstantDecay,
    "cosine": CosineDecay,
}  # fmt: skip

# From an experiment to the controls


def values_of(experiment: Experiment) -> dict[str, Value]:
    """The controls of the data and the training, as an experiment has them."""
    data, rate = experiment.data, experiment.optimizer.learning_rate
    found: dict[str, Value] = {
        "preset": CUSTOM, "data": data.name, "count": data.count, "noise": data.noise, "test": data.test,
        "draw": data.draw, "features": tuple(int(name in data.features) for name in FEATURE_NAMES),
        "loss": experiment.loss, "optimizer": _optimizer_word(experiment.optimizer), "seed": experiment.seed,
        "engine": experiment.backend, "schedule": _schedule_word(rate),
    }  # fmt: skip
    if isinstance(rate, PiecewiseConstantDecay):
        found["decay"] = round(rate.boundaries[0])
    elif not isinstance(rate, float | int):
        found["decay"] = round(rate.decay_steps)
    return found


def layer_values(layer: LayerSpec) -> dict[str, Value]:
    """The controls of the layer in hand; settings that it has none of are left out."""
    shown = {name: setting(layer, name) for name in LAYER_SETTINGS}
    return {"kind": kind_of(layer), **{name: value for name, value in shown.items() if value is not None}}


def _optimizer_word(optimizer: OptimizerSpec) -> str:
    if isinstance(optimizer, SGD):
        return "momentum" if optimizer.momentum else "SGD"
    return type(optimizer).__name__


def _schedule_word(rate: LearningRate) -> str:
    return next((word for word, kind in _KINDS.items() if isinstance(rate, kind)), "constant")


# From the controls to an experiment


def with_control(experiment: Experiment, name: str, values: Values, layer: int) -> Experiment:
    """The experiment with what the control ``name`` says now; ``layer`` is the one in hand, from 0.

    Raises ``SpecError``, ``ShapeError`` and ``ControlError`` for what cannot be.
    """
    data, value = experiment.data, values[name]
    match name:
        case "data":
            return _on_data(experiment, str(value))
        case "count" | "noise" | "test" | "draw":
            drawn: dict[str, Any] = {name: int(_number(values, name))}
            return replace(experiment, data=replace(data, **drawn))
        case "features":
            assert isinstance(value, tuple)
            chosen = tuple(each for each, on in zip(FEATURE_NAMES, value, strict=True) if on)
            return replace(experiment, data=replace(data, features=chosen))
        case "loss":
            return replace(experiment, loss=str(value))
        case "optimizer":
            optimizer = _OPTIMIZERS[str(value)](_number(values, "rate"))
            return replace(experiment, optimizer=_scheduled(optimizer, values))
        case "rate" | "schedule" | "decay":
            return replace(experiment, optimizer=_scheduled(experiment.optimizer, values))
        case "batch" | "seed":
            return replace(experiment, **{name: int(_number(values, name))})  # type: ignore[arg-type]
        case "engine":
            return replace(experiment, backend="tensorflow" if value == "tensorflow" else "numpy")
    assert name in LAYER_SETTINGS, name
    _require_layer(experiment.layers)
    edited = with_setting(experiment.layers[layer], name, value if isinstance(value, str) else _number(values, name))
    return replace(experiment, layers=(*experiment.layers[:layer], edited, *experiment.layers[layer + 1 :]))


@dataclass(frozen=True)
class EditedLayers:
    """The hidden layers after an edit, which of them is in hand now, from 0, and what was done."""

    layers: tuple[LayerSpec, ...]
    at: int
    said: str


def edited_layers(layers: tuple[LayerSpec, ...], action: str, kind: str, at: int) -> EditedLayers:
    """The layers after the action ``add``, ``remove``, ``earlier`` or ``later`` on the one at ``at``, from 0."""
    if action == "add":
        at = at + 1 if layers else 0
        return EditedLayers(with_layer(layers, at, kind), at, f"{kind}: layer {at + 1}.")
    _require_layer(layers)
    word = kind_of(layers[at])
    if action == "remove":
        return EditedLayers(without_layer(layers, at), max(0, at - 1), f"{word} is out; it was layer {at + 1}.")
    by = 1 if action == "later" else -1
    return EditedLayers(moved_layer(layers, at, by), at + by, f"{word}: layer {at + by + 1} now.")


def with_points(data: DataChoice, action: str, values: Values) -> DataChoice:
    """The data after a point of the chosen class (``set``) or the other one was set at the place in hand, or ``unset``.

    Raises ``ControlError``.
    """
    if not data.is_plane:
        raise ControlError(f"Points are set on the plane; {data.name} has rows of its own.")
    if action == "unset":
        if not data.points:
            raise ControlError("There is no point set by hand.")
        return replace(data, points=())
    place = values["point"]
    assert isinstance(place, tuple)
    x1, x2 = (float(each) for each in place if isinstance(each, int | float))
    positive = (values["class"] == "1") == (action == "set")
    return replace(data, points=(*data.points, (x1, x2, 1.0 if positive else -1.0)))


def _on_data(experiment: Experiment, name: str) -> Experiment:
    """The experiment on another set; where a network for the one is none for the other, a usual one."""
    if name == "table":
        raise ControlError("A table of your own comes from the shell: dl-tutor studio --data FILE.")
    if name == OWN_PICTURES:
        raise ControlError("Pictures of your own come from the shell: dl-tutor studio --data FOLDER.")
    if name == OWN_TEXT:
        raise ControlError("A text of your own comes from the shell: dl-tutor studio --data FILE.txt.")
    if name in USUAL:
        return PRESETS[USUAL[name]]
    old = experiment.data
    base = experiment if old.is_plane else PRESETS["playground"]
    if name == "points":
        points = old.points or ((2.0, 2.0, 1.0), (-2.0, -2.0, -1.0))
        fresh = DataChoice("points", count=0, points=points, features=base.data.features)
    else:
        fresh = replace(base.data, name=name, count=base.data.count or DataChoice().count)
    loss = "mean_squared_error" if fresh.is_numbers else base.loss
    return replace(base, data=fresh, loss=loss)


def _scheduled(optimizer: OptimizerSpec, values: Values) -> OptimizerSpec:
    """An optimizer with the rate and the schedule of the controls."""
    rate = _SCHEDULES[str(values["schedule"])](_number(values, "rate"), int(_number(values, "decay")))
    return replace(optimizer, learning_rate=rate)


def _require_layer(layers: tuple[LayerSpec, ...]) -> None:
    if not layers:
        raise ControlError("There is no hidden layer; add one.")


def _number(values: Values, name: str) -> float:
    value = values[name]
    assert isinstance(value, int | float)
    return value
