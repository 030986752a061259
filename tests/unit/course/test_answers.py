from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.answers import parse_choice, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" .5 ", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("+3", 3.0),
        ("-2", -2.0),
        ("−2,25", -2.25),
        ("25%", 0.25),
        ("12,5 %", 0.125),
        ("1/4", 0.25),
        ("−3 / 8", -0.375),
        ("50/100 %", 0.005),
        ("1e-3", 0.001),
        ("1e−3", 0.001),
        ("1\u00a0000".replace("000", ""), 1.0),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: float) -> None:
    assert parse_number(text) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", " ", "%", "half", "1.2.3", "1,2,3", "1 2", "--1", "1/0", "1/", "0x10", "nan", "inf", "1e999", "²"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_endless_digits_are_no_number() -> None:
    # int() refuses more than 4300 digits, and two such integers overflow when divided.
    assert parse_number("9" * 5000) is None
    assert parse_number("9" * 5000 + "/3") is None
    assert parse_number("1" + "0" * 400 + "/1") is None
    assert parse_choice("9" * 5000, ("yes", "no")) is None


@given(st.floats(-1e6, 1e6), st.sampled_from([".", ","]), st.sampled_from(["-", "−"]))
def test_every_decimal_is_read_back(value: float, point: str, minus: str) -> None:
    written = f"{value:.6f}".replace(".", point).replace("-", minus)
    assert parse_number(written) == pytest.approx(value, abs=1e-6)


@given(st.text(max_size=100))
def test_no_text_is_an_error(text: str) -> None:
    value = parse_number(text)
    assert value is None or abs(value) < float("inf")
    parse_choice(text, ("yes", "no"))


KEYS = ("greater", "less", "equal")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("greater", "greater"),
        (" LESS ", "less"),
        ("3", "equal"),
        ("b", "less"),
        ("C", "equal"),
        ("0", None),
        ("4", None),
        ("d", None),
        ("", None),
        ("great", None),
    ],
)
def test_a_choice_is_named_by_key_number_or_letter(text: str, key: str | None) -> None:
    assert parse_choice(text, KEYS) == key


def test_the_key_itself_comes_before_the_number() -> None:
    assert parse_choice("2", ("2", "1")) == "2"
