"""How what a function returned is read before it is compared, by name: so that equal things are equal values.

Every bug's value and the learner's are read in this process, from values alone, which anyone may have made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutor.practice.readings import keras_model
from tutor.practice.readings.errors import CannotRead
from tutor.practice.runner.client import Call, Failure, Outcome
from tutor.practice.runner.values import is_ellipsis


@dataclass(frozen=True)
class Reading:
    """``read`` raises ``CannotRead``; ``remark`` is a sentence on how two read values relate, or empty."""

    read: Callable[[Any], Any]
    remark: Callable[[Any, Any], str]


READINGS: Mapping[str, Reading] = {"keras-model": Reading(keras_model.read_model, keras_model.remark)}


def read_outcome(name: str, outcome: Outcome) -> Outcome:
    """The outcome with what was returned as it is read; what cannot be read is a failure. No name: as it is."""
    if not name:
        return outcome
    return replace(outcome, calls=tuple(_read(READINGS[name], call) for call in outcome.calls))


def remark(name: str, got: Any, right: Any) -> str:
    """A sentence on how these two relate as wholes; empty if there is none."""
    return READINGS[name].remark(got, right) if name else ""


def _read(reading: Reading, call: Call) -> Call:
    # Nothing, and the ... of a start file, are what the verdict says of them.
    if call.failure is not None or call.value is None or is_ellipsis(call.value):
        return call
    try:
        return replace(call, value=reading.read(call.value))
    except CannotRead as reason:
        return replace(call, value=None, failure=Failure("CannotRead", str(reason), distinct=True))
