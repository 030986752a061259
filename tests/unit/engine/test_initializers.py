"""Initializers: fans, limits, spreads and cuts by formula; limits and spreads against Keras's own draws."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.engine.initializers import (
    INITIALIZERS,
    TRUNCATED_NORMAL_STDDEV,
    Constant,
    Initializer,
    TruncatedNormal,
    fans,
    initialize,
    initializer_from_plain,
    initializer_to_plain,
)
from tutor.engine.validation import SpecError

SHAPE = (5, 5, 16, 300)
FAN_IN, FAN_OUT = 25 * 16, 25 * 300


def drawn(initializer: Initializer, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return initialize(initializer, np.random.default_rng(0), shape)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((), (1, 1)), ((7,), (7, 7)), ((3, 4), (3, 4)), ((2, 3, 4, 5), (24, 30)), ((6, 4, 5), (24, 30))],
)
def test_fans(shape: tuple[int, ...], expected: tuple[int, int]) -> None:
    assert fans(shape) == expected


def test_constants() -> None:
    assert drawn("zeros", (2, 3)).tolist() == [[0.0] * 3] * 2
    assert drawn("ones", (2, 3)).tolist() == [[1.0] * 3] * 2
    assert drawn(Constant(0.25), (2,)).tolist() == [0.25, 0.25]


VARIANCES = {"glorot": 2 / (FAN_IN + FAN_OUT), "he": 2 / FAN_IN, "lecun": 1 / FAN_IN}


@pytest.mark.parametrize("name", VARIANCES)
def test_uniform_draws_fill_their_limits_and_have_their_variance(name: str) -> None:
    values, limit = drawn(f"{name}_uniform"), math.sqrt(3 * VARIANCES[name])
    assert np.abs(values).max() <= limit
    assert np.abs(values).max() == pytest.approx(limit, rel=1e-3)
    # 120,000 values: the relative standard error of the variance is √(0.8/120,000) = 0.26 %.
    assert values.var() == pytest.approx(VARIANCES[name], rel=0.013)
    assert abs(values.mean()) < 5 * math.sqrt(VARIANCES[name] / values.size)


@pytest.mark.parametrize("name", VARIANCES)
def test_normal_draws_are_cut_at_two_deviations_and_widened_to_their_variance(name: str) -> None:
    values, spread = drawn(f"{name}_normal"), math.sqrt(VARIANCES[name])
    cut = 2 * spread / TRUNCATED_NORMAL_STDDEV
    assert np.abs(values).max() <= cut
    assert np.abs(values).max() == pytest.approx(cut, rel=1e-3)
    assert values.var() == pytest.approx(VARIANCES[name], rel=0.018)
    assert abs(values.mean()) < 5 * spread / math.sqrt(values.size)


def test_the_width_of_what_a_cut_leaves() -> None:
    # The variance of a normal distribution within ±2: 1 − 2·2·φ(2) / (Φ(2) − Φ(−2)).
    density = math.exp(-2.0) / math.sqrt(2 * math.pi)
    assert math.sqrt(1 - 4 * density / math.erf(2 / math.sqrt(2))) == pytest.approx(TRUNCATED_NORMAL_STDDEV, rel=1e-12)


def test_truncated_normal_is_cut_but_not_widened() -> None:
    values = drawn(TruncatedNormal(0.5))
    assert 0.99 < np.abs(values).max() <= 1.0
    assert values.std() == pytest.approx(0.5 * TRUNCATED_NORMAL_STDDEV, rel=0.01)
    assert np.array_equal(drawn("truncated_normal") * 10, drawn(TruncatedNormal(0.05)) * 10)


def test_given_fans_take_the_place_of_the_shape_s() -> None:
    values = initialize("glorot_uniform", np.random.default_rng(0), (100,), 6, 18)
    assert 0.45 < np.abs(values).max() <= 0.5
    assert np.abs(drawn("glorot_uniform", (100,))).max() <= math.sqrt(6 / 200)


@pytest.mark.parametrize("initializer", [*INITIALIZERS, Constant(0.5), TruncatedNormal(0.2)])
def test_the_same_generator_draws_the_same_numbers_and_json_keeps_the_initializer(
    initializer: Initializer,
) -> None:
    assert np.array_equal(drawn(initializer, (4, 5)), drawn(initializer, (4, 5)))
    assert initializer_from_plain(json.loads(json.dumps(initializer_to_plain(initializer)))) == initializer


@pytest.mark.parametrize("plain", ["glorot", {"kind": "zeros"}, {"kind": "truncated_normal", "stddev": 0.0}, {}])
def test_what_is_no_initializer(plain: str | dict[str, object]) -> None:
    with pytest.raises(SpecError):
        initializer_from_plain(plain)


def test_an_unknown_name_is_refused_when_drawing_too() -> None:
    with pytest.raises(SpecError, match="xavier"):
        drawn("xavier")


AGAINST_KERAS = """
    import json

    import keras
    import numpy as np

    from tutor.engine.initializers import INITIALIZERS, Constant, TruncatedNormal, fans, initialize

    def row(what, ours, theirs):
        print(json.dumps([what, *(float(f(np.abs(v))) for v in (ours, theirs) for f in (np.max, np.std, np.mean))]))

    for shape in ((200, 300), (5, 5, 16, 300), (60_000,)):
        for name in INITIALIZERS:
            if name == "orthogonal" and len(shape) == 1:
                continue  # Keras refuses to make a vector orthogonal.
            theirs = keras.initializers.get(name)(shape).numpy()
            row(f"{name} {shape}", initialize(name, np.random.default_rng(0), shape), theirs)
        for ours, theirs in ((Constant(0.3), keras.initializers.Constant(0.3)),
                             (TruncatedNormal(), keras.initializers.TruncatedNormal()),
                             (TruncatedNormal(0.4), keras.initializers.TruncatedNormal(stddev=0.4))):
            row(f"{ours} {shape}", initialize(ours, np.random.default_rng(0), shape), theirs(shape).numpy())
"""


@pytest.mark.tensorflow
def test_keras_draws_from_the_same_distributions(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(AGAINST_KERAS)
    assert len(rows) == 3 * (len(INITIALIZERS) + 3) - 1
    for what, *numbers in rows:
        # The largest, the spread and the mean of the sizes; 60,000 values or more know them to about 0.3 %.
        # An orthogonal matrix has no limit, so its largest number is that of a few.
        few = 0.15 if what.startswith("orthogonal") else 0.02
        assert numbers[0] == pytest.approx(numbers[3], rel=few, abs=1e-7), what
        assert numbers[1:3] == pytest.approx(numbers[4:], rel=0.02, abs=1e-7), what
