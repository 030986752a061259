"""The same numbers in other calls: what is so by accident in one call is not so in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from tutor.practice.comparing import as_numbers
from tutor.practice.exercise import Exercise
from tutor.practice.likeness import Compared
from tutor.practice.references import right_for
from tutor.practice.runner.client import Call


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
