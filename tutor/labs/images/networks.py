"""The networks that a learner trains on pictures: each choice of network, optimizer and seed has its own weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.training.run import RunStarter
from tutor.training.saved.stored_arrays import stored
from tutor.training.settings import RunSettings

Key = tuple[str, str, str, int]
"""Network, optimizer, range of the pixels, seed: each combination has its own weights."""

# With their optimizers' memory the largest take several megabytes each.
MOST_KEPT = 4
_MARK = "|"


class ImageNetworks:
    """One training for each recently used key; switching to another pauses the first."""

    def __init__(
        self, start_run: RunStarter, settings: Callable[[Key], RunSettings], data: Callable[[], TrainingData]
    ) -> None:
        self._start_run, self._settings, self._data = start_run, settings, data
        self._trainings: dict[Key, InPlaceTraining] = {}
        self._present: Key | None = None
        self._left: dict[str, tuple[Mapping[str, Any], Mapping[str, NDArray[Any]]]] = {}

    def training(self, key: Key) -> InPlaceTraining:
        """The training of this key, which becomes the current one."""
        if key == self._present:
            return self._trainings[key]
        if self._present is not None:
            self._trainings[self._present].pause()
        training = self._trainings.pop(key, None)
        if training is None:
            # Bound to its own key, whatever is chosen later, since its weights have the shapes of that network.
            training = InPlaceTraining(self._start_run, partial(self._settings, key), self._data)
        self._trainings[key] = training
        self._present = key
        kept = self._left.pop(_text(key), None)
        if kept is not None:
            training.restore(*kept)
        while len(self._trainings) > MOST_KEPT:
            others = [k for k in self._trainings if k != key]
            oldest = next((k for k in others if not self._trainings[k].begun), others[0])
            self._trainings.pop(oldest).close()
        return training

    def kept(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What ``restore`` needs of each trained network: values by key, arrays by key and name."""
        values: dict[str, Any] = {}
        arrays: dict[str, NDArray[Any]] = {}
        begun = {_text(key): training.kept() for key, training in self._trainings.items() if training.has_state}
        for key, (some_values, some_arrays) in {**self._left, **begun}.items():
            values[key] = dict(some_values)
            arrays |= {f"{key}{_MARK}{name}": array for name, array in some_arrays.items()}
        return values, arrays

    def restore(self, values: object, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore saved networks; each goes on from its state once it is used."""
        self.close()
        self._trainings, self._present, self._left = {}, None, {}
        if not isinstance(values, Mapping):
            return
        for key, own in values.items():
            if isinstance(own, Mapping):
                prefix = f"{key}{_MARK}"
                named = {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
                self._left[str(key)] = own, stored(named)

    def close(self) -> None:
        """Stop the runs."""
        for training in self._trainings.values():
            training.close()


def _text(key: Key) -> str:
    return "/".join(map(str, key))
