"""Every number of a pass can say where it comes from: its arithmetic, evaluated as shown, gives its value."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from tutor.engine.network import dropout_mask, dropout_widths
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import SGD, Dense, Dropout, NetworkSpec
from tutor.engine.trace import NoSuchCellError, Trace, derive, record


def evaluated(numbers: str) -> float:
    """What the displayed arithmetic comes to, read as a person would."""
    text = re.sub(r"e\^\(", "exp(", numbers.replace("−", "-").replace("·", "*"))
    text = text.replace("ln(", "log(")
    return float(eval(text, {"exp": math.exp, "log": math.log, "tanh": math.tanh, "max": max}))


def trace(activation: str, training: bool, clipnorm: float | None = None) -> Trace:
    layers = (Dense(4, activation), Dropout(0.25), Dense(3, activation), Dense(3, "softmax"))
    spec = NetworkSpec("test", (3,), layers, optimizer=SGD(0.1, clipnorm=clipnorm), seed=1, dtype="float64")
    rng = np.random.default_rng(0)
    theta = initial_theta(spec) + 0.1 * rng.standard_normal(len(initial_theta(spec)))
    x, y = rng.standard_normal((2, 3)), np.eye(3)[[0, 2]]
    masks = [
        dropout_mask(rng.integers(0, 1 << 16, (2, width), dtype=np.uint16), 0.25, "float64")
        for width in dropout_widths(spec)
    ]
    return record(spec, views(spec, theta), x, y, masks if training else None)


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("clipnorm", [None, 0.01])
def test_the_displayed_arithmetic_gives_every_value(activation: str, training: bool, clipnorm: float | None) -> None:
    recorded = trace(activation, training, clipnorm)
    names = recorded.names()
    assert {"dense.z", "dense_1.out", "loss", "grad:input", "grad:dense.kernel", "new:dense_2.bias"} <= set(names)
    for name in names:
        for index in np.ndindex(recorded.array(name).shape):
            derivation = derive(recorded, name, *index)
            assert derivation.value == float(recorded.array(name)[index])
            if "given" not in derivation.formula:
                shown = evaluated(derivation.numbers)
                assert shown == pytest.approx(derivation.value, rel=2e-5, abs=2e-5), derivation
                for operand in derivation.operands:
                    assert operand.value == float(recorded.array(operand.name)[operand.index])


def test_a_weighted_sum_leads_down_to_what_was_given() -> None:
    recorded = trace("relu", True)
    derivation = derive(recorded, "dense_2.z", 0, 1)
    seen = set()
    while derivation.operands:
        operand = derivation.operands[0]
        seen.add(operand.name)
        derivation = derive(recorded, operand.name, *operand.index)
    assert derivation.cell.name == "input"
    assert {"dense_1.out", "dense_1.z", "dropout.out", "dense.out", "dense.z", "input"} <= seen


def test_the_neuron_of_the_curriculum() -> None:
    spec = NetworkSpec("n", (2,), (Dense(1, "sigmoid"), Dense(2, "softmax")), dtype="float64")
    theta = np.zeros(3 + 4)
    theta[:2] = 1.0, 2.0
    recorded = record(spec, views(spec, theta), np.array([[1.0, 1.0]]))
    z = derive(recorded, "dense.z", 0, 0)
    assert (z.value, z.numbers) == (3.0, "1·1 + 1·2 + 0")
    y = derive(recorded, "dense.out", 0, 0)
    assert y.value == pytest.approx(0.952574, abs=5e-7)
    assert y.numbers == "1 / (1 + e^(−3))"


def test_a_cell_that_is_not_there_is_refused() -> None:
    recorded = trace("relu", False)
    with pytest.raises(NoSuchCellError, match=r"there is no 'dense_9\.z'"):
        derive(recorded, "dense_9.z", 0, 0)
    with pytest.raises(NoSuchCellError, match="has the shape"):
        derive(recorded, "dense.z", 0, 99)
    forward_only = record(recorded.spec, recorded.parameters, recorded.values["input"])
    with pytest.raises(NoSuchCellError):
        derive(forward_only, "grad:dense.z", 0, 0)


def test_a_dtype_of_float32_is_derived_too() -> None:
    spec = replace(trace("relu", False).spec, dtype="float32")
    recorded = record(spec, views(spec, initial_theta(spec)), np.ones((1, 3)))
    derivation = derive(recorded, "dense_2.out", 0, 0)
    assert evaluated(derivation.numbers) == pytest.approx(derivation.value, rel=1e-5)
