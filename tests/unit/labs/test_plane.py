"""The plane lab against outputs worked by hand, NumPy written out, central differences and Keras."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.keras_process import KerasProcess
from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.covered_drawing import without_covered
from tutor.datasets.plane import circle, corners
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import COVERED_NUMBER, Curve, Graph, Picture
from tutor.labs.plane import PlaneLab
from tutor.labs.plane.network import DATA, most_right, rows_of

Array = NDArray[np.float64]


@pytest.fixture
def lab() -> PlaneLab:
    return PlaneLab()


def put(lab: PlaneLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def number(lab: PlaneLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def picture(lab: PlaneLab, name: str) -> Picture:
    readout = lab.read(name)
    assert isinstance(readout, Picture)
    return readout


def by_hand(lab: PlaneLab, points: Array) -> tuple[Array, Array]:
    """The outputs of the hidden units (points, units) and of the network (points,), from the controls."""
    f = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "linear": lambda z: z}[lab.word("activation")]
    hidden, b = int(lab.number("hidden")), lab.number("b")
    if not hidden:
        return np.zeros((len(points), 0)), np.tanh(points @ lab.vector("w") + b)
    lines = [lab.vector(f"h{i + 1}") for i in range(hidden)]
    seen = np.stack([f(points[:, 0] * w1 + points[:, 1] * w2 + bias) for w1, w2, bias in lines], axis=1)
    return seen, np.tanh(seen @ lab.vector("v")[:hidden] + b)


def places_of(shown: Picture) -> Array:
    """The values of the axes at every place of a picture, row by row."""
    rows, columns = len(shown.tiles[0].values), len(shown.tiles[0].values[0])
    assert shown.row_axis is not None
    assert shown.column_axis is not None
    down, across = np.linspace(*shown.row_axis[1:], rows), np.linspace(*shown.column_axis[1:], columns)
    return np.array([(x1, x2) for x2 in down for x1 in across])


def test_xor_as_or_and_not_both_by_hand(lab: PlaneLab) -> None:
    # h1 is OR, h2 not both, the output their AND: at both o one of them is tanh(6) and the other tanh(−2).
    no, yes = math.tanh(2 * math.tanh(6) - 2 * math.tanh(2) - 2), math.tanh(4 * math.tanh(2) - 2)
    assert [value for _, _, value in numbers_in(lab.read("corner_y"))] == pytest.approx([no, yes, yes, no])
    assert number(lab, "right") == 4
    assert number(lab, "loss") == pytest.approx((2 * (no + 1) ** 2 + 2 * (yes - 1) ** 2) / 4)
    assert evaluated(why(lab, "loss").numbers) == pytest.approx(number(lab, "loss"), rel=1e-4)
    assert number(lab, "corners[1_1][h2]") == pytest.approx(math.tanh(-2))
    # A line through two of the points is right about neither.
    put(lab, hidden=0, data="AND", w=(2, 2), b=0)
    assert number(lab, "right") == 2


@pytest.mark.parametrize("hidden", range(5))
@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_every_place_of_the_maps_has_the_output_there(lab: PlaneLab, hidden: int, activation: str) -> None:
    put(lab, hidden=hidden, activation=activation, w=(1.5, -2), h3=(0.5, 1, -1), v=(1, -2, 0.5, 1.5), b=0.25)
    shown = picture(lab, "plane")
    _, outputs = by_hand(lab, places_of(shown))
    assert np.ravel(shown.tiles[0].values) == pytest.approx(outputs)
    assert picture(lab, "spot").tiles == shown.tiles
    small = np.linspace(-1.5, 1.5, 10)
    seen, outputs = by_hand(lab, np.array([(x1, x2) for x2 in small[::-1] for x1 in small]))
    tiles = picture(lab, "units").tiles
    assert [tile.label for tile in tiles] == [*(f"h{i + 1}" for i in range(hidden)), "y"]
    for tile, own in zip(tiles, [*seen.T, outputs], strict=True):
        assert np.ravel(tile.values) == pytest.approx(own)
    for name in ("plane", "units", "z", "y", "corner_y", "loss"):
        for path, _, value in list(numbers_in(lab.read(name)))[::97]:
            assert evaluated(why(lab, path).numbers) == pytest.approx(value, rel=1e-4, abs=1e-4), path


@pytest.mark.parametrize("data", DATA)
def test_points_lie_where_their_inputs_say_and_are_of_their_kind(lab: PlaneLab, data: str) -> None:
    put(lab, data=data, point=(0.25, -1.5))
    shown, (points, targets) = picture(lab, "plane"), rows_of(data, 1)
    assert len(shown.points) == len(points)
    for point, (x1, x2), (target,) in zip(shown.points, points.tolist(), targets.tolist(), strict=True):
        assert -1.5 + 3 * point.column / 29 == pytest.approx(x1)
        assert 1.5 - 3 * point.row / 19 == pytest.approx(x2)
        assert point.kind == ("should be 1" if target == 1 else "should be −1")
    *others, spot = picture(lab, "spot").points
    assert tuple(others) == shown.points
    assert (spot.kind, spot.row, spot.column) == ("point", 19, pytest.approx(1.75 / 3 * 29))


def test_the_hidden_units_plane_has_the_points_where_the_units_put_them(lab: PlaneLab) -> None:
    shown = picture(lab, "hidden_plane")
    places = places_of(shown)
    assert np.ravel(shown.tiles[0].values) == pytest.approx(np.tanh(places @ (2, 2) - 2))
    seen, _ = by_hand(lab, rows_of("XOR", 0)[0])
    for point, (h1, h2) in zip(shown.points, seen.tolist(), strict=True):
        assert -1.25 + 2.5 * point.column / 29 == pytest.approx(h1)
        assert 1.25 - 2.5 * point.row / 19 == pytest.approx(h2)
    path = "hidden_plane[3][7]"
    assert evaluated(why(lab, path).numbers) == pytest.approx(number(lab, path), rel=1e-4)
    lab.set("hidden", 3)
    assert picture(lab, "hidden_plane").tiles == ()


def test_the_line_of_a_single_neuron(lab: PlaneLab) -> None:
    put(lab, hidden=0, w=(1, -2), b=0.5, point=(0.5, 0))
    # 0.5 − 2·x2 + 0.5 = 0
    assert number(lab, "crossing") == pytest.approx(0.5)
    put(lab, point=(0.5, 0.5))
    assert number(lab, "z") == pytest.approx(0)
    put(lab, w=(1, 0), b=0)
    assert number(lab, "share") == pytest.approx(50)
    put(lab, w=(0, 0), b=1)
    assert number(lab, "share") == pytest.approx(100)
    assert not math.isfinite(number(lab, "crossing"))


def test_linear_hidden_units_are_one_line(lab: PlaneLab) -> None:
    put(lab, activation="linear", hidden=3, h3=(1, 0.5, -0.5), v=(0.5, 1, -1, 0))
    w = 0.5 * lab.vector("h1") + lab.vector("h2") - lab.vector("h3")
    shown = picture(lab, "plane")
    expected = np.tanh(places_of(shown) @ w[:2] + w[2] + lab.number("b"))
    assert np.ravel(shown.tiles[0].values) == pytest.approx(expected)


def test_the_best_line_by_hand_and_by_chance() -> None:
    assert {data: most_right(data, 0) for data in ("AND", "OR", "XOR")} == {"AND": 4, "OR": 4, "XOR": 3}
    random = np.random.default_rng(5)
    for data in ("moons", "circle"):
        points, targets = rows_of(data, 3)
        lines = random.normal(size=(4000, 3))
        outputs = points @ lines[:, :2].T + lines[:, 2]
        found = ((outputs > 0) == (targets > 0)).sum(axis=0).max()
        assert found <= most_right(data, 3) <= 40
    assert most_right("circle", 3) < 40


def test_the_points_of_the_data_sets() -> None:
    for name, logic in (("AND", np.logical_and), ("OR", np.logical_or), ("XOR", np.logical_xor)):
        points, classes = corners(name)
        assert classes[:, 1].tolist() == logic(points[:, 0] > 0, points[:, 1] > 0).tolist()
    points, classes = circle(40, 7, 0)
    radius = np.hypot(*points.T)
    assert classes.sum(axis=0).tolist() == [20, 20]
    assert radius[classes[:, 1] == 1].max() < 0.56 < 0.94 < radius[classes[:, 0] == 1].min()
    assert np.abs(points).max() < 1.5


def loss_of(lab: PlaneLab, theta: Array) -> float:
    """The mean squared error of two hidden tanh units, as a function of all nine numbers."""
    points, targets = rows_of(lab.word("data"), int(lab.number("seed")))
    hidden = np.tanh(points @ theta[:4].reshape(2, 2) + theta[4:6])
    return float(np.square(np.tanh(hidden @ theta[6:8] + theta[8]) - targets[:, 0]).mean())


def weights(lab: PlaneLab) -> Array:
    lines = np.stack([lab.vector("h1"), lab.vector("h2")], axis=1)
    return np.concatenate([lines.ravel(), lab.vector("v")[:2], [lab.number("b")]])


def test_training_takes_the_steps_of_adam_along_central_differences(lab: PlaneLab) -> None:
    put(lab, data="moons", seed=4)
    lab.press("reset")
    theta, h = weights(lab), 1e-6
    assert number(lab, "loss") == pytest.approx(loss_of(lab, theta))
    m, v = np.zeros(9), np.zeros(9)
    lab.press("few")
    for step in range(1, 6):
        gradient = [(loss_of(lab, theta + h * e) - loss_of(lab, theta - h * e)) / (2 * h) for e in np.eye(9)]
        m, v = 0.9 * m + 0.1 * np.array(gradient), 0.999 * v + 0.001 * np.square(gradient)
        theta = theta - 0.1 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-7)
    assert weights(lab) == pytest.approx(theta, abs=1e-4)
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    assert curve.series[0].xs == (0, 1, 2, 3, 4, 5)
    assert curve.series[0].ys[-1] == pytest.approx(loss_of(lab, theta), abs=1e-4)


@pytest.mark.tensorflow
def test_a_hundred_steps_of_keras_end_at_the_same_weights(lab: PlaneLab, keras_process: KerasProcess) -> None:
    put(lab, data="circle", seed=3, hidden=3)
    lab.press("reset")
    program = lab.keras_program()
    assert program is not None
    arrays = "\n".join(f"{name} = np.array({np.asarray(a).tolist()!r})" for name, a in program.given.items())
    lab.press("train")
    lines = program.source.split("\n")
    source = [
        "import json, numpy as np, keras", "keras.config.set_floatx('float64')", arrays, *lines,
        "train()", "print(json.dumps([w.ravel().tolist() for w in net.get_weights()]))",
    ]  # fmt: skip
    text = "\n".join(source).replace("batch_size=len(x))", "batch_size=len(x), verbose=0, shuffle=False)")
    (found,) = keras_process.lines(text)
    ours = lab.keras_program()
    assert ours is not None
    for name, values in zip(("W1", "b1", "W2", "b2"), found, strict=True):
        assert np.ravel(ours.given[name]) == pytest.approx(values, abs=1e-6), name
    assert json.dumps(found)


@pytest.mark.parametrize(("data", "hidden"), [("XOR", 3), ("moons", 4), ("circle", 4)])
def test_training_finds_what_the_lesson_promises_for_most_seeds(data: str, hidden: int) -> None:
    done = 0
    for seed in range(6):
        lab = PlaneLab()
        put(lab, data=data, hidden=hidden, seed=seed)
        lab.press("reset")
        for _ in range(3):
            lab.press("train")
        done += number(lab, "right") == number(lab, "rows")
        assert number(lab, f"by_units[{hidden}]") == number(lab, "right")
    assert done >= 4


def test_a_training_is_kept_and_new_weights_put_it_at_stake(lab: PlaneLab) -> None:
    assert lab.at_stake("reset") == ""
    lab.press("few")
    assert lab.at_stake("reset") == "5 steps of training"
    assert lab.at_stake("point") == ""
    other = PlaneLab()
    other.restore(lab.state())
    assert other.read("curve") == lab.read("curve")
    for each in (lab, other):
        each.press("train")
    assert weights(other).tolist() == weights(lab).tolist()
    lab.set("point", (0, 0))
    assert lab.at_stake("reset") == "105 steps of training"
    lab.set("v", (1, 1, 1, 1))
    assert lab.at_stake("reset") == ""
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    # Before the first step there is one point: the loss as it is.
    assert curve.series[0].ys == (number(lab, "loss"),)
    assert curve.marker == (0.0, number(lab, "loss"))
    # Weights of another network do not come with its memory.
    state = other.state()
    other.set("hidden", 4)
    other.press("few")
    other.restore(state)
    assert other.at_stake("reset") == "105 steps of training"


def test_no_weight_leaves_its_bounds(lab: PlaneLab) -> None:
    # y is 0 at (1, 1), which should be 1, and at (−1, −1), which should be −1: both raise w1 by the learning rate, 0.1.
    put(lab, hidden=0, data="AND", w=(49.95, -49.95), b=0)
    with pytest.raises(ControlError, match="would pass 50"):
        lab.press("few")
    assert lab.get("w") == (49.95, -49.95)
    with pytest.raises(ControlError, match="no control 'fly'"):
        lab.press("fly")


def test_a_covered_output_is_covered_in_the_graph(lab: PlaneLab) -> None:
    graph = lab.read("graph")
    assert isinstance(graph, Graph)
    assert [[node.label for node in column] for column in graph.columns] == [["x1", "x2"], ["h1", "h2"], ["y"]]
    assert number(lab, "graph[y][value]") == number(lab, "y")
    assert number(lab, "graph[h1_to_y][weight]") == 2
    seen = without_covered(graph, lab, frozenset({"y"}))
    assert isinstance(seen, Graph)
    values = {node.label: node.value for column in seen.columns for node in column}
    assert values["y"] is COVERED_NUMBER
    assert values["h1"] == number(lab, "hidden_out[h1]")
