"""The network's answers to the test pictures, a few at a time so that no key waits, and their counts by class."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import answers, as_inputs
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.network import forward
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import NetworkSpec

Classes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Answers:
    """The true and the predicted classes of the test pictures, both (pictures,)."""

    classes: Classes
    said: Classes

    @property
    def right(self) -> int:
        """The number of right answers."""
        return int((self.classes == self.said).sum())

    @property
    def misses(self) -> tuple[int, ...]:
        """The indices of the pictures answered wrong."""
        return tuple(np.flatnonzero(self.classes != self.said).tolist())

    def counts(self, classes: int) -> NDArray[np.intp]:
        """The confusion matrix (true class, predicted class)."""
        counts = np.zeros((classes, classes), dtype=np.intp)
        np.add.at(counts, (self.classes, self.said), 1)
        return counts

    def most_confused(self, classes: int) -> tuple[int, int, int] | None:
        """The most frequent confusion: true class, predicted class and count; None if there is none."""
        counts = self.counts(classes)
        np.fill_diagonal(counts, 0)
        true, said = np.unravel_index(int(counts.argmax()), counts.shape)
        often = int(counts[true, said])
        return (int(true), int(said), often) if often else None


def ask(spec: NetworkSpec, parameters: Parameters, pictures: NDArray[Any], scale: float) -> Array:
    """The confidences (pictures, classes) for these pictures of bytes, without dropout."""
    return np.concatenate([output.copy() for _, _, output in answers(spec, parameters, pictures, scale)])


def share_alive(spec: NetworkSpec, parameters: Parameters, pictures: NDArray[Any], scale: float) -> dict[str, float]:
    """For each hidden ReLU layer the share of its units that are above 0 for at least one of the pictures."""
    values = forward(spec, parameters, as_inputs(pictures, spec, scale))
    hidden = [
        name for name, layer in spec.named_layers if isinstance(layer, Dense | Conv2D) and layer.activation == "relu"
    ]
    shares = {}
    for name in hidden:
        out = values[f"{name}.out"]
        shares[name] = float((out > 0).reshape(-1, out.shape[-1]).any(axis=0).mean())
    return shares or {"no ReLU layer": math.nan}


class Asking:
    """Asks one network after another about the same pictures. Keeps the last answers until the next are complete."""

    def __init__(self) -> None:
        self._weights: object = None
        self._asked: tuple[NetworkSpec, Parameters, NDArray[np.uint8], Classes, float] | None = None
        self._said: list[Classes] = []
        self._at_once = 1
        self._newest: Answers | None = None
        self._newest_of: object = None

    @property
    def newest(self) -> Answers | None:
        """The last complete answers."""
        return self._newest

    @property
    def busy(self) -> bool:
        """Whether pictures remain to be asked."""
        return self._asked is not None

    def about(
        self,
        network: object,
        weights: object,
        spec: NetworkSpec,
        parameters: Parameters,
        pictures: NDArray[np.uint8],
        classes: Classes,
        scale: float,
    ) -> Answers | None:
        """The newest complete answers of ``network``; None if there are none yet.

        Starts again if ``weights`` differ from those of the answers, unless it is still busy.
        """
        if self._newest_of != network:
            self._newest, self._newest_of, self._weights, self._asked = None, network, None, None
        if self._weights != weights and self._asked is None:
            self._weights = weights
            self._asked, self._said, self._at_once = (spec, parameters, pictures, classes, scale), [], 1
        return self._newest

    def go_on(self, seconds: float) -> bool:
        """Ask for about ``seconds``; true once the answers are complete."""
        end = time.monotonic() + seconds
        while self._asked is not None:
            spec, parameters, pictures, classes, scale = self._asked
            done = sum(map(len, self._said))
            if done == len(pictures):
                said = np.concatenate(self._said) if self._said else np.empty(0, np.intp)
                self._newest, self._asked = Answers(classes, said), None
                return True
            began = time.monotonic()
            if began >= end:
                return False
            some = pictures[done : done + self._at_once]
            self._said.append(ask(spec, parameters, some, scale).argmax(axis=1))
            # As many at once as take about half the available time.
            each = max(1e-6, (time.monotonic() - began) / len(some))
            self._at_once = max(1, min(200, int(seconds / 2 / each)))
        return False

    def finish(self) -> None:
        """Ask about all remaining pictures."""
        while self.busy:
            self.go_on(1.0)
