"""Slips that no author named, against numbers worked out by hand: which are named, and which must not be."""

from __future__ import annotations

import pytest

from tutor.course.lessons.lesson import Probe, Question
from tutor.course.questions.checking import check
from tutor.course.questions.given_numbers import GivenNumber, given_numbers
from tutor.course.questions.lab_formula import read_formula
from tutor.course.questions.right_terms import RightTerm
from tutor.course.questions.slips import Asked, named
from tutor.labs.neuron import NeuronLab


def kinds(number: float, asked: Asked) -> set[str]:
    slip = named(number, asked)
    return set(slip.kind.split("+")) if slip else set()


@pytest.mark.parametrize(
    ("right", "tolerance", "number", "kind"),
    [
        (2.5, 0.005, -2.5, "sign"),
        (2.5, 0.005, 5.0, "factor 2"),
        (2.5, 0.005, 1.25, "factor 2"),
        (2.5, 0.005, 25.0, "factor 10"),
        (2.5, 0.005, 0.25, "factor 10"),
        (2.5, 0.005, 250.0, "factor 100"),
        (2.5, 0.005, 0.4, "reciprocal"),
        (2.5, 0.005, 3.5, "off by one"),
        (2.5, 0.005, 1.5, "off by one"),
        (2.5, 0.005, -1.5, "complement"),
        (0.37, 0.005, 0.63, "complement"),
        (0.37, 0.005, 37.0, "percentage"),
        (0.4472, 0.005, 0.4, "rounded"),
        (0.4472, 0.005, 0.46, "rounded"),
        (130.0, 0.01, 131.0, "off by one"),
    ],
)
def test_a_slip_is_named_by_how_the_number_relates_to_the_right_one(
    right: float, tolerance: float, number: float, kind: str
) -> None:
    assert kinds(number, Asked(right, tolerance)) == {kind}


def test_a_number_of_the_question_is_named() -> None:
    assert kinds(7.0, Asked(12.3, 0.05, (GivenNumber(7.0, "7"),))) == {"given"}


def test_a_factor_is_the_size_that_the_question_gives() -> None:
    asked = Asked(3.1, 0.005, (GivenNumber(12.0, "12"),))
    assert kinds(31.0, asked) == {"factor 10"}
    assert kinds(37.2, asked) == {"factor 12"}


def test_two_causes_of_one_number_are_both_named() -> None:
    assert kinds(4.0, Asked(2.0, 0.005, (GivenNumber(4.0, "4"),))) == {"given"}
    # 1 − 3 = −2 is 1 minus it, and no other simple relation.
    assert kinds(-2.0, Asked(3.0, 0.005)) == {"complement"}
    # Twice 1 is 1 and 1.
    assert kinds(2.0, Asked(1.0, 0.005)) == {"factor 2", "off by one"}


@pytest.mark.parametrize("number", [2.49, 2.51, 2.45, 2.6, 2.4])
def test_what_rounding_could_lead_to_gets_no_other_cause(number: float) -> None:
    asked = Asked(2.5, 0.002, (GivenNumber(number, str(number)),))
    assert kinds(number, asked) <= {"rounded"}


def test_a_sum_that_cancels_keeps_the_rounding_of_its_terms() -> None:
    # 7.316 − 7.298 = 0.018; with two decimals 7.32 − 7.30 = 0.02, and 7.3 − 7.3 = 0.
    asked = Asked(0.018, 0.0005, (), ((RightTerm(7.316, "a"), RightTerm(-7.298, "b")),))
    assert kinds(0.02, asked) <= {"rounded"}
    assert kinds(-0.018, asked) <= {"rounded"}


def test_a_number_without_a_simple_relation_has_no_cause() -> None:
    assert kinds(8.123, Asked(2.5, 0.005)) == set()


def test_the_numbers_of_a_text() -> None:
    text = "x₁ is −3, w1 is (0.5, −1). 28·28 − 4 = 780, and σ(2e-3) of 1.5 %."
    assert [given.value for given in given_numbers(text)] == [-3, 0.5, -1, 28, 4, 780, 0.002, 1.5]


@pytest.fixture
def lab() -> NeuronLab:
    """2·0.5 + 3·(−1) + 4 = 2."""
    lab = NeuronLab()
    for name, value in (("x", [2, 3]), ("w", [0.5, -1]), ("b", 4)):
        lab.set(name, value)
    return lab


Z = Question("What is z?", Probe("z"), "It is.", ("Add.",), tolerance=0.01)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2*0.5 + 3*(-1)", "Your sum lacks a term: b."),
        ("2*0.5 + 4", "Your sum lacks a term: x2·w2."),
        ("4 + 2*0.5", "Your sum lacks a term: x2·w2."),
        ("4", "A term is missing: x1·w1. Or: "),
        ("2*0.5 + 3*1 + 4", "One term has the wrong sign: 3·1."),
        ("2*0.5 - 3 + 4 + 3*0.5", "Your sum has a term too many: 3·0.5."),
        ("2*0.5 + 3*0.5 + 4", "One term is not right: 3·0.5. The rest of your sum is."),
        ("4 + 1", "Your sum lacks a term: x2·w2."),
    ],
)
def test_the_term_that_is_missing_or_wrong_in_typed_arithmetic(lab: NeuronLab, typed: str, said: str) -> None:
    verdict = check(Z, typed, lab)
    assert not verdict.correct
    assert verdict.message == said or (typed == "4" and "Off by a factor of 2" in verdict.message)


def test_a_right_sum_in_another_order_is_right(lab: NeuronLab) -> None:
    assert check(Z, "4 - 3 + 1", lab).correct


def test_terms_of_an_answer_after_changes(lab: NeuronLab) -> None:
    """With b = 7 the answer is 5; the lab stays at b = 4."""
    question = Question("b goes to 7. What is z?", Probe("z", {"b": 7}), "It is.", ("Add.",), tolerance=0.01)
    assert check(question, "2*0.5 + 7", lab).message == "Your sum lacks a term: x2·w2."
    assert lab.get("b") == 4


def test_terms_of_a_formula_of_the_lesson(lab: NeuronLab) -> None:
    """x₁·b − w₂ = 2·4 + 1 = 9."""
    probe = Probe("slip", formula=read_formula("x[1]·b − w[2]"))
    question = Question("What is it?", probe, "It is.", ("Add.",), tolerance=0.01)
    assert check(question, "9", lab).correct
    assert check(question, "2*4 - 1", lab).message == "One term has the wrong sign: 1."


def test_the_record_says_which_slip_it_was(lab: NeuronLab) -> None:
    # 2·0.5 + 3·(−1) + 5 = 3.
    lab.set("b", 5)
    assert check(Z, "-3", lab).slip == "sign"
    assert check(Z, "3", lab).slip == ""
