"""Updates of the parameters from their gradients."""

from __future__ import annotations

import numpy as np

from tutor.engine.parameters import Array, layout
from tutor.engine.spec import NetworkSpec


def clip_each(spec: NetworkSpec, gradient: Array, clipnorm: float) -> None:
    """Scale each parameter's part of the flat ``gradient`` to the norm ``clipnorm`` where it is longer, in place.

    Per parameter, not over all of them: ``keras/src/optimizers/base_optimizer.py``, ``_clip_gradients``.
    """
    for p in layout(spec):
        part = gradient[p.start : p.stop]
        norm = np.sqrt(np.dot(part, part))
        if norm > clipnorm:
            part *= clipnorm / norm


def sgd_step(spec: NetworkSpec, theta: Array, gradient: Array, velocity: Array, learning_rate: float) -> None:
    """One step of gradient descent on the flat ``theta``, in place; ``gradient`` is clipped in place.

    ``velocity`` (as theta) is the momentum's memory; it stays 0 where momentum is 0.
    """
    if spec.optimizer.clipnorm is not None:
        clip_each(spec, gradient, spec.optimizer.clipnorm)
    rate = theta.dtype.type(learning_rate)
    if spec.optimizer.momentum:
        velocity *= theta.dtype.type(spec.optimizer.momentum)
        velocity -= rate * gradient
        theta += velocity
    else:
        theta -= rate * gradient
