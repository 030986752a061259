"""The rows of overfitting as a set in the studio."""

from __future__ import annotations

from tutor.labs.overfitting.moons import MoonRows
from tutor.studio.experiment import MOST_NOISE, DataChoice

ITS_ROWS = "its rows: the studio draws moons of its own, as many and as noisy"
OUTPUT_PENALTY = "the penalty on the weights of the output"
_NOISE = 120
"""Percent of the studio's noise for a noise of 1: its moons are 3 times as large and stray by 2.5 at 100 %."""


def moons_of_studio(rows: MoonRows) -> DataChoice:
    """The set with as many rows to train and to validate, and as much noise for the size of the moons."""
    noise = min(MOST_NOISE, round(_NOISE * rows.noise))
    return DataChoice("moons", rows.count, noise, round(100 * rows.validation_split), rows.seed)
