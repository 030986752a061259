"""The map against the engine's reference, asked row by row; fewest flips against networks whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from tutor.complete_map.agreement import agreement
from tutor.complete_map.classifying import Classifying, complete_map
from tutor.complete_map.drawings import COLUMNS, DRAWINGS, flips_between, number_of, pixels_of
from tutor.complete_map.fewest_flips import MOST_NEAREST, fewest_flips
from tutor.complete_map.found import CompleteMap
from tutor.complete_map.in_place import activate_in_place
from tutor.complete_map.passing import BlockPass, Tables
from tutor.complete_map.rounding import logit_error
from tutor.complete_map.stages import CannotMap, Stage, StagedNetwork, staged
from tutor.complete_map.tally import CONFIDENCES, SURE
from tutor.datasets.shapes import training_rows
from tutor.engine.activations import LEAKY_RELU_SLOPE, activate
from tutor.engine.layers import (
    ACTIVATIONS,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerSpec,
    LeakyReLU,
    Reshape,
)
from tutor.engine.network import forward
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.spec import NetworkSpec

SHAPES = tuple(number_of(row) for row in training_rows().inputs)
BLOCKS = 2


def network(*layers: LayerSpec, seed: int = 0, spread: float = 1.0) -> StagedNetwork:
    """A network with random weights, biases and averages; ``spread`` makes its logits differ more."""
    spec = NetworkSpec("t", (25,), layers, seed=seed)
    rng = np.random.default_rng(seed)
    theta = initial_theta(spec) * spread + rng.normal(0, 0.3, len(initial_theta(spec)))
    parameters = views(spec, theta.astype(np.float32))
    averages = {
        name: rng.uniform(0.3, 2, array.shape).astype(np.float32)
        for name, array in parameters.items()
        if name.rpartition(".")[2].startswith("moving")
    }
    return staged(spec, parameters | averages)


def reference(net: StagedNetwork, numbers: np.ndarray) -> np.ndarray:
    """The confidences by the engine in float64, without the package's own way to it."""
    spec = replace(net.spec, dtype="float64")
    parameters = {name: array.astype(np.float64) for name, array in net.parameters.items()}
    pixels = np.array([[number >> place & 1 for place in range(25)] for number in numbers.tolist()], np.float64)
    return forward(spec, parameters, pixels)[f"{spec.named_layers[-1][0]}.out"]


def first_blocks(net: StagedNetwork, blocks: int = BLOCKS) -> Classifying:
    work = Classifying(net, SHAPES if net.classes == len(SHAPES) else (), threads=1)
    work.go_on(blocks)
    return work


def test_numbers_and_pixels() -> None:
    """By hand: the top left pixel is 1, the one right of it 2, the one below it 32."""
    drawing = np.zeros((5, 5))
    drawing[0, 0] = drawing[1, 0] = 1
    assert number_of(drawing) == 33
    np.testing.assert_array_equal(pixels_of(33).reshape(5, 5), drawing)
    assert flips_between(33, 32) == 1
    for wrong in (np.zeros(24), np.full(25, 0.5)):
        with pytest.raises(ValueError, match="25 pixels"):
            number_of(wrong)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_answers_as_the_reference(activation: str) -> None:
    net = network(Dense(9, activation), Dense(6, activation), Dense(5, "softmax"), spread=2)
    work = first_blocks(net)
    numbers = np.arange(BLOCKS * COLUMNS)
    p = reference(net, numbers)
    np.testing.assert_array_equal(work.answers[numbers], p.argmax(axis=1))
    assert work.above == tuple(int((p.max(axis=1) >= c).sum()) for c in CONFIDENCES)


@pytest.mark.parametrize(
    "layers",
    [
        (Dense(5, "softmax"),),
        (Dense(8), LeakyReLU(2.5), Dropout(0.5), Dense(3), Activation("softmax")),
        (BatchNormalization(), Dense(8), BatchNormalization(), Activation("relu"), Flatten(), Dense(4, "softmax")),
        (Activation("tanh"), Dense(6, "relu"), BatchNormalization(), Dense(2, "softmax")),
        (Dense(7, "relu", use_bias=False), Dense(6), Dense(5, "softmax", use_bias=False)),
    ],
)
def test_every_kind_of_layer_answers_as_the_reference(layers: tuple[LayerSpec, ...]) -> None:
    net = network(*layers)
    work = first_blocks(net)
    numbers = np.arange(BLOCKS * COLUMNS)
    p = reference(net, numbers)
    np.testing.assert_array_equal(work.answers[numbers], p.argmax(axis=1))
    assert work.above == tuple(int((p.max(axis=1) >= c).sum()) for c in CONFIDENCES)


def test_ties_go_to_the_first_class_as_in_the_reference() -> None:
    """Weights that are whole numbers tie often, and exactly; a network of zeros ties everywhere."""
    spec = NetworkSpec("t", (25,), (Dense(4, "relu"), Dense(5, "softmax")))
    rng = np.random.default_rng(3)
    for theta in (rng.integers(-1, 2, sum(p.stop - p.start for p in layout(spec))), np.zeros(129)):
        net = staged(spec, views(spec, theta.astype(np.float32)))
        work = first_blocks(net)
        p = reference(net, np.arange(BLOCKS * COLUMNS))
        tied = np.sort(p, axis=1)
        assert (tied[:, -1] == tied[:, -2]).sum() > 100
        np.testing.assert_array_equal(work.answers[: len(p)], p.argmax(axis=1))
        assert work.above[0] == int((p.max(axis=1) >= CONFIDENCES[0]).sum())


def test_what_float32_cannot_tell_is_decided_by_the_reference() -> None:
    """Weights that differ in their last digits only: in float32 the sums of the classes are equal or in any order."""
    spec = NetworkSpec("t", (25,), (Dense(3, "softmax"),))
    rng = np.random.default_rng(1)
    kernel = np.repeat(rng.uniform(0.5, 1, (25, 1)), 3, axis=1).astype(np.float32)
    kernel += (rng.integers(-4, 5, kernel.shape) * 2.0**-24).astype(np.float32)
    net = staged(spec, {"dense.kernel": kernel, "dense.bias": np.zeros(3, np.float32)})
    p = reference(net, np.arange(BLOCKS * COLUMNS))
    in_float32 = pixels_of(np.arange(BLOCKS * COLUMNS)).astype(np.float32) @ kernel
    assert (in_float32.argmax(axis=1) != p.argmax(axis=1)).sum() > 100
    np.testing.assert_array_equal(first_blocks(net).answers[: len(p)], p.argmax(axis=1))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activations_in_place_are_the_engine_s(activation: str) -> None:
    z = np.linspace(-12, 12, 2401).reshape(7, 343)
    block = z.astype(np.float32)
    activate_in_place(Stage(np.eye(7), np.zeros(7), activation, slope=LEAKY_RELU_SLOPE), block)
    np.testing.assert_allclose(block, activate(activation, z.T).T, atol=2e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_no_logit_is_further_off_than_the_bound(activation: str) -> None:
    net = network(Dense(12, activation), Dense(8, activation), Dense(5, "softmax"), spread=3)
    z = BlockPass(net, Tables.of(net)).logits(77)
    exact = net.logits_of(77 * COLUMNS + np.arange(COLUMNS)).T
    assert 0 < np.abs(z - exact).max() <= logit_error(net) < 0.1


@pytest.fixture(scope="module")
def whole() -> CompleteMap:
    """A whole map of a small network."""
    return complete_map(network(Dense(6, "relu"), Dense(5, "softmax"), seed=4, spread=2), SHAPES)


def test_every_drawing_is_counted_once(whole: CompleteMap) -> None:
    assert sum(whole.counts) == DRAWINGS == 2**25
    assert whole.counts == tuple(int((whole.answers == k).sum()) for k in range(5))
    assert list(whole.above) == sorted(whole.above, reverse=True)


def test_random_drawings_have_the_answer_of_the_reference(whole: CompleteMap) -> None:
    numbers = np.random.default_rng(0).integers(0, DRAWINGS, 50_000)
    p = reference(whole.network, numbers)
    np.testing.assert_array_equal(whole.answers[numbers], p.argmax(axis=1))
    for example in (*whole.surest, *whole.farthest):
        if example is not None:
            assert whole.answers[example.number] == example.answer
    for share, confidence in zip(whole.share_above().values(), CONFIDENCES, strict=True):
        # Three standard deviations of a share of 50,000.
        assert share == pytest.approx((p.max(axis=1) >= confidence).mean(), abs=3 * 0.5 / 50_000**0.5)


@pytest.mark.parametrize("seed", [4, 5])
def test_what_stands_out_stands_out_among_all(seed: int) -> None:
    """No drawing is surer; of the sure ones none is farther, and of those as far none surer."""
    work = first_blocks(network(Dense(6, "relu"), Dense(5, "softmax"), seed=seed, spread=3), blocks=40)
    found, numbers = work.result(), np.arange(40 * COLUMNS)
    p = reference(found.network, numbers)
    answers, sure = p.argmax(axis=1), p.max(axis=1)
    seen = 0
    for k in range(5):
        surest, farthest, own = found.surest[k], found.farthest[k], answers == k
        assert (surest is None) == (not own.any())
        if surest is not None:
            assert (surest.answer, surest.flips) == (k, None)
            assert surest.confidence == pytest.approx(sure[own].max(), abs=1e-6)
        own &= sure >= SURE
        assert (farthest is None) == (not own.any())
        if farthest is not None:
            flips = flips_between(numbers[own], SHAPES[k])
            assert farthest.flips == flips.max() == flips_between(farthest.number, SHAPES[k])
            assert farthest.confidence == pytest.approx(sure[own][flips == flips.max()].max(), abs=1e-6)
            seen += 1
    assert seen >= 2


def test_the_threads_change_nothing() -> None:
    net = network(Dense(4, "tanh"), Dense(5, "softmax"))
    one, two = (Classifying(net, SHAPES, threads) for threads in (1, 2))
    for work, blocks in ((one, 6), (two, 3)):
        work.go_on(blocks)
        assert 0 < work.share < 0.01
        assert not work.finished
        work.close()
    np.testing.assert_array_equal(one.answers, two.answers)
    assert one.above == two.above


def two_classes(weights: np.ndarray, bias: float) -> CompleteMap:
    """z₀ = 0 and z₁ = w·x + b: the second class wins where the sum is above 0."""
    spec = NetworkSpec("t", (25,), (Dense(2, "softmax"),))
    kernel = np.stack([np.zeros(25), weights], axis=1).astype(np.float32)
    return complete_map(staged(spec, {"dense.kernel": kernel, "dense.bias": np.array([0, bias], np.float32)}))


def test_the_fewest_flips_of_a_weighted_sum() -> None:
    """Each flip of pixel p changes the sum by its weight: the fewest are the largest changes, until the sign turns."""
    rng = np.random.default_rng(8)
    weights = rng.integers(-9, 10, 25).astype(np.float64)
    found = two_classes(weights, 0.5)
    for number in (0, *SHAPES, *rng.integers(0, DRAWINGS, 5).tolist()):
        x = pixels_of(number)
        total = weights @ x + 0.5
        changes = np.sort((weights * (1 - 2 * x)) * -np.sign(total))[::-1]
        reach = np.abs(total) - np.cumsum(changes)
        by_hand = int((reach < 0).argmax()) + 1 if (reach < 0).any() else None
        flips = fewest_flips(found, number)
        assert flips.fewest == by_hand
        assert flips.start.answer == int(total > 0)
        if by_hand is None or flips.shown is None:
            continue
        assert flips.shown.answer != flips.start.answer
        assert flips.changed[:by_hand] == (0,) * by_hand
        assert flips.changed[by_hand] == len(set(flips.nearest)) or len(flips.nearest) == MOST_NEAREST
        assert flips.shown.flips == int(flips_between(flips.shown.number, number)) == by_hand
        for near in flips.nearest:
            assert int(flips_between(near, number)) == by_hand
            assert int(weights @ pixels_of(near) + 0.5 > 0) != flips.start.answer
        assert sum(flips.changed) == found.counts[1 - flips.start.answer]
        assert flips.shares[by_hand] == flips.changed[by_hand] / comb(25, by_hand)


def test_an_answer_that_every_drawing_has_is_never_changed() -> None:
    found = two_classes(np.zeros(25), -1.0)
    flips = fewest_flips(found, 0)
    assert (flips.fewest, flips.shown, flips.nearest, sum(flips.changed)) == (None, None, (), 0)
    assert found.surest[1] is None
    both = agreement(found.answers, 1 - found.answers, 2)
    assert (both.alike, both.counts) == (0, ((0, DRAWINGS), (0, 0)))
    assert agreement(found.answers, found.answers, 2).share == 1


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (NetworkSpec("t", (24,), (Dense(5, "softmax"),)), "takes 24 numbers"),
        (NetworkSpec("t", (28, 28, 1), (Flatten(), Dense(10, "softmax"))), "takes 28 × 28 × 1 numbers"),
        (NetworkSpec("t", (25,), (Reshape((5, 5, 1)), Conv2D(2, (3, 3)), Flatten(), Dense(5, "softmax"))), "reshape"),
        (NetworkSpec("t", (25,), (Dense(5, "sigmoid"),)), "ends in a softmax"),
        (NetworkSpec("t", (25,), (Dense(1, "softmax"),)), "has 1$"),
        (NetworkSpec("t", (25,), (Dense(300, "softmax"),)), "has 300"),
    ],
)
def test_a_network_of_another_kind_is_told_why(spec: NetworkSpec, says: str) -> None:
    with pytest.raises(CannotMap, match=says):
        staged(spec, views(spec, initial_theta(spec)))


@pytest.mark.parametrize("weight", [np.nan, 1e35])
def test_weights_that_cannot_be_computed_with(weight: float) -> None:
    spec = NetworkSpec("t", (25,), (Dense(5, "softmax"),))
    theta = initial_theta(spec)
    theta[0] = weight
    with pytest.raises(CannotMap, match="weight"):
        Classifying(staged(spec, views(spec, theta)))


def test_logits_and_softmax_are_the_same_network() -> None:
    ends = Dense(5), Dense(5, "softmax")
    specs = [NetworkSpec("t", (25,), (Dense(4, "relu"), end), from_logits=end is ends[0]) for end in ends]
    parameters = views(specs[0], initial_theta(specs[0]))
    first, second = (first_blocks(staged(spec, parameters)) for spec in specs)
    np.testing.assert_array_equal(first.answers, second.answers)
