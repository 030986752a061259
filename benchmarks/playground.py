"""Small networks as in TensorFlow Playground: an epoch of 250 points in batches of 10, and maps of all neurons.

The targets of an epoch are the figures that were reported for the Playground's own engine, on another machine. An epoch
is timed among twenty in one call, as the worker trains, and alone with 250 more points evaluated at its end. A map is
the output of every neuron at 40×40 places, in float32, after the weights have changed. Of each the best of many rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.report import Figure, print_figures
from tutor.backends.interface import TrainingData
from tutor.datasets.plane import circle
from tutor.engine.fast.small_pass import SmallPass
from tutor.engine.layers import Dense
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec
from tutor.engine.parameters import initial_theta
from tutor.engine.spec import NetworkSpec
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer

ROWS, BATCH, EPOCHS, ROUNDS = 250, 10, 20, 60
PLACES = 40
NETWORKS = {"2-4-2-1": (4, 2), "2-6×8-1": (8,) * 6}
# Milliseconds: of the Playground's engine, and of a map.
EPOCH_TARGETS = {"2-4-2-1": 0.6, "2-6×8-1": 2.2}
MAP_TARGET = 1.0


def spec_of(hidden: tuple[int, ...], optimizer: OptimizerSpec) -> NetworkSpec:
    layers = (*(Dense(units, "tanh") for units in hidden), Dense(1, "tanh"))
    return NetworkSpec("playground", (2,), layers, "mean_squared_error", optimizer, dtype="float64")


def trainer_of(hidden: tuple[int, ...], optimizer: OptimizerSpec, held_out: int = 0) -> Trainer:
    points, classes = circle(ROWS, 0, 0)
    others, their_classes = circle(ROWS, 0, 1)
    targets, theirs = 2 * classes[:, 1:] - 1, 2 * their_classes[:, 1:] - 1
    data = TrainingData(points, targets, others[:held_out], theirs[:held_out])
    return Trainer(RunSettings(spec_of(hidden, optimizer), 10_000_000, BATCH), data)


def best(act: Callable[[], object], of: int) -> float:
    """Milliseconds for each ``of`` what one call does, in the fastest of the rounds."""
    fastest = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        fastest = min(fastest, time.perf_counter() - began)
    return fastest / of * 1000


def epoch(hidden: tuple[int, ...], optimizer: OptimizerSpec) -> float:
    trainer = trainer_of(hidden, optimizer)
    steps = EPOCHS * trainer.plan.steps_per_epoch
    return best(lambda: trainer.advance(steps), EPOCHS)


def evaluated_epoch(hidden: tuple[int, ...]) -> float:
    trainer = trainer_of(hidden, SGD(0.03), ROWS)

    def epochs() -> None:
        for _ in range(EPOCHS):
            trainer.advance(trainer.plan.steps_per_epoch)

    return best(epochs, EPOCHS)


def map_of(hidden: tuple[int, ...]) -> float:
    across = np.linspace(-6, 6, PLACES)
    places = np.stack(np.meshgrid(across, across[::-1]), axis=-1).reshape(-1, 2)
    theta = initial_theta(spec_of(hidden, SGD(0.03)))
    ours = theta.astype(np.float32)
    responses = SmallPass(spec_of(hidden, SGD(0.03)), ours, places)

    def drawn() -> None:
        ours[:] = theta
        responses.outputs()

    return best(drawn, 1)


def run() -> bool:
    figures = []
    for name, hidden in NETWORKS.items():
        figures += [
            Figure(f"{name}, an epoch", epoch(hidden, SGD(0.03)), " ms", at_most=EPOCH_TARGETS[name]),
            Figure(f"{name}, an epoch of Adam", epoch(hidden, Adam(0.003)), " ms"),
            Figure(f"{name}, one epoch a call, with {ROWS} held-out points", evaluated_epoch(hidden), " ms"),
            Figure(f"{name}, all neurons at {PLACES}×{PLACES} places", map_of(hidden), " ms", at_most=MAP_TARGET),
        ]
    return print_figures(f"As in the Playground: {ROWS} points, batches of {BATCH}", figures)
