"""The gradient descent lab, held against numbers worked by hand and central differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.covered_drawing import without_told
from tutor.labs.gradient_descent.lab import OPTIMIZERS, SCHEDULES, GradientDescentLab
from tutor.labs.gradient_descent.surfaces import SURFACES, place
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import path_of, why
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import Curve, Picture


@pytest.fixture
def lab() -> GradientDescentLab:
    return GradientDescentLab()


def position(lab: GradientDescentLab) -> list[float]:
    return [float(lab.lookup(f"position[{w}]")) for w in ("w1", "w2")]


@pytest.mark.parametrize("name", SURFACES)
def test_the_slopes_and_second_derivatives_are_those_of_the_surface(name: str) -> None:
    surface, h = SURFACES[name], 1e-5

    def f(x: float, y: float) -> float:
        return float(surface.value(place(x, y, 7.0)))

    def slope(i: int, x: float, y: float) -> float:
        return float(surface.slopes[i](place(x, y, 7.0)))

    for x, y in ((-1.3, 0.4), (0.7, -1.1), (2.0, 1.5)):
        assert slope(0, x, y) == pytest.approx((f(x + h, y) - f(x - h, y)) / (2 * h), rel=1e-6, abs=1e-6)
        assert slope(1, x, y) == pytest.approx((f(x, y + h) - f(x, y - h)) / (2 * h), rel=1e-6, abs=1e-6)
        bends = [float(bend(place(x, y, 7.0))) for bend in surface.bends]
        assert bends[0] == pytest.approx((slope(0, x + h, y) - slope(0, x - h, y)) / (2 * h), rel=1e-6, abs=1e-6)
        assert bends[1] == pytest.approx((slope(1, x, y + h) - slope(1, x, y - h)) / (2 * h), rel=1e-6, abs=1e-6)
        mixed = (slope(0, x, y + h) - slope(0, x, y - h)) / (2 * h)
        assert (bends[2] if len(bends) == 3 else 0.0) == pytest.approx(mixed, rel=1e-6, abs=1e-6)


def test_the_banana_curves_most_where_its_eigenvalue_says(lab: GradientDescentLab) -> None:
    lab.set("surface", "banana")
    lab.set("start", [1, 1])
    lab.set("steps", 0)
    # At its minimum with k = 10: [[82, −40], [−40, 20]], by NumPy's own solver.
    assert lab.lookup("curvature") == pytest.approx(float(np.linalg.eigvalsh([[82, -40], [-40, 20]]).max()))
    assert lab.lookup("loss") == 0


@pytest.mark.parametrize(("rate", "ends"), [(0.19, True), (0.2, False), (0.21, False)])
def test_two_over_the_curvature_is_where_sgd_stops_converging(lab: GradientDescentLab, rate: float, ends: bool) -> None:
    lab.set("k", 10)
    lab.set("start", [0, 1])
    lab.set("steps", 200)
    lab.set("learning_rate", rate)
    assert lab.lookup("limit") == pytest.approx(0.2)
    assert (abs(position(lab)[1]) < 1e-3) is ends


def test_it_says_that_and_why_it_diverges(lab: GradientDescentLab) -> None:
    lab.set("learning_rate", 0.25)
    assert "0.25·10 = 2.5 is above 2" in str(lab.lookup("verdict"))
    lab.set("learning_rate", 0.15)
    assert "leaps across" in str(lab.lookup("verdict"))
    lab.set("learning_rate", 0.05)
    assert "leaps" not in str(lab.lookup("verdict"))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_everybody_stands_still_at_the_bottom(lab: GradientDescentLab, optimizer: str) -> None:
    lab.set("optimizer", optimizer)
    lab.set("start", [0, 0])
    assert position(lab) == [0, 0]
    assert lab.lookup("loss") == 0


def test_on_the_ridge_of_the_saddle_only_a_nudge_helps(lab: GradientDescentLab) -> None:
    lab.set("surface", "saddle")
    lab.set("start", [2, 0])
    assert position(lab) == pytest.approx([2 * 0.9**20, 0])
    lab.set("start", [2, 0.1])
    assert position(lab)[1] == pytest.approx(0.1 * 1.1**20)
    lab.set("steps", 60)
    assert "no bottom" in str(lab.lookup("verdict"))


def test_adam_goes_one_learning_rate_first_whatever_the_slope(lab: GradientDescentLab) -> None:
    lab.set("optimizer", "Adam")
    lab.set("steps", 1)
    for k in (1, 100):
        lab.set("k", k)
        assert position(lab) == pytest.approx([-2.4, 0.9], abs=1e-5)


def test_a_clipped_gradient_keeps_its_direction(lab: GradientDescentLab) -> None:
    lab.set("surface", "bowl")
    lab.set("start", [3, -1.6])
    lab.set("steps", 0)
    lab.set("clipnorm", 1)
    clipped = [float(lab.lookup(f"clipped[{w}]")) for w in ("w1", "w2")]
    assert math.hypot(*clipped) == pytest.approx(1)
    assert clipped[0] / clipped[1] == pytest.approx(3 / -1.6)
    lab.set("clipnorm", 0)
    assert lab.lookup("clipped[w1]") == 3


def test_the_schedules_are_those_of_their_formulas(lab: GradientDescentLab) -> None:
    lab.set("learning_rate", 0.4)
    lab.set("steps", 25)
    wanted = {
        "constant": 0.4,
        "exponential": 0.4 * 0.5**2.5,
        "inverse time": 0.4 / (1 + 0.5 * 2.5),
        "cosine": 0.0,
    }
    assert set(wanted) == set(SCHEDULES)
    for schedule, rate in wanted.items():
        lab.set("schedule", schedule)
        assert lab.lookup("rate") == pytest.approx(rate, abs=1e-7)


def test_who_runs_off_is_not_followed_and_all_stays_finite(lab: GradientDescentLab) -> None:
    for name, value in (("surface", "banana"), ("start", [3, -3]), ("learning_rate", 10), ("k", 100), ("steps", 200)):
        lab.set(name, value)
    lab.set("race", "all five")
    for optimizer in OPTIMIZERS:
        lab.set("optimizer", optimizer)
        for name in ("position", "next", "gradient", "loss", "standings", "path", "line_map", "full_gradient"):
            assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), (optimizer, name)
    picture = lab.read("map")
    assert isinstance(picture, Picture)
    rows, columns = len(picture.tiles[0].values), len(picture.tiles[0].values[0])
    assert all(0 <= r < rows and 0 <= c < columns for trail in picture.trails for r, c in trail.points)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_step_is_explained_back_to_the_start(lab: GradientDescentLab, surface: str, optimizer: str) -> None:
    lab.set("surface", surface)
    lab.set("optimizer", optimizer)
    lab.set("learning_rate", 0.01)
    lab.set("steps", 3)
    lab.set("clipnorm", 2)
    lab.set("schedule", "inverse time")
    waiting, seen = ["next[w1]", "loss", "curvature", "map[3][5]"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        derivation = why(lab, path)
        if derivation.formula != "given":
            scale = max((abs(operand.value) for operand in derivation.operands), default=0.0)
            assert evaluated(derivation.numbers) == pytest.approx(derivation.value, rel=2e-5, abs=1e-9 * scale), path
        waiting += [path_of(lab, operand) for operand in derivation.operands]
    assert {"start[w1]", "learning_rate"} <= seen


def test_batches_add_up_to_the_whole(lab: GradientDescentLab) -> None:
    lab.set("rows", 12)
    lab.set("batch_size", 3)
    lab.set("line", [0.5, -1])
    batches = [value for _, _, value in numbers_in(lab.read("batch_gradients"))]
    full = [value for _, _, value in numbers_in(lab.read("full_gradient"))]
    assert np.mean(np.reshape(batches, (4, 2)), axis=0) == pytest.approx(full)

    def loss(w: float, b: float) -> float:
        lab.set("line", [w, b])
        curve = lab.read("line_losses")
        assert isinstance(curve, Curve)
        return curve.series[0].ys[0]

    h = 1e-4
    assert (loss(0.5 + h, -1) - loss(0.5 - h, -1)) / (2 * h) == pytest.approx(full[0], rel=1e-6)
    assert (loss(0.5, -1 + h) - loss(0.5, -1 - h)) / (2 * h) == pytest.approx(full[1], rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "size", "epochs", "counts"), [(21, 10, 8, (3, 24, 1)), (20, 10, 1, (2, 2, 10)), (4, 60, 2, (1, 2, 4))]
)
def test_steps_are_counted_with_the_short_last_batch(
    lab: GradientDescentLab, rows: int, size: int, epochs: int, counts: tuple[int, ...]
) -> None:
    lab.set("rows", rows)
    lab.set("batch_size", size)
    lab.set("epochs", epochs)
    assert tuple(value for _, _, value in numbers_in(lab.read("counts"))) == counts


def test_a_step_that_leaves_the_curve_is_refused_with_a_reason(lab: GradientDescentLab) -> None:
    lab.set("learning_rate", 2)
    lab.set("w", 60)
    with pytest.raises(ControlError, match="off the curve"):
        lab.press("step")
    assert lab.get("w") == 60


def test_restored_it_stands_where_it_stood(lab: GradientDescentLab) -> None:
    lab.set("optimizer", "Nesterov")
    lab.set("start", [1, 1.5])
    lab.set("seed", 7)
    other = GradientDescentLab()
    other.restore(lab.state())
    assert position(other) == position(lab)
    assert other.read("full_gradient") == lab.read("full_gradient")


# Pictures


def trail(lab: GradientDescentLab, picture: str, label: str) -> list[float]:
    """The points of a trail as w1, w2, w1, w2, …, by the picture's axes."""
    drawn = lab.read(picture)
    assert isinstance(drawn, Picture)
    assert drawn.row_axis
    assert drawn.column_axis
    (points,) = (each.points for each in drawn.trails if each.label == label)
    rows, columns = len(drawn.tiles[0].values), len(drawn.tiles[0].values[0])
    (_, top, bottom), (_, left, right) = drawn.row_axis, drawn.column_axis
    places = ((left + (right - left) * c / (columns - 1), top + (bottom - top) * r / (rows - 1)) for r, c in points)
    return [weight for place in places for weight in place]


def test_the_map_has_the_way_and_an_arrow_for_the_next_step(lab: GradientDescentLab) -> None:
    for name, value in {"surface": "bowl", "start": [-2, 1], "learning_rate": 0.5, "steps": 2}.items():
        lab.set(name, value)
    # In the bowl η = ½ halves both weights.
    assert trail(lab, "map", "SGD") == pytest.approx([-2, 1, -1, 0.5, -0.5, 0.25])
    assert trail(lab, "map", "next step") == pytest.approx([-0.5, 0.25, -0.25, 0.125])
    lab.set("race", "all five")
    drawn = lab.read("map")
    assert isinstance(drawn, Picture)
    assert tuple(each.label for each in drawn.trails) == OPTIMIZERS


def test_clipping_is_a_shorter_arrow_in_the_same_direction(lab: GradientDescentLab) -> None:
    for name, value in {
        "surface": "bowl",
        "start": [1.2, 1.6],
        "learning_rate": 0.5,
        "steps": 0,
        "clipnorm": 1,
    }.items():
        lab.set(name, value)
    # The bowl's gradient is w itself, here 2 long; clipped it is (0.6, 0.8), and η halves that.
    assert trail(lab, "arrows", "−∂w") == pytest.approx([1.2, 1.6, 0, 0], abs=1e-9)
    assert trail(lab, "arrows", "−∂w clipped") == pytest.approx([1.2, 1.6, 0.6, 0.8])
    assert trail(lab, "arrows", "step −η·∂w") == pytest.approx([1.2, 1.6, 0.9, 1.2])


def test_the_hill_has_its_tangent_and_its_step(lab: GradientDescentLab) -> None:
    lab.set("w", -1)
    lab.set("learning_rate", 0.1)
    hill = lab.read("hill")
    assert isinstance(hill, Curve)
    f, tangent, step = hill.series
    assert hill.marker == (-1, 16)
    # f′(−1) = 2·(−1 − 3) = −8; the step goes to −1 + 0.1·8 = −0.2, where f is 3.2².
    assert np.diff(tangent.ys) / np.diff(tangent.xs) == pytest.approx([-8, -8])
    assert (tangent.xs[1], tangent.ys[1]) == (-1, 16)
    assert (step.xs, step.ys) == (pytest.approx((-1, -0.2)), pytest.approx((16, 10.24)))
    assert step.tells == ("new_w",)
    assert min(f.ys) == pytest.approx(0, abs=1e-9)


def test_the_schedules_are_seen_beside_each_other(lab: GradientDescentLab) -> None:
    for name, value in {
        "schedule": "exponential", "learning_rate": 0.4, "decay_rate": 0.5, "decay_steps": 10, "steps": 20,
    }.items():  # fmt: skip
        lab.set(name, value)
    rates = lab.read("rates")
    assert isinstance(rates, Curve)
    at_20 = {line.label: line.ys[20] for line in rates.series}
    # 0.4·0.5², 0.4, 0.4 / (1 + 0.5·2), the end of the cosine
    assert at_20 == pytest.approx({"exponential": 0.1, "constant": 0.4, "inverse time": 0.2, "cosine": 0}, abs=1e-7)
    assert [line.kind for line in rates.series] == ["line", "ghost", "ghost", "ghost"]
    assert rates.marker == (20, pytest.approx(0.1))
    # While η is asked for, its line is seen as far as the first decay: 0.4 to 0.2.
    assert rates.series[0].ys[rates.series[0].known - 1] == pytest.approx(0.2)


def test_each_epoch_takes_every_row_once_in_batches(lab: GradientDescentLab) -> None:
    for name, value in {"rows": 23, "batch_size": 6, "epochs": 3}.items():
        lab.set(name, value)
    drawn = lab.read("epoch_map")
    assert isinstance(drawn, Picture)
    first, *epochs = ([v for row in tile.values for v in row if not math.isnan(v)] for tile in drawn.tiles)
    assert sum(first) == 6
    assert len(epochs) == 3
    for epoch in epochs:
        # 6 + 6 + 6 and the 5 that are left
        assert [epoch.count(batch) for batch in (1, 2, 3, 4)] == [6, 6, 6, 5]
    assert [v == 1 for v in epochs[0]] == [v == 1 for v in first]
    assert epochs[0] != epochs[1], "the rows are shuffled anew"
    assert {tile.tells for tile in drawn.tiles[1:]} == {("counts",)}


def test_while_the_question_is_open_a_way_has_only_its_start(lab: GradientDescentLab) -> None:
    seen = without_told(lab.read("map"), lab, {"loss"})  # type: ignore[arg-type]
    assert isinstance(seen, Picture)
    assert [len(each.points) for each in seen.trails if each.is_there] == [1]
