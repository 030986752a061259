from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.questions.answers import HOW, parse_choice, parse_number, readings, which_is_meant
from tutor.course.questions.arithmetic import NoResult, NotUnderstood


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
        ("1\u00a0000", 1000.0),
        ("٣", 3.0),
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


@pytest.mark.parametrize(
    ("text", "likely", "unlikely"),
    [
        ("63,610", [63.61, 63610], []),
        ("7,850", [7.85, 7850], []),
        ("-1,234", [-1.234, -1234], []),
        ("63 610", [63610], []),
        ("63'610", [63610], []),
        ("63.610", [63.61], [63610]),
        ("1.606", [1.606], [1606]),
        ("0.606", [0.606], []),
        ("0,500", [0.5], []),
        ("1,5", [1.5], []),
        ("1,2345", [1.2345], []),
        ("1234,567", [1234.567], []),
        ("1,234,567", [1234567], []),
        ("1.234.567", [1234567], []),
        ("1 234 567", [1234567], []),
        ("1.234,5", [1234.5], []),
        ("1,234.5", [1234.5], []),
        ("1,234e-3", [0.001234, 1.234], []),
        ("1,234*2", [2.468, 2468], []),
        ("1,234 + 0.5", [1234.5], []),
        ("log 100", [4.605170185988092, 2], []),
        ("log10 100", [2], []),
        ("ln 1/2", [0, -0.6931471805599453], []),
        ("ln(1/2)", [-0.6931471805599453], []),
        ("max(0, 0,5)", [5, 0.5], []),
        ("max(0; 0,5)", [0.5], []),
        ("3*5", [15], []),
    ],
)
def test_a_text_has_one_reading_or_several(text: str, likely: list[float], unlikely: list[float]) -> None:
    found = readings(text)
    assert [reading.value for reading in found if reading.likely] == pytest.approx(likely)
    assert [reading.value for reading in found if not reading.likely] == pytest.approx(unlikely)
    assert parse_number(text) == pytest.approx(likely[0])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("63,610", "63,610 can be read as 63.61 or as 63 610. To say which, write 63.61 or 63610."),
        ("1.234", "1.234 can be read as 1.234 or as 1 234. To say which, write 1.2340 or 1234."),
        ("−1,5e-3", None),
        ("log  5", "log 5 can be read as 1.60944 or as 0.69897. To say which, write ln or log10."),
        (
            "ln 1/2",
            "ln 1/2 can be read as 0 or as −0.693147. To say which, put brackets around what the function takes.",
        ),
        (
            "1,234*2",
            "1,234*2 can be read as 2.468 or as 2 468. To say which, use a point for decimals, nothing between "
            "thousands, and a semicolon in a list of numbers.",
        ),
    ],
)
def test_it_is_asked_which_is_meant(text: str, sentence: str | None) -> None:
    several = readings(text)
    if sentence is None:
        assert len(several) == 1
    else:
        assert which_is_meant(text, several).replace("\u00a0", " ") == sentence


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."))
def test_what_is_offered_to_say_which_is_read_in_one_way(thousands: int, rest: int, mark: str) -> None:
    text = f"{thousands}{mark}{rest:03}"
    several = readings(text)
    offered = which_is_meant(text, several).partition("write ")[2].removesuffix(".").split(" or ")
    assert len(offered) == len(several) == 2
    for reading, written in zip(several, offered, strict=True):
        assert [each.value for each in readings(written)] == [reading.value]


BLANKS = (" ", "\u00a0", "\u202f", "\u2009")
STYLES = [
    *((blank, point) for blank in BLANKS for point in ".,"),
    *((mark, point) for mark in "'’" for point in ".,"),
    (",", "."),
    (".", ","),
]


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from(STYLES),
    st.sampled_from(["-", "−", "–", "- "]),
)
def test_every_style_of_thousands_is_read_back(value: Decimal, style: tuple[str, str], minus: str) -> None:
    groups, point = style
    marks = {",": groups, ".": point, "-": minus}
    written = "".join(marks.get(character, character) for character in f"{value:,.2f}")
    assert float(value) in [reading.value for reading in readings(written)]


@given(st.integers(-(10**9), 10**9), st.sampled_from([*BLANKS, ",", ".", "'"]))
def test_every_whole_number_is_among_what_it_is_read_as(value: int, mark: str) -> None:
    assert value in [reading.value for reading in readings(f"{value:,}".replace(",", mark))]


def test_why_a_text_is_not_read_is_said_for_the_notation_that_understood_most() -> None:
    with pytest.raises(NotUnderstood, match=r"after '0,5 \+'"):
        readings("0,5 +")
    with pytest.raises(NotUnderstood, match=r"after '0\.5 \+'"):
        readings("0.5 +")
    with pytest.raises(NoResult, match="divided by 0"):
        readings("0,5/0")


def test_the_examples_of_the_hint_are_read() -> None:
    assert [parse_number(example) for example in ("0.5", "0,5", "3*5 + 4") if example in HOW] == [0.5, 0.5, 19]


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
