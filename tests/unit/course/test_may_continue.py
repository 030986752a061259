"""Which keys go on with a number: each is tried against texts that can, and cannot, become arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.questions.answers import is_meant_as_expression, may_continue, parse_number

WHOLE = (
    *("63,610", "63 610", "63\u00a0610", "1,234,567", "1.234,5", "12'345", "0,5", ".5", ",5", "-2", "−2", "+3", "1e-3"),
    *("1,5e+2", "69 %", "2/3", "3*5+5+5*4+4", "3·5 ÷ 2", "2**3", "1/(1+e^-2.5)", "-ln 0.2", "=ln 5", "=sqrt(2)"),
    *("(1+2)*-3", "=log10 5", "=max(0, 2.5)", "=max(0;2,5)", "-(exp(-2)+π)", "= 5", "√2", "(1/0)+1"),
)


@pytest.mark.parametrize("whole", WHOLE)
def test_every_beginning_goes_on_to_the_whole(whole: str) -> None:
    for end in range(len(whole)):
        assert may_continue(whole[:end], whole[end]), (whole[:end], whole[end])


@pytest.mark.parametrize("character", ["n", "e", "s", "π", " ", "%", "*", ")", "\t", "\n", "\x1b"])
def test_what_begins_no_number(character: str) -> None:
    assert not may_continue("", character)
    assert not may_continue("  ", character)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("5", "xn()ü\n\x1b"),
        ("5 ", "e."),
        ("5e", "xe."),
        ("5e-", "-"),
        ("-", "-+*"),
        ("1.2.", "e"),
        ("=s", "x1"),
        ("=l", "x"),
        ("=ln", "xe"),
        ("3**", "*"),
        ("3+", "f)*"),
        ("0,5", ","),
        ("1,2345", ","),
        ("(5)", ")(5e"),
        ("=max", "5"),
        ("1" * 200, "1"),
    ],
)
def test_what_cannot_go_on(text: str, characters: str) -> None:
    assert not [character for character in characters if may_continue(text, character)]


@given(st.text("0123456789.,+-*/^()=e% '", max_size=12), st.characters())
def test_what_can_be_read_could_be_typed(text: str, character: str) -> None:
    if text.strip() and character.isprintable() and parse_number(text + character) is not None:
        assert may_continue(text, character)


@pytest.mark.parametrize(
    "text", ["sqrt(2)", "ln 5", "log(2)", "e^-2.5", "pi/2", "pi", "ln", "max(1; 2", "Ln 5", "sqr(2)"]
)
def test_letters_that_are_an_expression(text: str) -> None:
    assert is_meant_as_expression(text)


@pytest.mark.parametrize("text", ["s", "e", "", "n5", "sn5", "sq", "hs", "yr", "/kern", "y/kern", "12", "(2", "ex"])
def test_letters_that_are_commands(text: str) -> None:
    assert not is_meant_as_expression(text)
