"""Converts the loss and the optimizer of a compiled Keras model to those of a specification.

A trained network needs neither to answer, so one without a counterpart is replaced, with a note, rather than refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from tutor.engine.layers import Activation, Conv2D, Dense, LayerSpec
from tutor.engine.objective import NO_LABEL
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, LearningRate, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay
from tutor.engine.spec import LOSSES
from tutor.engine.validation import SpecError, number_from

LOSS_CLASSES = {
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "BinaryCrossentropy": "binary_crossentropy",
    "MeanSquaredError": "mean_squared_error",
}
# Their short names in Keras (``keras/src/losses/__init__.py``).
SHORT_NAMES = {"mse": "mean_squared_error", "bce": "binary_crossentropy"}
OPTIMIZERS: Mapping[str, type[SGD | RMSprop | Adam]] = {"SGD": SGD, "RMSprop": RMSprop, "Adam": Adam, "AdamW": AdamW}
# Settings of an optimizer that a specification does not have, and the values at which they have no effect.
TRAINING_ALONE = {"amsgrad": False, "use_ema": False, "gradient_accumulation_steps": None, "loss_scale_factor": None}
SCHEDULES = {cls.__name__: cls for cls in (ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, CosineDecay)}


def loss_of(plain: Any, last: LayerSpec | None, notes: list[str], *, places: bool = False) -> tuple[str, bool]:
    """The loss, and whether it takes logits; adds a note if the end of the network had to decide.

    ``places`` says that the network ends in a vector for each place of a sequence, for which there is one loss.
    """
    end = last.activation if isinstance(last, Dense | Conv2D | Activation) else "linear"
    if isinstance(plain, list | Mapping) and len(plain) == 1:
        # A model with one output may give it in a list or by the output's name.
        (plain,) = plain.values() if isinstance(plain, Mapping) else plain
    name, from_logits = SHORT_NAMES.get(str(plain).lower(), plain), False
    if isinstance(plain, Mapping):
        config = plain.get("config")
        name = LOSS_CLASSES.get(str(plain.get("class_name")), config)
        from_logits = isinstance(config, Mapping) and bool(config.get("from_logits"))
        if isinstance(config, Mapping) and config.get("label_smoothing"):
            notes.append("the loss's label smoothing is left out")
        if isinstance(config, Mapping) and config.get("ignore_class") not in (None, NO_LABEL):
            notes.append(f"the loss's ignore_class is left out: here {NO_LABEL} says that a place has no label")
    if isinstance(name, str) and name in LOSSES and not (from_logits and end != "linear"):
        return name, from_logits
    chosen = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}.get(end, "mean_squared_error")
    if places:
        chosen, from_logits = "sparse_categorical_crossentropy", end == "linear"
    else:
        from_logits = False
    reason = "the file names no loss that dl-tutor has" if plain else "the file names no loss"
    notes.append(f"{reason}: {chosen} is taken")
    return chosen, from_logits


def optimizer_of(plain: Any, notes: list[str]) -> OptimizerSpec:
    """The optimizer; adds a note for each setting that is left out, and if it is replaced by another."""
    if isinstance(plain, str):
        plain = {"class_name": {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}.get(plain)}
    kind = str(plain.get("class_name")) if isinstance(plain, Mapping) else ""
    reason = "the file names no optimizer that dl-tutor has" if plain else "the file names no optimizer"
    if kind in OPTIMIZERS:
        cls, config = OPTIMIZERS[kind], plain.get("config") or {}
        left_out: list[str] = []
        try:
            known = {f.name: config[f.name] for f in fields(cls) if f.name in config}
            if "learning_rate" in known:
                known["learning_rate"] = _rate(known["learning_rate"], left_out)
            left_out += [f"{kind}'s {name} is left out" for name, off in TRAINING_ALONE.items()
                         if config.get(name, off) not in (off, None)]  # fmt: skip
            optimizer = cls(**known)
        except SpecError as error:
            reason = f"the file's optimizer cannot be taken over ({kind}: {error})"
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            reason = f"the file's optimizer cannot be taken over ({kind}: it is not described as Keras 3 does it)"
        else:
            notes += left_out
            return optimizer
    notes.append(f"{reason}: plain SGD is taken")
    return SGD()


def _rate(plain: Any, notes: list[str]) -> LearningRate:
    if not isinstance(plain, Mapping):
        number_from("a learning rate", plain, 0)
        # Keras stores it as float32: 0.001 comes back as 0.0010000000474974513.
        return float(str(np.float32(plain)))
    kind = str(plain["class_name"])
    config = {name: value for name, value in plain["config"].items() if name != "name"}
    if kind in SCHEDULES:
        return SCHEDULES[kind](**config)
    first = float(config["initial_learning_rate"])
    notes.append(f"the learning rate's {kind[:40]} is left out: the rate stays at its first value, {first:g}")
    return first
