"""The networks of the sources by name, with their exact settings."""

from __future__ import annotations

from tutor.engine.layers import Dense, Dropout
from tutor.engine.optimizer_specs import SGD
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
