"""Get to any step of a run: from the beginning or from a state on the way, edits included, bit for bit."""

from __future__ import annotations

from dataclasses import replace

from tutor.backends.interface import EngineState
from tutor.engine.parameters import count
from tutor.engine.validation import SpecError
from tutor.studio.building import settings_of, spec_of, training_data
from tutor.studio.experiment import Edit, Experiment
from tutor.studio.weights import starting_state
from tutor.training.history import EpochRecord
from tutor.training.plan import Position
from tutor.training.snapshot import Checkpoint, Phase
from tutor.training.trainer import Trainer, TrainingStopped

AT_ONCE = 2000
"""Steps in one call of the trainer, which draws all their randomness first."""


class Replay:
    """A run of the NumPy engine that goes forward from the beginning, or from a ``start`` on the way.

    Edits after the start are made as their steps come. Raises ``SpecError`` for an edit that does not fit.
    """

    def __init__(self, experiment: Experiment, start: Checkpoint | None = None) -> None:
        self.experiment = experiment
        self.records: list[EpochRecord] = []
        """The epochs completed since the start."""
        self.stopped = ""
        """Why the run cannot go on, as a sentence; empty if it can."""
        at = 0 if start is None else start.position.step
        before = [edit for edit in experiment.edits if edit.step < at]
        begun = replace(experiment, edits=tuple(before), step=at)
        data = training_data(experiment.data, experiment.loss)
        if start is None:
            start = Checkpoint(Position(), starting_state(experiment))
        self._trainer = Trainer(settings_of(begun, begun.batch_now), data, start)
        for edit in before:
            if edit.setting == "rate" and not isinstance(edit.value, tuple):
                self._trainer.learning_rate = edit.value
        self._edits = [edit for edit in experiment.edits if edit.step >= at]

    @property
    def step(self) -> int:
        """How many steps were taken."""
        return self._trainer.position.step

    @property
    def checkpoint(self) -> Checkpoint:
        """The state now, from which the run can go on."""
        return self._trainer.snapshot(Phase.PAUSED).checkpoint

    @property
    def loss(self) -> float:
        """The loss of the last step, NaN before the first."""
        return self._trainer.snapshot(Phase.PAUSED).loss

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        return self._trainer.rate_now

    def to(self, step: int) -> Checkpoint:
        """Go forward to ``step``; edits made there are made. Stops earlier, with ``stopped``, if a loss overflows."""
        while not self.stopped:
            while self._edits and self._edits[0].step == self.step:
                self._make(self._edits.pop(0))
            if self.step >= step:
                break
            end = min([step, self.step + AT_ONCE, *(edit.step for edit in self._edits)])
            try:
                self.records += self._trainer.advance(end - self.step)
            except TrainingStopped as error:
                self.stopped = str(error)
        return self.checkpoint

    def _make(self, edit: Edit) -> None:
        if isinstance(edit.value, tuple):
            self._set_weight(*edit.value)
        elif edit.setting == "rate":
            self._trainer.learning_rate = float(edit.value)
        else:
            self._change(int(edit.value))

    def _change(self, batch: int) -> None:
        """Go on with batches of another size; the epoch begins anew."""
        rate = self._trainer.learning_rate
        data = training_data(self.experiment.data, self.experiment.loss)
        self._trainer = self._trainer.changed(settings_of(self.experiment, batch), data)
        self._trainer.learning_rate = rate

    def _set_weight(self, place: int, number: float) -> None:
        state = self._trainer.backend.state()
        if not 0 <= place < len(state.theta):
            raise SpecError(
                f"the network has {count(spec_of(self.experiment)):,} parameters; there is no {place + 1:,}"
            )
        theta = state.theta.copy()
        theta[place] = number
        self._trainer.backend.set_state(EngineState(theta, state.memory, state.moving))


def step_of_epoch(experiment: Experiment, epoch: int) -> int:
    """The step after which so many epochs are complete; a batch of another size begins its epoch anew."""
    rows = training_data(experiment.data, experiment.loss).rows
    batch, complete, begun = experiment.batch, 0, 0
    for edit in experiment.edits:
        if edit.setting != "batch" or isinstance(edit.value, tuple):
            continue
        per_epoch = -(-rows // batch)
        until = (edit.step - begun) // per_epoch
        if complete + until >= epoch:
            break
        batch, complete, begun = int(edit.value), complete + until, edit.step
    return begun + (epoch - complete) * -(-rows // batch)


def replayed(experiment: Experiment) -> Replay:
    """The run at its moment, from the beginning."""
    replay = Replay(experiment)
    replay.to(experiment.step)
    return replay
