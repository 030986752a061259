"""The layers with numbers to learn: Dense, Conv2D, batch normalization (``keras/src/layers``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.chosen import activation_of, initializer_of, regularizer_of
from tutor.practice.runner.recorded_keras.layer import Layer, Shape
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras
from tutor.practice.runner.recorded_keras.windows import check_padding, last_channels, pair, sides


class Dense(Layer):
    """keras.layers.Dense."""

    axes = 2

    units: int
    use_bias: bool

    def __init__(
        self, units: Any, activation: Any = None, use_bias: Any = True, kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros", kernel_regularizer: Any = None, bias_regularizer: Any = None,
        activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None,
        lora_rank: Any = None, lora_alpha: Any = None, quantization_config: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if not isinstance(units, int) or units <= 0:
            raise ValueError(
                f"Received an invalid value for `units`, expected a positive integer. Received: units={units}"
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.record(
            units=units, activation=activation_of(activation), use_bias=use_bias,
            kernel_initializer=initializer_of(kernel_initializer), bias_initializer=initializer_of(bias_initializer),
            kernel_regularizer=regularizer_of(kernel_regularizer), bias_regularizer=regularizer_of(bias_regularizer),
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint, lora_rank=lora_rank,
            quantization_config=quantization_config,
        )  # fmt: skip

    def output_of(self, shape: Shape) -> Shape:
        """The last axis becomes that of the units."""
        return (*shape[:-1], self.units)

    def weights_of(self, shape: Shape) -> list[tuple[Shape, bool]]:
        """Kernel (inputs, units) and bias (units,)."""
        return [((shape[-1], self.units), True), *([((self.units,), True)] if self.use_bias else [])]


class Conv2D(Layer):
    """keras.layers.Conv2D."""

    axes = 4

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int]
    padding: str
    use_bias: bool

    def __init__(
        self, filters: Any, kernel_size: Any, strides: Any = (1, 1), padding: Any = "valid", data_format: Any = None,
        dilation_rate: Any = (1, 1), groups: Any = 1, activation: Any = None, use_bias: Any = True,
        kernel_initializer: Any = "glorot_uniform", bias_initializer: Any = "zeros", kernel_regularizer: Any = None,
        bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None,
        bias_constraint: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        kernel_size, strides = pair("kernel_size", kernel_size), pair("strides", strides)
        check_padding(padding)
        self.record(
            filters=filters, kernel_size=kernel_size, strides=strides, padding=padding.lower(),
            data_format=last_channels(data_format), activation=activation_of(activation), use_bias=use_bias,
            kernel_initializer=initializer_of(kernel_initializer), bias_initializer=initializer_of(bias_initializer),
            kernel_regularizer=regularizer_of(kernel_regularizer), bias_regularizer=regularizer_of(bias_regularizer),
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
        )  # fmt: skip
        if pair("dilation_rate", dilation_rate) != (1, 1) or groups != 1:
            raise NotInThisKeras("a Conv2D with groups or a dilation_rate of its own is not known here")
        if not isinstance(filters, int) or filters <= 0:
            raise ValueError(
                f"Invalid value for argument `filters`. Expected a strictly positive value. Received filters={filters}."
            )

    def output_of(self, shape: Shape) -> Shape:
        """The places where the kernel fits, and a channel for each filter."""
        where = f"inputs shape={(None, *shape)}, kernel size={self.kernel_size}"
        return (*sides(shape, self.kernel_size, self.strides, self.padding, where), self.filters)

    def weights_of(self, shape: Shape) -> list[tuple[Shape, bool]]:
        """Kernel (height, width, channels, filters) and bias (filters,)."""
        self.output_of(shape)
        bias: list[tuple[Shape, bool]] = [((self.filters,), True)] if self.use_bias else []
        return [((*self.kernel_size, shape[-1], self.filters), True), *bias]


class BatchNormalization(Layer):
    """keras.layers.BatchNormalization."""

    axis: int
    center: bool
    scale: bool

    def __init__(
        self, axis: Any = -1, momentum: Any = 0.99, epsilon: Any = 1e-3, center: Any = True, scale: Any = True,
        beta_initializer: Any = "zeros", gamma_initializer: Any = "ones", moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones", beta_regularizer: Any = None, gamma_regularizer: Any = None,
        beta_constraint: Any = None, gamma_constraint: Any = None, synchronized: Any = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.record(
            axis=axis, momentum=momentum, epsilon=epsilon, center=center, scale=scale,
            beta_initializer=initializer_of(beta_initializer), gamma_initializer=initializer_of(gamma_initializer),
            moving_mean_initializer=initializer_of(moving_mean_initializer),
            moving_variance_initializer=initializer_of(moving_variance_initializer),
            beta_regularizer=regularizer_of(beta_regularizer), gamma_regularizer=regularizer_of(gamma_regularizer),
            beta_constraint=beta_constraint, gamma_constraint=gamma_constraint, synchronized=synchronized,
        )  # fmt: skip

    def weights_of(self, shape: Shape) -> list[tuple[Shape, bool]]:
        """Gamma, beta, and two moving averages, a number for each channel."""
        channel = (None, *shape)[self.axis]
        learned = [self.scale, self.center]
        return [*(((channel,), True) for each in learned if each), ((channel,), False), ((channel,), False)]
