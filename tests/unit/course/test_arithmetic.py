"""Arithmetic as it is typed, against Python's own evaluation and values worked out by hand."""

from __future__ import annotations

import math
import operator
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.questions.arithmetic import DEEPEST, LONGEST_TEXT, NoResult, Notation, NotUnderstood, evaluate

COMMA = Notation(point=",")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3*5+5+5*4+4", 44),
        ("3 · 5 + 5 × 4", 35),
        ("1/(1+e^-2.5)", 0.9241418199787566),
        ("-ln 0.2", 1.6094379124341003),
        ("= ln(5)", 1.6094379124341003),
        ("sqrt(2)", 1.4142135623730951),
        ("√2 ÷ 2", 0.7071067811865476),
        ("exp -1", 0.36787944117144233),
        ("e^-1", 0.36787944117144233),
        ("tanh(0.5)", 0.46211715726000973),
        ("σ(−1)", 0.2689414213699951),
        ("sigmoid(-800)", 0),
        ("log2 8 + log10 1000", 6),
        ("log2(8)", 3),
        ("2π", None),
        ("2·π", 6.283185307179586),
        ("abs(-3) - |3|", None),
        ("max(0, -2.5) + min(3; 4; 2)", 2),
        ("max(0, 2*3, 5)", 6),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("2^3^2", 512),
        ("2**3", 8),
        ("12/3/2", 2),
        ("7-2-1", 4),
        ("3 - -2", 5),
        ("2*-3", -6),
        ("(1+2)*(3+4)", 21),
        ("50/100 %", 0.005),
        ("50 % * 3", 1.5),
        ("1,234 + 1", 1235),
        ("2e3*2", 4000),
        ("ln 1/2", 0),
    ],
)
def test_arithmetic_is_computed_as_in_a_book(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(NotUnderstood):
            evaluate(text, Notation())
    else:
        assert evaluate(text, Notation()).value == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_a_notation_decides_what_is_written_in_several_ways() -> None:
    assert evaluate("1,234*2", COMMA).value == pytest.approx(2.468)
    assert evaluate("1.234*2", COMMA).value == 2468
    assert evaluate("max(0; 2,5)", COMMA).value == 2.5
    assert evaluate("max(0, 2,5)", COMMA).value == 2.5
    assert evaluate("log 100", Notation(log10=True)).value == 2
    assert evaluate("log 100", Notation()).value == pytest.approx(4.605170185988092)
    assert evaluate("ln 1/2", Notation(wide=True)).value == pytest.approx(-0.6931471805599453)
    assert evaluate("ln 2 + 1", Notation(wide=True)).value == pytest.approx(1.6931471805599453)


def test_what_was_computed_is_told_from_what_is_a_number() -> None:
    numbers = [evaluate(text, Notation()).is_number for text in ("-0.5", "63,610", "= 7", "1e-3", "1 234")]
    assert all(numbers)
    assert not any(evaluate(text, Notation()).is_number for text in ("2/3", "69 %", "pi", "ln 5", "1+1"))
    assert [evaluate(text, Notation()).has_groups for text in ("63,610", "63 610", "63.610")] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "sentence", "unfinished"),
    [
        ("3*5+", "a number is missing after '3*5+'", True),
        ("(3*5", "a bracket is not closed", True),
        ("3)", "')' is not understood after '3'", False),
        ("2(3)", "an operator, such as *, is missing between '2' and '(3)'", False),
        ("3 x 4", "an operator, such as *, is missing between '3' and 'x 4'", False),
        ("(3)4", "an operator, such as *, is missing between '(3)' and '4'", False),
        ("2 pi", "an operator, such as *, is missing between '2' and 'pi'", False),
        ("50 percent", "'percent' is not understood after '50'", False),
        ("3 * 4 = 12", "'= 12' is not understood after '3 * 4'", False),
        ("half", "'half' is not understood", False),
        ("1 + half", "there is no 'half'; there are sqrt, exp, ln, ", False),
        ("1 + ta", "there is no 'ta'; there are ", True),
        ("--1", "'-1' is not understood after '-'", False),
        ("12 3", "'12 3' is not a number", True),
        ("max(1)", "max takes two numbers or more", False),
        ("max 1", "max is written with brackets, as in max(0; 2.5)", False),
        ("(" * 41 + "1" + ")" * 41, "at most 40 brackets and powers", False),
        ("1+" * 100 + "1", "an answer has at most 200 characters; this one has 201", False),
    ],
)
def test_what_is_not_understood_is_said_and_where(text: str, sentence: str, unfinished: bool) -> None:
    with pytest.raises(NotUnderstood) as failure:
        evaluate(text, Notation())
    assert sentence in str(failure.value)
    assert failure.value.unfinished == unfinished


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1/0", "nothing can be divided by 0"),
        ("0^-1", "this power has no real value"),
        ("(-8)^(1/3)", "this power has no real value"),
        ("ln 0", "ln of 0 has no real value"),
        ("sqrt(-4)", "sqrt of −4 has no real value"),
        ("9^9^9^9", "the result is too large"),
        ("exp 1000", "the result is too large"),
        ("1e999", "1e999 is too large"),
        ("1e308*10 - 1e308*10", "the result is too large"),
    ],
)
def test_what_has_no_result_is_said(text: str, sentence: str) -> None:
    with pytest.raises(NoResult) as failure:
        evaluate(text, Notation())
    assert str(failure.value) == sentence


def test_a_mistake_further_on_is_said_before_a_missing_result() -> None:
    with pytest.raises(NotUnderstood, match="'half'"):
        evaluate("1/0 + half", Notation())


numbers = st.decimals(0, 999, places=2).map(str)
# A tree of text and of its value, computed in Python beside it.
trees = st.recursive(
    numbers.map(lambda written: (written, float(written))),
    lambda part: st.tuples(part, st.sampled_from("+-*"), part).map(
        lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", OPERATIONS[t[1]](t[0][1], t[2][1]))
    ),
    max_leaves=12,
)
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@given(trees)
def test_brackets_and_operators_as_python_computes_them(tree: tuple[str, float]) -> None:
    text, value = tree
    if len(text) <= LONGEST_TEXT:
        assert evaluate(text, Notation()).value == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 99)), max_size=12), st.integers(1, 99))
def test_precedence_without_brackets_as_in_python(rest: list[tuple[str, int]], first: int) -> None:
    text = str(first) + "".join(f"{sign}{number}" for sign, number in rest)
    assert evaluate(text, Notation()).value == pytest.approx(eval(text), rel=1e-12)


PIECES = [
    "1",
    "9",
    "9e99",
    "0",
    ".",
    ",",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "%",
    "ln ",
    "exp ",
    "max(",
    ";",
    "e",
    "1 000",
    "=",
    "x",
]


@given(st.one_of(st.text(max_size=250), st.lists(st.sampled_from(PIECES), max_size=80).map("".join)))
def test_any_text_ends_soon_in_a_finite_number_or_a_sentence(text: str) -> None:
    begun = time.process_time()
    for notation in (Notation(), Notation(",", True, True)):
        try:
            value = evaluate(text, notation).value
        except (NotUnderstood, NoResult):
            continue
        assert math.isfinite(value)
    assert time.process_time() - begun < 0.5


def test_what_is_deepest_is_still_computed() -> None:
    # The outermost operand takes one of the levels.
    inside = DEEPEST - 1
    assert evaluate("(" * inside + "1" + ")" * inside, Notation()).value == 1
    assert evaluate("1^" * inside + "1", Notation()).value == 1
