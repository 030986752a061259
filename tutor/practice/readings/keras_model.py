"""A Keras model that was written down, as the engine's specification in plain values: equal networks are equal values.

Names do not count, nor does how a layer is written: an activation of its own or as an option, ``Input`` or
``input_shape``, ``Sequential`` or ``Model``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tutor.engine.operations.contract import ShapeError
from tutor.engine.optimizer_specs import OptimizerSpec, optimizer_to_dict
from tutor.engine.spec import MOST_LAYERS, NetworkSpec
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import line_of
from tutor.exchange.keras_training_config import LOSS_CLASSES, SHORT_NAMES, optimizer_of
from tutor.language.catalogue import _
from tutor.practice.readings.errors import CannotRead
from tutor.practice.readings.keras_fit import read_fit
from tutor.practice.readings.keras_layers import layers_described

_ACCURACIES = {
    "categorical_crossentropy": ("categorical_accuracy", "CategoricalAccuracy"),
    "sparse_categorical_crossentropy": ("sparse_categorical_accuracy", "SparseCategoricalAccuracy"),
}


def read_model(value: Any) -> dict[str, Any]:
    """The model in plain values. Raises ``CannotRead``."""
    kind = value.get("class_name") if isinstance(value, dict) else getattr(value, "type", type(value).__name__)
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in ("Sequential", "Functional"):
        raise CannotRead(_("What is returned is no model but a {kind}. Return the model.").format(kind=str(kind)[:40]))
    try:
        return _read(value)
    except ExchangeError as error:
        raise CannotRead(_("The model cannot be judged: {error}.").format(error=error)) from None
    except ShapeError as error:
        raise CannotRead(_("The model cannot be built: {error}.").format(error=error)) from None
    except CannotRead:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError):
        raise CannotRead(_("The model cannot be judged: it is not described as Keras does it.")) from None


def described(spec: NetworkSpec, metrics: Sequence[str] = ("accuracy",), fits: Sequence[Any] = ()) -> dict[str, Any]:
    """A network of the engine as ``read_model`` gives it, with what is reported and each fit."""
    notes: list[str] = []
    layers = layers_described(spec.input_shape, spec.layers, spec.dtype, notes)
    loss = {"loss": spec.loss, "from_logits": spec.from_logits}
    return _described(layers, notes, _optimizer(spec.optimizer), loss, metrics, fits)


def remark(got: Any, right: Any) -> str:
    """How many parameters each has, if that differs."""
    counts = [each.get("parameters") for each in (got, right)]
    if None in counts or counts[0] == counts[1]:
        return ""
    return _("It has {got:,} parameters, and should have {expected:,}.").format(got=counts[0], expected=counts[1])


def _read(value: Mapping[str, Any]) -> dict[str, Any]:
    compiled, fits = value.get("compile_config"), [read_fit(each) for each in value.get("fits") or ()]
    config = value["config"]
    for what, part in ((_("layers"), config["layers"]), (_("fits"), fits)):
        if len(part) > MOST_LAYERS:
            raise CannotRead(
                _("The model has {count:,} {what}; at most {most:,} are read.").format(
                    count=len(part), what=what, most=MOST_LAYERS
                )
            )
    open_ended = value["class_name"] == "Sequential" and "build_input_shape" not in config
    notes: list[str] = []
    layers: dict[str, Any] = {"input_shape": None}
    if not open_ended:
        line = line_of(value)
        notes += line.notes
        if config.get("trainable") is False:
            notes.append(_("the whole model is frozen"))
        layers = layers_described(line.shape, line.layers, line.dtype, notes)
        for fit in fits:
            # The rows fitted, perhaps by a Flatten that is no layer of its own here, or an axis of size 1.
            if math.prod(fit["x"]["shape"]) == math.prod(layers["input_shape"]):
                fit["x"]["shape"] = layers["input_shape"]
    if compiled is None:
        return _described(layers, notes, None, {"loss": None}, (), fits)
    if not isinstance(compiled, Mapping):
        raise TypeError(_("compiled with no settings"))
    loss = _loss(compiled.get("loss"))
    for name in ("loss_weights", "weighted_metrics"):
        if compiled.get(name):
            notes.append(_("compile has {name}").format(name=name))
    optimizer = _read_optimizer(compiled.get("optimizer"), notes)
    metrics = _metrics(compiled.get("metrics") or (), str(loss["loss"]))
    return _described(layers, notes, optimizer, loss, metrics, fits)


def _described(
    layers: Mapping[str, Any], notes: Sequence[str], optimizer: Any, loss: Mapping[str, Any], metrics: Sequence[str],
    fits: Sequence[Any],
) -> dict[str, Any]:  # fmt: skip
    """In the order in which a first difference is looked for: the count says nothing that the layers have not said."""
    if notes:
        # The sentences are those of the import, and their end says what that does about it.
        what = "; ".join(note.partition(" is left out")[0].partition(" in the file")[0] for note in notes)
        raise CannotRead(_("The model has what is not asked: {what}.").format(what=what))
    count = {"parameters": layers["parameters"]} if "parameters" in layers else {}
    shown = {name: part for name, part in layers.items() if name != "parameters"}
    return {**shown, "optimizer": optimizer, **loss, "metrics": list(metrics),
            "fit": list(fits), **count}  # fmt: skip


def _optimizer(optimizer: OptimizerSpec) -> dict[str, Any]:
    return {**optimizer_to_dict(optimizer), "kind": type(optimizer).__name__}


def _read_optimizer(plain: Any, notes: list[str]) -> dict[str, Any]:
    said: list[str] = []
    optimizer = optimizer_of(plain, said)
    kind = str(plain["class_name"])[:40]
    # A note says either what has no effect here, or that another optimizer is taken.
    if type(optimizer).__name__ != kind:
        return {"kind": kind}
    notes += said
    return _optimizer(optimizer)


def _loss(plain: Any) -> dict[str, Any]:
    """The loss by its name, and whether it takes logits; more only where it is not the default."""
    if isinstance(plain, list) and len(plain) == 1:
        # For the only output of the model.
        (plain,) = plain
    if not isinstance(plain, Mapping):
        name = None if plain is None else LOSS_CLASSES.get(str(plain), str(plain)[:80])
        return {"loss": SHORT_NAMES.get(str(name).lower(), name), "from_logits": False}
    if isinstance(plain["config"], str):
        # A function of Keras's own is written by its name.
        return _loss(plain["config"])
    kind, config = str(plain["class_name"]), dict(plain["config"])
    if kind not in LOSS_CLASSES:
        return {"loss": _("the {kind} {name}").format(kind=kind[:40], name=str(config.get("name", ""))[:40]).strip()}
    neutral = {"label_smoothing": 0.0, "axis": -1, "reduction": "sum_over_batch_size"}
    others = {name: config[name] for name, value in neutral.items() if config.get(name, value) != value}
    kept = {name: value if isinstance(value, int | float | str) else str(value)[:40] for name, value in others.items()}
    return {"loss": LOSS_CLASSES[kind], "from_logits": bool(config.get("from_logits", False)), **kept}


def _metrics(plain: Sequence[Any], loss: str) -> list[str]:
    """What is reported: the accuracy, however it is written; else all of it."""
    # By its name it may be written Accuracy; the class Accuracy compares numbers, and not classes.
    texts = {"accuracy": "accuracy", "acc": "accuracy"}
    names = [
        str(each["class_name"])[:40] if isinstance(each, Mapping) else texts.get(str(each).lower(), str(each)[:40])
        for each in plain
    ]
    accuracies = ("accuracy", *_ACCURACIES.get(loss, ()))
    return ["accuracy"] if any(name in accuracies for name in names) else names
