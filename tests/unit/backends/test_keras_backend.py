"""Keras against the NumPy engine. In a process of its own: the tests themselves never load TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.tensorflow


def in_child(program: str) -> list[dict[str, float]]:
    """Run a program that prints JSON lines."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


SAME_IN_BOTH = """
    import json
    import numpy as np
    from tutor.backends.interface import TrainingData
    from tutor.backends.keras_backend import KerasBackend
    from tutor.engine.spec import SGD, Dense, Dropout, NetworkSpec
    from tutor.training.comparison import compare_engines
    from tutor.training.settings import RunSettings

    for dtype in ("float32", "float64"):
        for activation in ("linear", "relu", "sigmoid", "tanh"):
            for momentum, clipnorm, batch in ((0.0, None, 1), (0.5, 0.1, 3), (0.0, 0.05, 4)):
                layers = (Dropout(0.1), Dense(7, activation), Dropout(0.3), Dense(4, activation), Dense(3, "softmax"))
                spec = NetworkSpec("t", (6,), layers, optimizer=SGD(0.05, momentum, clipnorm), seed=1, dtype=dtype)
                rng = np.random.default_rng(0)
                x, y = rng.standard_normal((7, 6)), np.eye(3)[rng.integers(0, 3, 7)]
                data = TrainingData(x, y, x[:2], y[:2])
                rows = list(compare_engines(RunSettings(spec, 9, batch), data, 60, KerasBackend))
                print(json.dumps({
                    "float64": dtype == "float64", "batch": batch,
                    "weights": max(r.weights_apart for r in rows), "gradients": max(r.gradients_apart for r in rows),
                    "losses": max(abs(r.numpy_loss - r.tensorflow_loss) for r in rows),
                }))
"""


def test_both_engines_take_the_same_steps_with_every_activation_and_optimizer_setting() -> None:
    rows = in_child(SAME_IN_BOTH)
    assert len(rows) == 24
    for row in rows:
        bound = 1e-10 if row["float64"] else 1e-5
        assert row["weights"] < bound, row
        assert row["gradients"] < bound, row
        assert row["losses"] < bound, row
