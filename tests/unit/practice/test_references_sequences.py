"""What is right for counted pairs, bits, embeddings and recurrent layers: by hand, by the engine, by differences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.practice.test_references_normalization import central, returned
from tutor.datasets.texts.rows import rows
from tutor.datasets.texts.vocabulary import Vocabulary
from tutor.engine.recurrent import lstm
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

Floats = NDArray[np.float64]
RNG = np.random.default_rng(26)
X, DH = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2))
W, U, B = RNG.normal(size=(3, 2)), RNG.normal(size=(2, 2)), RNG.normal(size=2)


def states(x: Floats, w: Floats, u: Floats, b: Floats) -> Floats:
    """The recurrent layer, as a recursion from the last place."""
    if not len(x):
        return np.zeros((0, len(b)))
    before = states(x[:-1], w, u, b)
    last = before[-1] if len(before) else np.zeros(len(b))
    return np.vstack([before, np.tanh(w.T @ x[-1] + u.T @ last + b)])


def test_pairs_by_hand() -> None:
    """Of 0 1 0 1 0 2: twice 0 1, twice 1 0, once 0 2; with 1 added the first row is 1, 3, 2 of 6."""
    given = {"tokens": np.array([0, 1, 0, 1, 0, 2]), "kinds": 3, "added": 1.0}
    expected = np.array([[1, 3, 2], [3, 1, 1], [1, 1, 1]]) / np.array([[6], [5], [3]])
    assert returned("bigram", **given)[0] == pytest.approx(expected)
    right = right_for("bigram", given)
    assert right.steps[0][1].values.tolist() == [[0, 2, 1], [2, 0, 0], [0, 0, 0]]
    assert arithmetic(right.returns[0][1], (0, 1)) == "(2 + 1) / (0 + 1 + 2 + 1 + 1 + 1)"


def test_bits_of_halves_and_quarters() -> None:
    p = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5]])
    given = {"p": p, "tokens": np.array([0, 0, 1, 2, 1])}
    assert returned("bits", **given)[0] == pytest.approx((1 + 2 + 3 + 2) / 4)
    text = arithmetic(right_for("bits", given).returns[0][1], ()).replace("ln", "np.log").replace("·", "*")
    assert eval(text.replace("−", "-"), {"np": np}) == pytest.approx(2)


def test_an_embedding_is_a_product_with_one_hot_vectors() -> None:
    table, tokens, dy = RNG.normal(size=(4, 2)), np.array([2, 0, 2, 2]), DH
    given = {"table": table, "tokens": tokens, "dy": dy}
    y, dtable = returned("embedding", **given)
    one_hot = np.eye(4)[tokens]
    assert y == pytest.approx(one_hot @ table)
    assert dtable == pytest.approx(central(lambda moved: float((dy * (one_hot @ moved)).sum()), table), abs=1e-7)
    small = {"table": np.eye(2), "tokens": np.array([1, 1]), "dy": np.array([[1.0, 2], [3, -4]])}
    written = right_for("embedding", small).returns[1][1]
    assert (arithmetic(written, (1, 1)), arithmetic(written, (0, 0))) == ("2 + (−4)", "0")


def test_an_analogy_by_hand() -> None:
    """From a to b one step to the right; from c it leads next to the last row, and c itself is nearer."""
    table = np.array([[0.0, 0], [1, 0], [0, 3], [9, 9], [2, 4], [0.5, 3]])
    target, answer = returned("analogy", table=table, a=0, b=1, c=2)
    assert (target.tolist(), float(answer)) == ([1, 3], 5)
    assert float(returned("analogy", table=table[:5], a=0, b=1, c=2)[1]) == 4
    written = right_for("analogy", {"table": table, "a": 0, "b": 1, "c": 2}).returns[0][1]
    assert arithmetic(written, (0,)) == "1 − 0 + 0"


@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_windows_are_the_rows_of_a_running_text(length: int) -> None:
    tokens = np.array([2, 0, 1, 1, 2, 0, 1])
    x, y = rows("".join("\nab"[token] for token in tokens), Vocabulary("\nab"), length)
    by_reference = returned("windows", tokens=tokens, length=length)
    assert by_reference[0].tolist() == x.tolist()
    assert by_reference[1].tolist() == y.tolist()
    written = right_for("windows", {"tokens": tokens, "length": 3}).returns[1][1]
    assert arithmetic(written, (1, 2)) == "tokens[6]"


def test_places_where_nothing_follows_are_left_out() -> None:
    p = np.array([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6], [0.125, 0.75, 0.125]])
    given = {"p": p, "labels": np.array([1, -1, 2])}
    assert float(returned("text_loss", **given)[0]) == pytest.approx((np.log(4) + np.log(8)) / 2)
    assert arithmetic(right_for("text_loss", given).returns[0][1], ()) == "−(ln(0.25) + ln(0.125)) / 2"


def test_states_are_handed_on() -> None:
    (h,) = returned("rnn", x=X, W=W, U=U, b=B)
    assert h == pytest.approx(states(X, W, U, B))
    one = {"x": np.array([[1.0], [0.0]]), "W": np.array([[0.5]]), "U": np.array([[2.0]]), "b": np.array([0.0])}
    assert arithmetic(right_for("rnn", one).returns[0][1], (1, 0)) == "tanh(0·0.5 + 0.4621·2 + 0)"


def test_back_through_time_is_the_slope_of_the_forward_pass() -> None:
    dw, du, db = returned("rnn_backward", dh=DH, x=X, h=states(X, W, U, B), U=U)
    assert dw == pytest.approx(central(lambda w: float((DH * states(X, w, U, B)).sum()), W), abs=1e-7)
    assert du == pytest.approx(central(lambda u: float((DH * states(X, W, u, B)).sum()), U), abs=1e-7)
    assert db == pytest.approx(central(lambda b: float((DH * states(X, W, U, b)).sum()), B), abs=1e-7)


def test_an_lstm_place_after_place_is_that_of_the_engine() -> None:
    w, u, b = RNG.normal(size=(3, 8)), RNG.normal(size=(2, 8)), RNG.normal(size=8)
    by_engine = lstm(X[None], w, u, b)
    h, c = np.zeros(2), np.zeros(2)
    for t, row in enumerate(X):
        h, c = returned("lstm_step", x=row, h=h, c=c, W=w, U=u, b=b)
        assert h == pytest.approx(by_engine["h"][0, t])
        assert c == pytest.approx(by_engine["c"][0, t])


def test_an_open_and_a_closed_gate_by_hand() -> None:
    """Input gate closed, forget gate half open, output gate open: half of the cell is kept, and its tanh is shown."""
    b = np.array([-1000.0, 0, 5, 1000])
    given = {"x": np.zeros(1), "h": np.zeros(1), "c": np.array([2.0]), "W": np.zeros((1, 4)), "U": np.zeros((1, 4))}
    h, c = returned("lstm_step", **given, b=b)
    assert (float(h[0]), float(c[0])) == pytest.approx((np.tanh(1), 1))
    assert [name for name, _ in right_for("lstm_step", {**given, "b": b}).steps] == ["z", "i", "f", "g", "o", "new_c"]
