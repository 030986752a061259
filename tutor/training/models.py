"""The networks of the sources by name, with their exact settings."""

from __future__ import annotations

from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.engine.refusal import SpecError
from tutor.engine.spec import NetworkSpec
from tutor.training.settings import RunSettings

SHAPES_EPOCHS = 300
SHAPES_RATE = 0.01
SHAPES_DROPOUT = 0.2


def shapes_mlp(
    seed: int = 0,
    learning_rate: float = SHAPES_RATE,
    dropout: float = SHAPES_DROPOUT,
    dtype: str = "float32",
) -> NetworkSpec:
    """25 pixels to 5 shapes through 25, 20, 15 and 10 ReLU units with dropout: 1,700 parameters.

    Trained with SGD at 0.01 and clipnorm 1, one row at a time.
    """
    layers: list[Dense | Dropout] = []
    for units in (25, 20, 15, 10):
        layers += [Dense(units, "relu"), Dropout(dropout)]
    return NetworkSpec(
        name="shapes-mlp",
        input_shape=(25,),
        layers=(*layers, Dense(5, "softmax")),
        optimizer=SGD(learning_rate, clipnorm=1.0),
        seed=seed,
        dtype=dtype,
    )


MODELS = ("shapes-mlp",)


def model_settings(model: str, seed: int = 0, epochs: int | None = None) -> RunSettings:
    """The settings of a named model; raises ``SpecError`` for an unknown name."""
    if model != "shapes-mlp":
        raise SpecError(f"there is no model {model!r}; there is {', '.join(MODELS)}")
    return RunSettings(shapes_mlp(seed), SHAPES_EPOCHS if epochs is None else epochs, batch_size=1)


def digits_mlp(seed: int = 0, learning_rate: float = 0.01) -> NetworkSpec:
    """784 pixels to 10 digits through 512 and 512 ReLU units with dropout 0.2: 669,706 parameters."""
    layers = (Dense(512, "relu"), Dropout(0.2), Dense(512, "relu"), Dropout(0.2), Dense(10, "softmax"))
    return NetworkSpec("digits-mlp", (784,), layers, optimizer=SGD(learning_rate), seed=seed)


def digits_cnn(seed: int = 0, learning_rate: float = 0.001) -> NetworkSpec:
    """Two 5×5 convolutions of 32 and 64 filters, each pooled, then 10 digits: 62,346 parameters."""
    first, second = (Conv2D(filters, (5, 5), activation="relu") for filters in (32, 64))
    layers = (first, MaxPooling2D(), second, MaxPooling2D(), Flatten(), Dense(10, "softmax"))
    return NetworkSpec("digits-cnn", (28, 28, 1), layers, optimizer=Adam(learning_rate), seed=seed)


def letters_cnn(seed: int = 0, learning_rate: float = 0.001) -> NetworkSpec:
    """Three convolutions with leaky ReLU, pooling and dropout, a Dense layer, 26 letters: 958,586 parameters."""
    layers: list[LayerSpec] = []
    for filters, size, rate in ((32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)):
        layers += [Conv2D(filters, (size, size), padding="same"), LeakyReLU(0.1)]
        layers += [MaxPooling2D(padding="same"), Dropout(rate)]
    end = (Flatten(), Dense(128), LeakyReLU(0.1), Dropout(0.3), Dense(26, "softmax"))
    return NetworkSpec("letters-cnn", (50, 50, 1), (*layers, *end), optimizer=Adam(learning_rate), seed=seed)


def benchmark_networks() -> dict[str, tuple[NetworkSpec, int]]:
    """The networks that the speed of the engines is measured on, each with its batch size."""
    return {
        "shapes-mlp": (shapes_mlp(), 1),
        "digits-mlp": (digits_mlp(), 128),
        "digits-cnn": (digits_cnn(), 100),
        "letters-cnn": (letters_cnn(), 64),
    }
