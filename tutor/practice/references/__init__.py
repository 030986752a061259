"""What the engine says is right, by name: one function for each exercise, by subject.

Each takes the inputs of its exercise by name and returns ``Right``: values with their arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tutor.practice.inputs import as_called
from tutor.practice.references import (
    attention,
    convolution,
    counts,
    foundations,
    generative,
    keras_networks,
    layers,
    loss_gradients,
    losses,
    networks,
    normalization,
    optimizers,
    pictures,
    pooling,
    recurrent,
    sampling,
    sequences,
    training,
)
from tutor.practice.right import Right

Reference = Callable[..., Right]

_SUBJECTS = (
    foundations, layers, losses, loss_gradients, networks, optimizers, training, normalization, convolution, pooling,
    pictures, counts, keras_networks, attention, sequences, recurrent, sampling,
    generative,
)  # fmt: skip
REFERENCES: Mapping[str, Reference] = {
    name: reference for subject in _SUBJECTS for name, reference in subject.REFERENCES.items()
}


def right_for(name: str, inputs: Mapping[str, Any]) -> Right:
    """What is right for these inputs. Raises ``KeyError`` for an unknown name."""
    return REFERENCES[name](**{each: as_called(value) for each, value in inputs.items()})
