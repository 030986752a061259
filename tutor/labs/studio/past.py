"""The run before the present one as a part of the lab's saved state, so that it can be returned to on another day."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from tutor.labs.studio.machine import PastRun
from tutor.studio.timeline import Timeline
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.training.history import History
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message

BEFORE = "before"
"""The value, and with a point the beginning of the arrays' names."""

FILES = ("table", "network")
"""What lies in files of the learner's own: their paths."""
Arrays = Mapping[str, NDArray[Any]]


def past_to_state(past: tuple[PastRun, ...]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Values and arrays of the last of the past runs: its token, its latest state, its curves."""
    if not past:
        return {}, {}
    run, state = past[-1], past[-1].timeline.last
    values, arrays = ({}, {}) if state is None else checkpoint_to_message(state)
    kept = {**arrays, **run.history.arrays()}
    told: dict[str, Any] = {"token": token_of(run.experiment), "state": values}
    if (file := run.experiment.data.file) is not None:
        told["table"] = str(file)
    start = run.experiment.start
    if start is not None and start.file is not None:
        told["network"] = str(start.file)
    return {BEFORE: told}, {f"{BEFORE}.{name}": each for name, each in kept.items()}


def past_from_state(values: Mapping[str, Any], arrays: Arrays) -> tuple[PastRun, ...]:
    """The past run in a saved state; none if there is none, or if it is not understood."""
    told = values.get(BEFORE)
    if not isinstance(told, Mapping):
        return ()
    own = {n.removeprefix(f"{BEFORE}."): each for n, each in arrays.items() if n.startswith(f"{BEFORE}.")}
    try:
        experiment = experiment_of(str(told["token"]), *(Path(told[name]) if name in told else None for name in FILES))
        state = checkpoint_from_message(told["state"], own) if told["state"] else None
    except (TokenError, KeyError, TypeError, ValueError):
        return ()
    timeline = Timeline(history=History.from_arrays(own))
    if state is not None:
        timeline.keep(state)
    timeline.end = max(timeline.end, experiment.step)
    return (PastRun(experiment, timeline),)
