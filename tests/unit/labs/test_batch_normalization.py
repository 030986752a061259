"""The batch normalization lab: every stage by hand, undone, remembered, a batch of one, and a stack of layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.engine.parameters import initial_theta, views
from tutor.labs.batch_normalization.lab import BatchNormalizationLab, activations, stack
from tutor.labs.kit.charts import Bars, DotPlot
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import Covered, Curve, Matrix, Picture, Table, Vector


@pytest.fixture
def lab() -> BatchNormalizationLab:
    return BatchNormalizationLab()


def values(lab: BatchNormalizationLab, name: str) -> np.ndarray:
    readout = lab.read(name)
    assert isinstance(readout, Vector | Matrix)
    return np.array(readout.values)


def test_a_batch_by_hand(lab: BatchNormalizationLab) -> None:
    # A: 1, 3, 5, 7. B: 20, −10, 30, 0.
    assert lab.lookup("mean[A]") == pytest.approx(4)
    assert lab.lookup("variance[A]") == pytest.approx((9 + 1 + 1 + 9) / 4)
    assert lab.lookup("variance[B]") == pytest.approx((100 + 400 + 400 + 100) / 4)
    assert lab.lookup("x_hat[1][A]") == pytest.approx(-3 / math.sqrt(5.001))
    lab.set("gamma", [2, 1, 1])
    lab.set("beta", [10, 0, 0])
    assert lab.lookup("y[4][A]") == pytest.approx(2 * 3 / math.sqrt(5.001) + 10)


def test_each_unit_comes_to_mean_nought_and_spread_one_but_for_epsilon(lab: BatchNormalizationLab) -> None:
    x_hat, variance = values(lab, "x_hat"), values(lab, "variance")
    assert x_hat.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-12)
    assert x_hat.var(axis=0) == pytest.approx(variance / (variance + 0.001))
    # C is so quiet that ε takes a sixth of its variance away.
    assert x_hat.var(axis=0)[2] == pytest.approx(5 / 6)


def test_another_unit_is_not_moved(lab: BatchNormalizationLab) -> None:
    before = values(lab, "x_hat")
    rows = [list(row) for row in lab.vector("X").tolist()]
    rows[2][0] = 99.0
    lab.set("X", rows)
    after = values(lab, "x_hat")
    assert np.array_equal(before[:, 1:], after[:, 1:])
    assert not np.isclose(before[:, 0], after[:, 0]).any()


def test_gamma_and_beta_undo_it(lab: BatchNormalizationLab) -> None:
    lab.set("epsilon", 0.5)
    lab.press("undo")
    assert values(lab, "y") == pytest.approx(lab.vector("X"), abs=1e-9)
    lab.press("plain")
    assert values(lab, "y") == pytest.approx(values(lab, "x_hat"))


def test_it_changes_no_correlation(lab: BatchNormalizationLab) -> None:
    a, b = lab.vector("X")[:, 0], lab.vector("X")[:, 1]
    expected = float(np.corrcoef(a, b)[0, 1])
    assert abs(expected) > 0.1
    assert values(lab, "correlation") == pytest.approx([expected, expected])


def test_moving_averages_keep_99_parts_of_a_hundred(lab: BatchNormalizationLab) -> None:
    assert values(lab, "moving_mean").tolist() == [0, 0, 0]
    assert values(lab, "moving_variance").tolist() == [1, 1, 1]
    lab.press("step")
    assert lab.lookup("moving_mean[B]") == pytest.approx(0.01 * 10)
    assert lab.lookup("moving_variance[B]") == pytest.approx(0.99 + 0.01 * 250)
    assert lab.lookup("next_mean[B]") == pytest.approx(0.99 * 0.1 + 0.01 * 10)
    lab.set("steps", 300)
    assert lab.lookup("moving_mean[B]") == pytest.approx(10 * (1 - 0.99**300))
    assert lab.lookup("arrived") == pytest.approx(1 - 0.99**300)
    assert lab.lookup("missing") == pytest.approx(0.99**300)
    curve = lab.read("moving")
    assert isinstance(curve, Curve)
    assert curve.series[0].ys[0] == 0
    assert curve.series[0].xs[-1] == 300
    assert curve.series[0].ys[-1] == pytest.approx(4 * (1 - 0.99**300))


def test_inference_asks_the_averages_and_training_the_batch(lab: BatchNormalizationLab) -> None:
    lab.set("mode", "inference")
    assert lab.lookup("y[2][B]") == pytest.approx(-10 / math.sqrt(1.001))
    # Alone or with others: at inference a row is what it is.
    lab.set("batch_size", 2)
    assert lab.lookup("y[2][B]") == pytest.approx(-10 / math.sqrt(1.001))
    lab.set("mode", "training")
    assert lab.lookup("y[2][B]") == pytest.approx(-15 / math.sqrt(225.001))


def test_a_batch_of_one_says_nothing_of_its_input(lab: BatchNormalizationLab) -> None:
    lab.set("batch_size", 1)
    lab.set("beta", [3, -1, 0])
    for x in (1.0, -50.0):
        lab.set("X", [[x, x, x], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
        assert values(lab, "y").tolist() == [[3, -1, 0]]
        assert values(lab, "variance").tolist() == [0, 0, 0]


def test_the_sums_on_the_way(lab: BatchNormalizationLab) -> None:
    assert lab.lookup("sums[A]") == 16
    assert lab.lookup("squares[A]") == pytest.approx(20)
    assert lab.lookup("without_epsilon") == pytest.approx(-3 / math.sqrt(5))
    lab.set("batch_size", 1)
    assert lab.lookup("without_epsilon") == 0


def test_small_weights_fade_and_large_ones_explode_unless_normalized(lab: BatchNormalizationLab) -> None:
    def last(stddev: float, activation: str) -> tuple[float, ...]:
        lab.set("stddev", stddev)
        lab.set("activation", activation)
        return tuple(values(lab, "last_spread").tolist())

    assert last(0.05, "tanh")[0] < 1e-5
    assert lab.lookup("fading") == "without"
    # The standard deviation of tanh of a standard normal number is 0.628.
    assert last(0.05, "tanh")[1] == pytest.approx(0.628, abs=0.03)
    assert last(1.0, "relu")[0] > 1e4
    assert lab.lookup("fading") == "neither"
    # And that of relu: √(½ − 1/(2π)) = 0.584.
    assert last(1.0, "relu")[1] == pytest.approx(0.584, abs=0.04)


def test_both_stacks_have_the_same_weights_and_inputs() -> None:
    plain, normalized = stack(False, 3, "tanh", 0.1, 4), stack(True, 3, "tanh", 0.1, 4)
    mine, theirs = (views(spec, initial_theta(spec)) for spec in (plain, normalized))
    assert all(np.array_equal(mine[f"{name}.kernel"], theirs[f"{name}.kernel"]) for name in ("dense", "dense_2"))
    assert len(activations(plain)) == len(activations(normalized)) == 3


def test_the_picture_counts_every_activation(lab: BatchNormalizationLab) -> None:
    picture, table = lab.read("shapes"), lab.read("spreads")
    assert isinstance(picture, Picture)
    assert isinstance(table, Table)
    assert len(table.rows) == 10
    for tile in picture.tiles:
        assert np.array(tile.values).sum(axis=1) == pytest.approx(np.ones(10))


def test_the_microscope_goes_back_step_by_step(lab: BatchNormalizationLab) -> None:
    lab.set("steps", 2)
    third = why(lab, "next_mean[A]")
    assert "moving_means[2,0]" in [cell.label for cell in third.operands]
    assert "mean[0]" in [cell.label for cell in third.operands]
    assert third.value == pytest.approx(4 * (1 - 0.99**3))
    assert next(cell.label for cell in why(lab, "variance[C]").operands) == "X[0,2]"


@pytest.mark.parametrize("batch", [[[0, 0, 0]] * 4, [[100, -100, 100]] * 2 + [[-100, 100, 100]] * 2])
@pytest.mark.parametrize("size", [1, 4])
def test_the_extremes_are_finite(lab: BatchNormalizationLab, batch: list[list[float]], size: int) -> None:
    for name, value in (
        ("X", batch), ("batch_size", size), ("epsilon", 1e-7), ("momentum", 0), ("steps", 1000), ("depth", 12),
        ("stddev", 2), ("activation", "relu"),
    ):  # fmt: skip
        lab.set(name, value)
    lab.press("undo")
    lab.press("step")
    assert lab.number("steps") == 1000
    for name in lab.readout_names():
        assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), name


def test_what_is_kept_between_keys_follows_every_control(lab: BatchNormalizationLab) -> None:
    lab.read("y")
    lab.set("epsilon", 1)
    assert lab.lookup("x_hat[1][A]") == pytest.approx(-3 / math.sqrt(6))
    before = lab.read("last_spread")
    lab.set("seed", 7)
    assert lab.read("last_spread") != before


def test_a_state_is_gone_back_to(lab: BatchNormalizationLab) -> None:
    lab.set("steps", 12)
    lab.press("undo")
    other = BatchNormalizationLab()
    other.restore(lab.state())
    assert all(other.read(name) == lab.read(name) for name in lab.readout_names())


def test_the_dots_of_a_unit_at_every_stage() -> None:
    lab = BatchNormalizationLab()
    lab.set("gamma", [2, 1, 1])
    lab.set("beta", [-1, 0, 0])
    x = np.array(lab.get("X"))[:, 0]
    x_hat = (x - x.mean()) / np.sqrt(x.var() + 0.001)
    stages, scaled, modes = (lab.read(name) for name in ("stages", "scaled_stages", "modes"))
    assert isinstance(stages, DotPlot)
    assert isinstance(scaled, DotPlot)
    assert isinstance(modes, DotPlot)
    wanted = {"A: x": x, "x − mean": x - x.mean(), "x̂": x_hat, "y": 2 * x_hat - 1}
    for row in (*stages.rows, *scaled.rows):
        assert row.values == pytest.approx(wanted[row.label])
    assert stages.rows[0].mean == x.mean()
    assert stages.rows[0].spread == pytest.approx(np.sqrt(x.var() + 0.001))
    assert modes.rows[1].values == pytest.approx(2 * x_hat - 1)
    # No step was taken: moving mean 0, moving variance 1.
    assert modes.rows[2].values == pytest.approx(2 * x / np.sqrt(1.001) - 1)
    lab.set("mode", "inference")
    assert lab.lookup("scaled_stages[y][1]") == pytest.approx(2 * x[0] / np.sqrt(1.001) - 1)


def test_distances_averages_and_spreads_as_bars() -> None:
    lab = BatchNormalizationLab()
    lab.set("steps", 2)
    x = np.array(lab.get("X"))
    distances, way, spreads = (lab.read(name) for name in ("distances", "on_the_way", "spread_bars"))
    assert isinstance(distances, Bars)
    away = x[:, 0] - x[:, 0].mean()
    assert [panel.values for panel in distances.panels] == [pytest.approx(away), pytest.approx(away**2)]
    assert isinstance(way, Bars)
    for panel, steps in zip(way.panels, (2, 3), strict=True):
        assert panel.before == pytest.approx(x.mean(axis=0))
        assert panel.values == pytest.approx((1 - 0.99**steps) * x.mean(axis=0))
    assert isinstance(spreads, Bars)
    table = lab.read("spreads")
    assert isinstance(table, Table)
    assert [panel.values for panel in spreads.panels] == [tuple(row[k] for row in table.rows) for k in (1, 2)]


def test_what_is_asked_is_covered_among_the_dots_and_bars() -> None:
    lab = BatchNormalizationLab()
    dots = without_covered(lab.read("stages"), lab, ("x_hat", "deviation"))  # type: ignore[arg-type]
    assert isinstance(dots, DotPlot)
    assert [[isinstance(v, Covered) for v in row.values] for row in dots.rows] == [[False] * 4, [False] * 4, [True] * 4]
    assert isinstance(dots.rows[0].spread, Covered)
    assert not isinstance(dots.rows[0].mean, Covered)
    bars = without_covered(lab.read("spread_bars"), lab, ("later_with", "later_without"))  # type: ignore[arg-type]
    assert isinstance(bars, Bars)
    for panel in bars.panels:
        assert [isinstance(v, Covered) for v in panel.values] == [False] + [True] * 9
