"""What each answer is told, against numbers worked out by hand for x = (2, 3), w = (0.5, −1), b = 1: z = −1."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from tutor.course.lessons.lesson import Misconception, Probe, Question
from tutor.course.questions.checking import check, compute, describe_answer, fill, right_answer
from tutor.course.questions.lab_formula import read_formula
from tutor.labs.catalog import lab_class
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.labs.neuron import NeuronLab

QUESTION = Question(
    ask="What is z for b = {b}?",
    answer=Probe("z"),
    explain="z is {z}.",
    hints=("Multiply.",),
    misconceptions=(
        Misconception(Probe("z", {"b": 0}), "The bias {b} is missing."),
        Misconception(Probe("slip", formula=read_formula("sum(x)·sum(w)")), "Each has its own weight."),
    ),
    tolerance=0.01,
)
CHOICE = Question(
    ask="b goes to 3. What does y do?",
    answer=Probe("y", {"b": 3}, against="y"),
    explain="y rises from {y:3}.",
    hints=("Look at z.",),
    misconceptions=(Misconception("equal", "b is part of z."),),
    choices={"greater": "It rises", "less": "It falls", "equal": "It stays"},
)


@pytest.fixture
def lab() -> NeuronLab:
    lab = NeuronLab()
    for name, value in (("x", [2, 3]), ("w", [0.5, -1]), ("b", 1), ("activation", "sigmoid")):
        lab.set(name, value)
    return lab


@pytest.mark.parametrize("text", ["-1", "−1", "-1,0", "-0.9901", "-1.0099", "-100%", "-2/2"])
def test_right_within_the_tolerance(lab: NeuronLab, text: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert verdict.correct
    assert verdict.message == "z is −1."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-2", "The bias 1 is missing."),
        ("-2.009", "The bias 1 is missing."),
        ("-2.5", "Each has its own weight."),
        ("-1.029", "Very close: the answer has to be within 0.01."),
        ("-0.971", "Very close: the answer has to be within 0.01."),
        ("-1.031", "Close. Keep four digits on the way, and round only at the end."),
        ("-0.91", "Go through it once more, or take a hint."),
        ("-1.2", "Go through it once more, or take a hint."),
        ("1", "The size is right, the sign is not. Or: 1 stands in the question; it is not yet the answer."),
    ],
)
def test_wrong_answers_are_told_why(lab: NeuronLab, text: str, message: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert not verdict.correct
    assert verdict.understood
    assert verdict.message == message


@pytest.mark.parametrize(("question", "text"), [(QUESTION, ""), (QUESTION, "minus one"), (CHOICE, ""), (CHOICE, "4")])
def test_what_is_no_answer_is_no_attempt(lab: NeuronLab, question: Question, text: str) -> None:
    verdict = check(question, text, lab)
    assert not verdict.correct
    assert not verdict.understood


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("-1", ""),
        ("-1,00", ""),
        ("-1.001", ""),
        ("-1,001", "read as −1.001"),
        ("2*0.5 - 3*1 + 1", "= −1"),
        ("−100 %", "= −1"),
        ("=ln(1/e)", "= −1"),
        ("ln 1/e", "= −1"),
        ("log 0.1", "= −1"),
    ],
)
def test_an_answer_is_right_in_any_of_its_readings(lab: NeuronLab, text: str, read_as: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert verdict.correct
    assert verdict.understood
    assert verdict.read_as == read_as
    assert verdict.message == "z is −1."


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("-1,234", "−1.234 or as −1 234"),
        ("-2,001", "−2.001 or as −2 001"),  # −2.001 is a known wrong number, but −2001 may be meant
        ("log 3", "write ln or log10"),
        ("ln 3/4", "brackets"),
    ],
)
def test_what_is_right_in_no_reading_is_asked_about(lab: NeuronLab, text: str, part: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert not verdict.correct
    assert not verdict.understood
    assert verdict.message.startswith(f"{text} can be read as ")
    assert part in verdict.message.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "message", "read_as"),
    [
        ("-1.234", "Go through it once more, or take a hint.", ""),
        ("2*0.5 - 3*1", "The bias 1 is missing.", "= −2"),
        ("(2+3)*(0.5-1)", "Each has its own weight.", "= −2.5"),
        ("-1.02*1", "Very close: the answer has to be within 0.01.", "= −1.02"),
        ("5 - 1 234", "Go through it once more, or take a hint.", "= −1 229"),
    ],
)
def test_a_wrong_answer_says_how_it_was_read(lab: NeuronLab, text: str, message: str, read_as: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert not verdict.correct
    assert verdict.understood
    assert verdict.message == message
    assert verdict.read_as.replace("\u00a0", " ") == read_as


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Type a number, such as 0.5 or 0,5, or arithmetic, such as 3*5 + 4."),
        ("half", "Type a number, such as 0.5 or 0,5, or arithmetic, such as 3*5 + 4: 'half' is not understood."),
        ("3*5+", "A number is missing after '3*5+'."),
        ("1/0", "Nothing can be divided by 0."),
        ("9^9^9^9", "The result is too large."),
    ],
)
def test_what_is_not_understood_is_said(lab: NeuronLab, text: str, message: str) -> None:
    verdict = check(QUESTION, text, lab)
    assert not verdict.understood
    assert verdict.message == message


COUNT = Question(
    ask="How many?",
    answer=Probe("parameters"),
    explain="{parameters}",
    hints=(),
    misconceptions=(Misconception(Probe("weights"), "The biases are missing."),),
    tolerance=0.5,
)


@pytest.fixture
def network() -> Iterator[Lab]:
    # 784·80 + 80 + 80·10 + 10 = 63610 parameters, of which 63520 are weights.
    lab = lab_class("network-builder")()
    for name, value in (("inputs", 784), ("hidden", 1), ("units", [80, 8, 8, 8]), ("outputs", 10)):
        lab.set(name, value)
    yield lab
    lab.close()


@pytest.mark.parametrize(
    "text", ["63610", "63,610", "63 610", "63.610", "63'610", "63\u202f610", "784*80 + 80 + 80*10 + 10"]
)
def test_thousands_are_read_as_they_are_written(network: Lab, text: str) -> None:
    assert check(COUNT, text, network).correct


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("63,520", False),
        ("63.520", False),  # the unlikely reading is a known wrong number, so it may well be meant
        ("63.611", False),  # and here it is nearly right
        ("63 520", True),
        ("63520", True),
        ("63.52", True),
        ("63.520,0", True),
        ("12.345", True),
    ],
)
def test_wrong_thousands_are_judged_where_they_are_read_in_one_way(network: Lab, text: str, understood: bool) -> None:
    verdict = check(COUNT, text, network)
    assert not verdict.correct
    assert verdict.understood == understood
    if not understood:
        assert "can be read as" in verdict.message


def test_choices_are_judged_by_the_engine(lab: NeuronLab) -> None:
    # σ(−1) = 1/(1 + e)
    assert check(CHOICE, "1", lab).message == f"y rises from {1 / (1 + math.e):.3f}."
    assert check(CHOICE, "c", lab).message == "b is part of z."
    assert check(CHOICE, "less", lab).message == "Think it through once more, or take a hint."
    lab.set("b", 5)
    assert check(CHOICE, "less", lab).correct
    lab.set("b", 3)
    assert check(CHOICE, "equal", lab).correct


def test_what_changes_a_copy_is_counted_once_for_each_state_of_the_lab(
    lab: NeuronLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = []
    twin = NeuronLab.twin
    monkeypatch.setattr(NeuronLab, "twin", lambda lab: copies.append(lab) or twin(lab))
    without_bias, doubled = Probe("z", {"b": 0}), Probe("z", {"w": [1, -2]})
    for _ in range(3):
        # 2·0.5 + 3·(−1), and 2·1 + 3·(−2) + 1.
        assert (compute(without_bias, lab), compute(doubled, lab)) == (-2, -3)
    assert len(copies) == 2
    lab.set("x", [4, 3])
    # 4·0.5 + 3·(−1), and 4·1 + 3·(−2) + 1.
    assert (compute(without_bias, lab), compute(doubled, lab)) == (-1, -1)
    lab.set("x", [2, 3])
    assert compute(without_bias, lab) == -2


def test_a_probe_leaves_the_lab_as_it_is(lab: NeuronLab) -> None:
    assert compute(Probe("z", {"x": [0, 0]}), lab) == 1.0
    assert lab.lookup("z") == -1.0
    assert compute(Probe("z", {"b": 1.5}, against="z", within=1.0), lab) == "equal"
    assert compute(Probe("z", {"b": 1.5}, against="z"), lab) == "greater"
    with pytest.raises(LookupFailed, match="there is no readout or control 'zz'"):
        compute(Probe("zz"), lab)
    with pytest.raises(LookupFailed, match="compared as numbers"):
        compute(Probe("activation", against="z"), lab)
    with pytest.raises(ControlError, match="lies from -10 to 10"):
        compute(Probe("z", {"b": 99}), lab)


def test_the_engines_own_answer(lab: NeuronLab) -> None:
    assert right_answer(QUESTION, lab) == "-1"
    assert describe_answer(QUESTION, lab) == "−1"
    assert right_answer(CHOICE, lab) == "greater"
    assert describe_answer(CHOICE, lab) == "It rises"


def test_places_are_filled_with_the_labs_numbers(lab: NeuronLab) -> None:
    assert fill("{z} {w[2]} {y:3} {activation} { x[1] }", lab) == "−1 −1 0.269 sigmoid 2"
    assert fill("no place, {b:0}", lab) == "no place, 1"
    for wrong in ("{q}", "{x}", "{x[3]}", "{z:two}", "{}".replace("}", " }")):
        with pytest.raises(LookupFailed):
            fill(wrong, lab)


def test_a_factor_below_zero_stands_in_brackets(lab: NeuronLab) -> None:
    text = "{x[1]}·{(w[1])} + {x[2]}·{(w[2])}: {(z)} {( z ):2} {(y):3} {(activation)}"
    assert fill(text, lab) == "2·0.5 + 3·(−1): (−1) (−1) 0.269 sigmoid"
    with pytest.raises(LookupFailed):
        fill("{(q)}", lab)


def test_decimals_end_where_the_number_does(lab: NeuronLab) -> None:
    lab.set("b", 0.5)
    # 0.5 has one decimal; σ(−1.5) = 0.18242552…, and 0.18 with two.
    assert fill("{b:4} {z:2} {y:2} {y:6}", lab) == "0.5 −1.5 0.18 0.182426"


def test_no_zero_has_a_minus(lab: NeuronLab) -> None:
    lab.set("x", [0, 3])
    lab.set("w", [-2, 0.01])
    lab.set("b", -0.04)
    # 0 · −2 is −0 in floating point, and z = 0.03 − 0.04 rounds to −0.0.
    assert fill("{products[1]} {z:1} {z:2}", lab) == "0 0.0 −0.01"
