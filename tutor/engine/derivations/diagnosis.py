"""Where a pass first stopped being finite, and the likely cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.engine.derivations.derivation import show
from tutor.engine.network import backward, forward, mean_loss
from tutor.engine.parameters import Array, Parameters, count, initial_theta
from tutor.engine.spec import NetworkSpec

# Weights this many times as large as the largest initial weight did not get there by learning.
RUNAWAY = 100.0


@dataclass(frozen=True)
class BadNumber:
    """The first number that is not finite: ``where`` it is, and the network's largest weight at that moment."""

    name: str
    index: tuple[int, ...]
    value: float
    largest_weight: float
    largest_initial: float

    @property
    def where(self) -> str:
        """``dense_2.z[0,3]``."""
        return f"{self.name}[{','.join(map(str, self.index))}]" if self.index else self.name


def first_bad_number(
    spec: NetworkSpec, parameters: Parameters, inputs: Array, labels: Array, masks: Sequence[Array]
) -> BadNumber | None:
    """The first number of one training pass that is not finite, in order of computation; None if all are finite.

    The order is inputs, parameters, the layers forward, the loss, the gradients backward.
    """
    with np.errstate(all="ignore"):
        values = forward(spec, parameters, inputs, masks, training=True)
        loss = np.asarray(mean_loss(spec, parameters, values, labels))
        gradients = backward(spec, parameters, values, labels)
    named = {"input": values["input"], **parameters, **values, "loss": loss}
    named |= {f"grad:{name}": gradient for name, gradient in gradients.items()}
    weights = [np.abs(p[np.isfinite(p)]).max(initial=0.0) for p in parameters.values()]
    initial = float(np.abs(initial_theta(spec)).max()) if count(spec) else 0.0
    for name, array in named.items():
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            index = tuple(int(i) for i in bad[0])
            return BadNumber(name, index, float(array[index]), float(max(weights)), initial)
    return None


def explain_bad_number(found: BadNumber, learning_rate: float, step: int, dtype: str) -> str:
    """Name the number and the step (from 1), the likely cause and the remedy, in a sentence or two."""
    what = "is not a number" if np.isnan(found.value) else "is infinite"
    sentence = f"step {step}: {found.where} {what}. "
    if found.name == "input":
        return sentence + "It is in the data: look at that row."
    if found.largest_weight > RUNAWAY * max(found.largest_initial, 1e-3):
        return sentence + (
            f"With a learning rate of {show(learning_rate)} the weights have run away, the largest from "
            f"{show(found.largest_initial, 3)} to {show(found.largest_weight, 3)}, beyond the range of {dtype}. "
            "Lower the learning rate and reset."
        )
    if step == 1 or found.largest_initial > RUNAWAY:
        return sentence + (
            f"The initial weights are too large, up to {show(found.largest_initial, 3)}: choose another initialiser."
        )
    if found.name == "loss":
        return sentence + "A probability of exactly 0 has no logarithm: compute the loss from the logits."
    return sentence + f"Lower the learning rate, now {show(learning_rate)}, and reset."
