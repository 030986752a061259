"""A recurrent layer through time and back, and one place of an LSTM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, constant, exp, stacked
from tutor.engine.recurrent import GATES, earlier, simple_rnn, simple_rnn_gradients
from tutor.practice.right import Right


def rnn(x: Any, W: Any, U: Any, b: Any) -> Right:
    """tanh(x·W + h before·U + b) at each place of a text (time, width), with 0 before the first."""
    states = simple_rnn(np.asarray(x, dtype=np.float64)[None], W, U, b)["h"]
    before = earlier(states)[0]
    written = [
        _tanh(constant(row) @ constant(W) + constant(old) @ constant(U) + constant(b))
        for row, old in zip(x, before, strict=True)
    ]
    return Right((("h", stacked(written).computed(states[0])),))


def rnn_backward(dh: Any, x: Any, h: Any, U: Any) -> Right:
    """The gradients by W, U and b from those by the states (time, units), back through time."""
    states = np.asarray(h, dtype=np.float64)[None]
    dz = simple_rnn_gradients(np.asarray(dh, dtype=np.float64)[None], states, np.asarray(U))["z"][0]
    inputs, before, back = constant(x), constant(earlier(states)[0]), constant(dz)
    return Right((("dW", inputs.transposed @ back), ("dU", before.transposed @ back), ("db", back.sum(axis=0))))


def lstm_step(x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Right:
    """The new state and cell of an LSTM, from one input (width,) and those of the place before (units,)."""
    z = constant(x) @ constant(W) + constant(h) @ constant(U) + constant(b)
    i, f, g, o = (
        _tanh(part) if gate == "g" else 1.0 / (1.0 + exp(-part))
        for gate, part in zip(GATES, map(constant, np.split(z.values, 4)), strict=True)
    )
    new_c = constant(f.values) * constant(c) + constant(i.values) * constant(g.values)
    new_h = constant(o.values) * _tanh(constant(new_c.values))
    steps = (("z", z), ("i", i), ("f", f), ("g", g), ("o", o), ("new_c", new_c))
    return Right((("new_h", new_h), ("new_c", new_c)), steps)


def _tanh(z: Cells) -> Cells:
    return Cells(lambda: np.tanh(z.values), lambda n, at: expressions.tanh(z.write(n, at)))


REFERENCES: dict[str, Callable[..., Right]] = {"rnn": rnn, "rnn_backward": rnn_backward, "lstm_step": lstm_step}
