"""Optimizers: refusals, one or two updates by hand, blocks, and 50 updates against Keras."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.engine.optimizer_specs import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    OptimizerSpec,
    RMSprop,
    optimizer_from_dict,
    optimizer_to_dict,
)
from tutor.engine.schedules import CosineDecay, PiecewiseConstantDecay
from tutor.engine.updates import BLOCK, clip, memory_names, update
from tutor.engine.validation import SpecError

EVERY_RULE: tuple[OptimizerSpec, ...] = (
    SGD(),
    SGD(momentum=0.9),
    SGD(momentum=0.9, nesterov=True, weight_decay=0.01),
    RMSprop(),
    RMSprop(momentum=0.5, centered=True),
    Adam(),
    AdamW(),
)


def train(optimizer: OptimizerSpec, theta: float, gradients: list[float], rate: float) -> float:
    """One number's way under the gradients."""
    p = np.array([theta])
    memory = {name: np.zeros(1) for name in memory_names(optimizer)}
    for step, gradient in enumerate(gradients):
        update(optimizer, p, np.array([gradient]), memory, step, rate)
    return float(p[0])


def test_gradient_descent_by_hand() -> None:
    assert train(SGD(), 1.0, [2.0, -4.0], 0.25) == 1.0 - 0.25 * 2.0 + 0.25 * 4.0


def test_momentum_by_hand() -> None:
    # m: 0.5·0 − 0.25·2 = −0.5, then 0.5·(−0.5) − 0.25·4 = −1.25
    assert train(SGD(momentum=0.5), 1.0, [2.0, 4.0], 0.25) == 1.0 - 0.5 - 1.25


def test_nesterov_by_hand() -> None:
    # The same m, and p ← p + 0.5·m − 0.25·g: 1 − 0.25 − 0.5 = 0.25, then 0.25 − 0.625 − 1.
    assert train(SGD(momentum=0.5, nesterov=True), 1.0, [2.0, 4.0], 0.25) == 0.25 - 0.625 - 1.0


def test_rmsprop_by_hand_has_epsilon_inside_the_root() -> None:
    optimizer = RMSprop(rho=0.75, epsilon=3.0)
    # s: 0.25·4² = 4, then 0.75·4 + 0.25·8² = 19
    expected = 1.0 - 0.5 * 4.0 / math.sqrt(4.0 + 3.0) - 0.5 * 8.0 / math.sqrt(19.0 + 3.0)
    assert train(optimizer, 1.0, [4.0, 8.0], 0.5) == pytest.approx(expected, rel=1e-15)


def test_centered_rmsprop_with_momentum_by_hand() -> None:
    optimizer = RMSprop(rho=0.75, epsilon=3.0, centered=True, momentum=0.5)
    # a: 0.25·4 = 1, then 0.75·1 + 0.25·8 = 2.75
    first = 0.5 * 4.0 / math.sqrt(4.0 - 1.0 + 3.0)
    second = 0.5 * first + 0.5 * 8.0 / math.sqrt(19.0 - 2.75**2 + 3.0)
    assert train(optimizer, 1.0, [4.0, 8.0], 0.5) == pytest.approx(1.0 - first - second, rel=1e-15)


def test_adam_by_hand_has_epsilon_outside_the_uncorrected_root() -> None:
    # Betas that float32 holds exactly.
    optimizer = Adam(beta_1=0.5, beta_2=0.75, epsilon=1.0)
    # m: 0.5·4 = 2, then 2 + 0.5·(8 − 2) = 5.  v: 0.25·16 = 4, then 4 + 0.25·(64 − 4) = 19.
    first = 0.1 * math.sqrt(1 - 0.75) / (1 - 0.5) * 2.0 / (math.sqrt(4.0) + 1.0)
    second = 0.1 * math.sqrt(1 - 0.75**2) / (1 - 0.5**2) * 5.0 / (math.sqrt(19.0) + 1.0)
    assert train(optimizer, 1.0, [4.0, 8.0], 0.1) == pytest.approx(1.0 - first - second, rel=1e-15)


def test_weight_decay_comes_before_the_step_and_no_moment_sees_it() -> None:
    adam = Adam(beta_1=0.5, beta_2=0.75, epsilon=1.0)
    plain = train(adam, 1.0, [4.0], 0.1)
    decayed = train(AdamW(beta_1=0.5, beta_2=0.75, epsilon=1.0, weight_decay=0.5), 1.0, [4.0], 0.1)
    assert decayed == pytest.approx(plain - 1.0 * 0.5 * 0.1, rel=1e-15)


@pytest.mark.parametrize("optimizer", EVERY_RULE, ids=repr)
def test_long_vectors_are_updated_in_blocks_to_the_same_numbers(optimizer: OptimizerSpec) -> None:
    count = 2 * BLOCK + 5
    rng = np.random.default_rng(0)
    start, gradients = rng.standard_normal(count), rng.standard_normal((3, count))

    def trained(pieces: list[slice]) -> list[np.ndarray]:
        theta = start.astype("float32")
        memory = {name: np.zeros_like(theta) for name in memory_names(optimizer)}
        for step, gradient in enumerate(gradients.astype("float32")):
            before = gradient.copy()
            for piece in pieces:
                part = {name: vector[piece] for name, vector in memory.items()}
                update(optimizer, theta[piece], gradient[piece], part, step, 0.01)
            assert np.array_equal(gradient, before)
        return [theta, *memory.values()]

    whole = trained([slice(None)])
    apart = trained([slice(i, i + 1000) for i in range(0, count, 1000)])
    assert all(np.array_equal(a, b) for a, b in zip(whole, apart, strict=True))
    assert np.all(whole[0] != start.astype("float32"))


def test_each_part_is_scaled_to_clipnorm_on_its_own_and_short_ones_not_at_all() -> None:
    gradient = np.array([3.0, 4.0, 0.3, 0.4])
    clip(SGD(clipnorm=1.0), (gradient[:2], gradient[2:]), gradient)
    assert gradient == pytest.approx([0.6, 0.8, 0.3, 0.4], abs=1e-15)


def test_the_global_norm_is_that_of_all_parts() -> None:
    gradient = np.array([3.0, 4.0, 12.0])
    clip(SGD(global_clipnorm=6.5), (gradient[:2], gradient[2:]), gradient)
    assert gradient == pytest.approx([1.5, 2.0, 6.0], abs=1e-15)


def test_clipvalue_limits_each_number() -> None:
    gradient = np.array([3.0, -4.0, 0.5])
    clip(SGD(clipvalue=1.0), (gradient,), gradient)
    assert gradient.tolist() == [1.0, -1.0, 0.5]


def test_without_clipping_the_gradient_stays() -> None:
    gradient = np.array([3e30, -4.0])
    clip(SGD(), (gradient,), gradient)
    assert gradient.tolist() == [3e30, -4.0]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"clipnorm": 1.0, "clipvalue": 1.0}, "clipnorm and clipvalue"),
        ({"global_clipnorm": 0.0}, "global_clipnorm"),
        ({"learning_rate": -0.1}, "-0.1"),
        ({"learning_rate": math.nan}, "nan"),
        ({"learning_rate": "fast"}, "'fast'"),
        ({"weight_decay": -1.0}, "weight_decay"),
    ],
)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_what_no_optimizer_can_be(kind: str, settings: dict[str, object], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        optimizer_from_dict({"kind": kind, **settings})


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "sgd", "momentum": 1.5},
        {"kind": "sgd", "nesterov": 0.1},
        {"kind": "rmsprop", "rho": -0.1},
        {"kind": "rmsprop", "centered": 1},
        {"kind": "adam", "beta_2": 1.0},
        {"kind": "adam", "epsilon": -1e-7},
        {"kind": "adamw", "weight_decay": None},
        {"kind": "lion"},
        {},
    ],
)
def test_what_this_optimizer_cannot_be(plain: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        optimizer_from_dict(plain)


@pytest.mark.parametrize("optimizer", EVERY_RULE, ids=repr)
@pytest.mark.parametrize("rate", [0.5, CosineDecay(0.1, 50), PiecewiseConstantDecay((3, 5), (1.0, 0.5, 0.1))])
def test_an_optimizer_survives_json_and_is_hashable(optimizer: OptimizerSpec, rate: object) -> None:
    optimizer = replace(optimizer, learning_rate=rate, clipvalue=0.5)
    back = optimizer_from_dict(json.loads(json.dumps(optimizer_to_dict(optimizer))))
    assert back == optimizer
    assert hash(back) == hash(optimizer)


AGAINST_KERAS = """
    import inspect
    import json
    from dataclasses import MISSING, asdict, fields, replace

    import keras
    import numpy as np

    from tutor.engine.optimizer_specs import SGD, Adam, AdamW, RMSprop
    from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, rate
    from tutor.engine.updates import clip, memory_names, update

    RULES = (
        SGD(), SGD(momentum=0.9), SGD(momentum=0.7, nesterov=True), SGD(momentum=0.9, weight_decay=0.03),
        RMSprop(), RMSprop(momentum=0.7), RMSprop(centered=True),
        RMSprop(0.003, 0.95, 0.4, 1e-4, True, weight_decay=0.1),
        Adam(), Adam(0.01, 0.8, 0.99, 1e-3), Adam(weight_decay=0.03), AdamW(), AdamW(0.02, 0.85, 0.98, 1e-5),
    )
    CLIPPING = (
        {"clipnorm": 0.7}, {"global_clipnorm": 0.9}, {"clipvalue": 0.3},
        {"clipnorm": 1e6}, {"global_clipnorm": 1e6},
    )
    SCHEDULES = (
        ExponentialDecay(0.03, 7, 0.8), ExponentialDecay(0.03, 7, 0.8, True), InverseTimeDecay(0.03, 9, 0.6),
        PiecewiseConstantDecay((4, 30), (0.03, 0.01, 0.003)),
        CosineDecay(0.03, 40, 0.1), CosineDecay(0.001, 30, 0.1, 0.03, 10),
    )
    KERAS_MEMORY = {
        "SGD": {"velocity": "momentums"},
        "RMSprop": {"mean_square": "_velocities", "mean_gradient": "_average_gradients", "velocity": "_momentums"},
        "Adam": {"m": "_momentums", "v": "_velocities"},
    }
    KERAS_MEMORY["AdamW"] = KERAS_MEMORY["Adam"]
    SHAPES = ((3, 4), (4,))
    SPLIT = 12

    def same_defaults(ours, theirs):
        known = inspect.signature(theirs.__init__).parameters
        for f in fields(ours):
            default = inspect.Parameter.empty if f.default is MISSING else f.default
            assert known[f.name].default == default, (ours, f.name)

    for ours in (SGD, RMSprop, Adam, AdamW):
        same_defaults(ours, getattr(keras.optimizers, ours.__name__))

    def in_keras(spec):
        settings = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
        lr = spec.learning_rate
        if not isinstance(lr, float):
            values = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(lr).items()}
            settings["learning_rate"] = getattr(keras.optimizers.schedules, type(lr).__name__)(**values)
        return getattr(keras.optimizers, type(spec).__name__)(**settings)

    def flat(arrays):
        return np.concatenate([np.asarray(a).ravel() for a in arrays])

    def apart(ours, theirs):
        if np.array_equal(ours, theirs, equal_nan=True):
            return 0.0
        return float(np.abs(ours - theirs).max() / np.abs(theirs).max())

    def compare(spec, dtype, gradients):
        keras.config.set_floatx(dtype)
        start = np.random.default_rng(1).standard_normal(16).astype(dtype)
        variables = [keras.Variable(part.reshape(s), dtype=dtype) for part, s in zip(np.split(start, [SPLIT]), SHAPES)]
        optimizer = in_keras(spec)
        theta, g = start.copy(), np.empty_like(start)
        parts = (g[:SPLIT], g[SPLIT:])
        memory = {name: np.zeros_like(theta) for name in memory_names(spec)}
        for step, gradient in enumerate(gradients.astype(dtype)):
            optimizer.apply([gradient[:SPLIT].reshape(3, 4), gradient[SPLIT:]], variables)
            g[:] = gradient
            clip(spec, parts, g)
            update(spec, theta, g, memory, step, rate(spec.learning_rate, step))
        distances = [apart(theta, flat(variables))]
        for name, attribute in KERAS_MEMORY[type(spec).__name__].items():
            theirs = getattr(optimizer, attribute)
            assert bool(theirs) == (name in memory), (spec, name)
            if theirs:
                distances.append(apart(memory[name], flat(theirs)))
        scheduled = not isinstance(spec.learning_rate, float)
        print(json.dumps([f"{dtype} {spec}", dtype == "float64", scheduled, float(np.max(distances))]))

    rng = np.random.default_rng(2)
    # Some large, some small, some exactly 0; the bias's much smaller, so that the parts' norms differ.
    random = rng.standard_normal((50, 16)) * rng.choice([0.0, 0.01, 1.0], (50, 16)) * np.repeat([1.0, 0.05], [12, 4])
    for spec in RULES:
        compare(spec, "float64", random)
        compare(replace(spec, clipnorm=0.7), "float32", random)
    # The gradient is clipped, and the rate known, before a rule sees them: one rule of each kind, and every schedule
    # with the first. A clipping keeps nothing from step to step.
    for spec in {type(spec): spec for spec in RULES}.values():
        for clipping in CLIPPING:
            compare(replace(spec, **clipping), "float64", random[:10])
        for schedule in SCHEDULES if isinstance(spec, SGD) else SCHEDULES[-1:]:
            compare(replace(spec, learning_rate=schedule), "float64", random)
    # A gradient that overflows when it is squared, and one that is no number.
    np.seterr(all="ignore")
    for bad in (1e30, np.inf, np.nan):
        for clipping in ({}, *CLIPPING[:3]):
            one = random[:2].copy()
            one[0, 3] = bad
            keras.config.set_floatx("float32")
            g, spec = one[0].astype("float32"), SGD(**clipping)
            theirs = flat(in_keras(spec)._clip_gradients([keras.ops.array(g[:SPLIT]), keras.ops.array(g[SPLIT:])]))
            clip(spec, (g[:SPLIT], g[SPLIT:]), g)
            same = np.allclose(g, theirs, rtol=1e-6, atol=0, equal_nan=True)
            print(json.dumps([f"clip {bad} {clipping} {g} {theirs}", False, False, 0.0 if same else 1.0]))
"""


@pytest.mark.tensorflow
def test_fifty_updates_end_where_keras_ends(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(AGAINST_KERAS)
    assert len(rows) == 13 * 2 + 4 * 5 + 6 + 3 + 3 * 4
    wrong = [
        (what, apart)
        for what, float64, scheduled, apart in rows
        if not apart <= (1e-5 if not float64 else 1e-7 if scheduled else 1e-10)
    ]
    assert not wrong
