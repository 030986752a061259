"""A curve while the number at its mark is covered."""

from __future__ import annotations

from tutor.course.covered_drawing import without_covered_point
from tutor.labs.kit.readouts import Curve
from tutor.labs.neuron import NeuronLab


def test_the_mark_and_the_point_at_a_covered_number_are_left_out() -> None:
    lab = NeuronLab()
    lab.set("b", -1.0)  # z = 1·1 + 1·2 − 1
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    assert curve.marker is not None
    assert curve.marker[0] == 2
    veiled = without_covered_point(curve, lab, {"y"})
    assert veiled.marker is None
    assert min(abs(x - 2) for x in veiled.series[0].xs) > 0.1
    assert len(veiled.series[0].xs) == len(curve.series[0].xs) - 1
    assert without_covered_point(curve, lab, {"weighted_sum"}) is curve
    assert without_covered_point(curve, lab, ()) is curve
