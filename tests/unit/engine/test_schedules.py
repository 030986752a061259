"""Schedules: values by hand, refusals, and every schedule against Keras at many steps."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.engine.schedules import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    Schedule,
    rate,
    schedule_from_dict,
    schedule_to_dict,
)
from tutor.engine.validation import SpecError


def rates(schedule: Schedule, steps: list[int]) -> list[float]:
    return [rate(schedule, step) for step in steps]


def test_a_constant_rate_is_itself_at_every_step_and_not_rounded() -> None:
    assert rate(0.1, 0) == rate(0.1, 10_000) == 0.1


def test_exponential_decay_by_hand() -> None:
    schedule = ExponentialDecay(0.5, 10, 0.25)
    assert rates(schedule, [0, 5, 10, 20]) == [0.5, 0.25, 0.125, 0.03125]


def test_a_staircase_holds_until_the_next_period() -> None:
    assert rates(ExponentialDecay(0.5, 10, 0.25, staircase=True), [0, 9, 10, 19, 20]) == [
        0.5,
        0.5,
        0.125,
        0.125,
        0.03125,
    ]
    assert rates(InverseTimeDecay(0.5, 10, 1.0, staircase=True), [0, 9, 10, 19, 30]) == [
        0.5,
        0.5,
        0.25,
        0.25,
        0.125,
    ]


def test_inverse_time_decay_by_hand() -> None:
    assert rates(InverseTimeDecay(0.5, 10, 2.0), [0, 5, 15]) == [0.5, 0.25, 0.125]


def test_a_boundary_belongs_to_the_value_before_it() -> None:
    schedule = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    assert rates(schedule, [0, 10, 11, 20, 21, 10**9]) == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_cosine_decay_by_hand() -> None:
    schedule = CosineDecay(0.5, 12, alpha=0.25)
    expected = [0.5 * (0.75 * (1 + math.cos(math.pi * t / 12)) / 2 + 0.25) for t in (0, 4, 6, 12, 12)]
    assert rates(schedule, [0, 4, 6, 12, 500]) == pytest.approx(expected, rel=2e-7)


def test_warm_up_rises_straight_to_its_target_and_then_the_cosine_starts() -> None:
    schedule = CosineDecay(0.1, 8, alpha=0.5, warmup_target=0.5, warmup_steps=4)
    assert rates(schedule, [0, 1, 2, 4, 8, 12, 99]) == pytest.approx([0.1, 0.2, 0.3, 0.5, 0.375, 0.25, 0.25], rel=2e-7)


def test_a_rate_is_a_float32_number() -> None:
    for schedule in (ExponentialDecay(0.1, 3, 0.9), CosineDecay(0.1, 30), PiecewiseConstantDecay([1], [0.1, 0.3])):
        for step in range(10):
            value = rate(schedule, step)
            assert value == float(np.float32(value))


@pytest.mark.filterwarnings("error")
def test_a_rate_that_grows_without_end_becomes_infinite_in_silence() -> None:
    assert rate(ExponentialDecay(1.0, 1, 2.0), 10_000) == math.inf


@pytest.mark.parametrize(
    ("plain", "named"),
    [
        (
            {"kind": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 0, "decay_rate": 0.9},
            "decay_steps",
        ),
        ({"kind": "exponential_decay", "initial_learning_rate": -1, "decay_steps": 5, "decay_rate": 0.9}, "-1"),
        ({"kind": "inverse_time_decay", "initial_learning_rate": 1, "decay_steps": 5, "decay_rate": -2}, "-2"),
        ({"kind": "piecewise_constant_decay", "boundaries": [5], "values": [1.0]}, "2 values; got 1"),
        ({"kind": "piecewise_constant_decay", "boundaries": [5, 5], "values": [1.0, 0.5, 0.1]}, "increasing"),
        ({"kind": "piecewise_constant_decay", "boundaries": [5.5], "values": [1.0, 0.5]}, "5.5"),
        ({"kind": "piecewise_constant_decay", "boundaries": [], "values": [1.0]}, "boundary"),
        ({"kind": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": 5, "alpha": 1.5}, "alpha"),
        (
            {"kind": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": 5, "warmup_steps": 3},
            "warmup_target",
        ),
        ({"kind": "linear"}, "linear"),
    ],
)
def test_schedules_that_cannot_be(plain: dict[str, object], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        schedule_from_dict(plain)


@pytest.mark.parametrize(
    "schedule",
    [
        ExponentialDecay(0.1, 5, 0.9, True),
        InverseTimeDecay(0.1, 5, 0.9),
        PiecewiseConstantDecay([1, 2], [0.3, 0.2, 0.1]),
        CosineDecay(0.1, 5, 0.2, 0.3, 4),
    ],
)
def test_a_schedule_survives_json_and_is_hashable(schedule: Schedule) -> None:
    back = schedule_from_dict(json.loads(json.dumps(schedule_to_dict(schedule))))
    assert back == schedule
    assert hash(back) == hash(schedule)


AGAINST_KERAS = """
    import inspect
    import json
    from dataclasses import MISSING, asdict, fields

    import keras
    import numpy as np
    import tensorflow as tf

    from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, rate

    def same_defaults(ours, theirs):
        known = inspect.signature(theirs.__init__).parameters
        for f in fields(ours):
            default = inspect.Parameter.empty if f.default is MISSING else f.default
            assert known[f.name].default == default, (ours, f.name)

    for ours in (ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, CosineDecay):
        same_defaults(ours, getattr(keras.optimizers.schedules, ours.__name__))

    keras.config.set_floatx("float64")  # which does not matter: schedules are float32 all the same
    for schedule in (
        ExponentialDecay(0.1, 7, 0.9), ExponentialDecay(0.1, 7, 0.9, True), ExponentialDecay(0.013, 1000, 0.96),
        ExponentialDecay(0.001, 30, 1.1), ExponentialDecay(0.5, 3, 0.0),
        InverseTimeDecay(0.1, 7, 0.6), InverseTimeDecay(0.1, 7, 0.6, True), InverseTimeDecay(0.013, 2.5, 0.01),
        PiecewiseConstantDecay([4], [0.1, 0.01]),
        PiecewiseConstantDecay([0, 9, 30, 1000], [0.1, 0.07, 0.03, 0.01, 0.0]),
        CosineDecay(0.1, 40), CosineDecay(0.013, 1000, 0.3), CosineDecay(0.001, 30, 0.1, 0.1, 10),
        CosineDecay(0.1, 7, 0.0, 0.03, 3), CosineDecay(0.1, 7, 0.0, 0.03, 0),
    ):
        settings = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(schedule).items()}
        theirs = getattr(keras.optimizers.schedules, type(schedule).__name__)(**settings)
        for step in (*range(60), 99, 100, 101, 999, 1000, 1001, 5000, 99_999, 10_000_000, 2**24 + 1):
            value = theirs(tf.constant(step, tf.int64))
            assert value.dtype == tf.float32
            value = value.numpy()
            ours = rate(schedule, step)
            units = 0.0 if ours == value else abs(ours - float(value)) / float(np.spacing(value))
            print(json.dumps([f"{schedule} {step}", units]))
"""


@pytest.mark.tensorflow
def test_every_schedule_is_keras_at_every_step_to_the_last_place(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(AGAINST_KERAS)
    assert len(rows) == 15 * 70
    assert [(what, units) for what, units in rows if not units <= 1.0] == []
    # Only powers and cosines may differ at all, and they seldom do.
    assert sum(units > 0 for _, units in rows) <= len(rows) // 10
