"""What stands together in the studio, under which heading."""

from __future__ import annotations

from tutor.labs.kit.contract import Group
from tutor.labs.studio.controls import LAYER_SETTINGS
from tutor.labs.studio.drawing_controls import DRAWING_ACTIONS
from tutor.labs.studio.map_view import MAP_NAMES

_RUN = ("train", "step", "epoch", "reset", "status")


def studio_groups() -> tuple[Group, ...]:
    """Data, output, text, network, training, time, the network looked into."""
    return (
        Group("Data", (
            "preset", "data", "count", "noise", "test", "draw", "features", "row", "class", "set", "set_other",
            "unset", "notes",
        )),
        Group("Output", ("map", "shown", "answer_class", "point", "answer", "axes")),
        Group("Writing", ("sample", "temperature", "samples", "writes", "known", "texts")),
        Group("A word", ("word", "next", "chance", "head", "attention", "heads_of_name", "looks")),
        Group("Network", (
            "layer", "kind", *LAYER_SETTINGS, "add", "remove", "earlier", "later", "network", "layers",
            "parameters",
        )),
        Group("Training", (
            "optimizer", "rate", "schedule", "decay", "batch", "loss", "seed", "engine", "speed", *_RUN, "losses",
            "right", "curve",
        )),
        Group("Time", ("moment", "back", "on", "run", "take", "runs", "compared", "token")),
        Group("Seeds", ("seeds", "band", "progress", "seed_curve", "ends", "luck", "better", "standing",
                        "difference")),
        Group("Neurons", ("through", "neurons", "unit", "neuron", "from", "weight", "graph")),
        Group("Drawing", ("canvas", "answers", "says", "confidences", *DRAWING_ACTIONS, "drawn_through")),
        Group("Every drawing", ("asked", *MAP_NAMES)),
        Group("Statistics", ("activations", "gradients", "warnings", "confusion")),
        Group("Keras", ("keras",)),
    )  # fmt: skip
