"""Tokens from strangers: a sentence at once, or a network that can be paid for."""

from __future__ import annotations

import tracemalloc

import pytest

from tutor.engine.layers import BatchNormalization, Dense
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import count
from tutor.labs.studio import StudioLab
from tutor.studio.building import spec_of
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.token import LONGEST, TokenError, _check, experiment_of, token_of


def signed(body: str) -> str:
    return f"{body}~{_check(body)}"


def hidden(layers: str) -> str:
    return f"dlt1:circle/{layers}/sgd0.03,b10/s0/@0"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (hidden("-".join(["d1000"] * 500)), "up to 20 hidden layers"),
        (hidden("-".join(["d1000"] * 20)), "2,000,000 parameters; this one has 19"),
        (hidden("d1000000"), "50,000 numbers"),
        (hidden("t-" * 40_000 + "t"), "up to 20 hidden layers"),
        (hidden("r1x2x1-c1000x28,padding=same-c1000x28,padding=same-f"), "parameters"),
        ("dlt1:digits/r28x28x1-c400x1-c1x9-f/sgd0.03,b1000,cce/s0/@0", "a batch of this network has at most"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/5r-1/@10", "learning rate lies from 0 to 100"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/5r1e30/@10", "learning rate lies from 0 to 100"),
        ("dlt1:circle/d4/sgd1e30,b10/s0/@10", "learning rate lies from 0 to 100"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/5w99:1/@10", "has 17 parameters; there is no 100"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/5w1:1e300/@10", "weight"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/5b1e30/@10", "at most 1000 rows"),
        ("dlt1:circle/d4/sgd0.03,b1001/s0/@10", "at most 1000 rows"),
        ("dlt1:circle/d4/sgd0.03,b10/s10000/@10", "from 0 to 9999"),
        ("dlt1:circle,s10000/d4/sgd0.03,b10/s0/@10", "from 0 to 9999"),
        ("dlt1:circle,p1e300:0:1/d4/sgd0.03,b10/s0/@10", "a point lies from −6 to 6"),
        ("dlt1:circle,p1:0:9/d4/sgd0.03,b10/s0/@10", "target lies from −1 to 1"),
        ("dlt1:circle,p" + "+".join(["1:1:1"] * 501) + "/d4/sgd0.03,b10/s0/@0", "up to 500 points"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/" + ",".join(["1r0.1"] * 1001) + "/@0", "up to 1,000 edits"),
        ("dlt1:circle/d4/sgd0.03,b10/s0/٣r0.1/@10", "no edit"),
    ],
)  # fmt: skip
def test_what_cannot_be_afforded_is_told(body: str, said: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(TokenError, match=said):
            experiment_of(signed(body))
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_the_largest_network_of_the_controls_is_a_sentence_too() -> None:
    lab = StudioLab()
    lab.set("units", 1000)
    lab.set("layer", 2)
    lab.set("units", 1000)
    before = lab.lookup("token")
    assert count(spec_of(experiment_of(str(before)))) < 2_000_000
    lab.set("kind", "convolution")
    with pytest.raises(Exception, match="Conv2D"):
        lab.press("add")
    assert lab.lookup("token") == before


@pytest.mark.parametrize("layer", [Dense(4, l2=1e-5), BatchNormalization(epsilon=1e-7), Dense(3, l2=2.5e-10)])
def test_a_small_number_in_a_layer_separates_no_layers(layer: Dense | BatchNormalization) -> None:
    experiment = Experiment(layers=(layer, Dense(2, "tanh")))
    assert experiment_of(token_of(experiment)) == experiment


def test_the_longest_that_the_studio_writes_can_be_read() -> None:
    points = ((-5.123456789012345, 3.210987654321098, -1.0),) * 500
    experiment = Experiment(DataChoice(points=points)).at(123_456)
    for step in range(1000):
        experiment = experiment.at(9_000_000 + step).edited("weight", (step % 20, -1.2345678901234567e-12))
    token = token_of(experiment)
    assert 4000 < len(token) < LONGEST
    assert experiment_of(token) == experiment


def test_a_moment_far_away_is_met_as_far_as_a_replay_is_short() -> None:
    lab = StudioLab()
    said = lab.show_token(token_of(Experiment(DataChoice("circle", count=1000, test=0), batch=1000).at(10_000_000)))
    assert "takes long" in said
    shown = experiment_of(str(lab.lookup("token")))
    assert 1000 < shown.step < 10_000_000
    assert lab.get("moment") == shown.step


def test_a_run_that_stops_before_its_moment_is_shown_where_it_stops() -> None:
    lab = StudioLab()
    said = lab.show_token(token_of(Experiment(DataChoice("slope")).at(999).edited("rate", 0.1)))
    assert said == ""
    said = lab.show_token(token_of(Experiment(DataChoice("slope"), optimizer=SGD(100)).at(999)))
    assert "cannot go on" in said
    assert "learning rate" in said
    step = lab.get("moment")
    assert isinstance(step, int | float)
    assert step < 10
    assert experiment_of(str(lab.lookup("token"))).step == step
    assert lab.twin().lookup("token") == lab.lookup("token")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("dlt1:circle/d4foo/sgd0.03,b10/s0/@0", "unknown activation 'foo'; expected one of linear, relu"),
        ("dlt1:squares/d4/sgd0.03,b10/s0/@0", "unknown data set 'squares'"),
        ("dlt1:circle,fq/d4/sgd0.03,b10/s0/@0", "unknown feature 'q'"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_named_by_what_it_should_be(body: str, said: str) -> None:
    with pytest.raises(TokenError, match=said):
        experiment_of(signed(body))


@pytest.mark.parametrize(
    "body", ["dlt1:table,t20,h787adb6d5f1d,c/d8tanh/adam0.01,b32,mse/s0/@0", "dlt1:circle/d4/sgd0.03,b10/s0w0/@0"]
)
def test_a_file_that_is_missing_is_not_called_impossible(body: str) -> None:
    with pytest.raises(TokenError) as told:
        experiment_of(signed(body.replace("w0", "w6c00f4f0ff0c")))
    assert "which is not in the line" in str(told.value)
    assert "cannot be" not in str(told.value)
