"""No kind of layer is half there: each goes through everything that the project does with layers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tests.unit.engine.central_differences import central_differences, relative_error
from tests.unit.engine.shown_arithmetic import assert_every_cell_is_explained
from tests.unit.one_of_each_kind import NETWORKS, data_for, initial_weights
from tutor.engine.derivations.trace import record
from tutor.engine.fast.plain_network import stepped_network
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import LAYER_KINDS
from tutor.engine.network import backward, dropout_sizes, forward, mean_loss, output_name
from tutor.engine.parameters import Array, layout, moving_layout, views
from tutor.engine.spec import NetworkSpec, spec_from_dict, spec_to_dict
from tutor.exchange.keras_files import import_keras
from tutor.exchange.numpy_lines import network_functions, numpy_lines

KINDS = pytest.mark.parametrize("kind", LAYER_KINDS)
CHILD = Path(__file__).parent / "keras_kinds.py"


def masks_for(spec: NetworkSpec) -> list[Array]:
    random = np.random.default_rng(7)
    return [random.integers(0, 2, (data_for(spec).rows, size)) * 2.0 for size in dropout_sizes(spec)]


def answers(spec: NetworkSpec, theta: Array, moving: Array) -> Array:
    return forward(spec, views(spec, theta, moving), data_for(spec).inputs)[output_name(spec)]


def test_there_is_a_network_with_each_kind() -> None:
    assert NETWORKS.keys() == LAYER_KINDS.keys()
    for kind, layer in LAYER_KINDS.items():
        assert any(type(its) is layer for its in NETWORKS[kind].layers)


@KINDS
def test_its_shapes_are_those_of_its_arrays(kind: str) -> None:
    spec = NETWORKS[kind]
    values = forward(spec, views(spec, *initial_weights(spec)), data_for(spec).inputs)
    outputs = [values["input"], *(values[f"{name}.out"] for name, _ in spec.named_layers)]
    assert [array.shape[1:] for array in outputs] == list(spec.shapes)


@KINDS
def test_its_gradients_are_central_differences(kind: str) -> None:
    spec, data = NETWORKS[kind], data_for(NETWORKS[kind])
    theta, moving = initial_weights(spec)
    masks = masks_for(spec)

    def loss(theta: np.ndarray) -> float:
        parameters = views(spec, theta, moving)
        values = forward(spec, parameters, data.inputs, masks, training=True)
        return mean_loss(spec, parameters, values, data.labels)

    parameters = views(spec, theta, moving)
    values = forward(spec, parameters, data.inputs, masks, training=True)
    found = backward(spec, parameters, values, data.labels)
    flat = np.concatenate([found[place.name].ravel() for place in layout(spec)])
    assert relative_error(flat, central_differences(loss, theta)) < 1e-7


@KINDS
def test_its_fast_form_computes_the_same(kind: str) -> None:
    spec, data = NETWORKS[kind], data_for(NETWORKS[kind])
    theta, moving = initial_weights(spec)
    masks, parameters = masks_for(spec), views(spec, theta, moving)
    values = forward(spec, parameters, data.inputs, masks, training=True)
    plain = backward(spec, parameters, values, data.labels)
    fast = stepped_network(spec, parameters, len(theta), data.rows, Workers(1))
    loss, _ = fast.differentiate(data.inputs, data.labels, masks)
    assert loss == pytest.approx(mean_loss(spec, parameters, values, data.labels), rel=1e-12)
    for place in layout(spec):
        np.testing.assert_allclose(views(spec, fast.gradient)[place.name], plain[place.name], rtol=1e-9, atol=1e-12)


@KINDS
def test_every_number_of_its_pass_is_explained(kind: str) -> None:
    spec, data = NETWORKS[kind], data_for(NETWORKS[kind])
    parameters = views(spec, *initial_weights(spec))
    trace = record(spec, parameters, data.inputs[:2], data.labels[:2], [m[:2] for m in masks_for(spec)], training=True)
    assert assert_every_cell_is_explained(trace) > 50


@KINDS
def test_its_description_is_read_back(kind: str) -> None:
    plain = spec_to_dict(NETWORKS[kind])
    assert any(layer["kind"] == kind for layer in plain["layers"])
    assert spec_from_dict(json.loads(json.dumps(plain))) == NETWORKS[kind]


@KINDS
def test_its_program_in_numpy_answers_the_same(kind: str) -> None:
    spec = NETWORKS[kind]
    theta, moving = initial_weights(spec)
    names: dict[str, Any] = {function.__name__: function for function in network_functions(spec)}
    names |= {"np": np, "W": views(spec, theta, moving), "x": data_for(spec).inputs}
    exec("\n".join(numpy_lines(spec)), names)
    np.testing.assert_allclose(names["x"], answers(spec, theta, moving), rtol=1e-12, atol=1e-14)


@pytest.fixture(scope="module")
def in_keras(tmp_path_factory: pytest.TempPathFactory, keras_process: KerasProcess) -> Path:
    """The folder in which Keras has left what it makes of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    done = keras_process.run(CHILD, folder, folder=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.mark.tensorflow
@KINDS
def test_keras_trains_saves_and_rebuilds_it_alike(kind: str, in_keras: Path) -> None:
    spec = NETWORKS[kind]
    theta, moving = initial_weights(spec)
    found = json.loads((in_keras / f"{kind}.json").read_text())
    for part in ("gradients_apart", "weights_apart", "loss_apart"):
        assert found[part] < 1e-10, part
    assert found["parameters"] == sum(math.prod(p.shape) for p in (*layout(spec), *moving_layout(spec)))
    for part in ("from_the_file", "from_the_program"):
        np.testing.assert_allclose(found[part], answers(spec, theta, moving), rtol=1e-9, atol=1e-12)


@pytest.mark.tensorflow
@KINDS
def test_a_keras_file_with_it_is_taken_in(kind: str, in_keras: Path) -> None:
    spec = NETWORKS[kind]
    theta, moving = initial_weights(spec)
    taken = import_keras(in_keras / f"{kind}.keras").network
    assert taken.spec.layers == spec.layers
    np.testing.assert_array_equal(taken.theta, theta)
    np.testing.assert_array_equal(taken.moving, moving)
