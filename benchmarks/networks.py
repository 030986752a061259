"""The networks of the sources: both engines against Keras ``fit`` and the fastest known way to run the same model.

That way is a compiled ``tf.function`` of forward, backward and update, with XLA if that is faster; for small networks
it takes many steps in one call, as the Keras backend does. All use two threads: NumPy one for each half of a batch with
one BLAS thread each, TensorFlow two within an operation. The engines train in the worker and are polled as by the
interface. Rounds alternate, and medians are compared. The share of the peak is the number of operations of the
network's matrix products, counted as direct computation, relative to the fastest float32 product of the same run.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchmarks.report import Figure, print_figures
from benchmarks.training_speed import steps_per_second
from tutor.backends.interface import BackendName, TrainingData
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.spec import NetworkSpec, spec_to_dict
from tutor.training.models import benchmark_networks
from tutor.training.settings import RunSettings
from tutor.training.worker.run import Workshop

ROUNDS = 5
BATCHES = 4
# The targets: NumPy over the fastest Keras, the Keras backend over ``fit``.
TARGETS = {"shapes-mlp": (2.5, 10), "digits-mlp": (0.95, 1.5), "digits-cnn": (0.5, 1.3), "letters-cnn": (0.6, 1.1)}

PEAK = """
import os, sys, time
import numpy as np
from concurrent.futures import ThreadPoolExecutor
a, b = (np.random.default_rng(0).standard_normal((768, 768)).astype("float32") for _ in range(2))
out = [np.empty_like(a) for _ in range(2)]
def product(i):
    for _ in range(20):
        np.matmul(a, b, out=out[i])
best = 0.0
with ThreadPoolExecutor(2) as pool:
    for _ in range(6):
        began = time.perf_counter()
        list(pool.map(product, range(2)))
        best = max(best, 2 * 20 * 2 * 768**3 / (time.perf_counter() - began))
print(best)
"""


def without_pins() -> dict[str, str]:
    """The environment of an ordinary user: no processor type forced on BLAS, no oneDNN switch."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "TF_ENABLE_ONEDNN_OPTS")}


def multiplications(spec: NetworkSpec) -> int:
    """For one row, forward: each kernel's entries times its positions."""
    total = 0
    for layer, before, after in zip(spec.layers, spec.shapes, spec.shapes[1:], strict=False):
        if isinstance(layer, Dense):
            total += before[0] * layer.units
        elif isinstance(layer, Conv2D):
            total += math.prod(after) * math.prod(layer.kernel_size) * before[2]
    return total


def step_arithmetic(spec: NetworkSpec, batch: int) -> float:
    """Additions and multiplications of a step: forward, and twice that backward except for the first layer's input."""
    first = replace_layers(spec)
    return 2.0 * batch * (3 * multiplications(spec) - multiplications(first))


def replace_layers(spec: NetworkSpec) -> NetworkSpec:
    """The network up to its first layer with weights, completed to a valid network."""
    from tutor.engine.layers import Flatten

    end = next(i for i, layer in enumerate(spec.layers) if isinstance(layer, Dense | Conv2D))
    return replace(spec, layers=(*spec.layers[: end + 1], Flatten()), loss="mean_squared_error")


class KerasChild:
    """Keras in a separate process, for one network."""

    def __init__(self, spec: NetworkSpec, batch: int, steps: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.keras_child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**without_pins(), "TF_CPP_MIN_LOG_LEVEL": "3"},
        )  # fmt: skip
        self._say(json.dumps({"spec": spec_to_dict(spec), "batch": batch, "steps": steps}))
        self._line()

    def rates(self) -> dict[str, float]:
        self._say("")
        found: dict[str, float] = json.loads(self._line())
        return found

    def close(self) -> None:
        self._process.kill()

    def _say(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def random_rows(spec: NetworkSpec, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal inputs and one-hot labels."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((rows, *spec.input_shape)).astype("float32")
    return inputs, np.eye(spec.output_size)[rng.integers(0, spec.output_size, rows)]


def median_rates(spec: NetworkSpec, batch: int, steps: int, data: TrainingData) -> dict[str, float]:
    """Steps per second of both engines in their workers, and of each way of Keras, which takes ``steps`` at a time."""
    keras = KerasChild(spec, batch, steps)
    workshops: dict[BackendName, Workshop] = {"numpy": Workshop(), "tensorflow": Workshop()}
    rates: dict[str, list[float]] = {}
    try:
        runs = {
            engine: workshop.start_run(RunSettings(spec, 10_000_000, batch, engine), data)
            for engine, workshop in workshops.items()
        }
        for training in runs.values():
            steps_per_second(training)
        for _ in range(ROUNDS):
            for way, value in keras.rates().items():
                rates.setdefault(way, []).append(value)
            for engine, training in runs.items():
                rates.setdefault(engine, []).append(steps_per_second(training))
    finally:
        keras.close()
        for workshop in workshops.values():
            workshop.close()
    return {way: statistics.median(values) for way, values in rates.items()}


def run() -> bool:
    os.environ.pop("OPENBLAS_CORETYPE", None)
    pinned = {**without_pins(), "OPENBLAS_NUM_THREADS": "1"}
    peak = float(
        subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True, env=pinned).stdout
    )
    print(f"\npeak of float32 products on two threads: {peak / 1e9:.0f} GFLOP/s")
    reached = True
    for name, (spec, batch) in benchmark_networks().items():
        inputs, labels = random_rows(spec, batch * BATCHES)
        data = TrainingData(inputs, labels, inputs[:0], labels[:0])
        median = median_rates(spec, batch, 400 if batch == 1 else 2 * BATCHES, data)
        reached &= report(name, median, spec, batch, peak)
    return reached


def report(name: str, median: Mapping[str, float], spec: NetworkSpec, batch: int, peak: float) -> bool:
    ways: dict[str, float] = {way: median[way] for way in ("plain", "fused", "xla") if way in median}
    best = max([*ways.values(), median["tensorflow"]])
    numpy_target, keras_target = TARGETS[name]
    arithmetic = step_arithmetic(spec, batch)
    named: dict[str, float] = {**ways, "Keras backend": median["tensorflow"]}
    fastest = max(named, key=named.__getitem__)
    figures = [
        Figure("NumPy engine", median["numpy"], " steps/s"),
        Figure("Keras backend", median["tensorflow"], " steps/s"),
        Figure(f"fastest Keras ({fastest})", best, " steps/s"),
        *(Figure(f"Keras, {way}", value, " steps/s") for way, value in ways.items()),
        Figure("Keras fit", median["fit"], " steps/s"),
        Figure("NumPy engine / fastest Keras", median["numpy"] / best, "×", at_least=numpy_target),
        Figure("NumPy engine / Keras fit", median["numpy"] / median["fit"], "×"),
        Figure("Keras backend / Keras fit", median["tensorflow"] / median["fit"], "×", at_least=keras_target),
        Figure("share of the peak, NumPy engine", 100 * median["numpy"] * arithmetic / peak, " %"),
        Figure("share of the peak, fastest Keras", 100 * best * arithmetic / peak, " %"),
    ]
    return print_figures(f"{name}, batch {batch}", figures)
