"""A wrong value in any place of a Keras model's description: a network still, or a sentence; never a fault."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.wrong_values import LONGEST_SENTENCE, NO_SENTENCE, VALUES, WRONG, places, share, with_value
from tutor.engine.spec import spec_to_dict
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import network_of


def layer(kind: str, **config: Any) -> dict[str, Any]:
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}
    config = {"name": kind.lower(), "dtype": policy, **config}
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


LAYERS = [
    layer("InputLayer", batch_shape=[None, 784]),
    layer("Rescaling", scale=0.5, offset=0.0),
    layer("Reshape", target_shape=[28, 28, -1]),
    layer(
        "Conv2D", filters=2, kernel_size=[3, 3], strides=[1, 1], padding="same", activation="relu", use_bias=True,
        kernel_regularizer={"class_name": "L2", "config": {"l2": 0.01}},
        kernel_initializer={"class_name": "TruncatedNormal", "config": {"stddev": 0.1}},
        bias_initializer={"class_name": "Constant", "config": {"value": 0.1}},
    ),
    layer("MaxPooling2D", pool_size=[2, 2], strides=[2, 2], padding="valid"),
    layer("BatchNormalization", axis=-1, momentum=0.9, epsilon=0.001),
    layer("ReLU", negative_slope=0.1),
    layer("Flatten"),
    layer("Dropout", rate=0.5),
    layer("GaussianNoise", stddev=1.0),
    layer("Dense", units=10, activation="softmax"),
]  # fmt: skip
DECAY = {
    "class_name": "ExponentialDecay",
    "config": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
}
SOUND = {
    "module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": LAYERS},
    "compile_config": {
        "optimizer": {"class_name": "Adam", "config": {"learning_rate": DECAY, "beta_1": 0.9, "clipnorm": 1.0}},
        "loss": {"class_name": "CategoricalCrossentropy", "config": {"from_logits": False}},
    },
}  # fmt: skip
PLACES = list(places(SOUND))


def told_or_taken(described: Any) -> None:
    try:
        # Warnings would land on the learner's terminal.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            network = network_of(described, "name")
        sentences = network.notes
        json.dumps(spec_to_dict(network.spec))
    except ExchangeError as refused:
        sentences = (str(refused),)
    for sentence in sentences:
        assert sentence.strip()
        assert len(sentence) <= LONGEST_SENTENCE
        assert NO_SENTENCE.search(sentence) is None, sentence


def test_the_sound_one_is_taken() -> None:
    network = network_of(SOUND, "name")
    assert network.spec.output_size == 10
    assert network.notes == ("the GaussianNoise layer gaussiannoise is left out: it changes training, not the answers",)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_value_in_any_place(place: tuple[str | int, ...]) -> None:
    for wrong in share(WRONG, PLACES.index(place)):
        told_or_taken(with_value(SOUND, place, wrong))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_in_any_place(place: tuple[str | int, ...], value: Any) -> None:
    told_or_taken(with_value(SOUND, place, value))
