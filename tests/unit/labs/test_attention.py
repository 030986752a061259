"""The attention lab against a pass written anew, central differences, the engine's attention, and hand numbers."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.words.printed_page import Page
from tutor.course.words.readout_text import readout_lines
from tutor.course.words.spoken_text import named_row_in_words
from tutor.engine.attention import attention_gradients, attention_scores, attention_weights, mixed_values
from tutor.labs.attention import AttentionLab
from tutor.labs.attention.words import CAUSAL, DIVIDED, OPEN, PLAIN, TOKENS
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve, Graph, Masked, Matrix, Picture, Vector

Array = NDArray[np.float64]
MATRICES = ("x", "Wq", "Wk", "Wv")
SETTINGS = [*product((OPEN, CAUSAL), (DIVIDED, PLAIN), TOKENS)]


@pytest.fixture
def lab() -> AttentionLab:
    return AttentionLab()


def number(lab: AttentionLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def values(lab: AttentionLab, name: str) -> Array:
    readout = lab.read(name)
    assert isinstance(readout, Matrix | Vector)
    return np.array(readout.values)


def shuffled(lab: AttentionLab, seed: int) -> None:
    """Numbers without any symmetry, for all that the pass follows from."""
    draw = np.random.default_rng(seed)
    for name in MATRICES:
        lab.set(name, draw.uniform(-1.5, 1.5, lab.vector(name).shape).round(3).tolist())
    lab.set("target", draw.uniform(-2, 2, 2).round(3).tolist())


def loss(lab: AttentionLab, given: dict[str, Array]) -> float:
    """½·Σ (o − t)² of the word in hand, word by word and number by number."""
    x, wq, wk, wv = (given[name] for name in MATRICES)
    row = TOKENS.index(lab.word("word"))
    root = math.sqrt(2) if lab.word("scaling") == DIVIDED else 1.0
    seen = range(row + 1) if lab.word("mask") == CAUSAL else range(len(TOKENS))
    query = x[row] @ wq
    powers = [math.exp(float(query @ (x[other] @ wk)) / root) for other in seen]
    out = sum((p / sum(powers) * (x[other] @ wv) for p, other in zip(powers, seen, strict=True)), np.zeros(2))
    return float(0.5 * np.square(out - lab.vector("target")).sum())


@pytest.mark.parametrize(("mask", "scaling", "word"), SETTINGS)
def test_every_gradient_is_that_of_central_differences(lab: AttentionLab, mask: str, scaling: str, word: str) -> None:
    for name, value in (("mask", mask), ("scaling", scaling), ("word", word)):
        lab.set(name, value)
    shuffled(lab, 3)
    given = {name: lab.vector(name) for name in MATRICES}
    assert number(lab, "loss") == pytest.approx(loss(lab, given), rel=1e-12)
    for name in MATRICES:
        measured = np.zeros_like(given[name])
        for at in np.ndindex(measured.shape):
            losses = []
            for step in (1e-5, -1e-5):
                moved = given[name].copy()
                moved[at] += step
                losses.append(loss(lab, given | {name: moved}))
            measured[at] = (losses[0] - losses[1]) / 2e-5
        assert values(lab, f"d_{name}") == pytest.approx(measured, rel=1e-6, abs=1e-8), name


@pytest.mark.parametrize("causal", [False, True])
def test_the_engine_computes_the_same(lab: AttentionLab, causal: bool) -> None:
    # The engine rounds 1/√d to float32, as Keras does; the lab does not.
    shuffled(lab, 5)
    lab.set("mask", CAUSAL if causal else OPEN)
    q, k, v = (values(lab, name)[None, :, None, :] for name in "qkv")
    weights = attention_weights(attention_scores(q, k), causal=causal)
    assert values(lab, "weights") == pytest.approx(weights[0, 0], rel=1e-6, abs=1e-7)
    assert values(lab, "out") == pytest.approx(mixed_values(weights, v)[0, :, 0], rel=1e-6, abs=1e-7)
    for row, word in enumerate(TOKENS):
        lab.set("word", word)
        back = np.zeros((1, len(TOKENS), 1, 2))
        back[0, row, 0] = values(lab, "d_out")
        gradients = attention_gradients(back, q, k, v, weights)
        assert values(lab, "d_q") == pytest.approx(gradients["q"][0, row, 0], rel=1e-6, abs=1e-7)
        assert values(lab, "d_k") == pytest.approx(gradients["k"][0, :, 0], rel=1e-6, abs=1e-7)
        assert values(lab, "d_v") == pytest.approx(gradients["v"][0, :, 0], rel=1e-6, abs=1e-7)
        assert values(lab, "d_weights") == pytest.approx(gradients["weights"][0, 0, row], rel=1e-6, abs=1e-7)
        assert values(lab, "d_scaled") == pytest.approx(gradients["scores"][0, 0, row], rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("causal", [False, True])
def test_two_heads_are_the_columns_one_by_one(lab: AttentionLab, causal: bool) -> None:
    shuffled(lab, 7)
    lab.set("mask", CAUSAL if causal else OPEN)
    # (batch, words, heads, 1): the columns are the heads.
    q, k, v = (values(lab, name)[None, :, :, None] for name in "qkv")
    weights = attention_weights(attention_scores(q, k), causal=causal)
    for head in (0, 1):
        assert values(lab, f"weights_{head + 1}") == pytest.approx(weights[0, head], abs=1e-12)
    assert values(lab, "heads_out") == pytest.approx(mixed_values(weights, v)[0, :, :, 0], abs=1e-12)
    assert number(lab, "one_head") == number(lab, "two_heads") == sum(lab.vector(name).size for name in MATRICES[1:])


def test_by_hand(lab: AttentionLab) -> None:
    # tired (0, 0, 2) asks with (2, −2); cat answers to (2, 0), wall to (0, 2), it to (1, 1), tired to (−2, −2).
    assert values(lab, "q")[3].tolist() == [2, -2]
    assert values(lab, "scores")[3].tolist() == [4, -4, 0, 0]
    e = [math.exp(4 / math.sqrt(2)), math.exp(-4 / math.sqrt(2)), 1, 1]
    assert values(lab, "row_weights") == pytest.approx([each / sum(e) for each in e])
    assert values(lab, "angles") == pytest.approx([45, 135, 90, 90])
    assert lab.lookup("most") == "cat"
    assert values(lab, "average").tolist() == [1, 1, 0]
    assert evaluated(why(lab, "weights[tired][cat]").numbers) == pytest.approx(e[0] / sum(e), rel=1e-5)
    assert why(lab, "out[tired][1]").formula == "Σ weight·v"


def test_what_is_masked_gets_nothing_and_is_told_from_0(lab: AttentionLab) -> None:
    lab.set("mask", CAUSAL)
    later = [(i, j) for i in range(4) for j in range(4) if j > i]
    for name in ("attention", "masked_map", "head_1", "head_2"):
        picture = lab.read(name)
        assert isinstance(picture, Picture)
        marked = [
            (i, j) for i, row in enumerate(picture.tiles[0].values) for j, v in enumerate(row) if isinstance(v, Masked)
        ]
        assert marked == later, name
    assert all(values(lab, "weights")[at] == 0 for at in later)
    assert why(lab, "attention[cat][wall]").formula.startswith("0: the mask")
    assert values(lab, "masked")[0, 1] == -np.inf
    assert number(lab, "pairs") == 10
    lab.set("word", "wall")
    assert values(lab, "d_scores")[2:].tolist() == [0, 0]
    assert values(lab, "d_k")[2:].tolist() == values(lab, "d_v")[2:].tolist() == [[0, 0], [0, 0]]
    # What is not masked is far from 0, and adds up to it.
    assert abs(values(lab, "d_scores")[0]) > 0.1
    assert values(lab, "d_scores").sum() == pytest.approx(0, abs=1e-12)
    assert values(lab, "gets_back").tolist() == [2, 2]
    picture = lab.read("attention")
    assert isinstance(picture, Picture)
    assert sum(line.count("masked") for line in readout_lines(picture, Page())) == 6
    assert named_row_in_words(picture, 1) == "row wall: cat 0.94, wall 0.06, it masked, tired masked"


def test_words_that_trade_places_take_their_outputs_along(lab: AttentionLab) -> None:
    shuffled(lab, 9)
    before, order = values(lab, "out"), [2, 0, 3, 1]
    lab.set("x", lab.vector("x")[order].tolist())
    assert values(lab, "out") == pytest.approx(before[order], abs=1e-12)
    lab.set("mask", CAUSAL)
    assert np.abs(values(lab, "out") - before[order]).max() > 0.1


def test_a_long_query_gets_nothing_back(lab: AttentionLab) -> None:
    for name, value in (("mask", CAUSAL), ("word", "wall")):
        lab.set(name, value)
    curve = lab.read("saturating")
    assert isinstance(curve, Curve)
    line = dict(zip(curve.series[0].xs, curve.series[0].ys, strict=True))
    for factor in (1, 2, 10):
        lab.set("Wq", [[0, 1], [factor, 0], [1, -1]])
        assert number(lab, "d_size") == pytest.approx(line[factor], rel=1e-9)
    assert line[10] < 1e-6 < 0.5 < line[1]


def test_the_spread_of_scores_and_what_it_does_to_a_softmax(lab: AttentionLab) -> None:
    largest = {}
    for scaling, size in product((PLAIN, DIVIDED), (4, 16, 64)):
        lab.set("scaling", scaling)
        lab.set("size", size)
        expected = math.sqrt(size) if scaling == PLAIN else 1.0
        # 4,000 scores, of which the eight of a query hang together.
        assert number(lab, "spread") == pytest.approx(expected, rel=0.06)
        largest[scaling, size] = number(lab, "largest")
    assert largest[PLAIN, 4] + 0.1 < largest[PLAIN, 16] < largest[PLAIN, 64] - 0.1
    assert (
        max(largest[DIVIDED, size] for size in (4, 16, 64)) - min(largest[DIVIDED, size] for size in (4, 16, 64)) < 0.05
    )


def test_the_parts_are_put_one_after_the_other_and_end_at_the_output(lab: AttentionLab) -> None:
    for mask, seen in ((OPEN, 4), (CAUSAL, 2)):
        lab.set("mask", mask)
        lab.set("word", "wall")
        drawn = lab.read("summed")
        assert isinstance(drawn, Curve)
        parts = [line for line in drawn.series if line.label.endswith("part")]
        assert len(parts) == seen
        assert (parts[0].xs[0], parts[0].ys[0]) == (0, 0)
        for one, other in pairwise(parts):
            assert (one.xs[1], one.ys[1]) == (other.xs[0], other.ys[0])
        assert [parts[-1].xs[1], parts[-1].ys[1]] == pytest.approx(values(lab, "row_out").tolist())


def test_lines_between_words_are_their_weights_and_carry_back_in_the_second_colour(lab: AttentionLab) -> None:
    lab.set("mask", CAUSAL)
    looks, back = lab.read("looks"), lab.read("ways_back")
    assert isinstance(looks, Graph)
    assert isinstance(back, Graph)
    assert len(looks.edges) == 10
    assert number(lab, "looks[cat_to_wall_looks][weight]") == values(lab, "weights")[1, 0]
    for edge in back.edges:
        row, place = TOKENS.index(edge.source), int(edge.target[1:]) - 1
        assert edge.carried == pytest.approx(values(lab, "d_v")[row, place])
