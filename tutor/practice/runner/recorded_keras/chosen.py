"""What a layer is given by name or as an object: activations, initializers, regularizers."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.elsewhere import ACTIVATIONS as OTHER_ACTIVATIONS
from tutor.practice.runner.recorded_keras.elsewhere import INITIALIZERS as OTHER_INITIALIZERS
from tutor.practice.runner.recorded_keras.elsewhere import REGULARIZERS as OTHER_REGULARIZERS
from tutor.practice.runner.recorded_keras.recorded import Named, Recorded, found

ACTIVATIONS = {
    name: Named(name)
    for name in (
        "linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu", "elu", "softplus", "silu", "gelu",
    )
}  # fmt: skip
ACTIVATIONS["swish"] = ACTIVATIONS["silu"]


def activation_of(identifier: Any) -> Any:
    """The activation that is meant. Raises ``ValueError``."""
    if identifier is None:
        return ACTIVATIONS["linear"]
    meant = found(identifier, ACTIVATIONS, OTHER_ACTIVATIONS, "activation function")
    if not callable(meant):
        raise ValueError(f"Could not interpret activation function identifier: {identifier}")
    return meant


class _Initializer(Recorded):
    module = "keras.initializers"


class _Seeded(_Initializer):
    def __init__(self, seed: Any = None) -> None:
        self.record(seed=seed)


class GlorotUniform(_Seeded):
    """keras.initializers.GlorotUniform."""


class GlorotNormal(_Seeded):
    """keras.initializers.GlorotNormal."""


class HeUniform(_Seeded):
    """keras.initializers.HeUniform."""


class HeNormal(_Seeded):
    """keras.initializers.HeNormal."""


class LecunUniform(_Seeded):
    """keras.initializers.LecunUniform."""


class LecunNormal(_Seeded):
    """keras.initializers.LecunNormal."""


class Zeros(_Initializer):
    """keras.initializers.Zeros."""


class Ones(_Initializer):
    """keras.initializers.Ones."""


class Constant(_Initializer):
    """keras.initializers.Constant."""

    def __init__(self, value: Any = 0.0) -> None:
        self.record(value=value)


class TruncatedNormal(_Initializer):
    """keras.initializers.TruncatedNormal."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None) -> None:
        self.record(mean=mean, stddev=stddev, seed=seed)


class RandomUniform(_Initializer):
    """keras.initializers.RandomUniform."""

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None) -> None:
        self.record(minval=minval, maxval=maxval, seed=seed)


class Orthogonal(_Initializer):
    """keras.initializers.Orthogonal."""

    def __init__(self, gain: Any = 1.0, seed: Any = None) -> None:
        self.record(gain=gain, seed=seed)


INITIALIZER_CLASSES = (
    GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, Zeros, Ones, Constant, TruncatedNormal,
    RandomUniform, Orthogonal,
)  # fmt: skip
INITIALIZERS = {
    **{name: name for name in (
        "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "zeros", "ones",
        "truncated_normal", "orthogonal",
    )},
    **dict.fromkeys(("uniform", "random_uniform"), "uniform"),
    **{each.__name__: each() for each in INITIALIZER_CLASSES},
}  # fmt: skip


def initializer_of(identifier: Any) -> Any:
    """The initializer that is meant. Raises ``ValueError``."""
    if identifier is None or isinstance(identifier, _Initializer):
        return identifier
    meant = found(identifier, INITIALIZERS, OTHER_INITIALIZERS, "initializer")
    return meant() if isinstance(meant, type) and issubclass(meant, _Initializer) else meant


class _Regularizer(Recorded):
    module = "keras.regularizers"


class L1(_Regularizer):
    """keras.regularizers.L1."""

    def __init__(self, l1: Any = 0.01) -> None:
        self.record(l1=l1)


class L2(_Regularizer):
    """keras.regularizers.L2."""

    def __init__(self, l2: Any = 0.01) -> None:
        self.record(l2=l2)


class L1L2(_Regularizer):
    """keras.regularizers.L1L2."""

    def __init__(self, l1: Any = 0.0, l2: Any = 0.0) -> None:
        self.record(l1=l1, l2=l2)


REGULARIZERS = {
    **dict.fromkeys(("l1", "L1"), L1()),
    **dict.fromkeys(("l2", "L2"), L2()),
    **dict.fromkeys(("l1l2", "L1L2"), L1L2()),
}


def regularizer_of(identifier: Any) -> Any:
    """The regularizer that is meant. Raises ``ValueError``."""
    return found(identifier, REGULARIZERS, OTHER_REGULARIZERS, "regularizer")
