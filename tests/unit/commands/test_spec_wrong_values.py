"""A wrong value in any place of a network's file: a network still, or a sentence with its line; never a fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.wrong_values import LONGEST_SENTENCE, NO_SENTENCE, VALUES, WRONG, as_toml, places, share, with_value
from tutor.commands.inputs.spec_file import read_spec_file
from tutor.datasets.errors import DataError
from tutor.engine.parameters import MOST_PARAMETERS, count
from tutor.engine.spec import MOST_NUMBERS, spec_from_dict, spec_to_dict
from tutor.training.settings import RunSettings

PICTURE: list[dict[str, Any]] = [
    {"kind": "reshape", "target_shape": [5, 5, 1]},
    {
        "kind": "conv2d", "filters": 3, "kernel_size": [2, 2], "strides": [1, 1], "padding": "same",
        "activation": "relu", "kernel_initializer": {"kind": "truncated_normal", "stddev": 0.1},
        "bias_initializer": {"kind": "constant", "value": 0.5}, "use_bias": True, "l2": 0.01,
    },
    {"kind": "max_pooling2d", "pool_size": [2, 2], "strides": [1, 1], "padding": "valid"},
    {"kind": "average_pooling2d", "pool_size": [2, 2], "strides": [2, 2], "padding": "same"},
    {"kind": "batch_normalization", "momentum": 0.9, "epsilon": 0.001},
    {"kind": "leaky_re_lu", "negative_slope": 0.1},
    {"kind": "flatten"},
    {"kind": "dropout", "rate": 0.5},
    {"kind": "activation", "activation": "tanh"},
    {"kind": "dense", "units": 5, "activation": "softmax", "kernel_initializer": "he_normal", "l2": 0.0},
]  # fmt: skip
COSINE = {
    "kind": "cosine_decay", "initial_learning_rate": 0.0, "decay_steps": 10, "alpha": 0.1, "warmup_target": 0.1,
    "warmup_steps": 3,
}  # fmt: skip
STEPS = {"kind": "piecewise_constant_decay", "boundaries": [10, 20], "values": [0.1, 0.01, 0.001]}
SOUND: dict[str, Any] = {
    "name": "sound", "data": "shapes", "input_shape": [25], "layers": PICTURE, "loss": "categorical_crossentropy",
    "optimizer": {"kind": "sgd", "learning_rate": COSINE, "momentum": 0.9, "nesterov": True, "clipnorm": 1.0},
    "epochs": 3, "batch_size": 5, "validation_split": 0.1, "seed": 7, "dtype": "float32", "from_logits": False,
}  # fmt: skip
ADAM: dict[str, Any] = {
    **SOUND,
    "optimizer": {"kind": "adamw", "learning_rate": STEPS, "beta_1": 0.8, "epsilon": 1e-7, "weight_decay": 0.01},
}
SEQUENCE: dict[str, Any] = {
    **SOUND,
    "loss": "sparse_categorical_crossentropy",
    "from_logits": True,
    "layers": [
        {"kind": "embedding", "input_dim": 7, "output_dim": 4, "embeddings_initializer": "uniform"},
        {"kind": "position_embedding", "embeddings_initializer": {"kind": "truncated_normal", "stddev": 0.1}},
        {"kind": "layer_normalization", "epsilon": 1e-5},
        {
            "kind": "multi_head_attention", "num_heads": 2, "key_dim": 3, "use_bias": False, "use_causal_mask": True,
            "kernel_initializer": "he_normal",
        },
        {"kind": "add", "over": 2},
        {
            "kind": "lstm", "units": 4, "return_sequences": True, "recurrent_initializer": "orthogonal",
            "unit_forget_bias": False,
        },
        {"kind": "simple_rnn", "units": 4, "return_sequences": True},
        {"kind": "tied_projection", "units": 7},
    ],
}  # fmt: skip
PLACES = list(places(SOUND)) + [place for place in places(ADAM) if place[0] == "optimizer"]


def toml(plain: dict[str, Any]) -> str:
    """One key a line, layers as tables of their own."""
    lines = [f"{json.dumps(k)} = {as_toml(v)}" for k, v in plain.items() if v is not None and k != "layers"]
    layers = plain.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        return "\n".join([*lines, *([] if layers is None else [f"layers = {as_toml(layers)}"])])
    for layer in layers:
        lines += ["[[layers]]", *(f"{json.dumps(k)} = {as_toml(v)}" for k, v in layer.items() if v is not None)]
    return "\n".join(lines)


def told_or_taken(file: Path, plain: dict[str, Any]) -> None:
    """A network that can be trained here, or a sentence at a line of the file."""
    source = toml(plain)
    file.write_text(source, encoding="utf-8")
    try:
        model = read_spec_file(file)
        assert count(model.spec) <= MOST_PARAMETERS
        RunSettings(model.spec, model.epochs, model.batch_size)
        return
    except DataError as error:
        reason, line = error.reason, error.line
    assert line is not None or reason.startswith("there is no ")
    assert line is None or 1 <= line <= source.count("\n") + 1
    assert reason.strip()
    assert len(reason) <= LONGEST_SENTENCE
    assert NO_SENTENCE.search(reason) is None, reason


def test_what_is_sound_is_taken(tmp_path: Path) -> None:
    for plain in (SOUND, ADAM, SEQUENCE):
        (tmp_path / "net.toml").write_text(toml(plain))
        assert len(read_spec_file(tmp_path / "net.toml").spec.layers) == len(plain["layers"])


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_value_in_any_place_is_told(place: tuple[str | int, ...], tmp_path: Path) -> None:
    base = ADAM if place not in list(places(SOUND)) else SOUND
    for wrong in share(WRONG, PLACES.index(place)):
        told_or_taken(tmp_path / "net.toml", with_value(base, place, wrong))


SEQUENCE_PLACES = [place for place in places(SEQUENCE) if place[0] == "layers"]


@pytest.mark.parametrize("place", SEQUENCE_PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_value_in_a_layer_for_sequences_is_told(place: tuple[str | int, ...], tmp_path: Path) -> None:
    for wrong in share(WRONG, SEQUENCE_PLACES.index(place)):
        told_or_taken(tmp_path / "net.toml", with_value(SEQUENCE, place, wrong))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("specs")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), VALUES, st.sampled_from(PLACES), VALUES)
def test_any_values_in_any_places(
    folder: Path,
    one: tuple[str | int, ...],
    value: Any,
    other: tuple[str | int, ...],
    further: Any,
) -> None:
    plain = SOUND
    for place, given_value in ((one, value), (other, further)):
        for base in (plain, ADAM):
            if place in list(places(base)):
                plain = with_value(base, place, given_value)
                break
    # A text such as __add__ would be quoted in the sentence, and taken for Python's own.
    assume("__" not in repr((value, further)))
    told_or_taken(folder / "net.toml", plain)


@settings(max_examples=150, deadline=None)
@given(st.data(), VALUES)
def test_a_saved_networks_description_is_read_or_refused(data: st.DataObject, value: Any) -> None:
    """As a ``.net`` file has it in JSON: other numbers than TOML's, and null."""
    sound = spec_to_dict(spec_from_dict({key: SOUND[key] for key in SOUND if key not in ("data", "epochs")}))
    place = data.draw(st.sampled_from(list(places(sound))))
    try:
        spec = spec_from_dict(with_value(sound, place, value))
    except ValueError:
        return
    assert max(map(len, spec.shapes)) <= 4
    assert sum(1 for shape in spec.shapes if max(shape) > MOST_NUMBERS) == 0
