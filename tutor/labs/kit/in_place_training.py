"""A network that a learner trains inside a lab: its run, curves, evaluations and saved state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from math import isnan
from typing import Any

from numpy.typing import NDArray

from tutor.backends.interface import BackendName, EngineState, TrainingData, initial_state
from tutor.backends.rows import evaluate_rows
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import Array, Parameters, views
from tutor.labs.kit.readouts import Curve
from tutor.labs.kit.training_curve import training_curve
from tutor.studio.timeline import Timeline
from tutor.training.history import History
from tutor.training.plan import Position
from tutor.training.run import Run, RunStarter
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot
from tutor.training.trainer import Trainer
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message, state_to_arrays

SECONDS_TO_WAIT = 0.1
"""For a moment of a run, at most."""
CURVES_OF_RUN = ("loss_curve", "accuracy_curve")
"""The names of the curves on whose points a run can be left for one of its moments."""
Evaluation = tuple[float, float]
NAN = float("nan")


def _shapes(state: EngineState) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in state_to_arrays(state).items()}


class InPlaceTraining:
    """One network in training. Calls ``settings`` and ``data`` whenever a run begins or changes.

    Starts no run and no process before the learner asks for the first step.
    """

    def __init__(
        self, start_run: RunStarter, settings: Callable[[], RunSettings], data: Callable[[], TrainingData]
    ) -> None:
        self._start_run = start_run
        self._settings = settings
        self._data = data
        self._run: Run | None = None
        self._start: Checkpoint | None = None
        self._backend: BackendName = "numpy"
        self._kept_loss = NAN
        self.history = History()
        self.before: History | None = None
        self._timeline = Timeline()
        self._speed = 0.0
        self._given = ""
        """The name of the file whose network it began with, if it did."""
        self._edited = False
        """Whether a setting was changed while the run went on, so that it cannot be replayed."""
        self._whole: History | None = None
        """The curves as far as they went, while an earlier moment is shown."""
        self._evaluated: tuple[Array, Evaluation, Evaluation] | None = None
        self._turns = 0
        self._present: tuple[int, Snapshot | None, object] = (0, None, object())

    # What a learner does

    def play(self) -> None:
        """Train to the end of the epochs."""
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
        """Train to the end of the current epoch."""
        self._running().epoch()
        self.poll()

    def reset(self) -> None:
        """Back to the initial weights of the settings' seed, with empty curves; these are kept to compare with."""
        if self.history.last_epoch is not None:
            self.before = self.history
        self.close()
        self._turns += 1
        self._run, self._start, self._evaluated = None, None, None
        self._kept_loss = NAN
        self.history, self._timeline, self._whole, self._edited = History(), Timeline(), None, False
        self._given = ""

    def go_to_epoch(self, epoch: int) -> int | None:
        """Stop, and show the moment at the end of an epoch; return that epoch, None if nothing was trained.

        It is replayed from a state on the way, unless that takes long or a setting was changed meanwhile: then it is
        the nearest state that was kept. The curves as far as they went stay behind those up to there. Playing goes on
        from there: a fork.
        """
        if not self.begun and self._whole is None:
            return None
        self.pause()
        self._timeline.keep(self.checkpoint())
        state = self._replayed(epoch) or self._timeline.nearest(epoch)
        if state is None:
            return None
        self._whole = self._whole or self.history
        self.close()
        self._turns += 1
        self._run, self._evaluated, self._kept_loss = None, None, NAN
        self._start = state
        self.history, self.before = self._whole.until(state.position.epoch), self._whole
        return state.position.epoch

    @property
    def rewound(self) -> bool:
        """Whether an earlier moment of the run is shown, and nothing was trained from there."""
        return self._whole is not None

    def _replayed(self, epoch: int) -> Checkpoint | None:
        """The state at the end of an epoch, from one kept before it; None if that takes long or cannot be known."""
        start = self._timeline.latest(epoch)
        if self._edited or start is None or self._settings().backend != "numpy":
            return None
        trainer = Trainer(self._settings(), self._data(), start)
        whole = (epoch - start.position.epoch) * trainer.plan.steps_per_epoch - start.position.batch
        if whole > self._speed * SECONDS_TO_WAIT:
            return None
        if whole:
            trainer.advance(whole)
        return trainer.snapshot(Phase.PAUSED).checkpoint

    def begin_from(self, start: Checkpoint, given: str = "", history: History | None = None) -> None:
        """Start from the end of another run of this network, with its curves if they are given.

        ``given`` is the name of the file that it comes from, which may not say how long it was trained.
        """
        self.reset()
        self._start, self._given = start.at_rest(), given
        if history is not None:
            self.history = History.from_arrays(history.arrays())

    def take_best(self) -> int | None:
        """Stop and go back to the weights of the best epoch; return that epoch, or None if none was kept."""
        best = self.checkpoint().best
        if best is None:
            return None
        self.pause()
        here = self.checkpoint().at_epoch_start()
        engine = EngineState(best.theta, here.engine.memory, best.moving)
        self.close()
        self._turns += 1
        self._run, self._evaluated = None, None
        self._start = Checkpoint(here.position, engine, here.seconds)
        return best.epoch

    def set_learning_rate(self, learning_rate: float) -> None:
        """Change the learning rate from the next step on."""
        self._edited = self._edited or self.begun
        if self._run is not None:
            self._run.set_learning_rate(learning_rate)

    def settings_changed(self) -> None:
        """Go on from the current weights with the current settings and data."""
        self._evaluated = None
        self._turns += 1
        self._edited = self._edited or self.begun
        if self._run is None:
            if self._start is not None:
                self._start = self._start.at_epoch_start()
            return
        if self._settings().backend == self._backend:
            self._run.change(self._settings(), self._data())
            return
        # The other engine may run in another process: a new run takes over the weights.
        training = self.training
        self._start = self.checkpoint().at_epoch_start()
        self.close()
        self._run = None
        if training:
            self.play()

    # State

    @property
    def moment(self) -> object:
        """An object that is replaced whenever the run, its weights or its curves change; for caches."""
        turns, snapshot = self._turns, self._run.snapshot if self._run is not None else None
        if self._present[0] != turns or self._present[1] is not snapshot:
            self._present = turns, snapshot, object()
        return self._present[2]

    @property
    def given(self) -> str:
        """The name of the file whose network it began with; empty if it began with the weights of the seed."""
        return self._given

    @property
    def training(self) -> bool:
        """Whether a run is training now."""
        return self._run is not None and self._run.snapshot.phase in (Phase.RUNNING, Phase.STARTING)

    @property
    def busy(self) -> bool:
        """Whether a run is training, or was asked to stop and has not reported yet where it stopped."""
        return self._run is not None and not self._run.settled

    @property
    def begun(self) -> bool:
        """Whether at least one step was taken, or it began with a trained network."""
        return self.checkpoint().position.step > 0 or bool(self._given)

    def poll(self) -> bool:
        """Fetch the newest snapshot; true if there is one."""
        if self._run is None:
            return False
        before = self._run.snapshot
        records = self._run.poll()
        self.history.add(records)
        if self._run.snapshot is before and not records:
            return False
        self._timeline.keep(self._run.snapshot.checkpoint)
        self._speed = self._run.snapshot.steps_per_second or self._speed
        return True

    def checkpoint(self) -> Checkpoint:
        """The network's current state; the initial weights if nothing was trained."""
        if self._run is not None:
            return self._run.snapshot.checkpoint
        if self._start is None:
            self._start = Checkpoint(Position(), initial_state(self._settings().spec))
        return self._start

    @property
    def step_loss(self) -> float:
        """The loss of the last step, NaN before the first."""
        return self._run.snapshot.loss if self._run is not None else self._kept_loss

    @property
    def work(self) -> str:
        """The training so far, in words such as ``900 epochs of training``; empty before the first step."""
        position = self.checkpoint().position
        count, unit = (position.epoch, "epoch") if position.epoch else (position.step, "step")
        if self._given and not count:
            return f"the network of {self._given}"
        return f"{count:,} {unit}{'' if count == 1 else 's'} of training" if count else ""

    def status(self) -> str:
        """What the run is doing, in a sentence, and the file that it began with."""
        if self._given and not self.checkpoint().position.step and not self.busy:
            return f"the network of {self._given}"
        return self._doing() + (f"; it came from {self._given}" if self._given else "")

    def _doing(self) -> str:
        settings, checkpoint = self._settings(), self.checkpoint()
        position = checkpoint.position
        # A finished run that is asked to train again goes on for the same number of epochs.
        end = checkpoint.epochs_wanted or max(settings.epochs, position.epoch)
        snapshot = self._run.snapshot if self._run is not None else None
        if snapshot is not None and snapshot.phase is Phase.FAILED:
            return f"stopped: {snapshot.message}"
        if snapshot is not None and snapshot.phase is Phase.STARTING:
            return snapshot.message or "starting the training process"
        if self.training and snapshot is not None:
            speed = f", {snapshot.steps_per_second:,.0f} steps/s" if settings.epochs_per_second is None else ""
            told = f" ({snapshot.message})" if snapshot.message else ""
            return f"training: epoch {position.epoch + 1} of {max(end, position.epoch + 1)}{speed}{told}"
        if not position.step:
            return "untrained"
        told = f" ({snapshot.message})" if snapshot is not None and snapshot.message else ""
        if position.epoch >= end:
            return f"trained for {position.epoch} epoch{'' if position.epoch == 1 else 's'}{told}"
        at = f"epoch {position.epoch}" + (f", batch {position.batch}" if position.batch else "")
        return f"paused at {at}{told}"

    def evaluations(self) -> tuple[Evaluation, Evaluation]:
        """Loss and accuracy, without dropout, on the training rows and the held-out rows; NaN where there are none."""
        theta = self.checkpoint().engine.theta
        if self._evaluated is None or self._evaluated[0] is not theta:
            spec, data = self._settings().spec, self._data()
            parameters = self.parameters()
            taught = evaluate_rows(spec, parameters, data.inputs, data.labels, data.scale)
            held_out = evaluate_rows(spec, parameters, data.held_out_inputs, data.held_out_labels, data.scale)
            self._evaluated = theta, taught, held_out
        return self._evaluated[1], self._evaluated[2]

    def predict(self, inputs: Array) -> Array:
        """The current network's outputs (rows, classes), without dropout."""
        spec = self._settings().spec
        return forward(spec, self.parameters(), inputs)[output_name(spec)]

    def parameters(self) -> Parameters:
        """The network's current parameters, by name."""
        engine = self.checkpoint().engine
        return views(self._settings().spec, engine.theta, engine.moving)

    def curve(
        self,
        name: str,
        metric: str,
        *,
        labels: tuple[str, str] = ("training", "held out"),
        low: float | None = 0.0,
        high: float | None = None,
    ) -> Curve:
        """The curve of ``loss`` or ``accuracy`` over the epochs, and of the run before it.

        Of a run that was left for an earlier moment the way on can be read too, and gone again.
        """
        curve = training_curve(name, metric, self.history, self.before, labels=labels, low=low, high=high)
        return replace(curve, with_ghosts=self.rewound)

    # Saving

    @property
    def has_state(self) -> bool:
        """Whether there is anything to keep: steps taken, or the curves of a run before."""
        return self.begun or self.before is not None

    def kept(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The values and arrays that ``restore`` needs."""
        checkpoint, loss = self.checkpoint(), self.step_loss
        values, arrays = checkpoint_to_message(checkpoint)
        values |= {"position": list(asdict(checkpoint.position).values()), "step_loss": None if isnan(loss) else loss}
        if self._given:
            values["given"] = self._given
        before = {} if self.before is None else self.before.arrays("before")
        return values, {**arrays, **self.history.arrays(), **before}

    def restore(self, values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from saved values and arrays; ignores those that do not fit the settings' network."""
        self.reset()
        earlier = History.from_arrays(arrays, "before")
        self.before = None if earlier.last_epoch is None else earlier
        position = values.get("position")
        if position is None or "theta" not in arrays or "moving" not in arrays:
            return
        told = {
            f.name: values.get(f.name, f.default) for f in fields(Checkpoint) if f.name not in ("position", "engine")
        }
        if not {"best.theta", "best.moving"} <= arrays.keys():
            told["best"] = None
        at = asdict(Position(*(int(n) for n in position)))
        start, fresh = checkpoint_from_message({**told, "position": at}, arrays), initial_state(self._settings().spec)
        if _shapes(start.engine) != _shapes(fresh):
            return
        self._start, given = start.at_rest(), values.get("given")
        self._given = given if isinstance(given, str) else ""
        self.history = History.from_arrays(arrays)
        loss = values.get("step_loss")
        self._kept_loss = NAN if loss is None else float(loss)

    def close(self) -> None:
        """End the run."""
        if self._run is not None:
            self._run.close()

    def _running(self) -> Run:
        if self._run is None:
            start = self._start if self._start is not None and self.begun else None
            settings = self._settings()
            self._backend = settings.backend
            here = self.checkpoint()
            if self._whole is not None:
                # From here on it is another run.
                self._timeline, self._whole = self._timeline.until(here), None
            self._timeline.keep(here)
            self._run = self._start_run(settings, self._data(), start)
            # From here on the run holds the state.
            self._start = None
        return self._run
