"""The autoencoder's rows and layers, and what can be counted of the pictures that it makes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.shapes import NAMES, held_out_rows, training_rows
from tutor.engine.layers import Dense
from tutor.engine.parameters import Parameters, layout
from tutor.engine.spec import NetworkSpec

Array = NDArray[np.float64]

HALF = 0.5
GREY = (0.1, 0.9)
"""A pixel between these is neither off nor on."""
MOST_GREY, NEARLY = 5, 1
"""From so many grey pixels on a picture is called grey; with so many wrong ones it still is a shape."""
SHAPE, OTHER, BLURRED = "a shape", "something else", "a grey blur"


@lru_cache(maxsize=1)
def autoencoder_rows() -> TrainingData:
    """The five shapes, each its own target; held out are those with one pixel flipped, to become whole again."""
    shapes, held_out = training_rows(), held_out_rows()
    whole = shapes.inputs[held_out.labels.argmax(axis=1)]
    return TrainingData(shapes.inputs, shapes.inputs, held_out.inputs, whole)


def dense_layers(spec: NetworkSpec, parameters: Parameters) -> list[tuple[Array, Array, str]]:
    """Kernel, bias and activation of each Dense layer, in float64."""
    return [
        (
            np.asarray(parameters[f"{name}.kernel"], dtype=np.float64),
            np.asarray(parameters[f"{name}.bias"], dtype=np.float64),
            layer.activation,
        )
        for name, layer in spec.named_layers
        if isinstance(layer, Dense)
    ]


def decoder_count(spec: NetworkSpec, encoder: int) -> int:
    """The parameters of the layers after the first ``encoder``."""
    names = {name for name, _ in spec.named_layers[encoder:]}
    return sum(int(np.prod(part.shape)) for part in layout(spec) if part.name.rpartition(".")[0] in names)


def differing(picture: Array) -> NDArray[np.int_]:
    """In how many pixels, rounded, a picture (25,) differs from each of the shapes: (5,)."""
    return ((picture > HALF) != (training_rows().inputs > HALF)).sum(axis=1)


def grey_pixels(picture: Array) -> int:
    """How many pixels are neither off nor on."""
    return int(((picture > GREY[0]) & (picture < GREY[1])).sum())


def nearest(picture: Array) -> str:
    """The shape from which a picture differs least."""
    return NAMES[int(differing(picture).argmin())]


def sort_of(picture: Array) -> str:
    """Whether a picture is nearly one of the shapes, a grey blur, or something else."""
    if grey_pixels(picture) >= MOST_GREY:
        return BLURRED
    return SHAPE if differing(picture).min() <= NEARLY else OTHER


def come_back(drawing: Array, picture: Array) -> str:
    """What came back of a drawing: the same, one of the shapes, or something else."""
    if bool(((drawing > HALF) == (picture > HALF)).all()):
        return "as given"
    return nearest(picture) if differing(picture).min() == 0 else OTHER
