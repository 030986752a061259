"""Make an experiment of a network elsewhere: its layers, its training, its weights where they are few."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import BackendName
from tutor.engine.parameters import initial_theta
from tutor.engine.spec import NetworkSpec
from tutor.studio.building import spec_of
from tutor.studio.experiment import DataChoice, Edit, Experiment
from tutor.studio.replaying import replayed

Array = NDArray[np.floating]

MOST_REPLAYED = 5000
"""Steps that are taken anew at once, while a learner waits."""


def like(spec: NetworkSpec, data: DataChoice, batch: int, step: int = 0, backend: BackendName = "numpy") -> Experiment:
    """The run of a network ``spec`` whose last layer is the one that the studio gives it; it begins at ``step``.

    Of a longer run than is replayed at once, its beginning.
    """
    at = step if step <= MOST_REPLAYED else 0
    return Experiment(data, spec.layers[:-1], spec.loss, spec.optimizer, batch, spec.seed, backend, step=at)


def with_weights(experiment: Experiment, theta: Array) -> Experiment:
    """The run from these flat parameters: each that is not the seed's is an edit before the first step."""
    spec = spec_of(experiment)
    first = initial_theta(spec)
    places = np.flatnonzero(np.asarray(theta, first.dtype) != first).tolist()
    edits = tuple(Edit(0, "weight", (place, short(theta[place]))) for place in places)
    return replace(experiment, edits=edits, step=0)


def points_of(inputs: Array, targets: Array) -> tuple[tuple[float, float, float], ...]:
    """Points (rows, 2) and their targets (rows,) as points set by hand."""
    return tuple((short(x1), short(x2), short(target)) for (x1, x2), target in zip(inputs, targets, strict=True))


def short(number: float) -> float:
    """The number with the fewest digits that is the same one in float32, in which the studio computes."""
    return float(str(np.float32(number)))


def gives(experiment: Experiment, theta: Array) -> bool:
    """Whether the run, taken anew, has exactly these parameters at its moment."""
    return np.array_equal(_theta_of(experiment), theta)


@lru_cache(maxsize=2)
def _theta_of(experiment: Experiment) -> Array:
    return replayed(experiment).checkpoint.engine.theta
