"""What a trained network says of rows."""

from __future__ import annotations

from tutor.engine.activations import sigmoid, softmax
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import Array, views
from tutor.training.saved.model_file import SavedNetwork


def confidences(network: SavedNetwork, inputs: Array) -> Array:
    """The answers (rows, classes) to ``inputs`` (rows, *input_shape).

    A network that ends in logits is given the softmax, or for a binary loss the sigmoid, that its loss would apply.
    Raises ``ShapeError`` where the inputs are not what the network takes.
    """
    spec = network.spec
    output = forward(spec, views(spec, network.theta, network.moving), inputs)[output_name(spec)]
    if not spec.from_logits:
        return output
    return sigmoid(output) if spec.loss == "binary_crossentropy" else softmax(output)
