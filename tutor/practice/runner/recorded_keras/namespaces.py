"""The modules that a learner's ``import keras`` and ``import tensorflow`` find, by their full names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from tutor.practice.runner.recorded_keras import (
    chosen,
    elsewhere,
    inputs,
    layer,
    losses,
    model,
    optimizers,
    sequences,
    sequential,
    unweighted,
    weighted,
)
from tutor.practice.runner.recorded_keras.recorded import Named, NotInThisKeras

LAYERS = {
    each.__name__: each
    for each in (
        weighted.Dense, weighted.Conv2D, weighted.BatchNormalization, unweighted.MaxPooling2D,
        unweighted.AveragePooling2D, unweighted.GlobalAveragePooling2D, unweighted.Flatten, unweighted.Reshape,
        unweighted.Dropout, unweighted.Activation, unweighted.LeakyReLU, unweighted.ReLU, unweighted.ELU,
        unweighted.Softmax, sequences.Embedding, sequences.LayerNormalization, sequences.SimpleRNN, sequences.LSTM,
        inputs.InputLayer,
    )
}  # fmt: skip
_ALIASES = {
    "Convolution2D": "Conv2D", "MaxPool2D": "MaxPooling2D", "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
}  # fmt: skip
_SCHEDULES = frozenset({"CosineDecay", "CosineDecayRestarts", "PiecewiseConstantDecay", "PolynomialDecay",
                        "LearningRateSchedule"})  # fmt: skip
_VERSION = "3"


def to_categorical(x: Any, num_classes: Any = None) -> Any:
    """keras.utils.to_categorical: a row with a single 1 for each class number."""
    numbers = np.array(x, dtype="int64")
    shape = numbers.shape[:-1] if numbers.ndim > 1 and numbers.shape[-1] == 1 else numbers.shape
    numbers = numbers.reshape(-1)
    classes = num_classes or int(numbers.max()) + 1
    rows = np.zeros((len(numbers), classes))
    rows[np.arange(len(numbers)), numbers] = 1
    return rows.reshape((*shape, classes))


def _nothing(*_: Any, **__: Any) -> None:
    """What a seed or a cleared session changes here."""


def _initializers() -> dict[str, Any]:
    classes = {each.__name__: each for each in chosen.INITIALIZER_CLASSES}
    named = {name: classes["".join(part.title() for part in name.split("_"))] for name in chosen.INITIALIZERS
             if name.islower() and name != "uniform"}  # fmt: skip
    return {**classes, **named, "constant": chosen.Constant}


def _parts() -> dict[str, tuple[dict[str, Any], frozenset[str]]]:
    """What each part of Keras has here, and the names that it has besides."""
    models = {"Model": model.Model, "Sequential": sequential.Sequential}
    kinds = {**LAYERS, **{other: LAYERS[name] for other, name in _ALIASES.items()}}
    regularizers = {each.__name__: each for each in (chosen.L1, chosen.L2, chosen.L1L2)}
    steps = {each.__name__: each for each in optimizers.OPTIMIZERS.values()}
    schedules = {each.__name__: each for each in (optimizers.ExponentialDecay, optimizers.InverseTimeDecay)}
    faults = {**{each.__name__: each for each in losses.LOSS_CLASSES}, **losses.LOSS_FUNCTIONS}
    metrics = {**{each.__name__: each for each in losses.METRIC_CLASSES}, **losses.METRIC_FUNCTIONS}
    utilities = {"to_categorical": to_categorical, "set_random_seed": _nothing, "clear_session": _nothing}
    own = {"Input": inputs.Input, "Layer": layer.Layer, "KerasTensor": layer.KerasTensor}
    return {
        "": ({**models, **own, "__version__": _VERSION}, elsewhere.TOP),
        "layers": ({**kinds, "Input": inputs.Input, "Layer": layer.Layer}, elsewhere.LAYERS),
        "models": (models, elsewhere.MODELS),
        "activations": (dict(chosen.ACTIVATIONS), elsewhere.ACTIVATIONS),
        "initializers": (_initializers(), elsewhere.INITIALIZERS),
        "regularizers": (
            {**regularizers, "l1": chosen.L1, "l2": chosen.L2, "l1_l2": chosen.L1L2}, elsewhere.REGULARIZERS,
        ),
        "optimizers": (steps, elsewhere.OPTIMIZERS),
        "optimizers.schedules": (schedules, _SCHEDULES),
        "losses": (faults, elsewhere.LOSSES),
        "metrics": (metrics, elsewhere.METRICS),
        "utils": (utilities, elsewhere.UTILS),
        "backend": ({"clear_session": _nothing}, elsewhere.BACKEND),
        "random": ({}, elsewhere.RANDOM),
    }  # fmt: skip


def modules() -> dict[str, ModuleType]:
    """Every module by its full name."""
    found: dict[str, ModuleType] = {}
    for part, (here, others) in _parts().items():
        _put(found, f"keras.{part}" if part else "keras", here, others.__contains__)
    for part in elsewhere.PARTS:
        if f"keras.{part}" not in found:
            _put(found, f"keras.{part}", {}, lambda _: True)
    activations: Mapping[str, Named] = chosen.ACTIVATIONS
    names = ("relu", "softmax", "sigmoid", "tanh", "elu", "gelu", "silu", "swish", "softplus", "leaky_relu")
    _put(found, "tensorflow", {"__version__": _VERSION}, lambda _: True)
    _put(found, "tensorflow.nn", {name: activations[name] for name in names}, lambda _: True)
    _put(found, "tensorflow.random", {"set_seed": _nothing}, lambda _: True)
    vars(found["tensorflow"])["keras"] = found["keras"]
    under = {f"tensorflow.{name}": each for name, each in found.items() if name.partition(".")[0] == "keras"}
    return {**found, **under}


def _put(found: dict[str, ModuleType], name: str, here: Mapping[str, Any], others: Callable[[str], bool]) -> None:
    """Make a module, and put it into the one that it is a part of."""
    made = ModuleType(name)
    vars(made).update(here)
    # Without a path, "import keras.layers" would say that keras is no package.
    vars(made).update(__path__=[], __getattr__=_missing(name, here, others))
    found[name] = made
    outer, _, own = name.rpartition(".")
    if outer:
        vars(found[outer])[own] = made


def _missing(name: str, here: Iterable[str], others: Callable[[str], bool]) -> Callable[[str], Any]:
    known = ", ".join(sorted(each for each in here if not each.startswith("_")))

    def missing(wanted: str) -> Any:
        if wanted.startswith("__") or not others(wanted):
            raise AttributeError(f"module '{name}' has no attribute '{wanted}'")
        there = f"; of {name} there are {known}" if known else ""
        raise NotInThisKeras(f"{name}.{wanted} is not in the Keras of these exercises, which trains nothing{there}")

    return missing
