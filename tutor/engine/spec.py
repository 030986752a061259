"""What a network is: frozen descriptions that both engines build from.

Names, defaults and meanings are Keras 3's (``keras/src/layers``, ``keras/src/optimizers``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax")
INITIALIZERS = ("zeros", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal")
LOSSES = ("categorical_crossentropy",)
DTYPES = ("float32", "float64")


class SpecError(ValueError):
    """A network that cannot be: the message says what was given and what was expected."""


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise SpecError(message)


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    _require(value in allowed, f"unknown {what} {value!r}; expected one of {', '.join(allowed)}")


@dataclass(frozen=True)
class Dense:
    """A fully connected layer, out = activation(x · kernel + bias).

    ``kernel`` has shape (inputs, units), ``bias`` (units,). Defaults are those of ``keras.layers.Dense``:
    Glorot-uniform kernel, zero bias, linear activation.
    """

    units: int
    activation: str = "linear"
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def __post_init__(self) -> None:
        _require(self.units >= 1, f"a Dense layer needs at least 1 unit, not {self.units}")
        _one_of("activation", self.activation, ACTIVATIONS)
        _one_of("initializer", self.kernel_initializer, INITIALIZERS)
        _one_of("initializer", self.bias_initializer, INITIALIZERS)


@dataclass(frozen=True)
class Dropout:
    """While training, set each input to 0 with probability ``rate`` and scale the others by 1/(1 − rate).

    At inference it changes nothing (``keras/src/layers/regularization/dropout.py``).
    """

    rate: float

    def __post_init__(self) -> None:
        _require(0.0 <= self.rate < 1.0, f"a dropout rate lies from 0 up to, not including, 1; got {self.rate}")


LayerSpec = Dense | Dropout


@dataclass(frozen=True)
class SGD:
    """Gradient descent: p ← p − lr·g, or with momentum m ← μ·m − lr·g, p ← p + m.

    ``clipnorm`` scales each parameter's gradient on its own to that L2 norm when it is longer (Keras clips
    per variable, ``keras/src/optimizers/base_optimizer.py``; others clip all gradients as one vector).
    Defaults are those of ``keras.optimizers.SGD``.
    """

    learning_rate: float = 0.01
    momentum: float = 0.0
    clipnorm: float | None = None

    def __post_init__(self) -> None:
        _require(self.learning_rate >= 0.0, f"a learning rate is not negative; got {self.learning_rate}")
        _require(0.0 <= self.momentum <= 1.0, f"momentum lies from 0 to 1; got {self.momentum}")
        _require(
            self.clipnorm is None or self.clipnorm > 0.0,
            f"clipnorm is a positive length; got {self.clipnorm}",
        )


@dataclass(frozen=True)
class NetworkSpec:
    """A network, its loss, its optimizer and the seed of all its randomness.

    ``input_shape`` leaves the batch out: (25,) for a 5×5 drawing. ``dtype`` is the type of every parameter
    and intermediate.
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[LayerSpec, ...]
    loss: str = "categorical_crossentropy"
    optimizer: SGD = field(default_factory=SGD)
    seed: int = 0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        _one_of("loss", self.loss, LOSSES)
        _one_of("dtype", self.dtype, DTYPES)
        _require(self.seed >= 0, f"a seed is a whole number from 0; got {self.seed}")
        _require(len(self.input_shape) == 1, f"dense networks take vectors; got the shape {self.input_shape}")
        _require(bool(self.layers), "a network needs at least one layer")
        last = self.layers[-1]
        _require(
            isinstance(last, Dense) and last.activation == "softmax",
            f"categorical cross-entropy needs a Dense layer with softmax at the end; the last layer is {last}",
        )
        for name, layer in self.named_layers[:-1]:
            _require(
                not (isinstance(layer, Dense) and layer.activation == "softmax"),
                f"softmax belongs to the last layer only; {name} has it too",
            )

    @property
    def named_layers(self) -> tuple[tuple[str, LayerSpec], ...]:
        """Each layer with the name that Keras would give it: dense, dropout, dense_1, …"""
        seen: dict[str, int] = {}
        named = []
        for layer in self.layers:
            kind = type(layer).__name__.lower()
            count = seen.get(kind, 0)
            seen[kind] = count + 1
            named.append((f"{kind}_{count}" if count else kind, layer))
        return tuple(named)

    @property
    def output_size(self) -> int:
        """How many classes the last layer tells apart."""
        return self.widths[-1]

    @property
    def widths(self) -> tuple[int, ...]:
        """The width of the input, then that of each layer's output."""
        widths = [self.input_shape[0]]
        for layer in self.layers:
            widths.append(layer.units if isinstance(layer, Dense) else widths[-1])
        return tuple(widths)


_LAYER_KINDS: dict[str, type[Dense] | type[Dropout]] = {"dense": Dense, "dropout": Dropout}


def spec_to_dict(spec: NetworkSpec) -> dict[str, Any]:
    """The specification as plain values, for JSON and TOML; ``spec_from_dict`` reads it back."""
    plain = asdict(spec)
    plain["input_shape"] = list(spec.input_shape)
    plain["layers"] = [{"kind": type(layer).__name__.lower(), **asdict(layer)} for layer in spec.layers]
    plain["optimizer"] = {"kind": "sgd", **asdict(spec.optimizer)}
    return plain


def spec_from_dict(plain: Mapping[str, Any]) -> NetworkSpec:
    """Build a specification from plain values.

    Raises ``SpecError`` with a sentence for anything missing, unknown or of the wrong type.
    """
    try:
        values = {name: plain[name] for name in (f.name for f in fields(NetworkSpec)) if name in plain}
        layers = []
        for entry in values["layers"]:
            settings = dict(entry)
            kind = settings.pop("kind")
            _one_of("layer", kind, tuple(_LAYER_KINDS))
            layers.append(_LAYER_KINDS[kind](**settings))
        values["layers"] = tuple(layers)
        values["input_shape"] = tuple(int(size) for size in values["input_shape"])
        if "optimizer" in values:
            settings = dict(values["optimizer"])
            _one_of("optimizer", settings.pop("kind"), ("sgd",))
            values["optimizer"] = SGD(**settings)
        return NetworkSpec(**values)
    except SpecError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SpecError(f"not a network specification: {error!r}") from error
