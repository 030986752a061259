"""The shipped trained network in the lab: its settings and its description."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tutor.engine.parameters import Array, count
from tutor.labs.kit.controls import ControlError
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.shipped_network import ShippedNetwork

Find = Callable[[], ShippedNetwork]


class TrainedNetwork:
    """The network that ``find`` reads, loaded on demand. ``data`` is the prefix of its model's name, such as digits."""

    def __init__(self, find: Find | None, data: str) -> None:
        self._find, self._data = find, data
        self._found: ShippedNetwork | None = None

    def get(self) -> ShippedNetwork:
        """The network. Raises ``ControlError`` with a sentence if there is none."""
        if self._find is None:
            raise ControlError("No trained network ships for these pictures.")
        if self._found is None:
            try:
                self._found = self._find()
            except FileError as error:
                raise ControlError(str(error)) from None
        return self._found

    def controls(self) -> dict[str, object]:
        """The settings of its run, in the order to set them. Raises ``ControlError``."""
        settings = self.get().settings
        optimizer = settings.spec.optimizer
        return {
            "network": settings.spec.name.removeprefix(f"{self._data}-"),
            "optimizer": type(optimizer).__name__,
            "learning_rate": optimizer.learning_rate,
            "epochs": settings.epochs,
            "batch_size": settings.batch_size,
            "pixels": "0 to 1",
            "seed": settings.spec.seed,
        }

    def is_at(self, theta: Array) -> bool:
        """Whether ``theta`` holds exactly its weights; False if it cannot be read."""
        if self._find is None:
            return False
        try:
            return np.array_equal(self.get().theta, theta)
        except ControlError:
            return False

    def accuracy(self) -> float:
        """Its accuracy on the test pictures of its own data; NaN if it cannot be read."""
        try:
            found = self.get()
        except ControlError:
            return math.nan
        return found.right / found.tested

    def loaded(self) -> str:
        """The sentence about loading it. Raises ``ControlError``."""
        found = self.get()
        return (
            f"A {self.controls()['network']} of {count(found.settings.spec):,} parameters, trained before: "
            f"{found.settings.epochs} epochs on {found.data}. It gets {found.right:,} of the {found.tested:,} test "
            "pictures right."
        )
