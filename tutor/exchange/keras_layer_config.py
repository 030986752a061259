"""Converts each layer that Keras describes to a layer of a specification, option by option."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from tutor.engine import layers
from tutor.engine.initializers import INITIALIZERS, Constant, Initializer, TruncatedNormal
from tutor.engine.layers import ACTIVATIONS, LayerSpec
from tutor.engine.operations.contract import Shape
from tutor.engine.validation import SpecError


class Unsupported(ValueError):
    """No specification can express this layer or option; the message says which, and why."""


# Options that never change a number of a trained network.
INDIFFERENT = (
    "name", "seed", "batch_shape", "batch_input_shape", "renorm_momentum",
    "beta_initializer", "gamma_initializer", "moving_mean_initializer", "moving_variance_initializer",
)  # fmt: skip
# Options that affect only training: a trained network gives the same answers without them.
TRAINING_OPTIONS = (
    "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint",
    "beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint",
)  # fmt: skip
# Layers that pass their input on unchanged outside training.
TRAINING_LAYERS = (
    "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout2D", "ActivityRegularization",
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness",
)  # fmt: skip
# Options that a specification does not have, and the values that they must have. All others must be None or False.
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "data_format": ("channels_last", None),
    "dilation_rate": (1, [1, 1]),
    "groups": (1,),
    "axis": (-1, [-1]),
    "center": (True,),
    "scale": (True,),
    "threshold": (0, None),
    "alpha": (1,),
}
ALIASES = {"swish": "silu", None: "linear"}


class Options:
    """The options of one layer with the input ``shape``; options that nobody takes must be neutral in the end.

    ``notes`` gets a sentence for each option that is left out because it changes no answer.
    """

    def __init__(self, name: str, config: dict[str, Any], shape: Shape, notes: list[str]) -> None:
        self.name, self.shape, self._rest, self._notes = name, shape, config, notes

    def take(self, option: str, default: Any = None) -> Any:
        """The value of an option, lists as tuples."""
        value = self._rest.pop(option, default)
        return tuple(value) if isinstance(value, list) else value

    def number(self, option: str, default: float | None = None) -> float:
        """A number."""
        value = self.take(option, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refusal(option, value)
        return value

    def pair(self, option: str) -> tuple[int, int]:
        """Two numbers, given as two or as one."""
        value = self.take(option)
        return (value, value) if isinstance(value, int) else value

    def dtype(self) -> str:
        """The dtype of the layer."""
        policy = self.take("dtype", "float32")
        if isinstance(policy, Mapping):
            policy = policy["config"]["name"] if policy.get("class_name") == "DTypePolicy" else policy.get("class_name")
        return str(policy)

    def activation(self) -> str:
        """The name of an activation."""
        value = self.take("activation")
        value = ALIASES.get(value, value) if isinstance(value, str | None) else value
        if value not in ACTIVATIONS:
            if isinstance(value, Mapping) and str(value.get("module", "")).startswith("keras.layers"):
                raise Unsupported(
                    f"{self.name} with a layer as its activation: put {value.get('class_name')} behind it"
                )
            if not isinstance(value, str):
                raise Unsupported(f"{self.name} with an activation of the author's own")
            raise self.refusal("activation", value)
        return str(value)

    def l2(self) -> float:
        """The kernel's L2 penalty; leaves out any other, with a note."""
        penalty = self.take("kernel_regularizer")
        if penalty is None:
            return 0.0
        known = isinstance(penalty, Mapping) and penalty.get("class_name") in ("L2", "L1L2")
        config: Mapping[str, Any] = penalty["config"] if known else {}
        if not known or config.get("l1"):
            self.leave_out("kernel_regularizer", penalty)
        return float(config.get("l2") or 0.0)

    def initializer(self, option: str, default: str) -> Initializer:
        """The initializer, or the ``default`` for an unknown one, because trained weights do not depend on it."""
        plain = self.take(option)
        if not isinstance(plain, Mapping):
            return plain if plain in INITIALIZERS else default
        kind, config = str(plain.get("class_name")), plain.get("config") or {}
        if kind == "Constant" and isinstance(config.get("value"), int | float):
            return Constant(float(config["value"]))
        if kind == "TruncatedNormal" and not config.get("mean"):
            return TruncatedNormal(float(config["stddev"]))
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
        return name if name in INITIALIZERS else default

    def check_rest(self) -> None:
        """Note options that affect only training. Raise ``Unsupported`` for any other that would change a number."""
        if self._rest.pop("trainable", True) is False:
            self._notes.append(f"{self.name} is frozen in the file; here it would be trained like any other layer")
        for option, value in self._rest.items():
            if option in TRAINING_OPTIONS:
                if value is not None:
                    self.leave_out(option, value)
                continue
            neutral = NEUTRAL.get(option, (None, False))
            if option not in INDIFFERENT and value not in neutral:
                raise self.refusal(option, value)

    def leave_out(self, option: str, value: Any) -> None:
        """Note an option that affects only training."""
        self._notes.append(f"{_said(option, value)} of {self.name} is left out: it changes training, not the answers")

    def refusal(self, option: str, value: Any) -> Unsupported:
        """The error that this option cannot have this value."""
        return Unsupported(f"{self.name} with {_said(option, value)}")


def _said(option: str, value: Any) -> str:
    named = value.get("class_name") if isinstance(value, Mapping) else value
    return f"{option} {str(named)[:40]!r}"


def _weighted(options: Options) -> dict[str, Any]:
    return {
        "activation": options.activation(),
        "kernel_initializer": options.initializer("kernel_initializer", "glorot_uniform"),
        "bias_initializer": options.initializer("bias_initializer", "zeros"),
        "use_bias": bool(options.take("use_bias", True)),
        "l2": options.l2(),
    }


def _dense(options: Options) -> LayerSpec:
    return layers.Dense(options.take("units"), **_weighted(options))


def _conv2d(options: Options) -> LayerSpec:
    return layers.Conv2D(
        options.take("filters"),
        options.pair("kernel_size"),
        options.pair("strides"),
        options.take("padding"),
        **_weighted(options),
    )


def _pooling(kind: Callable[..., LayerSpec]) -> Callable[[Options], LayerSpec]:
    def read(options: Options) -> LayerSpec:
        size = options.pair("pool_size")
        strides = options.pair("strides")
        return kind(size, None if strides == size else strides, options.take("padding"))

    return read


def _relu(options: Options) -> LayerSpec:
    slope = options.number("negative_slope", 0.0)
    return layers.LeakyReLU(float(slope)) if slope else layers.Activation("relu")


def _reshape(options: Options) -> LayerSpec:
    target = options.take("target_shape")
    if not isinstance(target, tuple) or any(type(n) is not int or (n < 1 and n != -1) for n in target):
        raise options.refusal("target_shape", target)
    if -1 not in target:
        return layers.Reshape(target)
    known = -math.prod(target)
    if target.count(-1) > 1 or math.prod(options.shape) % known:
        raise options.refusal("target_shape", target)
    return layers.Reshape(tuple(math.prod(options.shape) // known if n == -1 else n for n in target))


def _batch_normalization(options: Options) -> LayerSpec:
    axis = options.take("axis", -1)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    # Keras counts the batch as axis 0, so the last axis has the number of the axes of a row.
    if axis not in (-1, len(options.shape)):
        raise options.refusal("axis", axis)
    return layers.BatchNormalization(options.number("momentum", 0.99), options.number("epsilon", 1e-3))


def _fixed(layer: LayerSpec) -> Callable[[Options], LayerSpec]:
    return lambda _options: layer


def _checked(read: Callable[[Options], LayerSpec]) -> Callable[[Options], LayerSpec]:
    """A reader that adds the layer's name to errors of the specification."""

    def reading(options: Options) -> LayerSpec:
        try:
            return read(options)
        except SpecError as error:
            raise Unsupported(f"{options.name}: {error}") from None

    return reading


READERS: Mapping[str, Callable[[Options], LayerSpec]] = {
    kind: _checked(read)
    for kind, read in {
        "Dense": _dense,
        "Conv2D": _conv2d,
        "MaxPooling2D": _pooling(layers.MaxPooling2D),
        "AveragePooling2D": _pooling(layers.AveragePooling2D),
        "GlobalAveragePooling2D": _fixed(layers.GlobalAveragePooling2D()),
        "Flatten": _fixed(layers.Flatten()),
        "Reshape": _reshape,
        "Dropout": lambda options: layers.Dropout(options.number("rate")),
        "BatchNormalization": _batch_normalization,
        "Activation": lambda options: layers.Activation(options.activation()),
        "LeakyReLU": lambda options: layers.LeakyReLU(options.number("negative_slope", 0.3)),
        "ReLU": _relu,
        "ELU": _fixed(layers.Activation("elu")),
        "Softmax": _fixed(layers.Activation("softmax")),
    }.items()
}
