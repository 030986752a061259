"""The shapes moved by one pixel, and the accuracy on them of networks from many seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.datasets.drawings import shifted
from tutor.datasets.shapes import SIDE, training_rows
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.training.run import RunStarter
from tutor.training.settings import RunSettings

SURVEY_SEEDS = 8
ALL_SHIFTS = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))
"""Rows down and columns right."""


class ShiftSurvey:
    """Trains the networks from one seed after another, at full speed, and counts right answers to moved drawings.

    ``settings`` gives the networks' settings for a seed.
    """

    def __init__(
        self, start_run: RunStarter, settings: Callable[[int], Sequence[RunSettings]], data: TrainingData
    ) -> None:
        self._start_run = start_run
        self._settings = [settings(seed) for seed in range(SURVEY_SEEDS)]
        self._data = data
        self._current: list[InPlaceTraining] = []
        self.moved: list[tuple[int, ...]] = []
        """The number of right answers of each network, for each finished seed."""
        self.busy = True

    @property
    def moment(self) -> object:
        """A key that differs (``==``) between surveys, and changes when a seed is done or the survey stops."""
        return self, len(self.moved), self.busy

    def poll(self) -> bool:
        """Fetch finished results and start the next seed; inline runs finish all seeds at once."""
        before = len(self.moved)
        while self.busy:
            if not self._current:
                self._current = [self._begin(settings) for settings in self._settings[len(self.moved)]]
            for training in self._current:
                training.poll()
            if any(training.training for training in self._current):
                break
            asked = len(self._data.held_out_inputs)
            self.moved.append(tuple(round(training.evaluations()[1][1] * asked) for training in self._current))
            self._let_go()
            self.busy = len(self.moved) < SURVEY_SEEDS
        return len(self.moved) > before

    def close(self) -> None:
        """Stop without trying the remaining seeds."""
        self.busy = False
        self._let_go()

    def _begin(self, settings: RunSettings) -> InPlaceTraining:
        training = InPlaceTraining(self._start_run, lambda: settings, lambda: self._data)
        training.play()
        return training

    def _let_go(self) -> None:
        for training in self._current:
            training.close()
        self._current = []


def shapes_and_their_shifts() -> TrainingData:
    """The five shapes for training; held out, each of them moved by one pixel in the eight directions."""
    rows = training_rows()
    moved = [shifted(row.reshape(SIDE, SIDE), *shift).ravel() for row in rows.inputs for shift in ALL_SHIFTS]
    return TrainingData(rows.inputs, rows.labels, np.stack(moved), np.repeat(rows.labels, len(ALL_SHIFTS), axis=0))
