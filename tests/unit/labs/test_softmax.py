"""The softmax lab against values worked by hand, and at the ends of its controls."""

from __future__ import annotations

import itertools
import math

import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.kit.charts import Bars, DotPlot
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Covered, Table, Vector
from tutor.labs.softmax import SoftmaxLab


@pytest.fixture
def lab() -> SoftmaxLab:
    return SoftmaxLab()


def values(lab: SoftmaxLab, name: str) -> tuple[float, ...]:
    readout = lab.read(name)
    assert isinstance(readout, Vector)
    return readout.values


def test_the_worked_case_of_three_logits(lab: SoftmaxLab) -> None:
    assert values(lab, "p") == pytest.approx((0.659001, 0.242433, 0.098566), abs=5e-7)
    assert lab.lookup("p_sum") == pytest.approx(1.0, abs=1e-12)
    assert lab.lookup("winner") == "A"


@pytest.mark.parametrize("shift", [-1000, -1, 20, 88.8, 1000])
def test_adding_the_same_to_all_changes_no_probability(lab: SoftmaxLab, shift: float) -> None:
    before = values(lab, "p")
    lab.set("shift", shift)
    assert values(lab, "p") == pytest.approx(before, abs=1e-12)


@pytest.mark.parametrize(
    ("shift", "outcome"),
    [
        (0, "numbers"),
        (86.2, "numbers"),
        (86.5, "inf"),
        (86.8, "inf"),
        (1000, "inf"),
        (-90, "numbers"),
        (-1000, "nothing but 0"),
    ],
)
def test_the_formula_as_it_stands_overflows_above_the_logarithm_of_the_largest_float32(
    lab: SoftmaxLab, shift: float, outcome: str
) -> None:
    # The largest float32 is 3.403e38. e^88.2·(1 + e^−1 + e^−1.9) = 3.06e38 fits; of e^88.5 only the sum does not.
    lab.set("shift", shift)
    assert lab.lookup("naive_outcome") == outcome
    assert lab.lookup("limit") == pytest.approx(128 * math.log(2), abs=1e-6)


def test_where_only_the_sum_overflows_the_naive_shares_are_no_use_either(lab: SoftmaxLab) -> None:
    lab.set("logits", (88.5, 88.5, 88.5))
    naive = lab.read("naive")
    assert isinstance(naive, Table)
    assert naive.rows[0][1] == pytest.approx(math.exp(88.5), rel=1e-5)
    assert naive.rows[0][2] == 0
    assert lab.lookup("naive_outcome") == "inf"
    assert values(lab, "p") == pytest.approx((1 / 3,) * 3)


def test_naive_words_are_those_that_a_framework_prints(lab: SoftmaxLab) -> None:
    lab.set("logits", (1000, 1, 0))
    naive = lab.read("naive")
    assert isinstance(naive, Table)
    assert naive.rows[0][1:] == ("inf", "nan")
    assert naive.rows[1][1:] == (pytest.approx(math.e), 0)


@pytest.mark.parametrize(("temperature", "sharper"), [(0.5, True), (2.0, False)])
def test_temperature_divides(lab: SoftmaxLab, temperature: float, sharper: bool) -> None:
    before = lab.lookup("top")
    lab.set("temperature", temperature)
    assert values(lab, "scaled") == pytest.approx((2 / temperature, 1 / temperature, 0.1 / temperature))
    assert (lab.lookup("top") > before) is sharper  # type: ignore[operator]
    assert lab.lookup("winner") == "A"


def test_softmax_twice_never_gets_above_e_over_e_plus_two(lab: SoftmaxLab) -> None:
    lab.set("logits", (1000, 0, 0))
    assert values(lab, "p") == (1, 0, 0)
    assert lab.lookup("twice_top") == pytest.approx(math.e / (math.e + 2))


def test_odds_depend_on_the_difference_alone(lab: SoftmaxLab) -> None:
    for third in (-50, 0, 7):
        lab.set("logits", (3, 1, third))
        assert lab.lookup("odds") == pytest.approx(math.exp(2))
        p = values(lab, "p")
        assert p[0] / p[1] == pytest.approx(math.exp(2))


def test_five_as_one_hot(lab: SoftmaxLab) -> None:
    row = "".join(f"{lab.lookup(f'one_hot[label][{digit}]'):g}" for digit in range(10))
    assert row == "0000010000"


def test_any_two_labels_are_equally_far_apart(lab: SoftmaxLab) -> None:
    for digit, other in itertools.permutations(range(10), 2):
        lab.set("digit", digit)
        lab.set("other", other)
        assert lab.lookup("as_one_hot") == 2
        assert lab.lookup("as_numbers") == (digit - other) ** 2


def test_probabilities_are_finite_at_the_ends_of_every_control(lab: SoftmaxLab) -> None:
    for logits in itertools.product((-1000, 1000), repeat=3):
        for shift, temperature in itertools.product((-1000, 1000), (0.05, 100)):
            lab.set("logits", logits)
            lab.set("shift", shift)
            lab.set("temperature", temperature)
            assert sum(values(lab, "p")) == pytest.approx(1)
            for name in lab.readout_names():
                lab.read(name)


def test_a_temperature_of_nothing_is_refused(lab: SoftmaxLab) -> None:
    with pytest.raises(ControlError, match="lies from"):
        lab.set("temperature", 0)


def test_a_restored_lab_shows_the_same(lab: SoftmaxLab) -> None:
    lab.set("logits", (1, -2, 3))
    lab.set("temperature", 4)
    again = SoftmaxLab()
    again.restore(lab.state())
    assert again.read("p") == lab.read("p")


def bars(lab: SoftmaxLab, name: str) -> dict[str, tuple[float, ...]]:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    return {panel.label: panel.values for panel in readout.panels}


def test_the_bars_go_from_scores_to_shares(lab: SoftmaxLab) -> None:
    drawn = bars(lab, "shares")
    assert drawn["z"] == (2, 1, 0.1)
    assert drawn["e^s"] == pytest.approx((7.389056, 2.718282, 1.105171), rel=1e-6)
    assert drawn["p"] == pytest.approx((7.389056 / 11.212509, 2.718282 / 11.212509, 1.105171 / 11.212509), abs=1e-6)
    lab.set("temperature", 2)
    lab.set("shift", 3)
    assert bars(lab, "scaled_shares")["(z + c) / T"] == pytest.approx((2.5, 2, 1.55))
    moved = bars(lab, "shifted_shares")
    assert moved["s − m"] == pytest.approx((0, -0.5, -0.95))
    assert moved["e^(s − m)"] == pytest.approx((1, 0.606531, 0.386741), abs=1e-6)


def test_what_overflows_is_drawn_as_infinite_beside_what_does_not(lab: SoftmaxLab) -> None:
    lab.set("shift", 1000)
    drawn = bars(lab, "naive_shares")
    assert drawn["e^s"] == (math.inf,) * 3
    assert all(map(math.isnan, drawn["e^s / Σ e^s"]))
    assert drawn["p"] == pytest.approx((0.659001, 0.242433, 0.098566), abs=1e-6)


def test_softmax_twice_is_drawn_as_flatter(lab: SoftmaxLab) -> None:
    lab.set("logits", (1000, 0, 0))
    drawn = bars(lab, "shares_twice")
    assert drawn["p"] == (1, 0, 0)
    assert drawn["softmax of p"] == pytest.approx((math.e / (math.e + 2), 1 / (math.e + 2), 1 / (math.e + 2)))


def test_labels_are_bars_at_their_places_and_dots_on_a_line(lab: SoftmaxLab) -> None:
    lab.set("digit", 3)
    lab.set("other", 9)
    drawn = bars(lab, "one_hot_bars")
    assert [values.index(1.0) for values in drawn.values()] == [3, 9]
    assert [sum(values) for values in drawn.values()] == [1, 1]
    line = lab.read("on_a_line")
    assert isinstance(line, DotPlot)
    assert line.rows[0].values == (3, 9)
    lab.set("other", 3)
    line = lab.read("on_a_line")
    assert isinstance(line, DotPlot)
    assert line.rows[0].values == (3,)


def test_a_covered_label_is_covered_in_its_bars_and_the_other_is_not(lab: SoftmaxLab) -> None:
    lab.set("digit", 3)
    lab.set("other", 5)
    drawing = lab.read("one_hot_bars")
    assert isinstance(drawing, Bars)
    seen = without_covered(drawing, lab, ("label_row",))
    assert isinstance(seen, Bars)
    label, other = seen.panels
    assert all(isinstance(value, Covered) for value in label.values)
    assert other.values == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0)


def test_covered_shares_are_covered_in_every_drawing(lab: SoftmaxLab) -> None:
    for name in ("shares", "scaled_shares", "naive_shares", "shares_twice"):
        drawing = lab.read(name)
        assert isinstance(drawing, Bars)
        seen = without_covered(drawing, lab, ("p",))
        assert isinstance(seen, Bars)
        assert [panel.label for panel in seen.panels if isinstance(panel.values[0], Covered)] == ["p"]


@pytest.mark.parametrize("shift", [0, 1000])
def test_what_overflows_is_covered_too_before_the_answer(lab: SoftmaxLab, shift: float) -> None:
    lab.set("shift", shift)
    drawing = lab.read("naive_shares")
    assert isinstance(drawing, Bars)
    seen = without_covered(drawing, lab, ("naive", "powers", "naive_p", "p"))
    assert isinstance(seen, Bars)
    assert [all(isinstance(value, Covered) for value in panel.values) for panel in seen.panels] == [
        False,
        True,
        True,
        True,
    ]
