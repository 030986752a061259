"""Draws what an exercise's function is called with; the same seed draws the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from tutor.engine.randomness import drawing_generator
from tutor.practice.exercise import Exercise, Input
from tutor.practice.extents import extent
from tutor.practice.runner.values import Code

FIXED_SEED = 1


def probes(exercise: Exercise) -> list[dict[str, Any]]:
    """The inputs that tell its bugs apart, always the same: the cases given by hand, and some drawn."""
    rng = drawing_generator(FIXED_SEED)
    drawn = [_drawn(exercise, {}, rng) for _ in range(exercise.drawn)]
    return [*(_drawn(exercise, case, rng) for case in exercise.cases), *drawn]


def fresh(exercise: Exercise, seed: int, count: int) -> list[dict[str, Any]]:
    """Further inputs, so that a function that knows the answers of ``probes`` by heart is not right."""
    rng = drawing_generator(seed)
    return [_drawn(exercise, {}, rng) for _ in range(count)]


def _drawn(exercise: Exercise, given: Mapping[str, Any], rng: Generator) -> dict[str, Any]:
    sizes = {name: int(rng.integers(least, most + 1)) for name, (least, most) in exercise.sizes.items()}
    known = {each.name: _as_input(each, given[each.name]) for each in exercise.inputs if each.name in given}
    for each in exercise.inputs:
        if each.name in known and isinstance(known[each.name], np.ndarray):
            named = zip(each.shape, known[each.name].shape, strict=True)
            sizes |= {name: size for name, size in named if isinstance(name, str)}
        if each.kind == "size" and each.name in known:
            sizes[str(each.of)] = known[each.name]
    drawn = {each.name: known.get(each.name) for each in exercise.inputs}
    for each in exercise.inputs:
        if each.name not in known:
            drawn[each.name] = _one(each, sizes, rng)
    return drawn


def _as_input(each: Input, value: Any) -> Any:
    """A value of a case as the function gets it."""
    if isinstance(value, str):
        return Code(value, each.name) if each.kind == "function" else value
    if each.shape:
        return np.array(value, dtype=np.int64 if each.kind in ("classes", "whole") else np.float64)
    return value


def _one(each: Input, sizes: Mapping[str, int], rng: Generator) -> Any:
    shape = tuple(extent(size, sizes) for size in each.shape)
    match each.kind:
        case "numbers":
            value = np.round(rng.uniform(each.low, each.high, shape), each.digits)
            return value if each.shape else float(value)
        case "whole":
            whole = rng.integers(int(each.low), int(each.high) + 1, shape)
            return whole if each.shape else int(whole)
        case "probabilities":
            parts = rng.uniform(0.05, 1.0, shape)
            return parts / parts.sum(axis=-1, keepdims=True)
        case "one-hot":
            return np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        case "classes":
            return rng.integers(0, sizes[each.of] if isinstance(each.of, str) else each.of, shape)
        case "size":
            return extent(each.of, sizes)
        case "choice":
            return _as_input(each, each.values[int(rng.integers(len(each.values)))])
        case "function":
            return Code(str(each.values[int(rng.integers(len(each.values)))]), each.name)


def as_called(value: Any) -> Any:
    """The value as a function in this process gets it: the exercise's own text of a function becomes that function."""
    if not isinstance(value, Code):
        return value
    names: dict[str, Any] = {}
    exec(value.source, names)
    return names[value.name]


def arguments(inputs: Mapping[str, Any]) -> Sequence[Any]:
    """The inputs as the list that the function is called with."""
    return list(inputs.values())
