"""The interface of an engine: take steps with given batches and masks, evaluate, get and set the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.parameters import Array, initial_moving, initial_theta
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names

BackendName = Literal["numpy", "tensorflow"]
BACKENDS: tuple[BackendName, ...] = ("numpy", "tensorflow")


class BackendUnavailable(RuntimeError):
    """This machine cannot use the engine; the message says how to install it."""


@dataclass(frozen=True)
class TrainingData:
    """Rows to train on and rows held out.

    ``inputs`` (rows, …) have as many numbers per row as the network's input; bytes (uint8) are converted only in a
    batch. Every input is multiplied by ``scale``: 1/255 for shades as bytes. ``labels`` are one-hot (rows, classes) or
    class numbers (rows,); for a network that answers at each place of a sequence, class numbers (rows, time), −1 where
    a place is not judged. Token numbers are of any type but bytes. ``held_out_inputs`` and ``held_out_labels``
    likewise, without rows if none are held out.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]
    held_out_inputs: NDArray[Any]
    held_out_labels: NDArray[Any]
    scale: float = 1.0

    @property
    def rows(self) -> int:
        """The number of training rows."""
        return len(self.inputs)


StepMasks = Array | list[Array]
"""One mask per step: a single array, or a list if copying them into one array would take longer."""


@dataclass(frozen=True)
class StepBlock:
    """A few consecutive steps, with all their randomness drawn.

    ``first`` is the number of the first step, counted from 0 over the run. ``batches`` has the row numbers of each
    step's batch; ``masks`` has, for each dropout layer, the scaled mask of each step, (batch size, size), of which a
    short last batch uses the first rows; ``epoch_ends`` marks the steps after which an epoch ends and the held-out rows
    are evaluated.
    """

    first: int
    batches: tuple[NDArray[np.intp], ...]
    masks: tuple[StepMasks, ...]
    epoch_ends: NDArray[np.bool_]


@dataclass(frozen=True)
class StepResults:
    """The results of a block, one value per step.

    ``losses`` (mean over the batch) and ``correct`` (right answers, of rows or of places) are those of the training
    pass: before the step's update and with dropout, as Keras's ``fit`` reports them. ``held_out_losses`` and
    ``held_out_accuracies`` are evaluated after the update at the end of each epoch, without dropout, and NaN elsewhere.
    """

    losses: NDArray[np.float64]
    correct: NDArray[np.int64]
    held_out_losses: NDArray[np.float64]
    held_out_accuracies: NDArray[np.float64]


@dataclass(frozen=True)
class EngineState:
    """The state that a step changes: the parameters, the optimizer's memory, the moving averages.

    ``theta`` and each vector of ``memory`` (named by ``updates.memory_names``) are flat in ``parameters.layout`` order,
    ``moving`` in that of ``parameters.moving_layout``.
    """

    theta: Array
    memory: Mapping[str, Array]
    moving: Array


def initial_state(spec: NetworkSpec) -> EngineState:
    """The initial state of a run of this specification."""
    theta = initial_theta(spec)
    # ``zeros`` takes no memory until something is written; ``zeros_like`` writes the zeros.
    memory = {name: np.zeros(theta.shape, theta.dtype) for name in memory_names(spec.optimizer)}
    return EngineState(theta, memory, initial_moving(spec))


class Backend(Protocol):
    """One engine with one network and one set of data."""

    def run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        """Take the block's steps with this learning rate or schedule."""

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows, without an update."""

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout."""

    def predict(self, inputs: Array) -> Array:
        """The output (rows, classes) without dropout."""

    def state(self) -> EngineState:
        """A copy of the current state."""

    def set_state(self, state: EngineState) -> None:
        """Continue from ``state``."""


class BackendFactory(Protocol):
    """Builds a backend."""

    def __call__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> Any:
        """The backend for this network and this data, in ``state``."""
