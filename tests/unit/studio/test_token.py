"""A token brings an experiment back exactly, and whatever is no token is told in a sentence."""

from __future__ import annotations

import random
import string

import pytest

from tests.unit.one_of_each_kind import LAYERS
from tutor.engine.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, LeakyReLU, MaxPooling2D, Reshape
from tutor.engine.optimizer_specs import SGD, Adam, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, PiecewiseConstantDecay
from tutor.engine.sequence_layers import Add, LayerNormalization, SequenceLayer
from tutor.engine.validation import SpecError
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.layer_text import layer_of, layer_text, number_of, number_text, optimizer_of, optimizer_text
from tutor.studio.presets import PRESETS
from tutor.studio.token import TokenError, experiment_of, token_of

SOME = (
    *PRESETS.values(),
    Experiment(
        DataChoice("spiral", 300, 10, 20, 3, ("x1", "x2", "sin x1")),
        (Dense(8, "relu", kernel_initializer="he_normal", l2=0.001), Dropout(0.2), Dense(8, "elu"),
         BatchNormalization()),
        "binary_crossentropy", Adam(0.003), 32, 7,
    ).at(120).edited("rate", 0.001).edited("weight", (3, -0.25)).at(1200),
    Experiment(layers=(Dense(3, "gelu", use_bias=False), LeakyReLU(0.1)), loss="categorical_crossentropy"),
    Experiment(optimizer=SGD(CosineDecay(0.1, 1000), momentum=0.9, nesterov=True), backend="tensorflow"),
    Experiment(optimizer=RMSprop(PiecewiseConstantDecay((100, 200), (0.1, 0.01, 0.001)))),
    Experiment(optimizer=SGD(ExponentialDecay(0.1, 50, 0.9, staircase=True), clipnorm=1.0)),
    Experiment(DataChoice("points", 0, points=((1.0, 2.5, 1.0), (-1.0, 0.25, -1.0)))),
    Experiment(
        DataChoice("shapes"),
        (Reshape((5, 5, 1)), Conv2D(4, (3, 2), strides=(2, 1), activation="tanh"), MaxPooling2D((1, 2)), Flatten()),
        "categorical_crossentropy",
    ),
)  # fmt: skip


@pytest.mark.parametrize("experiment", SOME, ids=lambda each: token_of(each)[5:40])
def test_there_and_back(experiment: Experiment) -> None:
    token = token_of(experiment)
    assert experiment_of(token) == experiment
    assert token.isascii()
    assert not set(token) & set(" \t\"'`$;&|<>()*?[]{}\\")


def test_spaces_and_line_breaks_of_a_paste_do_no_harm() -> None:
    token = token_of(Experiment())
    assert experiment_of(f"  {token[:20]}\n  {token[20:]} ") == Experiment()


def test_a_usual_one_is_short() -> None:
    long = [name for name, each in PRESETS.items() if len(token_of(each)) >= 120]
    # Seventeen layers.
    assert long == ["letters CNN"]


@pytest.mark.parametrize("name", LAYERS)
def test_every_kind_of_layer(name: str) -> None:
    for layer in LAYERS[name][1]:
        assert layer_of(layer_text(layer)) == layer
        if isinstance(layer, SequenceLayer) and not isinstance(layer, LayerNormalization | Add):
            with pytest.raises(SpecError, match=f"a layer {type(layer).__name__} takes a text, and circle is none"):
                Experiment(layers=(layer,))
        else:
            assert Experiment(layers=(layer,)).layers == (layer,)


@pytest.mark.parametrize(
    "text",
    ["sgd0.03,momentum=0.9", "adam", "adamw0.01,weight_decay=0.1", "rmsprop0.001,centered=1", "sgdcosine:0.1:100:0.5"],
)
def test_optimizers(text: str) -> None:
    assert optimizer_of(optimizer_text(optimizer_of(text))) == optimizer_of(text)


@pytest.mark.parametrize("number", [0.1, 1 / 3, 1e-7, 123456.789, -2.5e20, 0.0, 5.0])
def test_a_number_comes_back_to_the_last_bit(number: float) -> None:
    assert number_of(number_text(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x8",
        "d",
        "d8x9",
        "d8tan",
        "d0",
        "c8x2x3x4",
        "d8,colour=red",
        "d8,units",
        "o2",
        "m0",
        "d1e99",
        "d8.5",
        "e5",
        "h2",
        "s",
        "h2x3x4",
        "s1.5",
    ],
)
def test_what_is_no_layer_is_told(text: str) -> None:
    with pytest.raises(SpecError, match=r"."):
        layer_of(text)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", "begins with dlt1:"),
        ("dlt2:circle", "version 2"),
        ("dlt1:circle/d4", "the end of the token is missing"),
        (token_of(Experiment())[:-1] + "x", "changed or cut off"),
        ("dlt1:" + "x" * 100_000, "at most 100,000"),
    ],
)
def test_what_is_no_token_is_told(token: str, said: str) -> None:
    with pytest.raises(TokenError, match=said):
        experiment_of(token)


def test_what_cannot_be_is_told_with_its_reason() -> None:
    from tutor.studio.token import _check

    for body, said in {
        "dlt1:circle/m2/sgd0.03,b10/s0/@0": "cannot be",
        "dlt1:squares/d4/sgd0.03,b10/s0/@0": "unknown data set",
        "dlt1:circle/d4/sgd0.03,b0/s0/@0": "at least 1 row",
        "dlt1:circle/d4/sgd0.03,b10/s0/5q1/@0": "no edit",
        "dlt1:circle/d4/newton,b10/s0/@0": "no optimizer",
        "dlt1:slope/d4/sgd0.03,b10,bce/s0/@0": "mean_squared_error",
        "dlt1:circle/d4/sgd0.03,b10/s0/@99999999999": "moment",
        "dlt1:points/d4/sgd0.03,b10/s0/@0": "no point to train on",
        "dlt1:circle/d4/sgd0.03,b10/s0/5w17:1/@0": "has 17 parameters; there is no 18",
    }.items():
        with pytest.raises(TokenError, match=said):
            experiment_of(f"{body}~{_check(body)}")


def test_any_change_of_one_character_is_noticed_or_says_something_that_can_be() -> None:
    rng, token = random.Random(0), token_of(SOME[-2])
    for _ in range(300):
        at, sign = rng.randrange(len(token)), rng.choice(string.printable)
        changed = token[:at] + sign + token[at + 1 :]
        try:
            found = experiment_of(changed)
        except TokenError:
            continue
        assert "".join(changed.split()) == token or found != SOME[-2]
