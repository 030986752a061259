"""The layers of a network: frozen descriptions with Keras 3's names, defaults and meanings.

Each docstring names its source, a file in ``keras/src/layers``. ``operations`` computes the layers; this module only
describes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.engine.initializers import Initializer, check_initializer
from tutor.engine.padding import Padding
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SequenceLayer,
    SimpleRNN,
    TiedProjection,
)
from tutor.engine.validation import (
    LARGEST_FACTOR,
    check_size,
    flag,
    is_whole,
    number_above,
    number_from,
    one_of,
    require,
    written,
)

ACTIVATIONS = (
    "linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu", "elu", "softplus", "silu", "gelu",
)  # fmt: skip
PADDINGS = ("valid", "same")
LARGEST_WINDOW = 100
"""For a kernel, a pool or a stride: with ``same`` padding a window may be larger than the picture."""
MOST_AXES = 4
"""For the shape of a row. The layers take one axis, two (a sequence of places) or three (a picture)."""


def _pair(what: str, value: tuple[int, int]) -> None:
    require(
        isinstance(value, tuple) and len(value) == 2 and all(is_whole(n, 1, LARGEST_WINDOW) for n in value),
        f"{what} is two whole numbers from 1 to {LARGEST_WINDOW:,}, such as (2, 2); got {written(value)}",
    )


def check_shape(what: str, shape: object) -> None:
    """Raise ``SpecError`` unless ``shape`` is the shape of a row: a few whole numbers from 1."""
    require(
        isinstance(shape, tuple) and bool(shape) and all(is_whole(n, 1) for n in shape),
        f"{what} is whole numbers from 1; got {written(shape)}",
    )
    require(
        isinstance(shape, tuple) and len(shape) <= MOST_AXES,
        f"{what} has at most {MOST_AXES} numbers, such as (28, 28, 1); got {written(shape)}",
    )


def _weighted(layer: Dense | Conv2D) -> None:
    one_of("activation", layer.activation, ACTIVATIONS)
    check_initializer(layer.kernel_initializer)
    check_initializer(layer.bias_initializer)
    flag("use_bias", layer.use_bias)
    number_from("an L2 penalty", layer.l2, 0, LARGEST_FACTOR)


@dataclass(frozen=True)
class Dense:
    """A fully connected layer, out = activation(x · kernel + bias), on the last axis (``core/dense.py``).

    ``kernel`` has shape (inputs, units), ``bias`` (units,). ``l2`` adds l2·Σ kernel² to the loss.
    """

    units: int
    activation: str = "linear"
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    use_bias: bool = True
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_size("a Dense layer needs at least 1 unit", self.units)
        _weighted(self)


@dataclass(frozen=True)
class Conv2D:
    """A convolution over height and width (``convolutional/base_conv.py``).

    Mathematically it is a cross-correlation: the kernel (height, width, channels, filters) is not flipped.
    With ``same`` padding an odd row or column of padding goes below or to the right.
    """

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: Padding = "valid"
    activation: str = "linear"
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    use_bias: bool = True
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_size("a Conv2D layer needs at least 1 filter", self.filters)
        _pair("a kernel's size", self.kernel_size)
        _pair("a stride", self.strides)
        one_of("padding", self.padding, PADDINGS)
        _weighted(self)


@dataclass(frozen=True)
class MaxPooling2D:
    """The largest value of each window (``pooling/base_pooling.py``).

    ``strides`` defaults to the pool's size, so that windows do not overlap. ``valid`` padding drops a last row that
    does not fill a window. If two values tie, the first in reading order takes the gradient.
    """

    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, int] | None = None
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        _pair("a pool's size", self.pool_size)
        _pair("a stride", self.strides or (1, 1))
        one_of("padding", self.padding, PADDINGS)


@dataclass(frozen=True)
class AveragePooling2D:
    """The mean of each window; padding is not counted in the divisor (``pooling/base_pooling.py``)."""

    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, int] | None = None
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        _pair("a pool's size", self.pool_size)
        _pair("a stride", self.strides or (1, 1))
        one_of("padding", self.padding, PADDINGS)


@dataclass(frozen=True)
class GlobalAveragePooling2D:
    """The mean of each channel over height and width (``pooling/global_average_pooling2d.py``)."""


@dataclass(frozen=True)
class Flatten:
    """All numbers of a row as one vector, in reading order (``reshaping/flatten.py``)."""


@dataclass(frozen=True)
class Reshape:
    """The same numbers in another shape, the batch left out (``reshaping/reshape.py``)."""

    target_shape: tuple[int, ...]

    def __post_init__(self) -> None:
        check_shape("a shape", self.target_shape)


@dataclass(frozen=True)
class Dropout:
    """While training, set each input to 0 with probability ``rate`` and scale the others by 1/(1 − rate).

    At inference it changes nothing (``regularization/dropout.py``).
    """

    rate: float

    def __post_init__(self) -> None:
        number_from("a dropout rate", self.rate, 0, 1)
        require(self.rate < 1, f"a dropout rate is less than 1, which would drop everything; got {self.rate}")


@dataclass(frozen=True)
class BatchNormalization:
    """Each channel less its batch mean, divided by its batch standard deviation, times γ, plus β.

    At inference moving averages replace the batch's statistics (``normalization/batch_normalization.py``). Two defaults
    surprise: with ``momentum`` 0.99 the averages need hundreds of steps to converge, and ``epsilon`` 1e-3 is large
    compared to the variance of a quiet channel. The variance is the biased one, divided by N.
    """

    momentum: float = 0.99
    epsilon: float = 1e-3

    def __post_init__(self) -> None:
        number_from("a moving average's momentum", self.momentum, 0, 1)
        require(self.momentum < 1, f"a moving average with the momentum 1 never moves; got {self.momentum}")
        number_above("epsilon, which keeps a division from 0,", self.epsilon, 0, LARGEST_FACTOR)


@dataclass(frozen=True)
class Activation:
    """An activation as a separate layer (``activations/activation.py``)."""

    activation: str

    def __post_init__(self) -> None:
        one_of("activation", self.activation, ACTIVATIONS)


@dataclass(frozen=True)
class LeakyReLU:
    """x where x > 0, else ``negative_slope``·x (``activations/leaky_relu.py``).

    The layer's default slope is 0.3; the activation named ``leaky_relu`` has 0.2. At exactly 0 the derivative is
    ``negative_slope``.
    """

    negative_slope: float = 0.3

    def __post_init__(self) -> None:
        number_from("the slope of the negative side", self.negative_slope, 0, LARGEST_FACTOR)


LayerSpec = (
    Dense
    | Conv2D
    | MaxPooling2D
    | AveragePooling2D
    | GlobalAveragePooling2D
    | Flatten
    | Reshape
    | Dropout
    | BatchNormalization
    | Activation
    | LeakyReLU
    | SequenceLayer
)

# The names that Keras gives to unnamed layers, which are also their ``kind`` in a specification's plain form.
LAYER_KINDS: dict[str, type[LayerSpec]] = {
    "dense": Dense,
    "conv2d": Conv2D,
    "max_pooling2d": MaxPooling2D,
    "average_pooling2d": AveragePooling2D,
    "global_average_pooling2d": GlobalAveragePooling2D,
    "flatten": Flatten,
    "reshape": Reshape,
    "dropout": Dropout,
    "batch_normalization": BatchNormalization,
    "activation": Activation,
    "leaky_re_lu": LeakyReLU,
    "embedding": Embedding,
    "position_embedding": PositionEmbedding,
    "layer_normalization": LayerNormalization,
    "multi_head_attention": MultiHeadAttention,
    "add": Add,
    "simple_rnn": SimpleRNN,
    "lstm": LSTM,
    "tied_projection": TiedProjection,
}
KIND_OF_LAYER = {layer: kind for kind, layer in LAYER_KINDS.items()}
