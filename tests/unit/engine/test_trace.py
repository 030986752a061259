"""Every number of a pass can say where it comes from: its arithmetic, evaluated as shown, gives its value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import assert_every_cell_is_explained, evaluated
from tutor.engine.derivations.trace import NoSuchCellError, Trace, derive, record
from tutor.engine.network import dropout_mask, dropout_sizes
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.schedules import InverseTimeDecay
from tutor.engine.spec import SGD, Dense, Dropout, NetworkSpec
from tutor.engine.updates import memory_names, update


def trace(activation: str, training: bool, clipnorm: float | None = None) -> Trace:
    layers = (Dense(4, activation), Dropout(0.25), Dense(3, activation), Dense(3, "softmax"))
    spec = NetworkSpec("test", (3,), layers, optimizer=SGD(0.1, clipnorm=clipnorm), seed=1, dtype="float64")
    rng = np.random.default_rng(0)
    theta = initial_theta(spec) + 0.1 * rng.standard_normal(len(initial_theta(spec)))
    x, y = rng.standard_normal((2, 3)), np.eye(3)[[0, 2]]
    masks = [
        dropout_mask(rng.integers(0, 1 << 16, (2, size), dtype=np.uint16), 0.25, "float64")
        for size in dropout_sizes(spec)
    ]
    return record(spec, views(spec, theta), x, y, masks if training else None)


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("clipnorm", [None, 0.01])
def test_the_displayed_arithmetic_gives_every_value(activation: str, training: bool, clipnorm: float | None) -> None:
    recorded = trace(activation, training, clipnorm)
    names = recorded.names()
    assert {"dense.z", "dense_1.out", "loss", "grad:input", "grad:dense.kernel", "new:dense_2.bias"} <= set(names)
    assert_every_cell_is_explained(recorded)


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


def test_what_is_given_to_a_recording_is_left_as_it_was() -> None:
    spec = replace(trace("tanh", False).spec, optimizer=SGD(0.1, momentum=0.9))
    theta, x, y = initial_theta(spec), np.ones((1, 3)), np.eye(3)[[1]]
    memory = {"velocity": np.full_like(theta, 0.5)}
    recorded = record(spec, views(spec, theta), x, y, memory=memory)
    assert (recorded.array("new:dense.kernel") != recorded.array("dense.kernel")).all()
    assert (theta == initial_theta(spec)).all()
    assert (memory["velocity"] == 0.5).all()


def test_the_update_is_that_of_the_next_step() -> None:
    """Of a schedule's rate, of Adam's corrections, and of the memory that was given."""
    spec = replace(trace("tanh", False).spec, optimizer=Adam(InverseTimeDecay(0.1, 1, 1.0)))
    theta, x, y = initial_theta(spec), np.ones((1, 3)), np.eye(3)[[1]]
    memory = {name: np.zeros_like(theta) for name in memory_names(spec.optimizer)}
    for step in range(3):
        recorded = record(spec, views(spec, theta), x, y, memory=memory, step=step)
        gradient = np.concatenate([recorded.gradients[p.name].ravel() for p in layout(spec)])
        update(spec.optimizer, theta, gradient, memory, step, 0.1 / (1 + step))
        for p in layout(spec):
            expected = theta[p.start : p.stop].reshape(p.shape)
            assert recorded.array(f"new:{p.name}") == pytest.approx(expected, rel=1e-7)
            assert (recorded.array(f"new:v:{p.name}").ravel() == memory["v"][p.start : p.stop]).all()
