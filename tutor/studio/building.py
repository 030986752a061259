"""The network and the settings of an experiment, and its rows as training wants them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.sequence_layers import Embedding, MultiHeadAttention
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.studio.affordable import require_affordable, require_affordable_batch
from tutor.studio.experiment import MOST_STEPS, DataChoice, Experiment
from tutor.studio.problem import Problem, problem_of
from tutor.training.settings import RunSettings


@lru_cache(maxsize=4)
def training_data(data: DataChoice, loss: str) -> TrainingData:
    """The rows as a network is given them, for a loss. Raises ``SpecError`` if there is nothing to train on."""
    problem = problem_of(data)
    training, test = problem.training, problem.test
    return TrainingData(
        training.inputs, labels_of(training.targets, problem, loss),
        test.inputs, labels_of(test.targets, problem, loss), problem.scale,
    )  # fmt: skip


def labels_of(targets: NDArray[Any], problem: Problem, loss: str) -> NDArray[Any]:
    """Targets as the loss wants them: numbers, class numbers or one-hot rows; of two classes −1 and 1, or 0 and 1."""
    if problem.classes is None:
        return targets[:, None]
    if loss == "sparse_categorical_crossentropy":
        return targets
    if len(problem.classes) == 2 and loss == "mean_squared_error":
        return 2.0 * targets[:, None] - 1
    if len(problem.classes) == 2 and loss == "binary_crossentropy":
        return targets[:, None].astype(float)
    return np.eye(len(problem.classes))[targets]


def output_layer(problem: Problem, loss: str, hidden: tuple[LayerSpec, ...] = ()) -> Dense:
    """The layer that ends the network: as many numbers as the loss compares, squeezed as it wants them.

    For a text these are logits. After attention the layer has a bias if attention has, and is drawn as attention is: a
    GPT's.
    """
    if problem.text is not None:
        attention = next((layer for layer in hidden if isinstance(layer, MultiHeadAttention)), None)
        if attention is None:
            return Dense(len(problem.text.vocabulary))
        drawn = attention.kernel_initializer
        return Dense(len(problem.text.vocabulary), "linear", drawn, use_bias=attention.use_bias)
    if problem.classes is None:
        return Dense(1, "linear")
    count = len(problem.classes)
    if loss == "mean_squared_error":
        return Dense(1, "tanh") if count == 2 else Dense(count, "softmax")
    if loss == "binary_crossentropy":
        return Dense(1 if count == 2 else count, "sigmoid")
    return Dense(count, "softmax")


def spec_of(experiment: Experiment) -> NetworkSpec:
    """The network. Raises ``SpecError`` and ``ShapeError`` with a sentence about what does not fit."""
    problem = problem_of(experiment.data)
    layers = (*experiment.layers, output_layer(problem, experiment.loss, experiment.layers))
    if problem.text is not None:
        _require_tokens(experiment.layers, len(problem.text.vocabulary), experiment.data.name)
    spec = NetworkSpec(
        "studio", (problem.width,), layers, experiment.loss, experiment.optimizer, experiment.seed,
        from_logits=problem.text is not None,
    )  # fmt: skip
    require_affordable(spec, pictures=problem.plane is None)
    return spec


def _require_tokens(layers: tuple[LayerSpec, ...], tokens: int, data: str) -> None:
    """Raise ``SpecError`` for a table of more or fewer tokens than there are."""
    first = layers[0]
    if isinstance(first, Embedding) and first.input_dim != tokens:
        raise SpecError(f"the data {data} has {tokens} tokens, but the Embedding has a table of {first.input_dim:,}")


def settings_of(experiment: Experiment, batch: int | None = None) -> RunSettings:
    """The settings of its run, which ends only when it is stopped."""
    rows = training_data(experiment.data, experiment.loss).rows
    size = min(rows, experiment.batch if batch is None else batch)
    spec = spec_of(experiment)
    require_affordable_batch(spec, size)
    return RunSettings(spec, MOST_STEPS, size, experiment.backend)


def settings_now(experiment: Experiment) -> RunSettings:
    """The settings at its moment, with the rate and the batch size that were edited until then."""
    optimizer = experiment.optimizer
    if experiment.rate_now is not None:
        optimizer = replace(optimizer, learning_rate=experiment.rate_now)
    return settings_of(replace(experiment, optimizer=optimizer), experiment.batch_now)
