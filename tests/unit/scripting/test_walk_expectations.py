import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.given_readouts import GivenReadouts
from tutor.labs.kit.controls import Control, NumberControl
from tutor.labs.kit.readouts import Number, Readout, Text
from tutor.scripting.expectations import as_decimal, check_beyond, half_last_digit
from tutor.scripting.expectations import check as check_expectation
from tutor.scripting.script import ExpectValue


class OneValue(GivenReadouts):
    """A lab whose readout ``it`` is what it was given."""

    id = "one-value"
    title = "One value"

    def __init__(self, value: float | str) -> None:
        super().__init__()
        self.value = value

    def controls(self) -> tuple[Control, ...]:
        return (NumberControl("n", "n", 0, 9, 1, 3),)

    def given_names(self) -> tuple[str, ...]:
        return ("it",)

    def given(self, name: str) -> Readout:
        return Text("it", "it", self.value) if isinstance(self.value, str) else Number("it", "it", self.value)


class Session:
    """As much of a session as a value needs."""

    def __init__(self, value: float | str) -> None:
        self.lab = OneValue(value)


def mismatch(value: float | str, expected: str, tolerance: str | None = None) -> object:
    return check_expectation(ExpectValue("it", expected, tolerance), Session(value), None)  # type: ignore[arg-type]


@given(st.floats(-1e6, 1e6), st.integers(0, 9))
def test_a_value_rounded_to_its_digits_always_holds(value: float, digits: int):
    written = f"{value:.{digits}f}"
    assert mismatch(value, written) is None
    assert mismatch(value, written.replace(".", ",").replace("-", "−")) is None


@given(st.floats(-1e6, 1e6), st.integers(0, 9), st.integers(2, 1000), st.sampled_from([1, -1]))
def test_a_value_off_by_more_than_a_unit_never_holds(value: float, digits: int, units: int, side: int):
    # The rounded value is up to half a unit off, so two units from it are at least one and a half.
    written = Decimal(f"{value:.{digits}f}") + side * units * Decimal(10) ** -digits
    assert mismatch(value, f"{written:f}") is not None


@given(st.floats(1e-30, 1e30), st.integers(0, 9))
def test_the_same_holds_for_numbers_with_an_exponent(value: float, digits: int):
    assert mismatch(value, f"{value:.{digits}e}") is None


@pytest.mark.parametrize(
    ("value", "expected", "holds"),
    [
        (0.95257412, "0.952574", True),
        (0.952575, "0.952574", False),
        (0.6, "1", True),
        (0.6, "1.000", False),
        (0.95, "1.0", True),
        (0.949, "1.0", False),
        (1234.0, "1.2e3", True),
        (1260.0, "1.2e3", False),
    ],
)
def test_the_digits_written_are_the_tolerance(value: float, expected: str, holds: bool):
    assert (mismatch(value, expected) is None) is holds


def test_a_tolerance_stands_in_for_the_digits():
    assert mismatch(0.4, "0.5", "0.1") is None
    assert mismatch(0.3, "0.4", "0.1") is None
    assert mismatch(0.39, "0.5", "0,1") is not None
    assert mismatch(0.5, "0.5", "0") is None
    assert mismatch(0.52, "0.5", "0") is not None


def test_half_a_unit_of_the_last_digit():
    halves = {"0.952574": "0.0000005", "3": "0.5", "3.0": "0.05", "1e-3": "0.0005", "25e1": "5"}
    for written, half in halves.items():
        number = as_decimal(written)
        assert number is not None
        assert half_last_digit(number) == Decimal(half)


def test_words_compare_whole_and_without_regard_to_capitals():
    assert mismatch("Rhombus", "rhombus") is None
    assert mismatch("done at  last", "Done at last") is None
    assert mismatch("rhombus", "rhomb") is not None
    assert mismatch("3", "3.0") is not None


def test_what_was_got_is_told():
    found = mismatch(0.5, "word")
    assert (found.expected, found.got) == ("it word", "0.5")  # type: ignore[attr-defined]
    found = mismatch(0.5, "0.7", "0.1")
    assert (found.expected, found.got) == ("it 0.7 within 0.1", "0.5")  # type: ignore[attr-defined]


def test_no_number_equals_nothing_but_itself():
    assert mismatch(math.nan, "0") is not None
    assert mismatch(math.nan, "nan") is None
    assert mismatch(math.inf, "9e999") is not None


def test_beyond_a_bound_does_not_take_the_bound_itself():
    lab = OneValue(2.0)
    assert check_beyond(lab, "it", "above", 1.5) is None
    assert check_beyond(lab, "it", "below", 2.5) is None
    assert check_beyond(lab, "it", "above", 2.0) is not None
    assert check_beyond(lab, "it", "below", 2.0) is not None
    assert check_beyond(OneValue(math.nan), "it", "below", 2.0) is not None
    assert "word" in check_beyond(OneValue("much"), "it", "above", 1).got  # type: ignore[union-attr]
    assert "there is no readout or control 'that'" in check_beyond(lab, "that", "above", 1).got  # type: ignore[union-attr]


def test_a_number_beyond_all_floats_is_a_mismatch_and_no_crash():
    for written in ("1e99999999", "1e-99999999", "9" * 5000):
        assert mismatch(0.5, written) is not None
