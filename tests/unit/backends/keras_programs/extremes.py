"""Where numbers run out: logits of ±1e4, probabilities of exactly 0 and 1, a constant batch, one row, dead units."""

from __future__ import annotations

import json

import numpy as np
import setting

from tutor.backends.interface import EngineState, TrainingData
from tutor.backends.keras_backend import KerasBackend
from tutor.backends.numpy_backend import NumpyBackend
from tutor.engine.layers import BatchNormalization, Dense, LayerSpec
from tutor.engine.parameters import count, initial_moving
from tutor.engine.spec import NetworkSpec


def both(
    name: str, layers: tuple[LayerSpec, ...], loss: str, theta: list[float], x: list, y: list, logits: bool = False
) -> None:
    for dtype in ("float32", "float64"):
        inputs, labels = np.array(x, float), np.array(y, float)
        spec = NetworkSpec("t", inputs.shape[1:], layers, loss, dtype=dtype, from_logits=logits)
        numbers = np.resize(np.array(theta, dtype), count(spec))
        state = EngineState(numbers, {}, initial_moving(spec))
        data = TrainingData(inputs, labels, inputs, labels)
        engines = [engine(spec, data, state) for engine in (NumpyBackend, KerasBackend)]
        everything = np.arange(len(inputs))
        (l1, g1), (l2, g2) = (engine.gradient(everything, ()) for engine in engines)
        e1, e2 = (np.array(engine.evaluate(inputs, labels)) for engine in engines)
        apart = max(abs(l1 - l2) / max(1, abs(l2)), setting.relative(g1, g2), setting.relative(e1, e2))
        finite = bool(np.isfinite([l1, *e1]).all() and np.isfinite(g1).all())
        print(json.dumps({"case": f"{name} {dtype}", "apart": float(apart), "finite": finite}))


HUGE = [[1e4, -1e4, 0.0], [-1e4, 1e4, 60.0]]
EYE = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
ONE_HOT = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
CERTAIN = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]

both("logits of ±1e4, softmax", (Dense(3, "softmax"),), "categorical_crossentropy", EYE, HUGE, ONE_HOT)
both("logits of ±1e4, from logits", (Dense(3),), "categorical_crossentropy", EYE, HUGE, ONE_HOT, True)
both("logits of ±1e4, sigmoid", (Dense(3, "sigmoid"),), "binary_crossentropy", EYE, HUGE, ONE_HOT)
both("certain and wrong", (Dense(3),), "categorical_crossentropy", EYE, CERTAIN, ONE_HOT)
both("certain and right", (Dense(3),), "categorical_crossentropy", EYE, CERTAIN, CERTAIN)
both("certain, binary", (Dense(3),), "binary_crossentropy", EYE, CERTAIN, ONE_HOT)
both(
    "a constant batch",
    (BatchNormalization(), Dense(3, "softmax")),
    "categorical_crossentropy",
    [0.5, -0.3],
    [[2.0, 2.0, 2.0]] * 2,
    ONE_HOT,
)
both(
    "one row",
    (BatchNormalization(), Dense(3, "softmax")),
    "categorical_crossentropy",
    [0.5, -0.3],
    [[2.0, 1.0, 0.0]],
    ONE_HOT[:1],
)
both(
    "dead units",
    (Dense(4, "relu"), Dense(3, "softmax")),
    "categorical_crossentropy",
    [-1.0],
    [[1.0, 2.0], [3.0, 1.0]],
    ONE_HOT,
)
