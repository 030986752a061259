"""The studio's lab: controls that edit an experiment, and everything that is seen of its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tutor.engine.derivations.trace import Trace, record
from tutor.engine.network import backward, forward
from tutor.engine.operations.contract import ShapeError
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, LearningRate, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay
from tutor.engine.updates import update
from tutor.engine.validation import SpecError
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError, NumberControl, Value
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.through import fill_through
from tutor.labs.studio.bands import Bands
from tutor.labs.studio.controls import (
    CUSTOM,
    FEATURE_NAMES,
    LAYER_SETTINGS,
    SPEEDS,
    USUAL_SPEED,
    studio_controls,
)
from tutor.labs.studio.kept_state import Left, fits
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.network_view import fill_layers, fill_network, weight_place
from tutor.labs.studio.past import past_from_state, past_to_state
from tutor.labs.studio.plane_view import fill_plane, places
from tutor.labs.studio.program import program
from tutor.labs.studio.run_view import fill_run, fill_runs
from tutor.labs.studio.seed_view import fill_seeds
from tutor.labs.studio.statistics import fill_statistics
from tutor.studio.experiment import OWN_PICTURES, DataChoice, Experiment
from tutor.studio.layer_editing import kind_of, moved_layer, setting, with_layer, with_setting, without_layer
from tutor.studio.preset_on_own import preset_on
from tutor.studio.presets import PRESETS, USUAL
from tutor.studio.problem import problem_of
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.training.history import History
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message

_FRACTION = 50
"""Of the run, one key back or on in time."""
_OPTIMIZERS: Mapping[str, Callable[[float], OptimizerSpec]] = {
    "SGD": SGD,
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "RMSprop": RMSprop,
    "Adam": Adam,
    "AdamW": AdamW,
}
_SCHEDULES: Mapping[str, Callable[[float, int], LearningRate]] = {
    "constant": lambda rate, _: rate,
    "exponential": lambda rate, steps: ExponentialDecay(rate, steps, HALF),
    "inverse": lambda rate, steps: InverseTimeDecay(rate, steps, 1.0),
    "cosine": CosineDecay,
}
HALF = 0.5
"""What the decay steps leave of the rate; of the inverse schedule too."""
LOOKING = ("row", "layer", "unit", "from", "point", "class", "run", "shown", "answer_class")
"""Controls of what is looked at, which are no part of the experiment."""


class StudioLab(Lab):
    """An experiment: its data, its network, its training, at any moment."""

    id = "studio"
    title = "Studio"
    click_goes = True

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._machine = Machine(start_run, PRESETS["playground"])
        self._bands = Bands(start_run)
        self._left: Left | None = None
        self._machine.set_pace(SPEEDS[USUAL_SPEED])
        self._show_experiment()

    def controls(self) -> tuple[Control, ...]:
        """The data, the layers, the training, the moment, what is looked at."""
        return studio_controls()

    def groups(self) -> tuple[Group, ...]:
        """Data, network, training, time, the network looked into."""
        run = ("train", "step", "epoch", "reset", "status")
        return (
            Group("Data", (
                "preset", "data", "count", "noise", "test", "draw", "features", "class", "set", "unset", "notes",
            )),
            Group("Output", ("map", "shown", "answer_class", "point", "answer", "axes")),
            Group("Network", (
                "layer", "kind", *LAYER_SETTINGS, "add", "remove", "earlier", "later", "network", "layers",
                "parameters",
            )),
            Group("Training", (
                "optimizer", "rate", "schedule", "decay", "batch", "loss", "seed", "engine", "speed", *run, "losses",
                "right", "curve",
            )),
            Group("Time", ("moment", "back", "on", "run", "take", "runs", "compared", "token")),
            Group("Seeds", ("seeds", "band", "progress", "seed_curve", "ends", "luck", "better", "standing",
                            "difference")),
            Group("Neurons", ("through", "row", "neurons", "unit", "neuron", "from", "weight", "graph")),
            Group("Statistics", ("activations", "gradients", "warnings", "confusion")),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    # What a learner does

    def set(self, name: str, value: object) -> None:
        """Set a control; what cannot be leaves everything as it was, and raises ``ControlError`` with the reason."""
        before = dict(self._values)
        try:
            super().set(name, value)
        except (SpecError, ShapeError) as error:
            self._values = before
            raise ControlError(str(error)) from None
        except ControlError:
            self._values = before
            raise

    def changed(self, name: str) -> None:
        """Carry the control over to the experiment."""
        machine, experiment = self._machine, self._machine.experiment
        value = self._values[name]
        match name:
            case "preset":
                if value != CUSTOM:
                    machine.change(preset_on(str(value), experiment.data))
                    self._show_experiment()
                    self._values["preset"] = value
                return
            case "layer" | "unit" | "from":
                self._show_layer()
                return
            case "weight":
                machine.edit("weight", (weight_place(machine.spec, *self._edge()), float(self.number("weight"))))
                return
            case "moment":
                machine.go(int(self.number("moment")))
                self._show_moment()
                return
            case "speed":
                machine.set_pace(SPEEDS[str(value)])
                return
            case "rate" | "batch" if machine.checkpoint.position.step:
                machine.edit(name, float(self.number(name)))
                self._show_moment()
                return
            case "kind" | "class" | "point" | "run" | "seeds" | "shown" | "answer_class" | "row":
                return
        fresh = experiment.begun_anew()
        changed = self._with(fresh, name, value)
        if changed != fresh:
            machine.change(changed)
        self._show_experiment()

    def _with(self, experiment: Experiment, name: str, value: Value) -> Experiment:
        """The experiment with the control's new value."""
        data = experiment.data
        match name:
            case "data":
                return self._on_data(experiment, str(value))
            case "count" | "noise" | "test" | "draw":
                drawn: dict[str, Any] = {name: int(self.number(name))}
                return replace(experiment, data=replace(data, **drawn))
            case "features":
                chosen = tuple(n for n, on in zip(FEATURE_NAMES, self.vector("features"), strict=True) if on)
                return replace(experiment, data=replace(data, features=chosen))
            case "loss":
                return replace(experiment, loss=str(value))
            case "optimizer":
                optimizer = _OPTIMIZERS[str(value)](self.number("rate"))
                return replace(experiment, optimizer=self._scheduled(optimizer))
            case "rate" | "schedule" | "decay":
                return replace(experiment, optimizer=self._scheduled(experiment.optimizer))
            case "batch" | "seed":
                return replace(experiment, **{name: int(self.number(name))})  # type: ignore[arg-type]
            case "engine":
                return replace(experiment, backend="tensorflow" if value == "tensorflow" else "numpy")
        assert name in LAYER_SETTINGS, name
        if not experiment.layers:
            raise ControlError("There is no hidden layer; add one.")
        at = self._layer_at()
        edited = with_setting(experiment.layers[at], name, value if isinstance(value, str) else self.number(name))
        return replace(experiment, layers=(*experiment.layers[:at], edited, *experiment.layers[at + 1 :]))

    def _scheduled(self, optimizer: OptimizerSpec) -> OptimizerSpec:
        """An optimizer with the rate and the schedule of the controls."""
        rate = _SCHEDULES[self.word("schedule")](self.number("rate"), int(self.number("decay")))
        return replace(optimizer, learning_rate=rate)

    def _on_data(self, experiment: Experiment, name: str) -> Experiment:
        """The experiment on another set; where a network for the one is none for the other, a usual one."""
        if name == "table":
            raise ControlError("A table of your own comes from the shell: dl-tutor studio --data FILE.")
        if name == OWN_PICTURES:
            raise ControlError("Pictures of your own come from the shell: dl-tutor studio --data FOLDER.")
        if name in USUAL:
            return PRESETS[USUAL[name]]
        old = experiment.data
        base = experiment if old.is_plane else PRESETS["playground"]
        if name == "points":
            points = old.points or ((2.0, 2.0, 1.0), (-2.0, -2.0, -1.0))
            fresh = DataChoice("points", count=0, points=points, features=base.data.features)
        else:
            fresh = replace(base.data, name=name, count=base.data.count or DataChoice().count)
        loss = "mean_squared_error" if fresh.is_numbers else base.loss
        return replace(base, data=fresh, loss=loss)

    def press(self, name: str) -> str:
        """Train, move in time, edit the layers."""
        machine = self._machine
        try:
            return self._press(machine, name)
        except (SpecError, ShapeError) as error:
            raise ControlError(str(error)) from None

    def _press(self, machine: Machine, name: str) -> str:
        end = machine.timeline.end
        stride = max(1, round(end / _FRACTION))
        step = machine.experiment.step
        match name:
            case "train":
                machine.pause() if machine.going else machine.play()
            case "step":
                machine.step()
            case "epoch":
                machine.epoch()
            case "reset":
                machine.reset()
            case "back":
                machine.go(step - stride)
            case "on":
                if step >= end:
                    raise ControlError("This is the end of the run so far; play goes on.")
                machine.go(step + stride)
            case "take":
                number = int(self.number("run"))
                if number > len(machine.past):
                    raise ControlError(f"There is no run {number} to return to; there are {len(machine.past)}.")
                machine.take(number - 1)
                self._show_experiment()
            case "add" | "remove" | "earlier" | "later":
                return self._edit_layers(name)
            case "set" | "unset":
                return self._set_points(name)
            case "band":
                return self._bands.press(machine.experiment.at(end), int(self.number("seeds")))
            case _:
                return super().press(name)
        self._show_moment()
        return ""

    def _edit_layers(self, name: str) -> str:
        machine, layers = self._machine, self._machine.experiment.layers
        if not layers and name != "add":
            raise ControlError("There is no hidden layer; add one.")
        at = self._layer_at()
        word = kind_of(layers[at]) if layers else ""
        match name:
            case "add":
                word, at = self.word("kind"), at + 1 if layers else 0
                edited, said = with_layer(layers, at, word), f"{word}: layer {at + 1}."
            case "remove":
                edited, said = without_layer(layers, at), f"{word} is out; it was layer {at + 1}."
                at = max(0, at - 1)
            case _:
                by = 1 if name == "later" else -1
                edited, said, at = moved_layer(layers, at, by), f"{word}: layer {at + by + 1} now.", at + by
        machine.change(replace(machine.experiment.begun_anew(), layers=edited))
        self._values["layer"] = at + 1
        self._show_experiment()
        return said

    def _set_points(self, name: str) -> str:
        machine = self._machine
        data = machine.experiment.data
        if not data.is_plane:
            raise ControlError(f"Points are set on the plane; {data.name} has rows of its own.")
        if name == "unset":
            if not data.points:
                raise ControlError("There is no point set by hand.")
            kept: tuple[tuple[float, float, float], ...] = ()
        else:
            x1, x2 = self.vector("point").tolist()
            kept = (*data.points, (x1, x2, 1.0 if self.word("class") == "1" else -1.0))
        machine.change(replace(machine.experiment.begun_anew(), data=replace(data, points=kept)))
        self._show_experiment()
        return ""

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment at the end of an epoch of the present run."""
        machine = self._machine
        if curve not in ("curve", "compared", "seed_curve") or not machine.timeline.end:
            return False
        machine.go(machine.step_of_epoch(round(x)))
        self._show_moment()
        return True

    # The controls show the experiment

    def _layer_at(self) -> int:
        return max(0, min(int(self.number("layer")), len(self._machine.experiment.layers)) - 1)

    def _edge(self) -> tuple[int, int, int]:
        """The layer in hand, the unit before it, the unit looked at, each from 0."""
        return self._layer_at(), int(self.number("from")) - 1, int(self.number("unit")) - 1

    def _show_experiment(self) -> None:
        """Put everything that the experiment says into the controls."""
        experiment, data = self._machine.experiment, self._machine.experiment.data
        rate = experiment.optimizer.learning_rate
        found: dict[str, Value] = {
            "preset": CUSTOM, "data": data.name, "count": data.count, "noise": data.noise, "test": data.test,
            "draw": data.draw, "features": tuple(int(name in data.features) for name in FEATURE_NAMES),
            "loss": experiment.loss, "optimizer": _optimizer_word(experiment.optimizer), "seed": experiment.seed,
            "engine": experiment.backend, "schedule": _schedule_word(rate),
        }  # fmt: skip
        if not isinstance(rate, float | int | PiecewiseConstantDecay):
            found["decay"] = round(rate.decay_steps)
        self._put(found)
        self._show_layer()
        self._show_moment()

    def _show_layer(self) -> None:
        layers = self._machine.experiment.layers
        self._put({"layer": self._layer_at() + 1})
        if layers:
            layer = layers[self._layer_at()]
            shown = {name: setting(layer, name) for name in LAYER_SETTINGS}
            self._put({"kind": kind_of(layer), **{n: v for n, v in shown.items() if v is not None}})
        self._show_weight()

    def _show_weight(self) -> None:
        try:
            place = weight_place(self._machine.spec, *self._edge())
        except SpecError:
            return
        weight = float(self._machine.checkpoint.engine.theta[place])
        if np.isfinite(weight):
            # Training can take it beyond what is set by hand.
            self._values["weight"] = round(weight, 6)

    def _show_moment(self) -> None:
        machine = self._machine
        self._put({"moment": machine.experiment.step, "rate": machine.rate, "batch": machine.experiment.batch_now})
        self._show_weight()

    def _put(self, values: Mapping[str, Value]) -> None:
        """Put values into the controls without carrying them over; those that a control does not take are left out."""
        for name, value in values.items():
            control = self.control(name)
            if isinstance(control, NumberControl) and isinstance(value, int | float):
                value = min(max(value, control.low), control.high)
            try:
                self._values[name] = control.check(value)  # type: ignore[union-attr]
            except ControlError:
                continue

    # State

    def poll(self) -> bool:
        """Fetch the progress of the run."""
        machine = self._machine
        changed = machine.poll()
        if changed:
            self._show_moment()
        return self._bands.poll(machine.experiment, [run.experiment for run in machine.past]) or changed

    @property
    def busy(self) -> bool:
        """Whether the run goes on, or a band of seeds."""
        return self._machine.busy or self._bands.busy

    def beside_controls(self) -> object:
        """The moment, the experiment, the runs of before and the bands."""
        machine = self._machine
        return machine.moment, token_of(machine.experiment), len(machine.past), self._bands.moment

    def state(self) -> LabState:
        """The controls, the token, the state of the run at its moment, and its curves; the run before it."""
        if self._left is not None and self._left.moment == self.beside_controls():
            return self._left.state
        machine = self._machine
        checkpoint = machine.checkpoint
        values, arrays = checkpoint_to_message(checkpoint)
        token = token_of(machine.experiment.at(checkpoint.position.step))
        before, arrays_before = past_to_state(machine.past)
        kept = {**self._values, "token": token, "checkpoint": values, **before}
        if (file := machine.experiment.data.file) is not None:
            kept["table"] = str(file)
        start = machine.experiment.start
        if start is not None and start.file is not None:
            kept["network"] = str(start.file)
        return LabState(kept, {**arrays, **machine.timeline.history.arrays(), **arrays_before})

    def restore(self, state: LabState) -> None:
        """Go back to a state. One whose data is not here is kept as it is until something is done here."""
        self._left = None
        token = state.values.get("token")
        looking = {name: state.values[name] for name in LOOKING if name in state.values}
        if isinstance(token, str):
            try:
                files = [state.values.get(name) for name in ("table", "network")]
                experiment = experiment_of(token, *(Path(file) if isinstance(file, str) else None for file in files))
            except TokenError as error:
                self._left = Left(state, str(error), self.beside_controls())
                return
            self._resume(experiment, state)
            self._machine.past = self._machine.past or past_from_state(state.values, state.arrays)
        self._put(looking)
        self._show_experiment()
        for name, value in state.values.items():
            if name == "preset":
                self._put({name: value})

    def _resume(self, experiment: Experiment, state: LabState) -> None:
        """Go on from the weights of a state, or replay the run if they do not fit it."""
        try:
            held = checkpoint_from_message(state.values["checkpoint"], state.arrays)
            history = History.from_arrays(state.arrays)
        except (KeyError, TypeError, ValueError, AttributeError):
            self._machine.show(experiment)
            return
        if fits(held, experiment):
            self._machine.resume(experiment, held, history)
        else:
            self._machine.show(experiment)

    def show_experiment(self, experiment: Experiment) -> str:
        """Show an experiment at its moment; a sentence if that moment is not met."""
        said = self._machine.show(experiment)
        self._show_experiment()
        return said

    def show_token(self, token: str) -> str:
        """Show what a token says, at its moment; a sentence if it is not met. Raises ``TokenError``."""
        return self.show_experiment(experiment_of(token))

    def close(self) -> None:
        """End the run and the band."""
        self._machine.close()
        self._bands.close()

    # The sheet

    def recorded(self) -> Trace | None:
        """A pass of the point looked at and of every place of the maps; of pictures, the first."""
        machine = self._machine
        spec, problem = machine.spec, problem_of(machine.experiment.data)
        part = problem.test if len(problem.test.inputs) else problem.training
        row = min(int(self.number("row")), len(part.inputs)) - 1
        rows = part.inputs[row : row + 1] * problem.scale
        if problem.plane is not None:
            rows = problem.plane.to_inputs(places(problem.plane, self.vector("point")))
        return record(spec, machine.parameters, rows.astype(spec.dtype).reshape(len(rows), *spec.input_shape))

    def fill(self, sheet: Sheet) -> None:
        """The output, the network, the run, the seeds, the neurons, the statistics."""
        machine = self._machine
        layer, unit, answer = self._layer_at(), int(self.number("unit")) - 1, int(self.number("answer_class")) - 1
        fill_plane(sheet, machine, self.vector("point"), layer, unit, self.word("shown"), answer)
        fill_layers(sheet, machine, layer)
        fill_network(sheet, machine, layer)
        fill_through(sheet, machine.spec)
        fill_run(sheet, machine)
        fill_runs(sheet, machine)
        fill_seeds(sheet, machine, self._bands, int(self.number("run")) - 1)
        fill_statistics(sheet, machine)
        sheet.text(
            "notes", "the rows", " ".join(problem_of(machine.experiment.data).notes) or "all are used as they are"
        )
        sheet.text("token", "token", token_of(machine.experiment))
        if self._left is not None and self._left.moment == self.beside_controls():
            sheet.text(
                "status", "run", f"{machine.status}. What was left here is kept until you begin: {self._left.why}"
            )

    def keras_program(self) -> KerasProgram:
        """The network with its weights of this moment, and its losses."""
        return program(self._machine)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward and back, and the update."""
        return forward, backward, update


def _optimizer_word(optimizer: OptimizerSpec) -> str:
    if isinstance(optimizer, SGD):
        return "momentum" if optimizer.momentum else "SGD"
    return type(optimizer).__name__


def _schedule_word(rate: LearningRate) -> str:
    return next((word for word, kind in _KINDS.items() if isinstance(rate, kind)), "constant")


_KINDS = {"exponential": ExponentialDecay, "inverse": InverseTimeDecay, "cosine": CosineDecay}
