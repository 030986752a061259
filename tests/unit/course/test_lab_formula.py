"""Formulas over a lab's numbers: what they give, their bounds, and as a wrong answer of a lesson."""

from __future__ import annotations

import math

import pytest

from tutor.course.questions.formula_value import formula_value
from tutor.course.questions.lab_formula import DEEPEST, LONGEST_FORMULA, FormulaError, read_formula
from tutor.labs.kit.places import LookupFailed
from tutor.labs.neuron import NeuronLab


@pytest.fixture
def lab() -> NeuronLab:
    lab = NeuronLab()
    lab.set("x", [2, 3])
    lab.set("w", [5, 7])
    lab.set("b", -1)
    return lab


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x[1]·w[2] + x[2]·w[1]", 2 * 7 + 3 * 5),
        ("sum(x)*sum(w)", 5 * 12),
        ("sum(x·w) + b", 10 + 21 - 1),
        ("mean(w) / max(x) - min(x)", 6 / 3 - 2),
        ("-x[1]^2", -4),
        ("2^3^2", 512),
        ("2 − 3 − 4", -5),
        ("12/2/3", 2),
        ("1/(1 + exp(-b))", 1 / (1 + math.e)),
        ("sqrt(x[1]^2 + x[2]^2)", math.sqrt(13)),
        ("ln(exp(w[1]))", 5),
        ("floor(w[2] / x[1]) + floor(-w[2] / x[1])", 3 - 4),
        ("z + products[2]", 30 + 21),
        ("1.5e1 - layer_z[A]", 15 - 8),
    ],
)
def test_what_a_formula_gives(lab: NeuronLab, text: str, value: float) -> None:
    assert formula_value(read_formula(text), lab) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x[1] +", "missing at the end"),
        ("x[1] x[2]", "'x[2]' is not expected there"),
        ("(x[1]", "a bracket is not closed"),
        ("x[1] ? 2", "'? 2' is not understood"),
        ("norm(x)", "there is no function 'norm'; there are sum, mean"),
        ("__import__('os')", "not understood"),
        ("", "missing at the end"),
        ("1+" * LONGEST_FORMULA + "1", "at most"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), "inside each other"),
        ("-" * (DEEPEST + 1) + "1", "inside each other"),
    ],
)
def test_what_is_no_formula(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message.replace("(", r"\(").replace("[", r"\[").replace("?", r"\?")):
        read_formula(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "there is no readout or control 'nothing'"),
        ("x·w", "gives 2 numbers; sum, mean, max or min make one of them"),
        ("activation", "is a word"),
        ("x + layer_z", "the shapes 2 and 3 do not match"),
    ],
)
def test_what_the_lab_cannot_give(lab: NeuronLab, text: str, message: str) -> None:
    with pytest.raises(LookupFailed, match=message):
        formula_value(read_formula(text), lab)
