"""The options of one layer that Keras describes, taken one by one; what nobody takes is refused or noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.engine.initializers import INITIALIZERS, UNIFORM_LIMIT, Constant, Initializer, TruncatedNormal
from tutor.engine.layers import ACTIVATIONS
from tutor.engine.operations.contract import Shape


class Unsupported(ValueError):
    """No specification can express this layer or option; the message says which, and why."""


# Options that never change a number of a trained network.
INDIFFERENT = (
    "name", "seed", "batch_shape", "batch_input_shape", "renorm_momentum",
    "beta_initializer", "gamma_initializer", "moving_mean_initializer", "moving_variance_initializer",
    "unroll", "use_cudnn", "flash_attention",
)  # fmt: skip
# Options that affect only training: a trained network gives the same answers without them.
TRAINING_OPTIONS = (
    "kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint",
    "beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint",
    "embeddings_regularizer", "embeddings_constraint", "recurrent_regularizer", "recurrent_constraint",
)  # fmt: skip
# Options that a specification does not have, and the values that they must have. All others must be None or False.
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "data_format": ("channels_last", None),
    "dilation_rate": (1, [1, 1]),
    "groups": (1,),
    "axis": (-1, [-1]),
    "center": (True,),
    "scale": (True,),
    "tie_weights": (True,),
    "threshold": (0, None),
    "alpha": (1,),
}
ALIASES = {"swish": "silu", None: "linear"}


class Options:
    """The options of one layer with the input ``shape``; options that nobody takes must be neutral in the end.

    ``notes`` gets a sentence for each option that is left out because it changes no answer.
    """

    def __init__(self, name: str, config: dict[str, Any], shape: Shape, notes: list[str]) -> None:
        self.name, self.shape, self._rest, self._notes = name, shape, config, notes

    def take(self, option: str, default: Any = None) -> Any:
        """The value of an option, lists as tuples."""
        value = self._rest.pop(option, default)
        return tuple(value) if isinstance(value, list) else value

    def number(self, option: str, default: float | None = None) -> float:
        """A number."""
        value = self.take(option, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refusal(option, value)
        return value

    def pair(self, option: str) -> tuple[int, int]:
        """Two numbers, given as two or as one."""
        value = self.take(option)
        return (value, value) if isinstance(value, int) else value

    def dtype(self) -> str:
        """The dtype of the layer."""
        policy = self.take("dtype", "float32")
        if isinstance(policy, Mapping):
            policy = policy["config"]["name"] if policy.get("class_name") == "DTypePolicy" else policy.get("class_name")
        return str(policy)

    def activation(self) -> str:
        """The name of an activation."""
        value = self.take("activation")
        value = ALIASES.get(value, value) if isinstance(value, str | None) else value
        if value not in ACTIVATIONS:
            if isinstance(value, Mapping) and str(value.get("module", "")).startswith("keras.layers"):
                raise Unsupported(
                    f"{self.name} with a layer as its activation: put {value.get('class_name')} behind it"
                )
            if not isinstance(value, str):
                raise Unsupported(f"{self.name} with an activation of the author's own")
            raise self.refusal("activation", value)
        return str(value)

    def l2(self) -> float:
        """The kernel's L2 penalty; leaves out any other, with a note."""
        penalty = self.take("kernel_regularizer")
        if penalty is None:
            return 0.0
        known = isinstance(penalty, Mapping) and penalty.get("class_name") in ("L2", "L1L2")
        config: Mapping[str, Any] = penalty["config"] if known else {}
        if not known or config.get("l1"):
            self.leave_out("kernel_regularizer", penalty)
        return float(config.get("l2") or 0.0)

    def initializer(self, option: str, default: str) -> Initializer:
        """The initializer, or the ``default`` for an unknown one, because trained weights do not depend on it."""
        plain = self.take(option)
        if not isinstance(plain, Mapping):
            return plain if plain in INITIALIZERS else default
        kind, config = str(plain.get("class_name")), plain.get("config") or {}
        if kind == "Constant" and isinstance(config.get("value"), int | float):
            return Constant(float(config["value"]))
        if kind == "RandomUniform" and (config.get("minval"), config.get("maxval")) == (-UNIFORM_LIMIT, UNIFORM_LIMIT):
            return "uniform"
        if kind == "TruncatedNormal" and not config.get("mean"):
            return TruncatedNormal(float(config["stddev"]))
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
        return name if name in INITIALIZERS else default

    def check_rest(self) -> None:
        """Note options that affect only training. Raise ``Unsupported`` for any other that would change a number."""
        if self._rest.pop("trainable", True) is False:
            self._notes.append(f"{self.name} is frozen in the file; here it would be trained like any other layer")
        for option, value in self._rest.items():
            if option in TRAINING_OPTIONS:
                if value is not None:
                    self.leave_out(option, value)
                continue
            neutral = NEUTRAL.get(option, (None, False))
            if option not in INDIFFERENT and value not in neutral:
                raise self.refusal(option, value)

    def leave_out(self, option: str, value: Any) -> None:
        """Note an option that affects only training."""
        self._notes.append(f"{_said(option, value)} of {self.name} is left out: it changes training, not the answers")

    def refusal(self, option: str, value: Any) -> Unsupported:
        """The error that this option cannot have this value."""
        return Unsupported(f"{self.name} with {_said(option, value)}")


def _said(option: str, value: Any) -> str:
    named = value.get("class_name") if isinstance(value, Mapping) else value
    return f"{option} {str(named)[:40]!r}"
