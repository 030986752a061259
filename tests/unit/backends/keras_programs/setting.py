"""What the programs share: TensorFlow quiet and on one thread, and a comparison of two engines over a few steps."""

from __future__ import annotations

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", OPENBLAS_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="-1")

import numpy as np

from tutor.backends.interface import TrainingData, initial_state
from tutor.backends.keras_backend import KerasBackend
from tutor.backends.numpy_backend import NumpyBackend
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec
from tutor.training.plan import Plan, Position


def data_for(spec: NetworkSpec, rows: int, seed: int = 0) -> TrainingData:
    """Random rows with labels of the kind that the loss takes."""
    rng = np.random.default_rng(seed)
    if isinstance(spec.layers[0], Embedding):
        tokens = rng.integers(0, spec.layers[0].input_dim, (rows, *spec.input_shape))
        answers = rng.integers(-spec.ends_in_places, spec.output_size, (rows, *spec.shapes[-1][:-1]))
        if spec.ends_in_places:
            answers[:, 0] = tokens[:, -1] % spec.output_size
        return TrainingData(tokens, answers, tokens[:2], answers[:2])
    inputs = rng.standard_normal((rows, *spec.input_shape))
    classes = rng.integers(0, spec.output_size, rows)
    sparse = spec.loss == "sparse_categorical_crossentropy"
    labels = classes if sparse else np.eye(spec.output_size)[classes]
    return TrainingData(inputs, labels, inputs[:2], labels[:2])


def relative(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference, in units of the larger of 1 and the largest value."""
    if not one.size:
        return 0.0
    return float(np.abs(one - other).max() / max(1.0, float(np.abs(other).max())))


def compared(spec: NetworkSpec, batch: int, steps: int, rows: int = 9, at_once: int = 1) -> dict[str, float]:
    """The largest differences over the steps; each engine goes on from its own weights.

    The loss is compared at every step, the gradient and all that the engine keeps after each ``at_once`` of them.
    """
    data, start = data_for(spec, rows), initial_state(spec)
    ours, theirs = NumpyBackend(spec, data, start), KerasBackend(spec, data, start)
    plan, position = Plan(spec, rows, batch), Position()
    worst = {"weights": 0.0, "gradients": 0.0, "losses": 0.0}
    for _ in range(0, steps, at_once):
        block = plan.block(position, at_once)
        masks = tuple(mask[0] for mask in block.masks)
        (_, g1), (_, g2) = (engine.gradient(block.batches[0], masks) for engine in (ours, theirs))
        r1, r2 = (engine.run(block, spec.optimizer.learning_rate) for engine in (ours, theirs))
        s1, s2 = ours.state(), theirs.state()
        worst["gradients"] = max(worst["gradients"], relative(g1, g2))
        worst["losses"] = max(worst["losses"], float(np.abs(r1.losses - r2.losses).max()))
        apart = [relative(s1.theta, s2.theta), relative(s1.moving, s2.moving)]
        apart += [relative(s1.memory[name], s2.memory[name]) for name in s1.memory]
        worst["weights"] = max(worst["weights"], *apart)
        position = plan.after(position, at_once)
    v1, v2 = ours.evaluate(data.inputs, data.labels), theirs.evaluate(data.inputs, data.labels)
    worst["losses"] = max(worst["losses"], abs(v1[0] - v2[0]), abs(v1[1] - v2[1]))
    return worst | {"moved": float(np.abs(ours.state().theta - start.theta).max())}
