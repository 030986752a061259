"""Predictions of a trained network."""

from __future__ import annotations

from tutor.engine.activations import sigmoid, softmax
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import Array, views
from tutor.training.saved.model_file import SavedNetwork


def confidences(network: SavedNetwork, inputs: Array) -> Array:
    """The outputs (rows, classes) for ``inputs`` (rows, *input_shape), as probabilities.

    For a network that ends in logits, this applies the softmax, or for a binary loss the sigmoid, of its loss. Raises
    ``ShapeError`` if the inputs do not have the network's input shape.
    """
    spec = network.spec
    output = forward(spec, views(spec, network.theta, network.moving), inputs)[output_name(spec)]
    if not spec.from_logits:
        return output
    return sigmoid(output) if spec.loss == "binary_crossentropy" else softmax(output)
