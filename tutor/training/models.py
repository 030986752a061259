"""The networks of the sources by name, with their exact settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from tutor.backends.interface import BackendName
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D, Reshape
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.sequence_layers import LSTM, Embedding, SimpleRNN
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.training.gpt import Gpt, gpt
from tutor.training.settings import RunSettings

DataName = Literal["shapes", "digits", "letters", "names", "drawings"]

NAME_TOKENS = 27
"""The mark and the letters a to z."""
NAME_PLACES = 16
"""A name of up to 15 letters with its end; of a longer one the beginning."""

SHAPES_EPOCHS = 300
SHAPES_RATE = 0.01
SHAPES_DROPOUT = 0.2
AUTOENCODER_EPOCHS = 600
AUTOENCODER_RATE = 0.01
AUTOENCODER_BATCH = 5
"""All five shapes in a step."""


@dataclass(frozen=True)
class Model:
    """A network and how its source trains it. ``data`` names its data set, ``about`` is one line for a list."""

    spec: NetworkSpec
    data: DataName
    epochs: int
    batch_size: int
    about: str
    validation_split: float = 0.0

    @property
    def name(self) -> str:
        """The name on the command line."""
        return self.spec.name

    def settings(
        self,
        seed: int = 0,
        epochs: int | None = None,
        backend: BackendName = "numpy",
        optimizer: OptimizerSpec | None = None,
    ) -> RunSettings:
        """The source's settings, except for the arguments given."""
        spec = replace(self.spec, seed=seed, optimizer=optimizer or self.spec.optimizer)
        return RunSettings(spec, self.epochs if epochs is None else epochs, self.batch_size, backend)


@lru_cache(maxsize=16)
def shapes_mlp(
    seed: int = 0,
    learning_rate: float = SHAPES_RATE,
    dropout: float = SHAPES_DROPOUT,
    dtype: str = "float32",
) -> NetworkSpec:
    """25 pixels to 5 shapes through 25, 20, 15 and 10 ReLU units with dropout: 1,700 parameters.

    Trained with SGD at 0.01 and clipnorm 1, one row at a time.
    """
    layers = (*_dense_with_dropout((25, 20, 15, 10), dropout), Dense(5, "softmax"))
    return NetworkSpec("shapes-mlp", (25,), layers, optimizer=SGD(learning_rate, clipnorm=1.0), seed=seed, dtype=dtype)


def shapes_cnn(seed: int = 0, learning_rate: float = SHAPES_RATE, dtype: str = "float32") -> NetworkSpec:
    """25 pixels as a 5×5 picture to 5 shapes: 8 filters of 3×3, pooled, then Dense. Settings as in ``shapes_mlp``."""
    filters = Conv2D(8, (3, 3), padding="same", activation="relu")
    layers = (Reshape((5, 5, 1)), filters, MaxPooling2D(padding="same"), Flatten(), Dense(5, "softmax"))
    return NetworkSpec("shapes-cnn", (25,), layers, optimizer=SGD(learning_rate, clipnorm=1.0), seed=seed, dtype=dtype)


@lru_cache(maxsize=16)
def shapes_autoencoder(seed: int = 0, dtype: str = "float32") -> NetworkSpec:
    """25 pixels through 16 tanh units to two numbers, and back: 923 parameters, to give back what it was given.

    Not of the sources. Adam at 0.01, all five shapes in a step, the cross-entropy of each pixel.
    """
    layers = (Dense(16, "tanh"), Dense(2), Dense(16, "tanh"), Dense(25, "sigmoid"))
    optimizer = Adam(AUTOENCODER_RATE)
    return NetworkSpec("shapes-autoencoder", (25,), layers, "binary_crossentropy", optimizer, seed, dtype)


def digits_softmax() -> NetworkSpec:
    """784 pixels straight to 10 digits: 7,850 parameters. Gradient descent at 0.5."""
    return NetworkSpec("digits-softmax", (784,), (Dense(10, "softmax"),), optimizer=SGD(0.5))


def digits_dense() -> NetworkSpec:
    """784 and 32 ReLU units, then 10 digits: 640,890 parameters.

    SGD at 0.1, because at the source's own rate, Keras's default of 0.01, it does not reach the reported accuracy.
    """
    layers = (Dense(784, "relu"), Dense(32, "relu"), Dense(10, "softmax"))
    return NetworkSpec("digits-dense", (784,), layers, optimizer=SGD(0.1))


def digits_mlp() -> NetworkSpec:
    """784 pixels to 10 digits through 512 and 512 ReLU units with dropout 0.2: 669,706 parameters. RMSprop."""
    layers = (*_dense_with_dropout((512, 512), 0.2), Dense(10, "softmax"))
    return NetworkSpec("digits-mlp", (784,), layers, optimizer=RMSprop())


def digits_cnn() -> NetworkSpec:
    """Two 5×5 convolutions of 32 and 64 filters, each pooled, then 10 digits: 62,346 parameters. SGD at 0.01."""
    first, second = (Conv2D(filters, (5, 5), activation="relu") for filters in (32, 64))
    layers = (first, MaxPooling2D(), second, MaxPooling2D(), Flatten(), Dense(10, "softmax"))
    return NetworkSpec("digits-cnn", (28, 28, 1), layers, optimizer=SGD(0.01))


def letters_mlp() -> NetworkSpec:
    """2,500 pixels to 26 letters through five Dense layers: 723,326 parameters. Adam.

    The source gives five layers, 2,500 inputs and 26 outputs; the widths in between are ten times those of its shapes
    network.
    """
    layers = (*_dense_with_dropout((250, 200, 150, 100), 0.2), Dense(26, "softmax"))
    return NetworkSpec("letters-mlp", (2500,), layers, optimizer=Adam())


def letters_cnn() -> NetworkSpec:
    """Three convolutions with leaky ReLU, pooling and dropout, a Dense layer, 26 letters: 958,586 parameters. Adam."""
    layers: list[LayerSpec] = []
    for filters, size, rate in ((32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)):
        layers += [Conv2D(filters, (size, size), padding="same"), LeakyReLU(0.1)]
        layers += [MaxPooling2D(padding="same"), Dropout(rate)]
    end = (Flatten(), Dense(128), LeakyReLU(0.1), Dropout(0.3), Dense(26, "softmax"))
    return NetworkSpec("letters-cnn", (50, 50, 1), (*layers, *end), optimizer=Adam())


def rnn_names() -> NetworkSpec:
    """The next letter of a name, from a state of 32 numbers: 2,891 parameters. Adam at 0.005."""
    return _of_names("rnn-names", SimpleRNN(32, return_sequences=True), Adam(0.005))


def lstm_names() -> NetworkSpec:
    """The next letter of a name, from a cell and a state of 24 numbers each: 5,043 parameters. Adam at 0.005."""
    return _of_names("lstm-names", LSTM(24, return_sequences=True), Adam(0.005))


def gpt_names() -> NetworkSpec:
    """The next letter of a name, from one block of attention with 4 heads of width 4: 4,288 parameters. Adam."""
    return gpt("gpt-names", Gpt(), NAME_TOKENS, NAME_PLACES)


def _of_names(name: str, layer: LayerSpec, optimizer: OptimizerSpec) -> NetworkSpec:
    """Token numbers to logits of the next token at each place, through a table of 16 numbers a token and ``layer``."""
    layers = (Embedding(NAME_TOKENS, 16), layer, Dense(NAME_TOKENS))
    loss = "sparse_categorical_crossentropy"
    return NetworkSpec(name, (NAME_PLACES,), layers, loss, optimizer, from_logits=True)


def _dense_with_dropout(widths: tuple[int, ...], rate: float) -> list[LayerSpec]:
    return [layer for units in widths for layer in (Dense(units, "relu"), Dropout(rate))]


_ALL = (
    Model(shapes_mlp(), "shapes", SHAPES_EPOCHS, 1, "5×5 shapes, five Dense layers with dropout"),
    Model(shapes_cnn(), "shapes", SHAPES_EPOCHS, 1, "5×5 shapes, a small convolution"),
    Model(
        shapes_autoencoder(), "drawings", AUTOENCODER_EPOCHS, AUTOENCODER_BATCH, "5×5 shapes, to two numbers and back"
    ),
    Model(digits_softmax(), "digits", 10, 128, "digits, softmax regression"),
    Model(digits_dense(), "digits", 20, 500, "digits, two hidden Dense layers", validation_split=0.1),
    Model(digits_mlp(), "digits", 4, 128, "digits, two wide Dense layers with dropout"),
    Model(digits_cnn(), "digits", 5, 100, "digits, two convolutions"),
    Model(letters_mlp(), "letters", 60, 64, "letters, five Dense layers"),
    Model(letters_cnn(), "letters", 60, 64, "letters, three convolutions"),
    Model(rnn_names(), "names", 20, 32, "next letter of a name, SimpleRNN"),
    Model(lstm_names(), "names", 20, 32, "next letter of a name, LSTM"),
    Model(gpt_names(), "names", 10, 16, "next letter of a name, a GPT of one block"),
)
MODELS: Mapping[str, Model] = {model.name: model for model in _ALL}


def find_model(name: str) -> Model:
    """The model of that name; raises a ``SpecError`` that lists the known names."""
    if name not in MODELS:
        raise SpecError(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    return MODELS[name]


def model_settings(model: str, seed: int = 0, epochs: int | None = None) -> RunSettings:
    """The settings of a named model; raises ``SpecError`` for an unknown name."""
    return find_model(model).settings(seed, epochs)


def benchmark_networks() -> dict[str, tuple[NetworkSpec, int]]:
    """The networks for benchmarks of the engines, each with its batch size.

    The wide Dense network uses plain SGD here, so that the benchmark measures its matrix products.
    """
    return {
        "shapes-mlp": (shapes_mlp(), 1),
        "digits-mlp": (replace(digits_mlp(), optimizer=SGD(0.01)), 128),
        "digits-cnn": (replace(digits_cnn(), optimizer=Adam()), 100),
        "letters-cnn": (letters_cnn(), 64),
    }
