"""The dropout lab: masks and their scale, evaluation, every thinned network, and training from many seeds."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.dropout.lab import DropoutLab, drawn_masks
from tutor.labs.dropout.survey import MEASURES, SEEDS, Survey, noisy_drawings
from tutor.labs.kit.charts import Bars, DotPlot
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed, numbers_in
from tutor.labs.kit.readouts import Covered, Graph, Picture, Table, Vector
from tutor.training.run import start_inline


@pytest.fixture
def lab() -> DropoutLab:
    return DropoutLab()


def values(lab: DropoutLab, name: str) -> np.ndarray:
    readout = lab.read(name)
    assert isinstance(readout, Vector)
    return np.array(readout.values)


@pytest.fixture(scope="module")
def surveyed() -> DropoutLab:
    lab = DropoutLab()
    lab.press("try_seeds")
    return lab


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5, 0.9])
def test_masks_are_nought_or_scaled_and_one_on_average(rate: float) -> None:
    masks = drawn_masks(3, 50, rate, 0, 4000)
    assert set(np.unique(masks.round(9))) == {0.0, round(1 / (1 - rate), 9)}
    # 200,000 draws: four standard errors of the mean of a scaled mask.
    assert masks.mean() == pytest.approx(1.0, abs=4 * math.sqrt(rate / (1 - rate) / masks.size))


def test_the_masks_go_on_where_the_last_ones_ended() -> None:
    together = drawn_masks(1, 4, 0.5, 0, 600)
    assert np.array_equal(drawn_masks(1, 4, 0.5, 250, 20), together[250:270])
    assert not np.array_equal(drawn_masks(2, 4, 0.5, 0, 600), together)


def test_what_stays_is_divided_by_what_is_left(lab: DropoutLab) -> None:
    lab.set("rate", 0.25)
    lab.set("h", [3, 3, 3, 3])
    seen = set()
    for _ in range(30):
        lab.press("next_mask")
        seen |= set(values(lab, "out").round(9))
    assert seen == {0.0, 4.0}


def test_in_evaluation_nothing_falls_and_nothing_is_scaled(lab: DropoutLab) -> None:
    lab.set("mode", "evaluation")
    assert values(lab, "mask").tolist() == [1, 1, 1, 1]
    # 0.5·2 − 1·1 + 0.25·4 + 0.5·3 − 1
    assert lab.lookup("z") == pytest.approx(1.5)
    assert lab.lookup("y") == pytest.approx(1 / (1 + math.exp(-1.5)))
    for rate in (0.0, 0.3, 0.9):
        lab.set("rate", rate)
        assert lab.lookup("z") == pytest.approx(1.5)


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_a_linear_average_is_the_evaluation_and_a_bent_one_is_not(lab: DropoutLab, rate: float) -> None:
    lab.set("rate", rate)
    h, w, b = lab.vector("h"), lab.vector("w"), lab.number("b")
    z_average = y_average = 0.0
    for kept in itertools.product((0, 1), repeat=4):
        chance = math.prod(1 - rate if k else rate for k in kept)
        z = float(sum(w * h * np.array(kept)) / (1 - rate) + b)
        z_average += chance * z
        y_average += chance / (1 + math.exp(-z))
    assert values(lab, "all_masks") == pytest.approx([z_average, y_average], abs=1e-12)
    assert z_average == pytest.approx(1.5)
    assert lab.lookup("exact") == ("no" if rate else "yes")
    lab.set("activation", "linear")
    assert lab.lookup("exact") == "yes"


def test_masks_that_were_drawn_come_near_the_average_over_all(lab: DropoutLab) -> None:
    lab.set("masks", 10_000)
    lab.set("seed", 5)
    assert values(lab, "sampled") == pytest.approx(values(lab, "all_masks"), abs=0.1)
    lab.set("masks", 1)
    first = lab.read("networks")
    assert isinstance(first, Table)
    assert tuple(values(lab, "sampled").round(9)) in {(round(r[2], 9), round(r[3], 9)) for r in first.rows}  # type: ignore[arg-type]


def test_there_are_sixteen_networks_and_their_chances_sum_to_one(lab: DropoutLab) -> None:
    lab.set("rate", 0.3)
    table = lab.read("networks")
    assert isinstance(table, Table)
    assert len({row[0] for row in table.rows}) == 16
    assert sum(float(row[1]) for row in table.rows) == pytest.approx(1.0)
    assert lab.lookup("networks[1.34][chance]") == pytest.approx(0.7**3 * 0.3)
    assert lab.lookup("networks[....][z]") == -1
    lab.set("units", 4)
    assert lab.lookup("thinned") == 16


def test_the_picture_shows_the_masks_to_come(lab: DropoutLab) -> None:
    lab.set("rate", 0)
    lab.set("units", 7)
    picture = lab.read("falls")
    assert isinstance(picture, Picture)
    assert all(row == (1.0,) * 7 for row in picture.tiles[0].values)
    lab.set("rate", 0.9)
    before = lab.read("falls")
    lab.press("next_mask")
    after = lab.read("falls")
    assert isinstance(before, Picture)
    assert isinstance(after, Picture)
    assert after.tiles[0].values[0] == before.tiles[0].values[1]
    assert lab.lookup("fallen") == after.tiles[0].values[0].count(0.0)


def test_the_microscope_goes_from_the_output_to_the_rate(lab: DropoutLab) -> None:
    assert "out[0]" in [cell.label for cell in why(lab, "z").operands]
    assert [cell.label for cell in why(lab, "out[1]").operands] == ["h[0]", "mask[0]"]
    assert [cell.label for cell in why(lab, "mask[1]").operands] == ["rate"]
    with pytest.raises(LookupFailed, match="counted, timed or drawn"):
        why(lab, "sampled[z]")


@pytest.mark.parametrize("rate", [0, 0.9])
@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
def test_the_extremes_are_finite(lab: DropoutLab, rate: float, activation: str) -> None:
    for name, value in (("rate", rate), ("activation", activation), ("units", 32), ("mask_number", 1000)):
        lab.set(name, value)
    lab.set("h", [10, -10, 10, 10])
    lab.set("w", [10, 10, 10, -10])
    for name in set(lab.readout_names()) - {"survey"}:
        assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), name
    lab.press("next_mask")
    assert lab.number("mask_number") == 1


def test_the_letters_network_drops_after_its_convolutions(lab: DropoutLab) -> None:
    table = lab.read("letters")
    assert isinstance(table, Table)
    assert [(row[0], row[1]) for row in table.rows] == [
        ("after conv2d", 0.25), ("after conv2d_1", 0.25), ("after conv2d_2", 0.4), ("after dense", 0.3),
    ]  # fmt: skip


def test_units_trained_with_dropout_do_without_each_other(surveyed: DropoutLab) -> None:
    assert surveyed.lookup("sturdier") == "with"
    assert surveyed.lookup("always_sturdier") == "yes"
    assert surveyed.lookup("always_better") == "no"
    on, on_without = (surveyed.lookup(f"survey[new_{which}][mean]") for which in ("with", "without"))
    assert isinstance(on, float)
    assert isinstance(on_without, float)
    assert surveyed.lookup("better") == ("with" if on > on_without else "without")
    lowest = surveyed.lookup("survey[half_off_with][lowest]")
    highest = surveyed.lookup("survey[half_off_without][highest]")
    assert isinstance(lowest, float)
    assert isinstance(highest, float)
    assert lowest > highest
    assert surveyed.lookup("survey[taught_without][lowest]") == 1.0


def test_in_a_whole_network_one_pass_is_close_to_the_average_over_masks(surveyed: DropoutLab) -> None:
    for place in ("mean", "lowest", "highest"):
        one, average = (surveyed.lookup(f"survey[{name}_with][{place}]") for name in ("new", "20_masks"))
        assert one == pytest.approx(average, abs=0.03)
        # Without dropout there is nothing to average.
        assert surveyed.lookup(f"survey[20_masks_without][{place}]") == surveyed.lookup(f"survey[new_without][{place}]")


def test_a_survey_is_kept_and_handed_to_a_twin(surveyed: DropoutLab) -> None:
    twin = surveyed.twin()
    assert twin.read("survey") == surveyed.read("survey")
    assert twin.read("status") == surveyed.read("status")
    assert not twin.busy


def test_rate_nought_is_no_survey(lab: DropoutLab) -> None:
    lab.set("rate", 0)
    with pytest.raises(ControlError, match="the same network"):
        lab.press("try_seeds")
    for name in ("status", "sturdier", "always_sturdier", "better", "always_better"):
        assert lab.lookup(name) == "not tried yet"


def test_a_survey_that_is_closed_keeps_whole_pairs() -> None:
    survey = Survey(start_inline, 0.5, [(1.0,) * len(MEASURES)] * 3)
    assert survey.busy
    survey.close()
    assert not survey.busy
    with_it, without = survey.measured("new")
    assert len(with_it) == len(without) == 1 < SEEDS


def test_the_new_drawings_are_not_the_taught_ones() -> None:
    (taught, labels), (new, _) = noisy_drawings(4, 0), noisy_drawings(4, 1)
    assert taught.shape == (20, 25)
    assert labels.sum(axis=0).tolist() == [4] * 5
    assert not np.array_equal(taught, new)


def test_the_pictures_of_a_mask_show_what_falls_and_what_is_scaled() -> None:
    lab = DropoutLab()
    for name, value in {"rate": 0.5, "h": (2, 1, 4, 3), "w": (1, -1, 2, 1), "b": 1, "activation": "linear"}.items():
        lab.set(name, value)
    kept = np.array([float(lab.lookup(f"mask[{unit}]")) > 0 for unit in "1234"])
    out = np.where(kept, 2 * np.array([2, 1, 4, 3]), 0)
    bars, graph, dots = lab.read("masked"), lab.read("thinned_network"), lab.read("averaged")
    assert isinstance(bars, Bars)
    assert [list(panel.values) for panel in bars.panels] == [[2, 1, 4, 3], (2.0 * kept).tolist(), out.tolist()]
    assert bars.panels[2].before == (2, 1, 4, 3)
    assert isinstance(graph, Graph)
    assert [node.value for node in graph.columns[1]] == out.tolist()
    assert [node.mark == "used" for node in graph.columns[1]] == kept.tolist()
    assert graph.columns[2][0].value == out @ [1, -1, 2, 1] + 1
    assert isinstance(dots, DotPlot)
    # Off, on, and the mean of the two by chance
    assert [(*row.values, row.mean) for row in dots.rows] == [(0, 4, 2), (0, 2, 1), (0, 8, 4), (0, 6, 3)]


def test_the_dots_of_the_networks_and_of_averages() -> None:
    lab = DropoutLab()
    lab.set("rate", 0.25)
    dots, chances, settling = lab.read("z_of_all"), lab.read("chances"), lab.read("settling")
    assert isinstance(dots, DotPlot)
    assert isinstance(chances, Bars)
    z = [2 * k[0] * 0.5 - k[1] + k[2] + 1.5 * k[3] for k in itertools.product((4 / 3, 0), repeat=4)]
    p = [math.prod(0.75 if k else 0.25 for k in kept) for kept in itertools.product((1, 0), repeat=4)]
    assert dots.rows[0].values == pytest.approx([each - 1 for each in z])
    assert dots.rows[0].mean == pytest.approx(sum(a * b for a, b in zip(p, z, strict=True)) - 1)
    assert [v for panel in chances.panels for v in panel.values] == pytest.approx(p)
    assert isinstance(settling, DotPlot)
    # The average of all 2,000 masks stands in the last row.
    lab.set("masks", 2000)
    assert settling.rows[2].mean == pytest.approx(lab.lookup("sampled[y]"))
    spreads = [row.spread or 0.0 for row in settling.rows]
    assert spreads[0] > 2 * spreads[1] > 4 * spreads[2]


def test_what_is_asked_is_covered_in_the_pictures_of_the_mask() -> None:
    lab = DropoutLab()
    graph = without_covered(lab.read("thinned_network"), lab, ("out", "z"))  # type: ignore[arg-type]
    assert isinstance(graph, Graph)
    covered = [[isinstance(node.value, Covered) for node in column] for column in graph.columns]
    assert covered == [[False] * 4, [True] * 4, [True]]
    dots = without_covered(lab.read("averaged"), lab, ("expected",))  # type: ignore[arg-type]
    assert isinstance(dots, DotPlot)
    assert all(isinstance(row.mean, Covered) for row in dots.rows)
