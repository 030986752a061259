"""The same experiment from many seeds: the loss of each after each epoch, computed one seed after the other.

Seeds go through a ``RunStarter``, so that they train in the worker process, or at once where runs are inline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.studio.building import settings_now, training_data
from tutor.studio.experiment import Edit, Experiment
from tutor.studio.seed_statistics import Spread, spread
from tutor.studio.weights import starting_state
from tutor.training.history import EpochRecord
from tutor.training.plan import Plan, Position
from tutor.training.run import Run, RunStarter
from tutor.training.snapshot import Checkpoint, Phase

Losses = NDArray[np.float64]
"""(seeds, epochs); infinite from where a run could not go on."""

TOGETHER = 4
"""Seeds under way at once: the worker need not wait until somebody asks whether one is done."""


@dataclass(frozen=True)
class Stretch:
    """A part of a run without edits, from ``begin`` to ``end`` steps; ``edits`` are made before its first step."""

    begin: int
    end: int
    edits: tuple[Edit, ...]


def stretches(experiment: Experiment) -> Iterator[Stretch]:
    """The parts of a run up to its moment."""
    edits = dict(experiment.stretches())
    begins = sorted({0, *(step for step in edits if step < experiment.step)})
    for begin, end in zip(begins, [*begins[1:], experiment.step], strict=True):
        if begin < end:
            yield Stretch(begin, end, edits.get(begin, ()))


def epochs_until(experiment: Experiment) -> int:
    """The epochs that a run has completed at its moment, whatever its seed."""
    rows, position = training_data(experiment.data, experiment.loss).rows, Position()
    for stretch in stretches(experiment):
        if any(edit.setting == "batch" for edit in stretch.edits):
            position = replace(position, batch=0)
        settings = settings_now(experiment.at(stretch.begin))
        position = Plan(settings.spec, rows, settings.batch_size).after(position, stretch.end - stretch.begin)
    return position.epoch


def has_test_rows(experiment: Experiment) -> bool:
    """Whether the losses are those of test rows, and not of the training rows."""
    return len(training_data(experiment.data, experiment.loss).held_out_inputs) > 0


def without_seed(experiment: Experiment) -> Experiment:
    """What the experiments of a band have in common: edits up to the moment, the NumPy engine, no seed of its own."""
    edits = tuple(edit for edit in experiment.edits if edit.step < experiment.step)
    return replace(experiment, seed=0, backend="numpy", edits=edits)


class SeedRun:
    """An experiment from its beginning to its moment, edits included: bit for bit what ``Replay`` computes."""

    def __init__(self, start_run: RunStarter, experiment: Experiment) -> None:
        self.experiment = experiment
        self.records: list[EpochRecord] = []
        """The epochs completed so far."""
        self.stopped = ""
        """Why it could not go on, as a sentence; empty if it could."""
        self._start_run = start_run
        self._left = list(stretches(experiment))
        self._run: Run | None = None
        self._state: Checkpoint | None = None

    @property
    def done(self) -> bool:
        """Whether it is at its end."""
        return self._run is None and (not self._left or bool(self.stopped))

    def poll(self) -> None:
        """Fetch what happened, and begin the next stretch where one is done; inline, go to the end."""
        while not self.done:
            if self._run is None:
                self._run = self._begin(self._left[0])
            self.records += self._run.poll()
            if not self._run.settled:
                return
            snapshot = self._run.snapshot
            if snapshot.phase is Phase.FAILED:
                self.stopped = snapshot.message
            elif snapshot.step < self._left[0].end:
                self._run.until(self._left[0].end)
                return
            else:
                self._state = snapshot.checkpoint
                self._left.pop(0)
            self.close()

    def close(self) -> None:
        """End its run."""
        if self._run is not None:
            self._run.close()
            self._run = None

    def _begin(self, stretch: Stretch) -> Run:
        here = self.experiment.at(stretch.begin)
        data = training_data(here.data, here.loss)
        run = self._start_run(settings_now(here), data, _edited(here, self._state, stretch.edits))
        run.until(stretch.end)
        return run


def _edited(experiment: Experiment, state: Checkpoint | None, edits: tuple[Edit, ...]) -> Checkpoint | None:
    """The state after edits; None is the beginning. A rate is a setting of the run and none of its state."""
    if state is None and experiment.start is not None:
        state = Checkpoint(Position(), starting_state(experiment))
    for edit in edits:
        if isinstance(edit.value, tuple):
            state = state or Checkpoint(Position(), starting_state(experiment))
            place, number = edit.value
            theta = state.engine.theta.copy()
            theta[place] = number
            state = replace(state, engine=replace(state.engine, theta=theta))
        elif edit.setting == "batch" and state is not None:
            state = state.at_epoch_start()
    return state


class Band:
    """An experiment from the seeds 0, 1, 2, … up to its moment, and the loss of each after each epoch.

    It trains while it is polled. Runs of the NumPy engine, whatever engine the experiment names.
    """

    def __init__(self, start_run: RunStarter, experiment: Experiment, seeds: int) -> None:
        self.experiment = without_seed(experiment)
        self.epochs = epochs_until(experiment)
        self.seeds = seeds
        """How many are wanted."""
        self.stops: dict[int, str] = {}
        """Why the runs of some seeds could not go on."""
        self._start_run = start_run
        self._rows: list[Losses] = []
        self._going: list[SeedRun] = []
        self._halted = False
        self._losses: Losses = np.zeros((0, self.epochs))
        self._spread: tuple[int, Spread] | None = None

    def of(self, seed: int) -> Experiment:
        """The experiment whose run is the row of a seed."""
        return replace(self.experiment, seed=seed)

    def holds(self, experiment: Experiment) -> bool:
        """Whether an experiment's run is, but for its seed, that of the band as far as the band goes."""
        return without_seed(experiment.at(self.experiment.step)) == self.experiment

    @property
    def losses(self) -> Losses:
        """The seeds that are done: on test rows, or on the training rows where there are none."""
        if len(self._losses) != self.done:
            self._losses = np.array(self._rows)
        return self._losses

    @property
    def spread(self) -> Spread:
        """Their median and range; the same object until another seed is done. There is none before the first."""
        if self._spread is None or self._spread[0] != self.done:
            self._spread = self.done, spread(self.losses)
        return self._spread[1]

    @property
    def done(self) -> int:
        """How many seeds are done."""
        return len(self._rows)

    @property
    def busy(self) -> bool:
        """Whether seeds are left and it was not stopped."""
        return not self._halted and self.done < self.seeds

    def poll(self) -> bool:
        """Fetch what is done and begin the next seeds; true if one more is done. Inline, all of them are at once."""
        before = self.done
        while self.busy:
            begun = self.done + len(self._going)
            self._going += [SeedRun(self._start_run, self.of(seed)) for seed in range(begun, self._end_of_turn)]
            for run in self._going:
                run.poll()
            if not self._going[0].done:
                break
            self._take(self._going.pop(0))
        return self.done > before

    def go_on(self, seeds: int) -> None:
        """Compute up to so many seeds, after it was stopped or with more of them than before."""
        self.seeds, self._halted = seeds, False

    def close(self) -> None:
        """Stop; the seeds that are done stay."""
        self._halted = True
        for run in self._going:
            run.close()
        self._going.clear()

    @property
    def _end_of_turn(self) -> int:
        return min(self.seeds, self.done + TOGETHER)

    def _take(self, run: SeedRun) -> None:
        tested = has_test_rows(run.experiment)
        row = np.full(self.epochs, np.inf)
        found = np.array([record.val_loss if tested else record.loss for record in run.records])
        row[: len(found)] = np.where(np.isnan(found), np.inf, found)
        if run.stopped:
            self.stops[run.experiment.seed] = run.stopped
        self._rows.append(row)
