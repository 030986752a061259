"""One run of the studio that can be played, edited, left for another moment, and forked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tutor.engine.parameters import Parameters, layout, views
from tutor.engine.schedules import rate
from tutor.engine.spec import NetworkSpec
from tutor.studio.affordable import affordable_steps
from tutor.studio.building import settings_now, settings_of, spec_of, training_data
from tutor.studio.experiment import Experiment
from tutor.studio.replaying import Replay, step_of_epoch
from tutor.studio.timeline import Timeline
from tutor.studio.weights import starting_state
from tutor.training.history import History
from tutor.training.plan import Position
from tutor.training.run import Run, RunStarter
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot

MOST_PAST = 8
"""Runs that are kept to compare with and to return to."""
TO_SCRUB, TO_SHOW = 100_000_000, 1_000_000_000
"""Multiplications of a replay for a moment of the run, and for a token: some tenths of a second, some seconds."""
GOING = (Phase.RUNNING, Phase.STARTING)


@dataclass(frozen=True, eq=False)
class PastRun:
    """A run that was left: what it was, at its last moment, and what is known of it."""

    experiment: Experiment
    timeline: Timeline

    @property
    def history(self) -> History:
        """Its curves."""
        return self.timeline.history


class Machine:
    """The present run. ``experiment`` is always at the moment that is shown."""

    def __init__(self, start_run: RunStarter, experiment: Experiment) -> None:
        self._start_run = start_run
        self.experiment = experiment
        self.timeline = Timeline()
        self.past: tuple[PastRun, ...] = ()
        self.pace: float | None = None
        """Epochs a second; None for as many as there can be."""
        self._run: Run | None = None
        self._seen: Snapshot | None = None
        """What of the run was taken over last; a run in this process has a new snapshot before it is polled."""
        self._spec: tuple[Experiment, NetworkSpec] | None = None
        self._state: Checkpoint | None = None
        self._loss = float("nan")
        self.turns = 0
        """Counted up whenever something else is shown."""

    # What a learner does

    def play(self) -> None:
        """Go on from this moment."""
        self._running().play()
        self.poll()

    def pause(self) -> None:
        """Stop after the current step."""
        if self._run is not None:
            self._run.pause()
            self.poll()

    def step(self) -> None:
        """Take one step."""
        self._running().step()
        self.poll()

    def epoch(self) -> None:
        """Go on to the end of the epoch."""
        self._running().epoch()
        self.poll()

    def go(self, step: int) -> None:
        """Show another moment of this run, from 0 to its end; of a large network the nearest that is kept."""
        step = max(0, min(step, self.timeline.end))
        self._leave()
        # What takes longer than somebody waits is met at the nearest state that is kept.
        replay = self.timeline.at(self.experiment, step, self._affordable(self.experiment, TO_SCRUB))
        self._state, self._loss = replay.checkpoint, replay.loss
        self.experiment = self.experiment.at(replay.step)
        self.turns += 1

    def step_of_epoch(self, epoch: int) -> int:
        """The step at which an epoch of this run ended."""
        return min(self.timeline.end, step_of_epoch(self.experiment, epoch))

    def edit(self, setting: str, value: float | tuple[int, float]) -> None:
        """Go on from this moment with another rate, batch size or weight; what came after it becomes a past run.

        Before the first step a rate and a batch size are simply those of the run.
        """
        going, state = self.going, self.checkpoint
        step = state.position.step
        edited, timeline = self.experiment.at(step).edited(setting, value), self.timeline.until(state)
        replay = timeline.at(edited, step)
        if step < self.timeline.end:
            self._keep_as_past()
        self._leave()
        self.experiment, self.timeline = edited, timeline
        self._state, self._loss = replay.checkpoint, replay.loss
        self.turns += 1
        if going:
            self.play()

    def change(self, experiment: Experiment) -> None:
        """Begin another run; this one becomes a past run if it was begun. Goes on if this one was going.

        Raises ``SpecError`` and ``ShapeError`` for one that cannot be, and changes nothing.
        """
        if experiment.at(0) == self.experiment.at(0):
            return
        experiment = _fitting(experiment, self.experiment)
        if experiment.edits and layout(spec_of(experiment)) != layout(self.spec):
            # The places of weights are those of another network.
            experiment = replace(experiment, edits=())
        settings_of(experiment.at(0))
        going = self.going
        if self.timeline.end:
            self._keep_as_past()
        self._begin(experiment.at(0))
        if going:
            self.play()

    def reset(self) -> None:
        """Back to the beginning; the run becomes a past one, from which one can go on."""
        if self.timeline.end:
            self._keep_as_past()
        self._begin(replace(self.experiment, edits=(), step=0))

    def take(self, number: int) -> None:
        """Return to a past run, counted from 0, at its last moment; this one becomes a past run."""
        taken = self.past[number]
        self.past = (*self.past[:number], *self.past[number + 1 :])
        if self.timeline.end:
            self._keep_as_past()
        self._begin(taken.experiment)
        self.timeline = taken.timeline
        self.go(taken.experiment.step)

    def return_to(self, experiment: Experiment) -> bool:
        """Return to the past run that an experiment is a moment of, at that moment; False if there is none."""
        for number, run in enumerate(self.past):
            if experiment.step <= run.timeline.end and run.experiment.at(experiment.step) == experiment:
                self.take(number)
                self.go(experiment.step)
                return True
        return False

    def show(self, experiment: Experiment) -> str:
        """Another experiment at its moment, replayed from its beginning; a sentence if that moment is not met.

        The one before becomes a past run, also if it was only built, unless it is no more than this one.
        """
        most = self._affordable(experiment, TO_SHOW)
        replay = Timeline().at(experiment, min(experiment.step, most))
        same = self.experiment == experiment and self.timeline.end <= experiment.step
        if not same and (self.timeline.end or self.experiment != Experiment()):
            self._keep_as_past()
        self._begin(experiment.at(replay.step))
        self.timeline.add(replay.records)
        self._hold(replay.checkpoint, replay.loss)
        if replay.stopped:
            return f"The run cannot go on to step {experiment.step:,}: {replay.stopped}"
        if experiment.step > most:
            return f"A replay to step {experiment.step:,} takes long: this is step {replay.step:,}. Play goes on."
        return ""

    def resume(self, experiment: Experiment, state: Checkpoint, history: History) -> None:
        """An experiment whose state at its moment is known; a run that is left for it becomes a past run."""
        if experiment == self.experiment.at(experiment.step) and experiment.step <= self.timeline.end:
            self._leave()
            self.experiment = experiment
        else:
            if self.timeline.end:
                self._keep_as_past()
            self._begin(experiment)
            self.timeline.history = history
        self._hold(state, float("nan"))

    def follow(self, replay: Replay) -> None:
        """Show the moment that a replay has got to, with its epochs until then; another run is begun for it."""
        here = replay.experiment.at(replay.step)
        if here.at(0) != self.experiment.at(0) or here.step < self.timeline.end:
            self._begin(here)
        self._leave()
        self.experiment = here
        self.timeline.add(replay.records)
        self._hold(replay.checkpoint, replay.loss)

    def set_pace(self, pace: float | None) -> None:
        """Go on at another pace."""
        if pace == self.pace:
            return
        going = self.going
        self._stay()
        self.pace = pace
        if going:
            self.play()

    # What there is

    @property
    def spec(self) -> NetworkSpec:
        """The network; a look at the run asks for it a dozen times."""
        if self._spec is None or self._spec[0] is not self.experiment:
            self._spec = self.experiment, spec_of(self.experiment)
        return self._spec[1]

    @property
    def rows(self) -> int:
        """How many rows are trained on."""
        return training_data(self.experiment.data, self.experiment.loss).rows

    @property
    def going(self) -> bool:
        """Whether it trains now."""
        return self._run is not None and self._run.snapshot.phase in GOING

    @property
    def busy(self) -> bool:
        """Whether it trains, or was asked to stop and has not answered yet."""
        return self._run is not None and not self._run.settled

    @property
    def checkpoint(self) -> Checkpoint:
        """The state at this moment."""
        if self._run is not None:
            return self._run.snapshot.checkpoint
        if self._state is None:
            begun = Checkpoint(Position(), starting_state(self.experiment))
            # Weights can be set by hand before the first step.
            self._state = Timeline().at(self.experiment, 0).checkpoint if self.experiment.edits else begun
        return self._state

    @property
    def parameters(self) -> Parameters:
        """The parameters at this moment, by name."""
        engine = self.checkpoint.engine
        return views(self.spec, engine.theta, engine.moving)

    @property
    def step_loss(self) -> float:
        """The loss of the last step, NaN before the first."""
        return self._loss if self._run is None else self._run.snapshot.loss

    @property
    def rate(self) -> float:
        """The learning rate now."""
        return self._settings_now()[1]

    @property
    def moment(self) -> object:
        """What is shown, to compare with: it is another one whenever anything changed."""
        return self.turns, id(self._run.snapshot) if self._run is not None else 0

    def poll(self) -> bool:
        """Fetch what happened; true if anything did."""
        if self._run is None:
            return False
        records = self._run.poll()
        self.timeline.add(records)
        # Not the snapshot before the poll: an inline run has trained already when it is polled.
        before, now = self._seen, self._run.snapshot
        if now is before and not records:
            return False
        self._seen = now
        self.timeline.keep(now.checkpoint)
        self.experiment = self.experiment.at(now.step)
        return True

    @property
    def status(self) -> str:
        """What it does, in a sentence."""
        position, end = self.checkpoint.position, self.timeline.end
        snapshot: Snapshot | None = None if self._run is None else self._run.snapshot
        if snapshot is not None and snapshot.phase is Phase.FAILED:
            return f"stopped: {snapshot.message}"
        at = f"epoch {position.epoch:,}, step {position.step:,}"
        if self.going and snapshot is not None:
            told = f" ({snapshot.message})" if snapshot.message else ""
            return f"training: {at}{told}"
        if not end:
            return "untrained"
        return f"{at}, the end so far" if position.step == end else f"{at} of {end:,}"

    def close(self) -> None:
        """End the run."""
        self._leave()

    # How it goes

    def _running(self) -> Run:
        if self._run is None:
            self._forget_later_edits()
            settings, _ = self._settings_now()
            data = training_data(self.experiment.data, self.experiment.loss)
            state = self.checkpoint
            # Weights of a file, or set by hand before the first step, are in the state alone.
            begun = state.position.step or self.experiment.edits or self.experiment.start
            self._run = self._start_run(settings, data, state if begun else None)
            self._seen = self._run.snapshot
        return self._run

    def _forget_later_edits(self) -> None:
        """A run that goes on from before an edit goes on without it; the one with it becomes a past run."""
        here = self.experiment.until_now()
        if here == self.experiment:
            return
        if here.step < self.timeline.end:
            self._keep_as_past()
        self.experiment, self.timeline = here, self.timeline.until(self.checkpoint)

    @staticmethod
    def _affordable(experiment: Experiment, work: int) -> int:
        settings = settings_now(experiment)
        return affordable_steps(settings.spec, settings.batch_size, work)

    def _settings_now(self) -> tuple[RunSettings, float]:
        """The settings with the rate and the batch size of this moment."""
        settings = replace(settings_now(self.experiment), epochs_per_second=self.pace)
        return settings, rate(settings.spec.optimizer.learning_rate, self.experiment.step)

    def _stay(self) -> None:
        """End the run at the moment that is shown."""
        state, loss = self.checkpoint, self.step_loss
        self.experiment = self.experiment.at(state.position.step)
        self._leave()
        self._state, self._loss = state, loss

    def _leave(self) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None

    def _begin(self, experiment: Experiment) -> None:
        self._leave()
        self.experiment, self.timeline = experiment, Timeline()
        self._state, self._loss = None, float("nan")
        self.turns += 1

    def _hold(self, state: Checkpoint, loss: float) -> None:
        if state.position.step:
            self.timeline.keep(state)
        self._state, self._loss = state, loss
        self.turns += 1

    def _keep_as_past(self) -> None:
        left = PastRun(self.experiment.at(self.timeline.end), self.timeline)
        self.past = (*self.past, left)[-MOST_PAST:]


def _fitting(experiment: Experiment, before: Experiment) -> Experiment:
    """The experiment without the saved weights of the one before, if its network is another one."""
    if experiment.start is None or spec_of(experiment).layers == spec_of(before).layers:
        return experiment
    return replace(experiment, start=None)
