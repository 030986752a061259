"""The network builder: counts by hand, the sources' networks, and what the neuron makes of a row."""

from __future__ import annotations

import pytest

from tutor.course.questions.typed_values import set_typed
from tutor.course.words.printed_page import Page
from tutor.course.words.readout_text import control_lines
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import control_shown, why
from tutor.labs.kit.readouts import Graph, Network
from tutor.labs.network_builder import NetworkBuilderLab


@pytest.fixture
def lab() -> NetworkBuilderLab:
    return NetworkBuilderLab()


@pytest.mark.parametrize(
    ("inputs", "units", "outputs", "parameters"),
    [
        (784, (), 10, 7_850),
        (784, (784, 32), 10, 640_890),
        (784, (512, 512), 10, 669_706),
        (25, (25, 20, 15, 10), 5, 1_700),
        (1, (), 1, 2),
    ],
)
def test_the_parameters_of_the_sources_networks(
    lab: NetworkBuilderLab, inputs: int, units: tuple[int, ...], outputs: int, parameters: int
) -> None:
    lab.set("inputs", inputs)
    lab.set("hidden", len(units))
    lab.set("units", [*units, *[1] * (4 - len(units))])
    lab.set("outputs", outputs)
    assert lab.lookup("parameters") == parameters
    assert lab.lookup("weights") + lab.lookup("biases") == parameters  # type: ignore[operator]
    assert lab.lookup("depth") == len(units) + 1


def test_the_picture_has_a_line_for_each_weight(lab: NetworkBuilderLab) -> None:
    lab.set("inputs", 3)
    lab.set("hidden", 1)
    lab.set("units", [5, 1, 1, 1])
    lab.set("outputs", 2)
    picture = lab.read("picture")
    assert isinstance(picture, Network)
    assert [(len(w), len(w[0])) for w in picture.weights] == [(3, 5), (5, 2)]
    # All inputs are 1 and the biases begin at 0: a unit holds the sum of its edges' weights, or 0 where that is less.
    sums = [sum(row[unit] for row in picture.weights[0]) for unit in range(5)]
    assert picture.layers[1].values == pytest.approx([max(0.0, z) for z in sums], abs=1e-6)
    lab.set("inputs", 784)
    assert lab.read("picture").weights == ()  # type: ignore[union-attr]


def test_a_count_says_what_it_is_made_of(lab: NetworkBuilderLab) -> None:
    assert why(lab, "parameters").numbers == "16 + 20 + 10"
    assert why(lab, "layers[hidden_2][all]").numbers == "16 + 4"
    assert why(lab, "layers[hidden_2][weights]").numbers == "4·4"


@pytest.mark.parametrize(("first", "gap", "examples"), [(2, 2, 4), (-5, 5, 5), (10, -5, 2), (3, 0, 3)])
def test_two_numbers_or_more_are_gone_on_with(lab: NetworkBuilderLab, first: float, gap: float, examples: int) -> None:
    lab.set("first", first)
    lab.set("gap", gap)
    lab.set("examples", examples)
    # Place p holds first + gap·(p − 1): the line has slope gap and stands at first − gap before the row.
    assert lab.lookup("line[w]") == pytest.approx(gap, abs=1e-4)
    assert lab.lookup("line[b]") == pytest.approx(first - gap, abs=1e-3)
    assert lab.lookup("next_number") == pytest.approx(first + gap * examples, abs=1e-3)


def test_one_number_leaves_the_gap_open(lab: NetworkBuilderLab) -> None:
    lab.set("examples", 1)
    # Right about what it saw, and yet not about the rest.
    assert lab.lookup("line[w]") + lab.lookup("line[b]") == pytest.approx(2.0, abs=1e-6)  # type: ignore[operator]
    assert abs(lab.lookup("next_number") - 4.0) > 0.5  # type: ignore[operator]


def test_only_the_hidden_layers_that_there_are_show_their_units(lab: NetworkBuilderLab) -> None:
    units = next(control for control in lab.value_controls() if control.name == "units")
    lab.set("hidden", 2)
    set_typed(lab, "units", ["7", "5"])
    assert lab.get("units") == (7, 5, 4, 4), "what was typed, and the places that are not shown as they were"
    control, value = control_shown(lab, units)
    assert control_lines(control, value, Page(), bounds=False) == ("units of hidden (units): [1] 7, [2] 5",)
    lab.set("hidden", 0)
    assert control_lines(*control_shown(lab, units), Page(), bounds=False) == ("units of hidden (units): none",)
    # All four can still be given at once, as lessons do.
    set_typed(lab, "units", ["1", "2", "3", "4"])
    assert lab.get("units") == (1, 2, 3, 4)
    with pytest.raises(ControlError, match="has 4 numbers; got 3"):
        set_typed(lab, "units", ["1", "2", "3"])


def test_the_learners_inputs_go_through_the_network(lab: NetworkBuilderLab) -> None:
    lab.set("inputs", 3)
    lab.set("hidden", 0)
    lab.set("outputs", 1)
    lab.set("x", [2, -1, 0.5, 4])
    picture = lab.read("picture")
    assert isinstance(picture, Network)
    assert picture.layers[0].values == (2, -1, 0.5)
    assert picture.layers[0].labels == ("x1", "x2", "x3")
    (first,), (second,), (third,) = picture.weights[0]
    assert picture.layers[1].values[0] == pytest.approx(2 * first - second + 0.5 * third, abs=1e-6)
    # Inputs beyond the fourth are 1.
    lab.set("inputs", 6)
    assert lab.read("picture").layers[0].values == (2, -1, 0.5, 4, 1, 1)  # type: ignore[union-attr]


def test_the_bars_of_the_parameters_are_the_counts(lab: NetworkBuilderLab) -> None:
    lab.set("inputs", 784)
    lab.set("units", [512, 512, 1, 1])
    lab.set("outputs", 10)
    bars = lab.read("parameter_bars")
    assert isinstance(bars, Bars)
    assert [panel.values for panel in bars.panels] == [(784 * 512, 512 * 512, 5120), (512, 512, 10)]
    assert {panel.high for panel in bars.panels} == {784 * 512}
    assert lab.lookup("parameter_bars[weights][h2]") == 512 * 512


def test_the_row_goes_on_in_bars_and_the_neuron_is_drawn_with_what_it_learned(lab: NetworkBuilderLab) -> None:
    lab.set("first", 3)
    lab.set("gap", -2)
    row = lab.read("row_bars")
    assert isinstance(row, Bars)
    assert row.panels[0].values == (3, 1, -1, -3, -5)
    # The line through (1, 3), (2, 1), …: w = −2, b = 5.
    learner = lab.read("learner")
    assert isinstance(learner, Graph)
    assert [edge.weight for edge in learner.edges] == pytest.approx([-2, 5], abs=1e-2)
    assert learner.columns[0][0].value == 5
    said = lab.read("rule_bars")
    assert isinstance(said, Bars)
    assert said.panels[0].values == pytest.approx((3, 1, -1, -3, -5, -7), abs=1e-2)
    assert said.panels[0].before == (3, 1, -1, -3, -5, -7)
    # After one example it is right about that one alone.
    lab.set("examples", 1)
    values = lab.read("rule_bars").panels[0].values  # type: ignore[union-attr]
    assert values[0] == pytest.approx(3, abs=1e-3)
    assert abs(values[1] - 1) > 0.5
