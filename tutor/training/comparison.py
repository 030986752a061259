"""Two engines side by side: the same steps on both, and their differences after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tutor.backends.interface import Backend, BackendFactory, TrainingData, initial_state
from tutor.backends.numpy_backend import NumpyBackend
from tutor.training.plan import Plan, Position
from tutor.training.settings import RunSettings


@dataclass(frozen=True)
class ComparedStep:
    """One step on both engines.

    ``losses`` are those of the training pass. ``weights_apart`` and ``gradients_apart`` are the largest absolute
    differences over all parameters: of the weights after the update and of the gradients before it.
    """

    step: int
    numpy_loss: float
    tensorflow_loss: float
    weights_apart: float
    gradients_apart: float


def compare_engines(
    settings: RunSettings, data: TrainingData, steps: int, other: BackendFactory
) -> Iterator[ComparedStep]:
    """Train both engines for ``steps`` steps from the same start, each with its own weights, and compare each step."""
    spec = settings.spec
    start = initial_state(spec)
    engines: tuple[Backend, Backend] = (NumpyBackend(spec, data, start), other(spec, data, start))
    plan, position = Plan(spec, data.rows, settings.batch_size), Position()
    for step in range(1, steps + 1):
        block = plan.block(position, 1)
        masks = tuple(mask[0] for mask in block.masks)
        gradients = [engine.gradient(block.batches[0], masks)[1] for engine in engines]
        ours, theirs = (float(engine.run(block, spec.optimizer.learning_rate).losses[0]) for engine in engines)
        weights = [engine.state().theta for engine in engines]
        yield ComparedStep(step, ours, theirs, _apart(*weights), _apart(*gradients))
        position = plan.after(position, 1)


def _apart(one: Any, other: Any) -> float:
    return float(np.abs(one.astype(np.float64) - other.astype(np.float64)).max())


def row_to_values(row: ComparedStep) -> dict[str, Any]:
    """A compared step as plain values."""
    return asdict(row)
