"""The engine's activations on a block (units, drawings) in float32, written over what they are given.

``tutor.engine.activations`` has the same functions in their plain form, the oracle of these.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.stages import Stage

Block = NDArray[np.float32]


def activate_in_place(stage: Stage, z: Block) -> None:
    """Replace ``z`` by f(z), with the stage's activation; softmax along the units."""
    match stage.activation:
        case "relu":
            np.maximum(z, 0, out=z)
        case "tanh":
            np.tanh(z, out=z)
        case "sigmoid":
            _sigmoid(z)
        case "leaky_relu":
            # max(z, s·z) is the leaky ReLU only for slopes up to 1.
            np.copyto(z, z * np.float32(stage.slope), where=z <= 0)
        case "elu":
            np.copyto(z, np.expm1(np.minimum(z, 0)), where=z <= 0)
        case "softplus":
            np.add(np.maximum(z, 0), np.log1p(np.exp(-np.abs(z))), out=z)
        case "silu":
            gate = z.copy()
            _sigmoid(gate)
            z *= gate
        case "gelu":
            z *= _normal_cdf(z)
        case "softmax":
            z -= z.max(axis=0)
            np.exp(z, out=z)
            z /= z.sum(axis=0)
        case "linear":
            pass
        case other:
            raise ValueError(f"there is no activation {other!r}")


def _sigmoid(z: Block) -> None:
    """σ(z) = (1 + tanh(z/2)) / 2, which no z overflows."""
    z *= np.float32(0.5)
    np.tanh(z, out=z)
    z += 1
    z *= np.float32(0.5)


def _normal_cdf(z: Block) -> Block:
    """(1 + erf(z/√2))/2 to within 1e-7: formula 7.1.26 of Abramowitz and Stegun. The exact one is slow in NumPy."""
    x = np.abs(z) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * x)
    sum_of_powers = np.zeros_like(t)
    for coefficient in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        sum_of_powers += np.float32(coefficient)
        sum_of_powers *= t
    above = sum_of_powers * np.exp(-x * x) / 2  # 1 − Φ(|z|)
    found: Block = np.where(z > 0, 1 - above, above)
    return found
