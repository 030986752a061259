"""compile and fit, which only write down what they are given (``keras/src/trainers/trainer.py``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras import fitting
from tutor.practice.runner.recorded_keras.optimizers import optimizer_of
from tutor.practice.runner.recorded_keras.recorded import as_plain, refused

DEFAULT_BATCH = 32
_NOTHING_TRAINED = "needs a trained network, and this Keras only writes down what it is given: return the model"


class Trainer:
    """What a model is compiled with, and each fit."""

    optimizer: Any = None
    loss: Any = None
    metrics: Any = None
    _compiled: dict[str, Any] | None = None
    _fits: tuple[dict[str, Any], ...] = ()

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, loss_weights: Any = None, metrics: Any = None,
        weighted_metrics: Any = None, run_eagerly: Any = False, steps_per_execution: Any = 1,
        jit_compile: Any = "auto", auto_scale_loss: Any = True,
    ) -> None:  # fmt: skip
        """Write down how it is to be trained. Raises ``ValueError``."""
        self.optimizer, self.loss, self.metrics = optimizer_of(optimizer), loss, metrics
        for name, value in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if value and not isinstance(value, list | tuple | dict):
                raise ValueError(
                    f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: {name}={value} "
                    f"of type {type(value)}"
                )
        self._compiled = {"loss_weights": loss_weights, "weighted_metrics": weighted_metrics}

    def fit(
        self, x: Any = None, y: Any = None, batch_size: Any = None, epochs: Any = 1, verbose: Any = "auto",
        callbacks: Any = None, validation_split: Any = 0.0, validation_data: Any = None, shuffle: Any = True,
        class_weight: Any = None, sample_weight: Any = None, initial_epoch: Any = 0, steps_per_epoch: Any = None,
        validation_steps: Any = None, validation_batch_size: Any = None, validation_freq: Any = 1,
    ) -> fitting.History:  # fmt: skip
        """Write down what it is trained on. Raises ``ValueError`` and ``TypeError``."""
        if self._compiled is None:
            raise ValueError("You must call `compile()` before using the model.")
        training = fitting.rows_of(x, y)
        held = None
        if validation_data is not None:
            given = validation_data if isinstance(validation_data, tuple | list) else (validation_data, None)
            held = fitting.rows_of(given[0], given[1] if len(given) > 1 else None)
        elif validation_split:
            training, held = fitting.split(*training, validation_split)
        self._check_rows(*training)
        if held is not None:
            self._check_rows(*held)
        size = DEFAULT_BATCH if batch_size is None else batch_size
        for value in (size, epochs, initial_epoch):
            if not hasattr(value, "__index__"):
                raise TypeError(f"{type(value).__name__!r} object cannot be interpreted as an integer")
        plain = {
            "x": fitting.described(training[0]), "y": fitting.described(training[1]), "batch_size": int(size),
            "epochs": int(epochs), "initial_epoch": int(initial_epoch), "shuffle": shuffle,
            "validation": None if held is None else {
                "x": fitting.described(held[0]), "y": fitting.described(held[1]),
                "trained_on": fitting.in_both(training[0], held[0]),
            },
            "callbacks": [type(each).__name__ for each in callbacks or ()],
            "class_weight": class_weight is not None, "sample_weight": sample_weight is not None,
            "steps_per_epoch": steps_per_epoch,
        }  # fmt: skip
        self._fits = (*self._fits, as_plain(plain))
        steps = -(-len(training[0]) // max(1, int(size)))
        return fitting.History(self, int(epochs), steps)

    def compile_config(self) -> dict[str, Any] | None:
        """What it is compiled with as plain values; None if it is not."""
        if self._compiled is None:
            return None
        own = {"optimizer": self.optimizer, "loss": self.loss, "metrics": self.metrics}
        return {name: as_plain(value) for name, value in {**own, **self._compiled}.items()}

    def _check_rows(self, x: Any, y: Any) -> None:
        wanted, output = self.ends(x.shape)
        fitting.check_inputs(x, wanted)
        fitting.check_labels(y, output, fitting.loss_name(self.loss))
        fitting.check_metrics(self.metrics)

    def ends(self, shape: tuple[int, ...]) -> tuple[fitting.Shape, fitting.Shape]:
        """The shapes of its input and its output, without the batch, built for rows of ``shape`` if need be."""
        raise NotImplementedError

    evaluate = refused("evaluate", _NOTHING_TRAINED)
    predict = refused("predict", _NOTHING_TRAINED)
    train_on_batch = refused("train_on_batch", _NOTHING_TRAINED)
    test_on_batch = refused("test_on_batch", _NOTHING_TRAINED)
    get_weights = refused("get_weights", _NOTHING_TRAINED)
    set_weights = refused("set_weights", _NOTHING_TRAINED)
    save = refused("save", _NOTHING_TRAINED)
    save_weights = refused("save_weights", _NOTHING_TRAINED)
    load_weights = refused("load_weights", _NOTHING_TRAINED)
