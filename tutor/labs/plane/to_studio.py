"""The plane's network and points as a run in the studio."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.spec import NetworkSpec
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.nearest import like, points_of, with_weights

Array = NDArray[np.float64]
LEFT_OUT = "what the optimizer remembers: it begins anew from these weights"


def plane_experiment(spec: NetworkSpec, theta: Array, rows: tuple[Array, Array]) -> Experiment:
    """The network with its weights on the same points (rows, 2), all of them in each step."""
    points, targets = rows
    data = DataChoice("points", count=0, points=points_of(points, targets[:, 0]))
    return with_weights(like(spec, data, len(points)), theta)
