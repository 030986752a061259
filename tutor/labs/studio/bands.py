"""The bands of seeds that the studio keeps: of the present run, and of the runs before it."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.labs.kit.controls import ControlError
from tutor.studio.experiment import Experiment
from tutor.studio.seeds import Band, epochs_until
from tutor.training.run import RunStarter


class Bands:
    """At most one of them is computed at a time."""

    def __init__(self, start_run: RunStarter) -> None:
        self._start_run = start_run
        self._kept: tuple[Band, ...] = ()

    def of(self, experiment: Experiment) -> Band | None:
        """The longest band of an experiment."""
        found = [band for band in self._kept if band.holds(experiment)]
        return max(found, key=lambda band: band.experiment.step, default=None)

    def press(self, experiment: Experiment, seeds: int) -> str:
        """Begin or continue the band of an experiment up to its moment, or stop the one under way; what was done."""
        for band in self._kept:
            if band.busy:
                band.close()
                return f"Stopped after {band.done} of {band.seeds} seeds."
        epochs = epochs_until(experiment)
        if not epochs:
            raise ControlError("Train for an epoch first: the band goes as far as the run.")
        known = self.of(experiment)
        if known is None or known.epochs < epochs:
            known = Band(self._start_run, experiment, seeds)
            self._kept = (*self._kept, known)
        elif known.done >= seeds:
            raise ControlError(
                f"The band has {known.done} seeds up to epoch {known.epochs:,} already: train on, or take more seeds."
            )
        known.go_on(seeds)
        known.poll()
        return ""

    def poll(self, present: Experiment, past: Sequence[Experiment]) -> bool:
        """Fetch what is done. A band is stopped when the present run is another, and forgotten without a run of it."""
        before = self.moment
        for band in self._kept:
            if band.busy and not band.holds(present):
                band.close()
            band.poll()
        self._kept = tuple(band for band in self._kept if any(band.holds(each) for each in (present, *past)))
        return self.moment != before

    @property
    def busy(self) -> bool:
        """Whether one is computed now."""
        return any(band.busy for band in self._kept)

    @property
    def moment(self) -> object:
        """What is there, to compare with."""
        return tuple((id(band), band.done, band.seeds, band.busy) for band in self._kept)

    def close(self) -> None:
        """Stop what is computed."""
        for band in self._kept:
            band.close()
