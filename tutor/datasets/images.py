"""Pictures with their classes, for digits and letters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
Classes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """``images`` (n, height, width) of bytes, 0 is empty and 255 full ink; ``classes`` (n,), numbers from 0."""

    images: Pictures
    classes: Classes

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or self.classes.shape != self.images.shape[:1]:
            raise ValueError(f"{self.images.shape} images do not go with {self.classes.shape} classes")

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True, eq=False)
class ImageData:
    """Training and test images; ``names[c]`` is the name of class c.

    ``origin`` describes the images and their number. ``left_out`` has a sentence for each unused file. ``test`` may
    have no rows.
    """

    training: LabelledImages
    test: LabelledImages
    names: tuple[str, ...]
    origin: str
    left_out: tuple[str, ...] = ()
