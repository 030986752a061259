"""The layer that Keras does not have, for the engine, for ``.keras`` files and for exported programs.

An exported program contains the source of the class, so it depends on Keras alone. Importing this loads TensorFlow.
Keras finds the class of a file by its registered name, once this module or such a program has run.
"""

# mypy: disable-error-code="misc"
from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="dl_tutor")
class PositionEmbedding(keras.layers.Layer):
    """Adds to each place of a sequence a row of a table of its own, which is learned."""

    def __init__(self, embeddings_initializer: Any = "uniform", **settings: Any) -> None:
        super().__init__(**settings)
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    def build(self, input_shape: Any) -> None:
        """Make the table (time, width)."""
        shape, initializer = input_shape[1:], self.embeddings_initializer
        self.embeddings = self.add_weight(name="embeddings", shape=shape, initializer=initializer)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The sum."""
        return inputs + self.embeddings

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What a file keeps of it."""
        initializer = keras.initializers.serialize(self.embeddings_initializer)
        return {**super().get_config(), "embeddings_initializer": initializer}
