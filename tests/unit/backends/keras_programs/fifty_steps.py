"""Fifty steps of every optimizer, clipping, schedule, loss and activation, and of networks that use every layer.

Each network is a graph that TensorFlow makes anew, which costs more than its steps: the large one comes with each rule,
a small one with what only changes the end of a network or what is done with its gradient. Batches are of 4 rows; of 9
rows the last one is short, which is a second graph.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from setting import compared

from tutor.engine.layers import (
    ACTIVATIONS,
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay
from tutor.engine.sequence_layers import Add
from tutor.engine.spec import NetworkSpec

sys.path.append(str(Path(__file__).parents[4]))
from tests.unit.engine.sequence_networks import NETWORKS as SEQUENCES

BODY: tuple[LayerSpec, ...] = (
    Conv2D(3, (4, 3), padding="same", activation="relu"),
    MaxPooling2D((2, 2), padding="same"),
    BatchNormalization(),
    Conv2D(4, (3, 2), strides=(2, 1), l2=0.02),
    LeakyReLU(0.1),
    Dropout(0.3),
    AveragePooling2D((2, 2), (1, 1), "same"),
    Flatten(),
    Dense(6, "tanh", l2=0.01),
    BatchNormalization(0.9, 1e-5),
    Dropout(0.2),
)

SMALL: tuple[LayerSpec, ...] = (Conv2D(2, (3, 3), (2, 2), activation="relu"), Flatten(), Dense(4, "tanh", l2=0.01))

# Each rule, clipping and schedule at least once; more of them are in tests/unit/engine/test_updates.py.
OPTIMIZERS: tuple[OptimizerSpec, ...] = (
    SGD(0.05),
    SGD(0.05, 0.9),
    SGD(0.05, 0.9, nesterov=True, weight_decay=0.01),
    SGD(PiecewiseConstantDecay((10, 20), (0.1, 0.05, 0.01)), clipvalue=0.01),
    SGD(ExponentialDecay(0.1, 10, 0.9), clipnorm=0.1),
    SGD(InverseTimeDecay(0.1, 10, 0.5), global_clipnorm=0.1),
    RMSprop(0.01, momentum=0.5),
    RMSprop(0.01, momentum=0.5, centered=True),
    Adam(CosineDecay(0.02, 40)),
    Adam(0.01, global_clipnorm=0.1),
    AdamW(0.01, clipnorm=0.1),
)

# Those that are run on the network of every layer.
LARGE = (SGD(0.05), RMSprop(0.01, momentum=0.5, centered=True), AdamW(0.01, clipnorm=0.1))

ENDS: tuple[tuple[str, str, bool], ...] = (
    ("categorical_crossentropy", "softmax", False),
    ("categorical_crossentropy", "linear", True),
    ("categorical_crossentropy", "sigmoid", False),
    ("sparse_categorical_crossentropy", "softmax", False),
    ("sparse_categorical_crossentropy", "linear", True),
    ("binary_crossentropy", "sigmoid", False),
    ("binary_crossentropy", "linear", True),
    ("mean_squared_error", "sigmoid", False),
    ("mean_squared_error", "linear", False),
)


def network(
    layers: tuple[LayerSpec, ...], optimizer: OptimizerSpec, loss: str = ENDS[0][0], logits: bool = False
) -> NetworkSpec:
    return NetworkSpec("t", (8, 9, 2), layers, loss, optimizer, 1, "float64", logits)


def activated() -> list[tuple[LayerSpec, ...]]:
    """Networks that have every activation both in a layer and as one, some in each network."""
    networks = []
    for some in (ACTIVATIONS[:3], ACTIVATIONS[3:6], ACTIVATIONS[6:]):
        body: list[LayerSpec] = [Flatten()]
        for activation, after in zip(some, (*some[1:], some[0]), strict=True):
            body += [Dense(5, activation), Reshape((5,)), Activation(after)]
        networks.append((*body, Dense(3), Activation("softmax")))
    return networks


def main() -> None:
    cases = [network((*BODY, Dense(3, "softmax")), o) for o in OPTIMIZERS if o in LARGE]
    cases += [network((*SMALL, Dense(3, "softmax")), o) for o in OPTIMIZERS if o not in LARGE]
    cases += [network((*SMALL, Dense(3, end)), SGD(0.05), loss, logits) for loss, end, logits in ENDS]
    cases += [network(layers, SGD(0.5)) for layers in activated()]
    cases.append(
        network(
            (Conv2D(3, (3, 3), activation="gelu", use_bias=False), GlobalAveragePooling2D(), Dense(3, "softmax")),
            SGD(0.5),
        )
    )
    # Pooling, which elsewhere moves before the ReLU, within a residual connection.
    around = Conv2D(2, (3, 3), padding="same", activation="relu"), MaxPooling2D((2, 2), (1, 1), "same"), Add(2)
    cases.append(network((*around, Flatten(), Dense(3, "softmax")), SGD(0.5)))
    # At a rate of 0.01 two blocks of attention double a difference in the last digit about every second step.
    cases += [replace(spec, optimizer=Adam(0.001)) for spec in SEQUENCES.values()]
    for spec in cases:
        case = {"case": f"{spec.loss} {spec.optimizer} {spec.layers}"}
        print(
            json.dumps(
                {
                    **case,
                    **compared(spec, 4, 50, rows=9 if spec.layers[:-1] == BODY or "gpt" in spec.name else 8, at_once=5),
                }
            ),
            flush=True,
        )


main()
