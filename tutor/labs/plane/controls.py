"""What a learner can change on the plane: the points, the network, its weights by hand, and its training."""

from __future__ import annotations

from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl, VectorControl
from tutor.labs.plane.network import DATA, MOST_HIDDEN

INPUTS, OUTPUT = ("x1", "x2"), "y"
UNITS = tuple(f"h{i + 1}" for i in range(MOST_HIDDEN))
LINE = ("w1", "w2", "b")
FEW, MANY = 5, 100
FURTHEST = 50.0

ACTIVATIONS = ("tanh", "relu", "linear")


def plane_controls() -> tuple[Control, ...]:
    """The points, the network, the weights of each unit, a point to look at, the training."""
    hand = {"h1": (2.0, 2.0, 2.0), "h2": (-2.0, -2.0, 2.0), "h3": (2.0, -2.0, 0.0), "h4": (0.0, 2.0, 0.0)}
    lines = (
        VectorControl(unit, f"unit {unit}", LINE, -FURTHEST, FURTHEST, 0.5, hand[unit], "its weights and bias")
        for unit in UNITS
    )
    return (
        ChoiceControl("data", "points", DATA, "XOR", "which points should be 1"),
        NumberControl("hidden", "hidden units", 0, MOST_HIDDEN, 1, 2, integer=True, help="0: one neuron"),
        ChoiceControl("activation", "activation", ACTIVATIONS, "tanh", "of the hidden units"),
        NumberControl("seed", "seed", 0, 999, 1, 1, integer=True, help="of moons and circle, and of new weights"),
        VectorControl("w", "weights w", LINE[:2], -FURTHEST, FURTHEST, 0.5, (2.0, 1.0), "of the single neuron"),
        *lines,
        VectorControl("v", "weights v", UNITS, -FURTHEST, FURTHEST, 0.5, (2.0, 2.0, 1.0, 1.0), "of the output"),
        NumberControl("b", "bias b", -FURTHEST, FURTHEST, 0.5, -2.0, help="of the output"),
        VectorControl("point", "point", INPUTS, -1.5, 1.5, 0.25, (1.0, 1.0), "a place to look at"),
        ActionControl("few", f"{FEW} steps", "o", f"train {FEW} steps"),
        ActionControl("train", f"train {MANY} steps", "p", f"train {MANY} steps"),
        ActionControl("reset", "new weights", "r", "the first weights of this seed"),
    )
