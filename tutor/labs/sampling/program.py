"""The same in Keras: from the logits to what is drawn from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.labs.sampling.writing import How
from tutor.training.keras_program import KerasProgram


def sampling_program(logits: NDArray[np.float64], how: How) -> KerasProgram:
    """Gives p, its entropy, and q."""
    kept = how.top_k or len(logits)
    source = f"""\
import keras
from keras import ops
keras.config.set_floatx("float64")

p = ops.softmax(z / {how.temperature})
entropy = -ops.sum(p * ops.log2(p))

# the {kept} likeliest
top, order = ops.top_k(p, {kept})
# the fewest of them that sum to {how.top_p}
share = top / ops.sum(top)
before = ops.cumsum(share) - share
top = ops.where(before < {how.top_p}, top, 0.0)
q = ops.scatter(order[:, None],
    top / ops.sum(top), ops.shape(p))
"""
    return KerasProgram(source, {"p": "p", "entropy": "entropy", "q": "q"}, {"z": np.asarray(logits)})
