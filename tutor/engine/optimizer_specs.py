"""Optimizers as frozen descriptions, which ``updates`` carries out.

Names, defaults and meanings are Keras 3's. ``learning_rate`` is a number or a schedule. The settings that all
optimizers share are keyword-only:

- ``clipnorm`` scales the gradient of each parameter (one kernel, one bias) separately down to that L2 norm.
  ``global_clipnorm``, PyTorch's ``clip_grad_norm_``, treats all gradients as one vector. ``clipvalue`` limits every
  number to ±clipvalue. Only one of the three can be set
  (``keras/src/optimizers/base_optimizer.py``, ``_clip_gradients``).
- ``weight_decay`` shrinks every parameter, biases too, by p ← p − p·weight_decay·lr before the step
  (``_apply_weight_decay`` in the same file). It does not pass through the gradient, so the moments do not include it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tutor.engine.schedules import Schedule, schedule_from_dict, schedule_to_dict
from tutor.engine.validation import LARGEST_FACTOR, flag, made_of, number_above, number_from, require

LearningRate = float | Schedule

_CLIPPING = ("clipnorm", "global_clipnorm", "clipvalue")


@dataclass(frozen=True, kw_only=True)
class _Common:
    """The settings that all optimizers share, and their checks; the module's docstring explains them."""

    weight_decay: float | None = None
    clipnorm: float | None = None
    global_clipnorm: float | None = None
    clipvalue: float | None = None

    def _check_common(self, learning_rate: LearningRate) -> None:
        if not isinstance(learning_rate, Schedule):
            number_from("a learning rate", learning_rate, 0)
        if self.weight_decay is not None:
            number_from("weight_decay", self.weight_decay, 0)
        chosen = [name for name in _CLIPPING if getattr(self, name) is not None]
        require(len(chosen) <= 1, f"gradients are clipped in one way only; got {' and '.join(chosen)}")
        for name in chosen:
            number_above(name, getattr(self, name), 0)


@dataclass(frozen=True)
class SGD(_Common):
    """Gradient descent: p ← p − lr·g (``keras/src/optimizers/sgd.py``).

    With momentum μ: m ← μ·m − lr·g, then p ← p + m, or with ``nesterov`` p ← p + μ·m − lr·g. The learning rate is
    part of m, so a change of it takes effect gradually; PyTorch keeps it outside. Without momentum ``nesterov`` does
    nothing.
    """

    learning_rate: LearningRate = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        self._check_common(self.learning_rate)
        number_from("momentum", self.momentum, 0, 1)
        flag("nesterov", self.nesterov)


@dataclass(frozen=True)
class RMSprop(_Common):
    """Steps divided by the root of the gradient's mean square (``keras/src/optimizers/rmsprop.py``).

    s ← ρ·s + (1 − ρ)·g², step = lr·g / √(s + ε), p ← p − step. ``centered`` uses the variance s − a² instead of s,
    with the mean gradient a ← ρ·a + (1 − ρ)·g. With momentum μ: m ← μ·m + step, p ← p − m.

    Surprising: ε = 1e-7 is inside the root, which equals 3e-4 outside, where PyTorch has 1e-8; s starts at 0 without
    bias correction, so the first step is lr/√(1 − ρ) ≈ 3.2·lr for all but tiny gradients; ρ is 0.9, in PyTorch 0.99.
    """

    learning_rate: LearningRate = 0.001
    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    def __post_init__(self) -> None:
        self._check_common(self.learning_rate)
        number_from("rho", self.rho, 0, 1)
        number_from("momentum", self.momentum, 0, 1)
        number_above("epsilon, which keeps a division from 0,", self.epsilon, 0, LARGEST_FACTOR)
        flag("centered", self.centered)


@dataclass(frozen=True)
class Adam(_Common):
    """Steps by the mean gradient divided by the root of the mean square (``keras/src/optimizers/adam.py``).

    m ← m + (g − m)·(1 − β₁), v ← v + (g² − v)·(1 − β₂), p ← p − α·m / (√v + ε) with
    α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ) at the t-th update, t from 1. AMSGrad is not supported.

    Surprising: ε is 1e-7 (1e-8 in the paper and in PyTorch), and it is the paper's "epsilon hat": it is added to √v
    before the bias correction of v, so in the first steps it weighs up to √(1/(1 − β₂)) ≈ 32 times more.
    """

    learning_rate: LearningRate = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def __post_init__(self) -> None:
        self._check_common(self.learning_rate)
        for name in ("beta_1", "beta_2"):
            beta = getattr(self, name)
            number_from(name, beta, 0)
            # At 1 the correction 1 − βᵗ is 0.
            require(beta < 1, f"{name} is less than 1; got {beta!r}")
        number_above("epsilon, which keeps a division from 0,", self.epsilon, 0, LARGEST_FACTOR)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay (``keras/src/optimizers/adamw.py``).

    Surprising: the decay is 0.004 (0.01 in PyTorch), it is multiplied by the learning rate, and biases decay too.
    """

    weight_decay: float | None = field(default=0.004, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.weight_decay is not None, "AdamW needs a weight_decay; Adam is AdamW without it")


OptimizerSpec = SGD | RMSprop | Adam

OPTIMIZERS: dict[str, type[SGD | RMSprop | Adam]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def optimizer_to_dict(optimizer: OptimizerSpec) -> dict[str, Any]:
    """The optimizer as plain values, for JSON and TOML; ``optimizer_from_dict`` reads it back."""
    kind = next(name for name, cls in OPTIMIZERS.items() if cls is type(optimizer))
    plain = {"kind": kind} | asdict(optimizer)
    if isinstance(optimizer.learning_rate, Schedule):
        plain["learning_rate"] = schedule_to_dict(optimizer.learning_rate)
    return plain


def optimizer_from_dict(plain: Mapping[str, Any]) -> OptimizerSpec:
    """Build an optimizer from plain values. Raises ``SpecError``."""
    if isinstance(plain, Mapping) and isinstance(plain.get("learning_rate"), Mapping):
        plain = {**plain, "learning_rate": schedule_from_dict(plain["learning_rate"])}
    return made_of("optimizer", OPTIMIZERS, plain)
