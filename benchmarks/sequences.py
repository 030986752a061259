"""GPTs on names: both engines against Keras ``fit`` and the fastest known way to run the same model.

One has the size of Karpathy's microgpt, with which the lesson trains; the other has four blocks of width 64. Both train
on the shipped names in batches of 16, in the worker, polled as by the interface; the loss of the small one is that of
1,000 steps, in this process. Rounds alternate, and medians are compared.
"""

from __future__ import annotations

import os
import time

from benchmarks.networks import median_rates
from benchmarks.report import Figure, print_figures
from tutor.backends.interface import TrainingData, initial_state
from tutor.backends.numpy_backend import NumpyBackend
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.training.gpt import Gpt, gpt
from tutor.training.model_data import model_data
from tutor.training.models import MODELS
from tutor.training.plan import Plan, Position

BATCH, STEPS = 16, 1_000
SMALL, LARGE = Gpt(), Gpt(width=64, blocks=4)
# The NumPy engine over the fastest Keras, and the seconds for 1,000 steps.
TARGETS = {SMALL: 3.0, LARGE: 0.7}
MOST_SECONDS = 4.0


def run() -> bool:
    os.environ.pop("OPENBLAS_CORETYPE", None)
    data = model_data(MODELS["gpt-names"]).training
    reached = thousand_steps(network(SMALL, data), data)
    for shape, target in TARGETS.items():
        spec = network(shape, data)
        # The Keras child takes as many rows as there are steps; a hundred are enough for a time.
        median = median_rates(spec, BATCH, 100, data)
        ways = {way: rate for way, rate in median.items() if way != "numpy"}
        fastest = max(ways, key=ways.__getitem__)
        figures = [
            Figure("NumPy engine", median["numpy"], " steps/s"),
            *(Figure(f"Keras, {way}", rate, " steps/s") for way, rate in ways.items()),
            Figure(f"NumPy engine / fastest Keras ({fastest})", median["numpy"] / ways[fastest], "×", at_least=target),
        ]
        title = f"GPT, {shape.blocks} × {shape.width} wide, {count(spec):,} parameters, batch {BATCH}"
        reached &= print_figures(title, figures)
    return reached


def network(shape: Gpt, data: TrainingData) -> NetworkSpec:
    return gpt("gpt", shape, 27, data.inputs.shape[1])


def thousand_steps(spec: NetworkSpec, data: TrainingData) -> bool:
    backend = NumpyBackend(spec, data, initial_state(spec))
    plan = Plan(spec, data.rows, BATCH)
    backend.run(plan.block(Position(), 10), spec.optimizer.learning_rate)
    backend.set_state(initial_state(spec))
    began = time.perf_counter()
    losses = backend.run(plan.block(Position(), STEPS), spec.optimizer.learning_rate).losses
    seconds = time.perf_counter() - began
    figures = [
        Figure(f"{STEPS:,} steps, NumPy engine", seconds, " s", at_most=MOST_SECONDS),
        Figure("loss, first step", float(losses[0])),
        Figure("loss, mean of the last 100 steps", float(losses[-100:].mean())),
    ]
    return print_figures(f"GPT of {count(spec):,} parameters, batch {BATCH}", figures)
