"""Recurrent layers: the same weights at each place, and a state that is handed on.

``x`` is (batch, time, width); states are (batch, time, units), the one before the first place is 0. The backward passes
go through time: the gradient of a state is that of its place's output plus what the next place passes back.
Sources: ``keras/src/layers/rnn/simple_rnn.py`` and ``lstm.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import sigmoid

Array = NDArray[np.floating]
GATES = ("i", "f", "g", "o")
"""The four quarters of an LSTM's z: input gate, forget gate, candidate, output gate."""


def earlier(states: Array) -> Array:
    """The state before each place: the states, shifted by one, with 0 first."""
    before = np.zeros_like(states)
    before[:, 1:] = states[:, :-1]
    return before


def simple_rnn(x: Array, kernel: Array, recurrent: Array, bias: Array) -> dict[str, Array]:
    """``z`` and ``h`` = tanh(z) at each place, with z_t = x_t·kernel + h_(t−1)·recurrent + bias."""
    z = x @ kernel + bias
    h = np.empty_like(z)
    for t in range(x.shape[1]):
        if t:
            z[:, t] += h[:, t - 1] @ recurrent
        h[:, t] = np.tanh(z[:, t])
    return {"z": z, "h": h}


def simple_rnn_gradients(dh: Array, h: Array, recurrent: Array) -> dict[str, Array]:
    """The gradients ``h`` and ``z`` from ``dh``, that of each h as the layers above see it."""
    whole, dz = dh.copy(), np.empty_like(dh)
    for t in range(h.shape[1] - 1, -1, -1):
        dz[:, t] = whole[:, t] * (1 - h[:, t] * h[:, t])
        if t:
            whole[:, t - 1] += dz[:, t] @ recurrent.T
    return {"h": whole, "z": dz}


def lstm(x: Array, kernel: Array, recurrent: Array, bias: Array) -> dict[str, Array]:
    """``z`` (batch, time, 4·units), the gates ``i``, ``f``, ``g``, ``o``, the cell ``c`` and the state ``h``."""
    z = x @ kernel + bias
    units = recurrent.shape[0]
    values = {name: np.empty((*x.shape[:2], units), z.dtype) for name in (*GATES, "c", "h")}
    i, f, g, o, c, h = values.values()
    for t in range(x.shape[1]):
        if t:
            z[:, t] += h[:, t - 1] @ recurrent
        zi, zf, zg, zo = np.split(z[:, t], 4, axis=-1)
        i[:, t], f[:, t], g[:, t], o[:, t] = sigmoid(zi), sigmoid(zf), np.tanh(zg), sigmoid(zo)
        c[:, t] = i[:, t] * g[:, t] + (f[:, t] * c[:, t - 1] if t else 0)
        h[:, t] = o[:, t] * np.tanh(c[:, t])
    return {"z": z, **values}


def lstm_gradients(dh: Array, values: dict[str, Array], recurrent: Array) -> dict[str, Array]:
    """The gradients of ``h``, ``c``, the gates and ``z`` from ``dh``, that of each h as the layers above see it."""
    i, f, g, o, c, _ = (values[name] for name in (*GATES, "c", "h"))
    before = earlier(c)
    gradients = {name: np.zeros_like(dh) for name in (*GATES, "c", "h")}
    di, df, dg, do, dc, whole = gradients.values()
    whole[...] = dh
    dz = np.empty_like(values["z"])
    for t in range(dh.shape[1] - 1, -1, -1):
        squashed = np.tanh(c[:, t])
        do[:, t] = whole[:, t] * squashed
        dc[:, t] += whole[:, t] * o[:, t] * (1 - squashed * squashed)
        di[:, t], dg[:, t], df[:, t] = dc[:, t] * g[:, t], dc[:, t] * i[:, t], dc[:, t] * before[:, t]
        dz[:, t] = np.concatenate(
            [
                di[:, t] * i[:, t] * (1 - i[:, t]),
                df[:, t] * f[:, t] * (1 - f[:, t]),
                dg[:, t] * (1 - g[:, t] * g[:, t]),
                do[:, t] * o[:, t] * (1 - o[:, t]),
            ],
            axis=-1,
        )
        if t:
            whole[:, t - 1] += dz[:, t] @ recurrent.T
            dc[:, t - 1] += dc[:, t] * f[:, t]
    return {**gradients, "z": dz}
