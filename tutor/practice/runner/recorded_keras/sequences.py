"""The layers for sequences in a line: Embedding, LayerNormalization, SimpleRNN, LSTM (``keras/src/layers``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.chosen import activation_of, initializer_of, regularizer_of
from tutor.practice.runner.recorded_keras.layer import Layer, Shape
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras


class Embedding(Layer):
    """keras.layers.Embedding."""

    input_dim: int
    output_dim: int

    def __init__(
        self, input_dim: Any, output_dim: Any, embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None, embeddings_constraint: Any = None, mask_zero: Any = False,
        weights: Any = None, lora_rank: Any = None, lora_alpha: Any = None, quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        kwargs.pop("input_length", None)
        super().__init__(**kwargs)
        if weights is not None:
            raise NotInThisKeras("an Embedding with weights from the start is not known here")
        self.record(
            input_dim=input_dim, output_dim=output_dim, embeddings_initializer=initializer_of(embeddings_initializer),
            embeddings_regularizer=regularizer_of(embeddings_regularizer), embeddings_constraint=embeddings_constraint,
            mask_zero=mask_zero, lora_rank=lora_rank, quantization_config=quantization_config,
        )  # fmt: skip

    def output_of(self, shape: Shape) -> Shape:
        """A row of the table for each number."""
        return (*shape, self.output_dim)

    def weights_of(self, _shape: Shape) -> list[tuple[Shape, bool]]:
        """The table (tokens, numbers for each)."""
        return [((self.input_dim, self.output_dim), True)]


class LayerNormalization(Layer):
    """keras.layers.LayerNormalization."""

    axis: int
    center: bool
    scale: bool

    def __init__(
        self, axis: Any = -1, epsilon: Any = 1e-3, center: Any = True, scale: Any = True,
        beta_initializer: Any = "zeros", gamma_initializer: Any = "ones", beta_regularizer: Any = None,
        gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        if not isinstance(axis, int):
            raise NotInThisKeras("a LayerNormalization over several axes is not known here")
        self.record(
            axis=axis, epsilon=epsilon, center=center, scale=scale,
            beta_initializer=initializer_of(beta_initializer), gamma_initializer=initializer_of(gamma_initializer),
            beta_regularizer=regularizer_of(beta_regularizer), gamma_regularizer=regularizer_of(gamma_regularizer),
            beta_constraint=beta_constraint, gamma_constraint=gamma_constraint,
        )  # fmt: skip

    def weights_of(self, shape: Shape) -> list[tuple[Shape, bool]]:
        """Gamma and beta, a number for each along the axis."""
        along = (None, *shape)[self.axis]
        return [((along,), True) for each in (self.scale, self.center) if each]


class _Recurrent(Layer):
    axes, exactly = 3, True
    gates = 1

    units: int
    use_bias: bool
    return_sequences: bool

    def __init__(self, units: Any, settings: dict[str, Any], activity_regularizer: Any, **kwargs: Any) -> None:
        if not isinstance(units, int) or units <= 0:
            raise ValueError(
                f"Received an invalid value for argument `units`, expected a positive integer, got {units}"
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if settings["return_state"]:
            raise NotInThisKeras(f"a {type(self).__name__} that returns its state too is not known here")
        chosen = {"initializer": initializer_of, "regularizer": regularizer_of, "activation": activation_of}
        self.record(units=units)
        for name, value in settings.items():
            choose = chosen.get(name.rpartition("_")[2])
            self.record(**{name: choose(value) if choose else value})

    def output_of(self, shape: Shape) -> Shape:
        """The last state, or all of them."""
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def weights_of(self, shape: Shape) -> list[tuple[Shape, bool]]:
        """Kernel, recurrent kernel and bias, a part for each gate."""
        width = self.gates * self.units
        bias: list[tuple[Shape, bool]] = [((width,), True)] if self.use_bias else []
        return [((shape[-1], width), True), ((self.units, width), True), *bias]


class SimpleRNN(_Recurrent):
    """keras.layers.SimpleRNN."""

    def __init__(
        self, units: Any, activation: Any = "tanh", use_bias: Any = True, kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal", bias_initializer: Any = "zeros", kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None,
        kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None,
        dropout: Any = 0.0, recurrent_dropout: Any = 0.0, return_sequences: Any = False, return_state: Any = False,
        go_backwards: Any = False, stateful: Any = False, unroll: Any = False, seed: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        settings = {
            "activation": activation, "use_bias": use_bias, "kernel_initializer": kernel_initializer,
            "recurrent_initializer": recurrent_initializer, "bias_initializer": bias_initializer,
            "kernel_regularizer": kernel_regularizer, "recurrent_regularizer": recurrent_regularizer,
            "bias_regularizer": bias_regularizer, "kernel_constraint": kernel_constraint,
            "recurrent_constraint": recurrent_constraint, "bias_constraint": bias_constraint, "dropout": dropout,
            "recurrent_dropout": recurrent_dropout, "return_sequences": return_sequences,
            "return_state": return_state, "go_backwards": go_backwards, "stateful": stateful, "unroll": unroll,
            "seed": seed,
        }  # fmt: skip
        super().__init__(units, settings, activity_regularizer, **kwargs)


class LSTM(_Recurrent):
    """keras.layers.LSTM."""

    gates = 4

    def __init__(
        self, units: Any, activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias: Any = True,
        kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros", unit_forget_bias: Any = True, kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None,
        kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None,
        dropout: Any = 0.0, recurrent_dropout: Any = 0.0, seed: Any = None, return_sequences: Any = False,
        return_state: Any = False, go_backwards: Any = False, stateful: Any = False, unroll: Any = False,
        use_cudnn: Any = "auto", **kwargs: Any,
    ) -> None:  # fmt: skip
        settings = {
            "activation": activation, "recurrent_activation": recurrent_activation, "use_bias": use_bias,
            "kernel_initializer": kernel_initializer, "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer, "unit_forget_bias": unit_forget_bias,
            "kernel_regularizer": kernel_regularizer, "recurrent_regularizer": recurrent_regularizer,
            "bias_regularizer": bias_regularizer, "kernel_constraint": kernel_constraint,
            "recurrent_constraint": recurrent_constraint, "bias_constraint": bias_constraint, "dropout": dropout,
            "recurrent_dropout": recurrent_dropout, "seed": seed, "return_sequences": return_sequences,
            "return_state": return_state, "go_backwards": go_backwards, "stateful": stateful, "unroll": unroll,
        }  # fmt: skip
        super().__init__(units, settings, activity_regularizer, **kwargs)
