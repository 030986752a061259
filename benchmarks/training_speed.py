"""Training steps per second at batch size 1 with the source's settings: both engines, polled, against Keras ``fit``.

``fit`` has its best case: one long epoch, which spreads its overhead per epoch over 500 steps. With the source's epochs
of five steps it is slower; that is reported too. The engines train without held-out rows, as ``fit`` does here, in the
worker process, and are polled as often as by the interface. Rounds of all three alternate, and medians are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

from benchmarks.report import Figure, print_figures
from tutor.backends.interface import BackendName, TrainingData
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.training.models import shapes_mlp
from tutor.training.run import Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.worker.launcher import ENVIRONMENT
from tutor.training.worker.run import Workshop

ROUNDS = 7
ROUND_SECONDS = 1.0
POLL_SECONDS = 0.1

FIT = """
import json, sys, time
import keras, numpy as np
from tutor.datasets.shapes import training_rows
layers = [keras.layers.Input((25,))]
for units in (25, 20, 15, 10):
    layers += [keras.layers.Dense(units, activation="relu"), keras.layers.Dropout(0.2)]
model = keras.Sequential([*layers, keras.layers.Dense(5, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.SGD(0.01, clipnorm=1.0), metrics=["accuracy"])
rows = training_rows()
x, y = rows.inputs.astype("float32"), rows.labels.astype("float32")
long_x, long_y = np.tile(x, (100, 1)), np.tile(y, (100, 1))
model.fit(x, y, batch_size=1, epochs=2, verbose=0)
model.fit(long_x, long_y, batch_size=1, epochs=1, verbose=0)
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    model.fit(long_x, long_y, batch_size=1, epochs=1, verbose=0)
    long = 500 / (time.perf_counter() - began)
    began = time.perf_counter()
    model.fit(x, y, batch_size=1, epochs=20, verbose=0)
    print(json.dumps([long, 100 / (time.perf_counter() - began)]), flush=True)
"""


def streaming_run(workshop: Workshop, backend: BackendName, *, held_out: bool) -> Run:
    rows, others = training_rows(), held_out_rows()
    kept = len(others.inputs) if held_out else 0
    data = TrainingData(rows.inputs, rows.labels, others.inputs[:kept], others.labels[:kept])
    return workshop.start_run(RunSettings(shapes_mlp(0), 10_000_000, backend=backend), data)


def steps_per_second(run: Run) -> float:
    """Play for a round, polling as the interface does, and pause."""
    run.play()
    first = run.snapshot.step
    while run.snapshot.step == first:
        run.poll()
        time.sleep(0.001)
    began, first = time.perf_counter(), run.snapshot.step
    while time.perf_counter() - began < ROUND_SECONDS:
        time.sleep(POLL_SECONDS)
        run.poll()
    # The snapshot may be older than the last poll: wait for a new one.
    last = run.snapshot.step
    while run.snapshot.step == last:
        run.poll()
        time.sleep(0.001)
    rate = (run.snapshot.step - first) / (time.perf_counter() - began)
    run.pause()
    while run.snapshot.phase is not Phase.PAUSED or run.poll():
        time.sleep(0.001)
    return rate


def run() -> bool:
    fit = subprocess.Popen(
        [sys.executable, "-c", FIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )
    assert fit.stdin is not None
    assert fit.stdout is not None
    fit.stdout.readline()
    workshops = {name: Workshop() for name in ("numpy", "tensorflow", "numpy_held_out", "tensorflow_held_out")}
    runs = {
        "numpy": streaming_run(workshops["numpy"], "numpy", held_out=False),
        "tensorflow": streaming_run(workshops["tensorflow"], "tensorflow", held_out=False),
        "numpy_held_out": streaming_run(workshops["numpy_held_out"], "numpy", held_out=True),
        "tensorflow_held_out": streaming_run(workshops["tensorflow_held_out"], "tensorflow", held_out=True),
    }
    rates: dict[str, list[float]] = {name: [] for name in (*runs, "fit", "fit_source")}
    try:
        for training in runs.values():
            steps_per_second(training)
        for _ in range(ROUNDS):
            fit.stdin.write("\n")
            fit.stdin.flush()
            long, source = json.loads(fit.stdout.readline())
            rates["fit"].append(long)
            rates["fit_source"].append(source)
            for name, training in runs.items():
                rates[name].append(steps_per_second(training))
    finally:
        fit.kill()
        for workshop in workshops.values():
            workshop.close()
    median = {name: statistics.median(values) for name, values in rates.items()}
    figures = [
        Figure("Keras fit, one long epoch", median["fit"], " steps/s"),
        Figure("Keras fit, epochs of five steps as in the source", median["fit_source"], " steps/s"),
        Figure("NumPy engine", median["numpy"], " steps/s"),
        Figure("Keras backend", median["tensorflow"], " steps/s"),
        Figure("NumPy engine, 125 held-out drawings each epoch", median["numpy_held_out"], " steps/s"),
        Figure("Keras backend, 125 held-out drawings each epoch", median["tensorflow_held_out"], " steps/s"),
        Figure("NumPy engine / Keras fit", median["numpy"] / median["fit"], "×", at_least=20),
        Figure("Keras backend / Keras fit", median["tensorflow"] / median["fit"], "×", at_least=8),
        Figure("NumPy engine / Keras backend", median["numpy"] / median["tensorflow"], "×"),
    ]
    return print_figures("Training the shapes network, one row a step", figures)
