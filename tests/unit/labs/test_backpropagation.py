"""The backpropagation lab: a small network, held against arithmetic done here and central differences."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.backpropagation import LARGEST_WEIGHT, BackpropagationLab
from tutor.labs.kit.charts import Bars, DotPlot
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.labels import place_id
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed, numbers_in
from tutor.labs.kit.readouts import Covered, Curve, Graph, Table, Vector


@pytest.fixture
def lab() -> BackpropagationLab:
    return BackpropagationLab()


def own(lab: BackpropagationLab, **settings: object) -> BackpropagationLab:
    for name, value in {"network": "own", **settings}.items():
        lab.set(name, value)
    return lab


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_the_well_known_example_comes_out_as_by_hand(lab: BackpropagationLab) -> None:
    h1, h2 = sigmoid(0.05 * 0.15 + 0.1 * 0.2 + 0.35), sigmoid(0.05 * 0.25 + 0.1 * 0.3 + 0.35)
    o1, o2 = sigmoid(0.4 * h1 + 0.45 * h2 + 0.6), sigmoid(0.5 * h1 + 0.55 * h2 + 0.6)
    # Keras's mean over the outputs; with two of them it is also half the sum.
    assert lab.lookup("loss") == pytest.approx(((o1 - 0.01) ** 2 + (o2 - 0.99) ** 2) / 2)
    assert lab.lookup("loss") == pytest.approx(0.298371109, abs=1e-9)
    dz1, dz2 = (o1 - 0.01) * o1 * (1 - o1), (o2 - 0.99) * o2 * (1 - o2)
    assert lab.lookup("gradient[h1_to_o1]") == pytest.approx(dz1 * h1)
    assert lab.lookup("updated[h1_to_o1]") == pytest.approx(0.4 - 0.5 * dz1 * h1)
    dh1 = dz1 * 0.4 + dz2 * 0.5
    assert lab.lookup("unit[h1][d_out]") == pytest.approx(dh1)
    assert lab.lookup("carried[o1_to_h1]") == pytest.approx(dz1 * 0.4)
    assert lab.lookup("carried[o2_to_h1]") == pytest.approx(dz2 * 0.5)
    assert lab.lookup("gradient[x2_to_h1]") == pytest.approx(dh1 * h1 * (1 - h1) * 0.1)
    assert lab.lookup("gradient[b_h1]") == pytest.approx(dh1 * h1 * (1 - h1))


@pytest.mark.parametrize(
    ("network", "activation", "kind"),
    list(product(("2-2-2", "own"), ("sigmoid", "tanh", "relu", "linear"), ("mse", "cross-entropy"))),
)
def test_gradients_are_those_of_central_differences(
    lab: BackpropagationLab, network: str, activation: str, kind: str
) -> None:
    own(lab, network=network, activation=activation, loss_kind=kind, hidden_layers=3, x=(0.7, -1.2), nudge=1e-6)
    # With this seed no z is exactly 0, where relu has a kink and no slope to measure.
    lab.set("seed", 1)
    assert all(value != 0 for path, (_, column), value in numbers_in(lab.read("unit")) if column == 1)
    seen = 0
    for layer in range(1, 5):
        lab.set("layer", layer)
        check = lab.read("check")
        assert isinstance(check, Table)
        for label, analytic, measured, _ in check.rows:
            assert analytic == pytest.approx(measured, abs=1e-8), label
            assert analytic == lab.lookup(f"gradient[{place_id(label)}]")
            seen += 1
    # Beyond the last layer the tables look at the last: 2-2-2 has 6 numbers in each of two layers.
    assert seen == (24 if network == "2-2-2" else 9 + 12 + 12 + 8)


def test_softmax_and_cross_entropy_are_fused(lab: BackpropagationLab) -> None:
    lab.set("loss_kind", "cross-entropy")
    lab.set("target", (0.6, 0.2))
    z1, z2 = lab.lookup("unit[o1][z]"), lab.lookup("unit[o2][z]")
    assert isinstance(z1, float)
    assert isinstance(z2, float)
    p1 = sigmoid(z1 - z2)
    # The larger target is the class.
    assert lab.lookup("label[1]") == 1.0
    assert lab.lookup("loss") == pytest.approx(-math.log(p1))
    assert lab.lookup("unit[o1][d_out]") == "fused"
    assert lab.lookup("unit[o1][d_z]") == pytest.approx(p1 - 1)
    assert lab.lookup("unit[o2][d_z]") == pytest.approx(1 - p1)


def walked(lab: BackpropagationLab) -> list[str]:
    said = []
    while True:
        try:
            lab.press("on")
        except ControlError:
            return said
        said.append(str(lab.lookup("operation")))


def test_the_walk_does_every_operation_once_and_says_the_number(lab: BackpropagationLab) -> None:
    said = walked(lab)
    # Forward 8, the loss, backward 4 + 6 + 4 + 6, update 12
    assert len(set(said)) == len(said) == 8 + 1 + 20 + 12
    assert said[0] == "1 of 41, forward: z of h1"
    assert said[-1] == "41 of 41, update: new b o2"
    for operation in reversed(said):
        assert lab.lookup("operation") == operation
        assert why(lab, "arithmetic").operands
        assert why(lab, "arithmetic").value == lab.lookup("arithmetic")
        lab.press("undo")
    with pytest.raises(ControlError, match="no operation is done yet"):
        lab.press("undo")


def test_stages_end_where_the_next_begins(lab: BackpropagationLab) -> None:
    ends = []
    for _ in range(4):
        lab.press("stage")
        ends.append(str(lab.lookup("operation")).split(",", maxsplit=1)[0])
    assert ends == ["8 of 41", "9 of 41", "29 of 41", "41 of 41"]
    with pytest.raises(ControlError, match="take the new weights"):
        lab.press("stage")


def test_the_picture_fills_as_the_walk_goes(lab: BackpropagationLab) -> None:
    picture = lab.read("picture")
    assert isinstance(picture, Graph)
    assert [len(column) for column in picture.columns] == [2, 2, 2]
    assert [edge.weight for edge in picture.edges[:4]] == [0.15, 0.25, 0.2, 0.3]
    assert picture.columns[1][0].value is None
    for _ in range(3):
        lab.press("on")
    assert lab.lookup("picture[h1][value]") == lab.lookup("unit[h1][out]")
    picture = lab.read("picture")
    assert isinstance(picture, Graph)
    assert [node.mark for node in picture.columns[1]] == ["now", ""]
    with pytest.raises(LookupFailed, match=r"picture has no \[h1\]\[gradient\] now"):
        lab.lookup("picture[h1][gradient]")


def test_the_whole_picture_says_what_the_tables_say(lab: BackpropagationLab) -> None:
    assert lab.lookup("whole[x1_to_h1][weight]") == lab.lookup("W1[1][1]")
    with pytest.raises(LookupFailed):
        lab.lookup("forward[h1][gradient]")
    assert lab.lookup("whole[o2][value]") == lab.lookup("unit[o2][out]")
    assert lab.lookup("whole[h1][gradient]") == lab.lookup("unit[h1][d_z]")
    assert lab.lookup("slopes[x1_to_h1][carried]") == lab.lookup("gradient[x1_to_h1]")
    assert why(lab, "whole[h1][gradient]").formula == why(lab, "unit[h1][d_z]").formula


@pytest.mark.parametrize("network", ["2-2-2", "own"])
def test_an_update_takes_the_new_weights_and_reset_the_first(lab: BackpropagationLab, network: str) -> None:
    own(lab, network=network, hidden_layers=1)
    first, new = lab.read("weights"), lab.lookup("updated[x2_to_h1]")
    before = lab.lookup("loss")
    lab.press("on")
    lab.press("update")
    assert lab.lookup("weights[x2_to_h1][now]") == new
    assert lab.lookup("operation").startswith("0 of")  # type: ignore[union-attr]
    lab.press("many")
    after = lab.lookup("loss")
    assert isinstance(after, float)
    assert isinstance(before, float)
    assert after < before
    assert lab.lookup("loss_curve[loss]") == pytest.approx(after, rel=0.05)
    again = lab.twin()
    assert again.read("loss_curve") == lab.read("loss_curve")
    for one in (lab, again):
        one.press("reset")
        assert one.read("weights") == first


def test_weights_that_run_away_are_refused_and_nothing_is_changed(lab: BackpropagationLab) -> None:
    for name, value in (("activation", "linear"), ("rate", 10), ("x", (10, 10))):
        lab.set(name, value)
    before = lab.read("weights")
    with pytest.raises(ControlError, match="lower the learning rate"):
        lab.press("many")
    assert lab.read("weights") == before
    assert lab.read("loss_curve").series[0].xs == (0.0,)  # type: ignore[union-attr]


def test_sigmoids_make_the_gradient_vanish_and_relu_does_less(lab: BackpropagationLab) -> None:
    own(lab, hidden_layers=6, units=4, x=(0.5, -1))
    sizes = lab.read("gradient_sizes")
    assert isinstance(sizes, Vector)
    assert len(sizes.values) == 7
    # Six slopes of at most a fourth lie between the two.
    assert sizes.values[0] < sizes.values[-1] / 4**4


def test_dead_and_saturated_units_are_counted(lab: BackpropagationLab) -> None:
    lab.set("activation", "relu")
    lab.set("b1", (-5, 0.35))
    assert [lab.lookup(f"health[1][{column}]") for column in ("dead", "saturated", "units")] == [1, 0, 2]
    assert lab.lookup("unit[h1][d_z]") == 0.0
    assert lab.lookup("gradient[x1_to_h1]") == 0.0
    lab.set("activation", "tanh")
    # tanh′ = 1 − tanh² is below a twentieth beyond z = 2.18.
    lab.set("b1", (-5, 2))
    assert [lab.lookup(f"health[1][{column}]") for column in ("dead", "saturated")] == [0, 1]


def test_the_scale_multiplies_the_kernels_of_the_own_network(lab: BackpropagationLab) -> None:
    own(lab, hidden_layers=1, seed=5)
    one = lab.lookup("weights[x1_to_h2][now]")
    assert isinstance(one, float)
    lab.set("scale", 10)
    assert lab.lookup("weights[x1_to_h2][now]") == pytest.approx(10 * one)
    assert lab.lookup("weights[b_h2][now]") == 0.0
    lab.set("seed", 6)
    assert lab.lookup("weights[x1_to_h2][now]") != pytest.approx(10 * one)


def test_a_kept_walk_goes_on_and_what_does_not_fit_is_left_out(lab: BackpropagationLab) -> None:
    own(lab, hidden_layers=1, units=2)
    lab.press("update")
    lab.press("on")
    twin = lab.twin()
    assert twin.read("weights") == lab.read("weights")
    assert twin.lookup("operation") == lab.lookup("operation")
    state = lab.state()
    state.arrays["own"].resize(3, refcheck=False)  # type: ignore[misc]
    fresh = BackpropagationLab()
    fresh.restore(state)
    assert fresh.read("weights") != twin.read("weights")
    assert fresh.lookup("weights[b_h1][now]") == 0.0


@pytest.mark.parametrize("extreme", [-LARGEST_WEIGHT, LARGEST_WEIGHT])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_the_ends_of_the_controls_are_finite(lab: BackpropagationLab, activation: str, extreme: float) -> None:
    lab.set("activation", activation)
    for name, value in (("W1", [extreme] * 4), ("W2", [extreme] * 4), ("b1", [extreme] * 2), ("b2", [extreme] * 2)):
        lab.set(name, value)
    lab.set("x", (10, 10))
    for kind in ("mse", "cross-entropy"):
        lab.set("loss_kind", kind)
        for readout in ("loss", "unit", "gradient", "check"):
            for path, _, value in numbers_in(lab.read(readout)):
                assert math.isfinite(value), path
                assert why(lab, path).value == pytest.approx(value)


# Pictures


def panels(lab: BackpropagationLab, name: str) -> dict[str, dict[str, float]]:
    drawn = lab.read(name)
    assert isinstance(drawn, Bars)
    return {panel.label: dict(zip(panel.labels, panel.values, strict=True)) for panel in drawn.panels}


def test_outputs_stand_beside_their_targets_and_errors(lab: BackpropagationLab) -> None:
    own_values = {"activation": "linear", "x": (1, 1), "W1": ((1, 0), (0, 1)), "b1": (0, 0), "W2": ((1, 0), (0, 1))}
    for name, value in {**own_values, "b2": (0.5, -1), "target": (1, 2)}.items():
        lab.set(name, value)
    # h = (1, 1), o = (1.5, 0): ½² and 2²
    expected = {"out": {"o1": 1.5, "o2": 0}, "target": {"o1": 1, "o2": 2}, "(o − t)²": {"o1": 0.25, "o2": 4}}
    assert panels(lab, "errors") == expected
    assert panels(lab, "compared") == {part: expected[part] for part in ("out", "target")}


def test_blame_goes_back_along_each_weight_and_adds_up(lab: BackpropagationLab) -> None:
    o1, o2 = float(lab.lookup("unit[o1][out]")), float(lab.lookup("unit[o2][out]"))
    dz1, dz2 = (o1 - 0.01) * o1 * (1 - o1), (o2 - 0.99) * o2 * (1 - o2)
    drawn = lab.read("blame")
    assert isinstance(drawn, Graph)
    carried = {(edge.source, edge.target): edge.carried for edge in drawn.edges}
    assert carried == {
        ("h1", "o1"): pytest.approx(dz1 * 0.40), ("h1", "o2"): pytest.approx(dz2 * 0.50),
        ("h2", "o1"): pytest.approx(dz1 * 0.45), ("h2", "o2"): pytest.approx(dz2 * 0.55),
    }  # fmt: skip
    nodes = {node.label: node.gradient for column in drawn.columns for node in column}
    assert nodes["o1"] == pytest.approx(dz1)
    assert nodes["h1"] == pytest.approx(dz1 * 0.40 + dz2 * 0.50)
    seen = without_covered(drawn, lab, {"blamed", "carried"})
    assert isinstance(seen, Graph)
    assert all(isinstance(edge.carried, Covered) for edge in seen.edges)
    hidden, outputs = seen.columns
    assert all(isinstance(node.gradient, Covered) and not isinstance(node.value, Covered) for node in hidden)
    assert [node.gradient for node in outputs] == [pytest.approx(dz1), pytest.approx(dz2)]


def test_an_update_moves_each_weight_against_its_gradient(lab: BackpropagationLab) -> None:
    lab.set("layer", 2)
    drawn = lab.read("moves")
    assert isinstance(drawn, Bars)
    (panel,) = drawn.panels
    assert panel.labels == ("h1→o1", "h1→o2", "h2→o1", "h2→o2", "b o1", "b o2")
    assert panel.before == (0.40, 0.50, 0.45, 0.55, 0.60, 0.60)
    for label, before, new in zip(panel.labels, panel.before, panel.values, strict=True):
        gradient = float(lab.lookup(f"gradient[{place_id(label)}]"))
        assert new == pytest.approx(before - 0.5 * gradient)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_the_slope_is_that_of_the_curve(lab: BackpropagationLab, activation: str, loss: str) -> None:
    lab.set("activation", activation)
    lab.set("loss_kind", loss)
    curve = lab.read("slope_curve")
    assert isinstance(curve, Curve)
    assert curve.marker is not None
    unit = "h1" if loss == "cross-entropy" else "o1"
    assert curve.label == f"slope at {unit}"
    assert curve.marker == (pytest.approx(lab.lookup(f"unit[{unit}][z]")), pytest.approx(lab.lookup("slope")))
    f, slope = curve.series
    # Differences of the curve itself, away from the kink of relu.
    measured = (np.array(f.ys[2:]) - np.array(f.ys[:-2])) / (np.array(f.xs[2:]) - np.array(f.xs[:-2]))
    smooth = np.abs(np.array(f.xs[1:-1])) > 0.25
    assert np.array(slope.ys[1:-1])[smooth] == pytest.approx(measured[smooth], abs=0.01)


def test_layers_stand_side_by_side_with_what_they_send(lab: BackpropagationLab) -> None:
    own(lab, hidden_layers=3, units=4, activation="tanh", scale=10)
    sizes = panels(lab, "layer_gradients")["gradient's size by layer"]
    vector = lab.read("gradient_sizes")
    assert isinstance(vector, Vector)
    assert sizes == dict(zip(vector.labels, vector.values, strict=True))
    drawn = lab.read("outs")
    assert isinstance(drawn, DotPlot)
    assert [len(row.values) for row in drawn.rows] == [4, 4, 4, 2]
    assert (drawn.low, drawn.high) == (-1, 1)
    for row in drawn.rows:
        assert row.values == tuple(lab.lookup(f"unit[{place_id(unit)}][out]") for unit in row.labels)


def test_the_loss_curve_begins_before_the_first_update(lab: BackpropagationLab) -> None:
    first = lab.lookup("loss")
    lab.press("update")
    lab.press("update")
    curve = lab.read("loss_curve")
    assert isinstance(curve, Curve)
    assert curve.series[0].xs == (0, 1, 2)
    assert curve.series[0].ys[0] == first
    assert curve.marker == (2, lab.lookup("loss"))
