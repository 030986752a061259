"""Numbers, words and pixels of a lab, by the names of its readouts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.readouts import Picture, Text


def number(lab: Lab, path: str) -> float:
    """The number at a path."""
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return float(value)


def word(lab: Lab, name: str) -> str:
    """What a text says."""
    readout = lab.read(name)
    assert isinstance(readout, Text)
    return readout.value


def pixels(lab: Lab, name: str) -> NDArray[np.float64]:
    """The first tile of a picture, (rows, columns)."""
    picture = lab.read(name)
    assert isinstance(picture, Picture)
    return np.array(picture.tiles[0].values)
