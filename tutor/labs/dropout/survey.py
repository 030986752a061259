"""The same network trained from many seeds, with and without dropout, and its accuracy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.drawings import noisy
from tutor.datasets.shapes import NAMES, PIXELS, training_rows
from tutor.engine.layers import Dense, Dropout
from tutor.engine.network import dropout_mask, dropout_rates, dropout_sizes, evaluate, forward, output_name
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Array
from tutor.engine.randomness import drawing_generator, dropout_noise
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Curve, Series, Table
from tutor.labs.kit.sheet import Sheet
from tutor.training.run import RunStarter
from tutor.training.settings import RunSettings

SEEDS = 12
EPOCHS, COPIES, NEW_COPIES, FLIPPED = 100, 4, 40, 0.2
MEASURES = ("taught", "new", "20 masks", "new, loss", "half off")
# The number of masks with the layer's own rate averaged for "20 masks".
AVERAGED = 20
NOT_TRIED = "not tried yet"

Floats = NDArray[np.float64]


def noisy_drawings(copies: int, block: int) -> tuple[Floats, Floats]:
    """``copies`` of each of the five shapes with a fifth of the pixels flipped: inputs (rows, 25), labels (rows, 5)."""
    shapes = training_rows()
    inputs, labels = np.repeat(shapes.inputs, copies, axis=0), np.repeat(shapes.labels, copies, axis=0)
    return noisy(inputs, drawing_generator(0, block), FLIPPED), labels


def surveyed_network(rate: float, seed: int) -> NetworkSpec:
    """A network from 25 pixels to 5 shapes with two layers of 32 units, each with dropout."""
    layers = (Dense(32, "relu"), Dropout(rate), Dense(32, "relu"), Dropout(rate), Dense(len(NAMES), "softmax"))
    return NetworkSpec("survey", (PIXELS,), layers, optimizer=Adam(0.01), seed=seed)


@dataclass
class Survey:
    """The same network from many seeds, each once with dropout of ``rate`` and once without.

    ``results`` has a row for each trained network, with and without in turn, and a column for each of ``MEASURES``.
    """

    start_run: RunStarter
    rate: float
    results: list[tuple[float, ...]] = field(default_factory=list)
    stopped: bool = False
    _current: InPlaceTraining | None = None

    @property
    def busy(self) -> bool:
        """Whether networks remain to be trained."""
        return not self.stopped and len(self.results) < 2 * SEEDS

    def poll(self) -> bool:
        """Fetch finished results and start the next network; inline runs finish all at once."""
        changed = False
        while self.busy:
            seed, without = divmod(len(self.results), 2)
            spec = surveyed_network(0.0 if without else self.rate, seed)
            if self._current is None:
                self._current = self._begin(spec)
            self._current.poll()
            if self._current.training:
                break
            self.results.append(self._measured(spec, self._current))
            self._current.close()
            self._current, changed = None, True
        return changed

    def close(self) -> None:
        """Stop without training the remaining networks."""
        self.stopped = True
        if self._current is not None:
            self._current.close()
            self._current = None

    def measured(self, measure: str) -> tuple[Floats, Floats]:
        """One measure of every seed tried so far, with and without dropout."""
        column = MEASURES.index(measure)
        pairs = np.array(self.results[: len(self.results) // 2 * 2]).reshape(-1, 2, len(MEASURES))
        return pairs[:, 0, column], pairs[:, 1, column]

    def _begin(self, spec: NetworkSpec) -> InPlaceTraining:
        # The run itself holds nothing out: the new drawings are evaluated once, at its end.
        data = TrainingData(*noisy_drawings(COPIES, 0), np.empty((0, PIXELS)), np.empty((0, len(NAMES))))
        settings = RunSettings(spec, EPOCHS, batch_size=data.rows)
        training = InPlaceTraining(self.start_run, lambda: settings, lambda: data)
        training.play()
        return training

    @staticmethod
    def _measured(spec: NetworkSpec, training: InPlaceTraining) -> tuple[float, ...]:
        """Accuracies and the loss: of one pass, of the average over masks, with a random half of its units off."""
        inputs, labels = noisy_drawings(NEW_COPIES, 1)
        (_, taught), _ = training.evaluations()
        loss, right = evaluate(spec, training.parameters(), inputs, labels)
        noise = dropout_noise(spec.seed, len(inputs), dropout_sizes(spec), 0)

        def answers(step: int, rates: tuple[float, ...]) -> Array:
            masks = [dropout_mask(n[step], rate, spec.dtype) for n, rate in zip(noise, rates, strict=True)]
            return forward(spec, training.parameters(), inputs, masks)[output_name(spec)]

        def share(confidences: Array) -> float:
            return float((confidences.argmax(axis=1) == labels.argmax(axis=1)).mean())

        rates = dropout_rates(spec)
        average = np.mean([answers(step, rates) for step in range(AVERAGED if any(rates) else 1)], axis=0)
        return taught, right, share(average), loss, share(answers(0, (0.5,) * len(noise)))


def fill_survey(sheet: Sheet, survey: Survey) -> None:
    """Put the results so far on the sheet."""
    tried, of = len(survey.results) // 2, f"dropout {survey.rate:g}"
    values = {measure: survey.measured(measure) for measure in MEASURES}
    done = f"{tried} seeds, {of} or none" if tried else NOT_TRIED
    sheet.text("status", "status", f"trying seed {tried + 1} of {SEEDS}" if survey.busy else done)
    rows = tuple(
        (f"{measure}, {which}", *_spread(measured))
        for measure in MEASURES
        for which, measured in zip(("with", "without"), values[measure], strict=True)
    )
    columns = ("", "mean", "lowest", "highest")
    sheet.show(
        "survey", lambda: Table("survey", f"share right, with {of} or without", columns, rows, digits=3), counted=True
    )
    xs = tuple(float(i + 1) for i in range(tried))
    lines = zip(("with", "without"), values["half off"], strict=True)
    series = tuple(Series(which, xs, tuple(v.tolist())) for which, v in lines)
    sheet.show("spread", lambda: Curve("spread", "right with half of the units off", "seed", series))
    (half, half_without), (new, new_without) = values["half off"], values["new"]
    said = {
        "sturdier": ("more right with half off", _ahead(half, half_without)),
        "always_sturdier": ("more with half off from every seed", _always(half, half_without)),
        "better": ("more right with all units on", _ahead(new, new_without)),
        "always_better": ("better from every seed", _always(new, new_without)),
    }
    for name, (label, word) in said.items():
        sheet.text(name, label, word)


def _ahead(measured: Floats, without: Floats) -> str:
    """Which has the larger mean over the seeds."""
    if not len(measured):
        return NOT_TRIED
    apart = float(measured.mean() - without.mean())
    return "with" if apart > 0 else "without" if apart < 0 else "alike"


def _always(measured: Floats, without: Floats) -> str:
    """Whether dropout is ahead from every seed."""
    if not len(measured):
        return NOT_TRIED
    return "yes" if (measured > without).all() else "no"


def _spread(values: Floats) -> tuple[float, float, float]:
    return (float(values.mean()), float(values.min()), float(values.max())) if len(values) else (float("nan"),) * 3
