"""Optimizers and schedules, with the settings of Keras 3 (``keras/src/optimizers``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.elsewhere import OPTIMIZERS as OTHER_OPTIMIZERS
from tutor.practice.runner.recorded_keras.recorded import Recorded, found


class Schedule(Recorded):
    """What gives the learning rate of a step."""

    module = "keras.optimizers.schedules"


class ExponentialDecay(Schedule):
    """keras.optimizers.schedules.ExponentialDecay."""

    def __init__(
        self, initial_learning_rate: Any, decay_steps: Any, decay_rate: Any, staircase: Any = False,
        name: Any = "ExponentialDecay",
    ) -> None:  # fmt: skip
        self.record(
            initial_learning_rate=initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate,
            staircase=staircase, name=name,
        )  # fmt: skip


class InverseTimeDecay(Schedule):
    """keras.optimizers.schedules.InverseTimeDecay."""

    def __init__(
        self, initial_learning_rate: Any, decay_steps: Any, decay_rate: Any, staircase: Any = False,
        name: Any = "InverseTimeDecay",
    ) -> None:  # fmt: skip
        self.record(
            initial_learning_rate=initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate,
            staircase=staircase, name=name,
        )  # fmt: skip


class _Optimizer(Recorded):
    module = "keras.optimizers"
    learning_rate: Any

    def __init__(self, learning_rate: Any, own: dict[str, Any], common: dict[str, Any]) -> None:
        unknown = {name: value for name, value in common.items() if name not in _COMMON and name != "decay"}
        if unknown:
            raise ValueError(f"Argument(s) not recognized: {unknown}")
        if not isinstance(learning_rate, Schedule | float):
            raise ValueError(
                "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable "
                "(that takes in the current iteration value and returns the corresponding learning rate value). "
                f"Received instead: learning_rate={learning_rate}"
            )
        momentum = own.get("momentum", 0.0)
        if not isinstance(momentum, float | int) or not 0 <= momentum <= 1:
            raise ValueError("`momentum` must be a float between [0, 1].")
        settings = {name: common.get(name, default) for name, default in _COMMON.items()}
        clipping = {name: settings[name] for name in ("clipnorm", "clipvalue", "global_clipnorm")}
        if sum(each is not None for each in clipping.values()) > 1:
            said = ", ".join(f"{name}={value}" for name, value in clipping.items())
            raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {said}")
        self.record(learning_rate=learning_rate, **own, **settings)


_COMMON: dict[str, Any] = {
    "weight_decay": None, "clipnorm": None, "clipvalue": None, "global_clipnorm": None, "use_ema": False,
    "ema_momentum": 0.99, "ema_overwrite_frequency": None, "loss_scale_factor": None,
    "gradient_accumulation_steps": None, "name": None,
}  # fmt: skip


class SGD(_Optimizer):
    """keras.optimizers.SGD."""

    def __init__(
        self, learning_rate: Any = 0.01, momentum: Any = 0.0, nesterov: Any = False, weight_decay: Any = None,
        clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        limits = _limits(weight_decay, clipnorm, clipvalue, global_clipnorm)
        super().__init__(learning_rate, {"momentum": momentum, "nesterov": nesterov}, {**limits, **kwargs})


class RMSprop(_Optimizer):
    """keras.optimizers.RMSprop."""

    def __init__(
        self, learning_rate: Any = 0.001, rho: Any = 0.9, momentum: Any = 0.0, epsilon: Any = 1e-7,
        centered: Any = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None,
        global_clipnorm: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        own = {"rho": rho, "momentum": momentum, "epsilon": epsilon, "centered": centered}
        super().__init__(learning_rate, own, {**_limits(weight_decay, clipnorm, clipvalue, global_clipnorm), **kwargs})


class Adam(_Optimizer):
    """keras.optimizers.Adam."""

    def __init__(
        self, learning_rate: Any = 0.001, beta_1: Any = 0.9, beta_2: Any = 0.999, epsilon: Any = 1e-7,
        amsgrad: Any = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None,
        global_clipnorm: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        own = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon, "amsgrad": amsgrad}
        super().__init__(learning_rate, own, {**_limits(weight_decay, clipnorm, clipvalue, global_clipnorm), **kwargs})


class AdamW(Adam):
    """keras.optimizers.AdamW."""

    def __init__(
        self, learning_rate: Any = 0.001, weight_decay: Any = 0.004, beta_1: Any = 0.9, beta_2: Any = 0.999,
        epsilon: Any = 1e-7, amsgrad: Any = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, **kwargs)


def _limits(weight_decay: Any, clipnorm: Any, clipvalue: Any, global_clipnorm: Any) -> dict[str, Any]:
    return {"weight_decay": weight_decay, "clipnorm": clipnorm, "clipvalue": clipvalue,
            "global_clipnorm": global_clipnorm}  # fmt: skip


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def optimizer_of(identifier: Any) -> _Optimizer:
    """The optimizer that is meant; a name stands for one with its defaults. Raises ``ValueError``."""
    if isinstance(identifier, str):
        name = identifier.lower() if identifier.lower() in {*OPTIMIZERS, *OTHER_OPTIMIZERS} else identifier
        made: _Optimizer = found(name, OPTIMIZERS, OTHER_OPTIMIZERS, "optimizer")()
        return made
    if not isinstance(identifier, _Optimizer):
        raise ValueError(f"Could not interpret optimizer identifier: {identifier}")
    return identifier
