"""A wrong value in any place of a Keras model's description: a network still, or a sentence; never a fault."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.wrong_values import LONGEST_SENTENCE, NO_SENTENCE, VALUES, WRONG, places, share, with_value
from tutor.engine.sequence_layers import Add
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


def output(name: str, node: int = 0) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, 6, 4], "keras_history": [name, node, 0]}}


def called(entry: dict[str, Any], *arguments: list[Any], own: bool = False, **settings: Any) -> dict[str, Any]:
    """The entry of a functional model, with a node for each list of arguments; settings belong to the last."""
    nodes = [{"args": given, "kwargs": {}} for given in arguments]
    if settings:
        nodes[-1]["kwargs"] = settings
    ours = {"module": "mine", "registered_name": f"dl_tutor>{entry['class_name']}"} if own else {}
    return {**entry, **ours, "name": entry["config"]["name"], "inbound_nodes": nodes}


def graph() -> dict[str, Any]:
    """A transformer with a shared table, as an export writes it."""
    rnn = {"activation": "tanh", "use_bias": True, "units": 4, "return_sequences": True, "unroll": False}
    attended = [output("layernormalization")] * 2
    layers = [
        called(layer("InputLayer", batch_shape=[None, 6])),
        called(
            layer("ReversibleEmbedding", input_dim=5, output_dim=4, tie_weights=True),
            [output("inputlayer")], [output("simplernn")], reverse=True,
        ),
        called(layer("PositionEmbedding"), [output("reversibleembedding")], own=True),
        called(layer("LayerNormalization", axis=[-1], epsilon=1e-5), [output("positionembedding")]),
        called(layer("MultiHeadAttention", num_heads=2, key_dim=3, dropout=0.1), attended, use_causal_mask=True),
        called(layer("Add"), [[output("multiheadattention"), output("positionembedding")]]),
        called(layer("LSTM", recurrent_activation="sigmoid", unit_forget_bias=True, **rnn), [output("add")]),
        called(layer("SimpleRNN", **rnn), [output("lstm")], mask=None),
    ]  # fmt: skip
    config = {"name": "g", "layers": layers, "output_layers": ["reversibleembedding", 1, 0]}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


SOUND_ONES = {"line": SOUND, "graph": graph()}
PLACES = [(name, place) for name, sound in SOUND_ONES.items() for place in places(sound)]


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


def test_the_sound_graph_is_taken() -> None:
    spec = network_of(SOUND_ONES["graph"], "name").spec
    assert [type(each).__name__ for each in spec.layers] == [
        "Embedding", "PositionEmbedding", "LayerNormalization", "MultiHeadAttention", "Add", "LSTM", "SimpleRNN",
        "TiedProjection",
    ]  # fmt: skip
    assert spec.layers[4] == Add(2)
    assert spec.ends_in_places


@pytest.mark.parametrize(("name", "place"), PLACES, ids=lambda part: part if part in SOUND_ONES else None)
def test_a_wrong_value_in_any_place(name: str, place: tuple[str | int, ...]) -> None:
    for wrong in share(WRONG, PLACES.index((name, place))):
        told_or_taken(with_value(SOUND_ONES[name], place, wrong))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_in_any_place(place: tuple[str, tuple[str | int, ...]], value: Any) -> None:
    told_or_taken(with_value(SOUND_ONES[place[0]], place[1], value))


ENTRIES = {entry["name"]: at for at, entry in enumerate(graph()["config"]["layers"])}


@pytest.mark.parametrize(
    ("entry", "change", "words"),
    [
        ("add", {"inbound_nodes": [{"args": [[output("add"), output("add")]]}]}, "no simple line"),
        ("lstm", {"inbound_nodes": [{"args": [output("layernormalization")]}]}, "goes to several"),
        (
            "lstm",
            {"inbound_nodes": [{"args": [output("add")], "kwargs": {"initial_state": 1}}]},
            "called with initial_",
        ),
        ("layernormalization", {"inbound_nodes": [{"args": [output("elsewhere")]}]}, "no simple line"),
        ("positionembedding", {"registered_name": "mine>PositionEmbedding"}, "a layer of the author's own"),
        ("positionembedding", {"registered_name": None, "module": "keras.layers"}, "a layer of the author's own"),
        ("lstm", {"class_name": "Lambda"}, "Python code that is not run"),
    ],
)
def test_what_is_no_graph_that_is_taken(entry: str, change: dict[str, Any], words: str) -> None:
    described = graph()
    described["config"]["layers"][ENTRIES[entry]] |= change
    with pytest.raises(ExchangeError, match=words):
        network_of(described, "name")
