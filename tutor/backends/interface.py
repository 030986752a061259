"""What an engine does: take steps with given batches and masks, evaluate, hand its state out and take it back."""

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
    """The engine cannot be used on this machine; the message says how to get it."""


@dataclass(frozen=True)
class TrainingData:
    """Rows to train on and rows held out.

    ``inputs`` (rows, …) hold as many numbers a row as the network takes; bytes (uint8) stay bytes until they are in a
    batch. Every input is multiplied by ``scale``: 1/255 for bytes that are shades. ``labels`` are one-hot
    (rows, classes) or class numbers (rows,). ``held_out_inputs`` and ``held_out_labels`` likewise, with no rows where
    nothing is held out.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]
    held_out_inputs: NDArray[Any]
    held_out_labels: NDArray[Any]
    scale: float = 1.0

    @property
    def rows(self) -> int:
        """How many rows there are to train on."""
        return len(self.inputs)


StepMasks = Array | list[Array]
"""A mask a step: one array of them all, or a list where copying them into one would cost more."""


@dataclass(frozen=True)
class StepBlock:
    """A few consecutive steps, with all their randomness drawn.

    ``first`` is the number of the first step, counted from 0 over the run. ``batches`` holds the row numbers of each
    step's batch; ``masks`` for each dropout layer the scaled masks of each step, (batch size, size) each, of which a
    short last batch uses the first rows; ``epoch_ends`` says after which steps an epoch is over and the held-out rows
    are evaluated.
    """

    first: int
    batches: tuple[NDArray[np.intp], ...]
    masks: tuple[StepMasks, ...]
    epoch_ends: NDArray[np.bool_]


@dataclass(frozen=True)
class StepResults:
    """What each step of a block saw, one value a step.

    ``losses`` (mean over the batch) and ``correct`` (rows answered right) are of the training pass itself: before the
    step's update and with dropout on, as Keras's ``fit`` reports them. ``held_out_losses`` and
    ``held_out_accuracies`` are evaluations after the update at the epoch ends, without dropout, and NaN elsewhere.
    """

    losses: NDArray[np.float64]
    correct: NDArray[np.int64]
    held_out_losses: NDArray[np.float64]
    held_out_accuracies: NDArray[np.float64]


@dataclass(frozen=True)
class EngineState:
    """What a step changes: the trained numbers, the optimizer's memory, the moving averages.

    ``theta`` and each vector of ``memory`` (named by ``updates.memory_names``) are flat in ``parameters.layout`` order,
    ``moving`` in that of ``parameters.moving_layout``.
    """

    theta: Array
    memory: Mapping[str, Array]
    moving: Array


def initial_state(spec: NetworkSpec) -> EngineState:
    """Where a run of this specification begins."""
    theta = initial_theta(spec)
    # ``zeros`` of a large network take no memory until something is written; ``zeros_like`` writes them.
    memory = {name: np.zeros(theta.shape, theta.dtype) for name in memory_names(spec.optimizer)}
    return EngineState(theta, memory, initial_moving(spec))


class Backend(Protocol):
    """One engine at work on one network and one set of data."""

    def run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        """Take the block's steps, at this learning rate or by this schedule."""

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows, without an update."""

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout."""

    def predict(self, inputs: Array) -> Array:
        """The output (rows, classes) without dropout."""

    def state(self) -> EngineState:
        """A copy of the present state."""

    def set_state(self, state: EngineState) -> None:
        """Go on from ``state``."""


class BackendFactory(Protocol):
    """How a backend is built."""

    def __call__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> Any:
        """The backend for this network on this data, standing at ``state``."""
