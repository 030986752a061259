"""How wrong numbers relate to the right ones: the same times 2, the other sign, transposed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.language.catalogue import N_, _, ngettext
from tutor.practice.comparing import as_numbers, close
from tutor.practice.exercise import Exercise
from tutor.practice.references import right_for
from tutor.practice.runner.client import Call

_FACTORS: tuple[tuple[float, str], ...] = (
    (-1.0, N_("Every number has the other sign.")),
    (2.0, N_("Every number is twice as large: is a factor ½ missing, or a 2 too many?")),
    (0.5, N_("Every number is half as large: is a factor 2 missing?")),
    (10.0, N_("Every number is 10 times too large.")),
    (0.1, N_("Every number is 10 times too small.")),
    (100.0, N_("Every number is 100 times too large: is a percentage returned in place of a share?")),
    (0.01, N_("Every number is 100 times too small: is a share returned in place of a percentage?")),
    (math.log(10), N_("Every number is the natural logarithm of 10 times as large: the logarithm here has base e.")),
    (1 / math.log(10), N_("Every number is 2.303 times too small: the logarithm here has base e, not 10.")),
    (1 / math.log(2), N_("Every number is 1.443 times too large: the logarithm here has base e, not 2.")),
)
_EMPTY_ENDS: tuple[tuple[int, str], ...] = (
    (
        -1,
        N_("Only the last place of axis {axis} is wrong: it is 0. Does a loop end too early? range(n) ends at n − 1."),
    ),
    (0, N_("Only the first place of axis {axis} is wrong: it is 0. Does a loop begin too late? Counting begins at 0.")),
)


@dataclass(frozen=True)
class Compared:
    """What was returned or computed in one call, what is right, both of one shape, and what the call was given."""

    got: NDArray[Any]
    right: NDArray[Any]
    inputs: Mapping[str, Any]

    @property
    def finite(self) -> bool:
        """Whether all its numbers are."""
        return bool(np.isfinite(self.got.astype(np.complex128)).all() and np.isfinite(self.right).all())


def likeness(one: Compared, tolerance: float, others: Sequence[Compared] = ()) -> str:
    """A sentence on how all numbers of one shape relate to the right ones; empty if there is no simple relation.

    ``others`` are the same numbers of other calls. A relation that does not hold in them is an accident.
    """
    if not one.finite:
        return _("It holds numbers that are not finite.") if np.isfinite(one.right).all() else ""
    calls = [one, *(each for each in others if each.finite)]

    def always(holds: Callable[[NDArray[Any], NDArray[Any]], bool]) -> bool:
        return all(holds(each.got, each.right) for each in calls)

    def alike(a: NDArray[Any], b: NDArray[Any]) -> bool:
        return bool(close(a, b, tolerance).all())

    # A relation of single numbers may be an accident, unless it holds in two calls.
    several, square = (
        one.right.size > 1 or len(calls) > 1,
        one.got.ndim == 2 and one.got.shape[0] == one.got.shape[1] > 1,
    )
    if always(alike):
        return ""
    if square and always(lambda got, right: got.T.shape == right.shape and alike(got, right.T)):
        return _("It is transposed: rows and columns have changed places.")
    if one.right.size > 1 and always(lambda got, right: alike(got, np.flip(right, -1))):
        return _("The numbers are in the opposite order.")
    if several and always(lambda got, right: alike(1 - got, right)):
        return _("Every number is 1 minus what it should be.")
    for factor, sentence in _FACTORS:
        if always(lambda got, right, factor=factor: alike(got, factor * right)):  # type: ignore[misc]
            return _(sentence)
    if said := _by_a_size(one, calls, tolerance):
        return said
    if said := _unchanged(calls, alike) or _rounded(calls) or _left_empty(calls, alike):
        return said
    if several and always(lambda got, right: bool(np.all(right != 0)) and alike(got, 1 / right)):
        return _("Every number is the reciprocal of what it should be: divide the other way round.")
    shift = one.got - one.right
    if several and always(lambda got, right: alike(got - right, np.full(right.shape, (got - right).flat[0]))):
        return _("Every number is off by the same {number}.").format(
            number=f"{float(np.real(shift.flat[0])):.4g}".replace("-", "−")
        )
    return ""


def _unchanged(calls: Sequence[Compared], alike: Callable[[NDArray[Any], NDArray[Any]], bool]) -> str:
    """That an input came back as it was, in every call; empty if none did."""
    for name, value in calls[0].inputs.items():
        given = as_numbers(value)
        if given is None or given.shape != calls[0].got.shape:
            continue
        held = [as_numbers(each.inputs.get(name)) for each in calls]
        if all(
            array is not None and array.shape == each.got.shape and alike(each.got, array)
            for array, each in zip(held, calls, strict=True)
        ):
            return _("It is {name}, as it was given.").format(name=name)
    return ""


def _left_empty(calls: Sequence[Compared], alike: Callable[[NDArray[Any], NDArray[Any]], bool]) -> str:
    """That all is right but for zeros at the first or the last place of an axis; empty if it is not."""
    wrong = [each for each in calls if not alike(each.got, each.right)]
    for axis in range(wrong[0].got.ndim):
        for end, sentence in _EMPTY_ENDS:
            # Where the axis has one place, nothing is left that could be right.
            longer = [each for each in wrong if each.got.shape[axis] > 1]
            if longer and all(
                not np.take(each.got, end, axis).any()
                and alike(np.delete(each.got, end, axis), np.delete(each.right, end, axis))
                for each in wrong
            ):
                return _(sentence).format(axis=axis)
    return ""


def _rounded(calls: Sequence[Compared]) -> str:
    """That the numbers are the right ones with few decimals, in every call; empty if they are not."""
    for decimals in (0, 1, 2, 3):
        if all(np.array_equal(each.got, np.round(each.right, decimals)) for each in calls):
            places = (
                _("whole numbers")
                if decimals == 0
                else ngettext("{count} decimal", "{count} decimals", decimals).format(count=decimals)
            )
            return _("Every number is rounded to {places}: return it as it is.").format(places=places)
    return ""


def elsewhere(
    exercise: Exercise, calls: Sequence[Call], rights: Sequence[tuple[NDArray[Any], ...]],
    inputs: Sequence[Mapping[str, Any]], at: Sequence[int], name: str, part: int | None,
) -> list[Compared]:  # fmt: skip
    """The step of this name, or part of what is returned, in each call of ``at`` that has it in the right shape."""
    found = []
    for i in at:
        call, right, given = calls[i], rights[i], inputs[i]
        if call.failure is not None:
            continue
        if part is None:
            cells = dict(right_for(exercise.right, given).steps).get(name)
            value, expected = call.locals.get(name), None if cells is None else cells.values
        else:
            several = isinstance(call.value, tuple | list) and len(call.value) == len(right) > 1
            value, expected = call.value[part] if several else call.value, right[part]
        got = as_numbers(value)
        if got is not None and expected is not None and got.shape == expected.shape:
            found.append(Compared(got, expected, given))
    return found


def _by_a_size(one: Compared, calls: Sequence[Compared], tolerance: float) -> str:
    """That all numbers are a size of the inputs times too large or too small; empty if they are not."""
    sizes = [place for place in _sizes(one.inputs) if place[2] > 2]
    for said, power in (
        (_("Every number is {0} times too large: is 1/{0} missing? {0} is {1}."), 1),
        (_("Every number is divided by {0} once too often; {0} is {1}."), -1),
    ):
        held = [
            (name, axis, size) for name, axis, size in sizes
            if all(close(each.got, np.shape(each.inputs[name])[axis] ** float(power) * each.right, tolerance).all()
                   for each in calls)
        ]  # fmt: skip
        for size in sorted({size for *__, size in held}):
            names = [_place(one.inputs, name, axis) for name, axis, its in held if its == size]
            return said.format(size, _(" and ").join(names))
    return ""


def _sizes(inputs: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """The name of an input, an axis of it, and its size there."""
    arrays = [(name, value) for name, value in inputs.items() if isinstance(value, np.ndarray)]
    return [(name, axis, size) for name, value in arrays for axis, size in enumerate(np.shape(value))]


def _place(inputs: Mapping[str, Any], name: str, axis: int) -> str:
    return (
        _("the length of {name}").format(name=name)
        if np.ndim(inputs[name]) == 1
        else _("the size of axis {axis} of {name}").format(axis=axis, name=name)
    )
