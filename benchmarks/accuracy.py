"""The accuracy of the sources' networks on real MNIST and on the shipped letters, with either engine.

``dl-tutor train`` trains each as its source does, at one seed. MNIST is the file that ``DL_TUTOR_MNIST`` names; without
it the digits are left out. This takes some ten minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.networks import without_pins
from benchmarks.report import Figure, print_figures
from tutor.backends.interface import BACKENDS
from tutor.datasets.digits import ENVIRONMENT

# Model, options, the target for the accuracy on test rows.
RUNS = (
    ("digits-softmax", (), 0.91),
    ("digits-dense", (), 0.965),
    ("digits-mlp", (), 0.975),
    ("digits-cnn", (), 0.96),
    ("digits-cnn", ("--optimizer", "adam"), 0.985),
    ("letters-cnn", (), 0.95),
)
APART = 0.005


def test_accuracy(model: str, options: tuple[str, ...], backend: str) -> float:
    """The accuracy of one run on its test rows."""
    command = [sys.executable, "-m", "tutor.cli", "train", model, "--backend", backend, "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=without_pins())
    return float(json.loads(done.stdout.splitlines()[-1])["test_accuracy"])


def run() -> bool:
    figures = []
    for model, options, target in RUNS:
        if model.startswith("digits") and not os.environ.get(ENVIRONMENT):
            print(f"{model} is not measured: {ENVIRONMENT} is not set", file=sys.stderr)
            continue
        name = " ".join((model, *options))
        reached = {backend: test_accuracy(model, options, backend) for backend in BACKENDS}
        figures += [Figure(f"{name}, {backend}", value, at_least=target) for backend, value in reached.items()]
        figures.append(Figure(f"{name}, engines apart", abs(reached["numpy"] - reached["tensorflow"]), at_most=APART))
    return print_figures("Accuracy on test rows", figures)
