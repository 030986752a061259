"""How wrong numbers of an exercise relate to the right ones, and what must not be called a relation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.practice.likeness import Compared, likeness

RIGHT = np.array([0.31, 2.7, -1.4]), np.array([0.77, 1.2, 5.3])
TOLERANCE = 1e-6


def said(slip: Callable[[NDArray[np.float64]], NDArray[np.float64]], **inputs: object) -> str:
    first, second = (Compared(np.asarray(slip(right)), right, inputs) for right in RIGHT)
    return likeness(first, TOLERANCE, [second])


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda right: 10 * right, "10 times too large"),
        (lambda right: right / 10, "10 times too small"),
        (lambda right: 100 * right, "100 times too large: is a percentage"),
        (lambda right: right / 100, "100 times too small"),
        (lambda right: 1 / right, "reciprocal"),
        (lambda right: 1 - right, "1 minus"),
        (lambda right: right + 1, "off by the same 1"),
        (lambda right: np.round(right, 1), "rounded to 1 decimal:"),
        (lambda right: np.round(right), "rounded to whole numbers"),
    ],
)
def test_a_slip_is_named(slip: Callable[[NDArray[np.float64]], NDArray[np.float64]], words: str) -> None:
    assert words in said(slip)


@pytest.mark.parametrize("digits", [6, 7])
def test_the_rounding_of_a_right_program_is_no_slip(digits: int) -> None:
    assert said(lambda right: np.round(right, digits)) == ""
    assert said(lambda right: right.astype(np.float32).astype(np.float64)) == ""


def test_what_holds_in_one_call_alone_is_an_accident() -> None:
    first, second = (Compared(10 * RIGHT[0], RIGHT[0], {}), Compared(9 * RIGHT[1], RIGHT[1], {}))
    assert likeness(first, TOLERANCE, [second]) == ""


def test_a_single_number_needs_two_calls() -> None:
    one, other = (Compared(np.array(right + 1), np.array(right), {}) for right in (0.3, 0.9))
    assert likeness(one, TOLERANCE) == ""
    assert "off by the same 1" in likeness(one, TOLERANCE, [other])


def test_an_input_that_came_back_unchanged() -> None:
    calls = [
        Compared(given, right, {"z": given}) for given, right in zip((np.arange(3.0), np.ones(3)), RIGHT, strict=True)
    ]
    assert likeness(calls[0], TOLERANCE, calls[1:]) == "It is z, as it was given."


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((-1, slice(None)), "last place of axis 0"),
        ((0, slice(None)), "first place of axis 0"),
        ((slice(None), -1), "last place of axis 1"),
        ((slice(None), 0), "first place of axis 1"),
        ((1, slice(None)), ""),
        ((0, 0), ""),
    ],
)
def test_zeros_where_a_loop_never_came(place: tuple[int | slice, int | slice], words: str) -> None:
    rights = np.arange(1.0, 13).reshape(3, 4), np.arange(2.0, 22).reshape(4, 5)
    calls = []
    for right in rights:
        got = right.copy()
        got[place] = 0
        calls.append(Compared(got, right, {}))
    said_of_it = likeness(calls[0], TOLERANCE, calls[1:])
    assert words in said_of_it
    assert bool(words) is bool(said_of_it)


def test_a_place_that_is_wrong_and_not_0_is_no_empty_one() -> None:
    calls = [Compared(np.array([*right[:-1], 7.0]), right, {}) for right in RIGHT]
    assert likeness(calls[0], TOLERANCE, calls[1:]) == ""


def test_a_zero_at_the_end_in_one_call_and_elsewhere_in_another_is_an_accident() -> None:
    first = Compared(np.array([0.31, 2.7, 0.0]), RIGHT[0], {})
    second = Compared(np.array([0.77, 0.0, 5.3]), RIGHT[1], {})
    assert likeness(first, TOLERANCE, [second]) == ""
