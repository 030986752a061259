"""Both backends on bytes and class numbers, with held-out rows within the graph and too many for it."""

from __future__ import annotations

import json

import numpy as np

from tutor.backends.interface import TrainingData, initial_state
from tutor.backends.keras_backend import KerasBackend
from tutor.backends.numpy_backend import NumpyBackend
from tutor.backends.rows import EVALUATED_AT_ONCE
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from tutor.engine.spec import NetworkSpec
from tutor.training.plan import Plan, Position

LAYERS = (Conv2D(2, (3, 3), activation="relu"), MaxPooling2D(), Flatten(), Dropout(0.25), Dense(4, "softmax"))


def main() -> None:
    rng = np.random.default_rng(0)
    for held_out in (0, 9, EVALUATED_AT_ONCE + 3):
        for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
            images = rng.integers(0, 256, (23 + held_out, 8, 8)).astype(np.uint8)
            classes = rng.integers(0, 4, len(images))
            spec = NetworkSpec("t", (8, 8, 1), LAYERS, loss, seed=3, dtype="float64")
            data = TrainingData(images[:23], classes[:23], images[23:], classes[23:], 1 / 255)
            found = []
            for backend_type in (NumpyBackend, KerasBackend):
                backend = backend_type(spec, data, initial_state(spec))
                # 23 rows by 5: a short last batch; 12 steps: two whole epochs and a part of the third.
                results = backend.run(Plan(spec, 23, 5).block(Position(), 12), 0.1)
                found.append(
                    (backend.state().theta, results.losses, results.held_out_losses, results.held_out_accuracies)
                )
            apart = [float(np.nanmax(np.abs(a - b), initial=0.0)) for a, b in zip(*found, strict=True)]
            gaps = all(np.array_equal(np.isnan(a), np.isnan(b)) for a, b in zip(*found, strict=True))
            evaluated = int((~np.isnan(found[1][2])).sum())
            row = {"held_out": held_out, "apart": max(apart), "gaps": gaps, "evaluated": evaluated}
            print(json.dumps(row))


main()
