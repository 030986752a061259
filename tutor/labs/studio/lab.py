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
from tutor.engine.updates import update
from tutor.engine.validation import SpecError
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError, NumberControl, Value
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.through import fill_through
from tutor.labs.studio.bands import Bands
from tutor.labs.studio.controls import CUSTOM, SPEEDS, USUAL_SPEED, studio_controls
from tutor.labs.studio.drawing_controls import DRAWING_ACTIONS, as_input, picture_side, redrawn
from tutor.labs.studio.drawing_view import fill_drawing, fill_no_drawing
from tutor.labs.studio.drawings import Drawings
from tutor.labs.studio.groups import studio_groups
from tutor.labs.studio.in_use import has_meaning
from tutor.labs.studio.kept_state import Left, fits
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.map_view import fill_map, map_controls
from tutor.labs.studio.mapping import edited_layers, layer_values, values_of, with_control, with_points
from tutor.labs.studio.maps import Maps
from tutor.labs.studio.network_view import edges_of, fill_layers, fill_network, fill_network_of_text, weight_place
from tutor.labs.studio.past import past_from_state, past_to_state
from tutor.labs.studio.plane_view import fill_plane, places
from tutor.labs.studio.program import program
from tutor.labs.studio.run_view import fill_run, fill_runs
from tutor.labs.studio.seed_view import fill_seeds
from tutor.labs.studio.statistics import fill_statistics
from tutor.labs.studio.text_controls import text_controls, tokens_of, word_for
from tutor.labs.studio.text_view import fill_no_text, fill_text
from tutor.studio.experiment import Experiment
from tutor.studio.layer_editing import with_tokens
from tutor.studio.preset_on_own import preset_on
from tutor.studio.presets import PRESETS
from tutor.studio.problem import Problem, problem_of
from tutor.studio.replaying import Replay
from tutor.studio.text_rows import TextRows
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.training.history import History
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message
from tutor.training.writing import Draw

_FRACTION = 50
"""Of the run, one key back or on in time."""
DRAWINGS = "drawings"
"""What was drawn for each data set, in the lab's state."""
MAPS = "maps"
"""Its complete maps."""
LOOKING = (
    "shape", "row", "layer", "unit", "from", "point", "class", "run", "shown", "answer_class", "word", "head", "sample",
    "temperature",
)  # fmt: skip
"""Controls of what is looked at, which are no part of the experiment."""


class StudioLab(Lab):
    """An experiment: its data, its network, its training, at any moment."""

    id = "studio"
    title = "Studio"
    click_goes = True

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._drawings = Drawings()
        self._text: TextRows | None = None
        super().__init__(start_run)
        self._machine = Machine(start_run, PRESETS["playground"])
        self._bands = Bands(start_run)
        self._maps = Maps(start_run)
        self._left: Left | None = None
        self._machine.set_pace(SPEEDS[USUAL_SPEED])
        self._show_experiment()

    def controls(self) -> tuple[Control, ...]:
        """The data, the layers, the training, the moment, what is looked at; the canvas, as large as its pictures."""
        return *studio_controls(), *self._drawings.controls(), *map_controls(), *text_controls(self._text)

    def groups(self) -> tuple[Group, ...]:
        """Data, network, training, time, the network looked into."""
        return studio_groups()

    def in_use(self, name: str) -> bool:
        """Whether a name has a meaning for the data and the network of now."""
        return has_meaning(name, self._machine)

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
            case _ if name in ("kind", "seeds", "canvas", *LOOKING):
                return
        fresh = experiment.begun_anew()
        changed = with_control(fresh, name, self._values, self._layer_at())
        if changed != fresh:
            machine.change(changed)
        self._show_experiment()

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
            case "set" | "set_other" | "unset":
                return self._set_points(name)
            case _ if name in DRAWING_ACTIONS:
                data, row = machine.experiment.data, int(self.number("row")) - 1
                drawing = redrawn(data, self._problem, self.vector("canvas"), name, row)
                self.set("canvas", drawing.round(3).tolist())
            case "ask_all":
                return self._maps.press(machine)
            case "band":
                return self._bands.press(machine.experiment.at(end), int(self.number("seeds")))
            case _:
                return super().press(name)
        self._show_moment()
        return ""

    def _edit_layers(self, name: str) -> str:
        machine = self._machine
        edited = edited_layers(machine.experiment.layers, name, self.word("kind"), self._layer_at())
        # A table of tokens is one of those of the text.
        layers = edited.layers if self._text is None else with_tokens(edited.layers, len(self._text.vocabulary))
        machine.change(replace(machine.experiment.begun_anew(), layers=layers))
        self._values["layer"] = edited.at + 1
        self._show_experiment()
        return edited.said

    def _set_points(self, name: str) -> str:
        machine = self._machine
        data = with_points(machine.experiment.data, name, self._values)
        machine.change(replace(machine.experiment.begun_anew(), data=data))
        self._show_experiment()
        return ""

    def at_stake(self, name: str) -> str:
        """The run that a reset leaves, which undo returns to as ``take`` does."""
        steps = self._machine.timeline.end if name == "reset" else 0
        return "" if not steps else "1 step of training" if steps == 1 else f"{steps:,} steps of training"

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
        self._put(values_of(self._machine.experiment))
        self._show_layer()
        self._show_moment()
        self._show_canvas()
        self._show_word()

    @property
    def _problem(self) -> Problem:
        return problem_of(self._machine.experiment.data)

    def _show_canvas(self) -> None:
        turned = self._drawings.turned_to(self._machine.experiment.data, self._problem, self._values["canvas"])
        self._put({"canvas": turned})

    def _show_word(self) -> None:
        text, before = self._problem.text, self._text
        same = text is None or (before is not None and before.texts == text.texts)
        self._text = text
        self._values["word"] = word_for(text, self._values["word"] if same else None)

    def _show_layer(self) -> None:
        layers = self._machine.experiment.layers
        self._put({"layer": self._layer_at() + 1})
        if layers:
            self._put(layer_values(layers[self._layer_at()]))
        self._show_edge()
        self._show_weight()

    def _show_edge(self) -> None:
        """The units before and after a weight are those of the layer in hand; of pictures the unit is a filter."""
        edges = edges_of(self._machine.spec, self._layer_at())
        if edges is not None:
            self._put({"from": min(int(self.number("from")), edges[0])})
            if self._problem.plane is not None:
                self._put({"unit": min(int(self.number("unit")), edges[1])})

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
        mapped = self._maps.poll()
        return self._bands.poll(machine.experiment, [run.experiment for run in machine.past]) or mapped or changed

    @property
    def busy(self) -> bool:
        """Whether the run goes on, or a band of seeds, or a map."""
        return self._machine.busy or self._bands.busy or self._maps.busy

    def beside_controls(self) -> object:
        """The moment, the experiment, the runs of before, the bands and the maps."""
        machine = self._machine
        return machine.moment, token_of(machine.experiment), len(machine.past), self._bands.moment, self._maps.moment

    def state(self) -> LabState:
        """The controls, the token, the state of the run at its moment, and its curves; the run before it."""
        if self._left is not None and self._left.moment == self.beside_controls():
            return self._left.state
        machine = self._machine
        checkpoint = machine.checkpoint
        values, arrays = checkpoint_to_message(checkpoint)
        token = token_of(machine.experiment.at(checkpoint.position.step))
        before, arrays_before = past_to_state(machine.past)
        drawings = self._drawings.with_present(self._values["canvas"])
        kept = {**self._values, "token": token, "checkpoint": values, **before}
        kept |= {DRAWINGS: drawings, MAPS: self._maps.kept()}
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
            if not self._machine.return_to(experiment):
                self._resume(experiment, state)
            self._machine.past = self._machine.past or past_from_state(state.values, state.arrays)
        # The characters of a word follow from the text.
        self._text = self._problem.text
        self._put(looking)
        self._show_experiment()
        self._maps.restore(state.values.get(MAPS))
        self._put({"canvas": self._drawings.restored(state.values.get(DRAWINGS), self._values["canvas"])})
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

    def follow(self, replay: Replay) -> None:
        """Show the moment that a replay has got to, and its curves until then: for a run that is computed elsewhere."""
        self._machine.follow(replay)
        self._show_experiment()

    def show_token(self, token: str) -> str:
        """Show what a token says, at its moment; a sentence if it is not met. Raises ``TokenError``."""
        return self.show_experiment(experiment_of(token))

    def close(self) -> None:
        """End the run, the band and the map."""
        self._machine.close()
        self._maps.close()
        self._bands.close()

    # The sheet

    def recorded(self) -> Trace | None:
        """A pass of the point looked at and of every place of the maps; of pictures a test picture, and the drawing.

        Of a text it is the word.
        """
        machine, problem = self._machine, self._problem
        spec = machine.spec
        if problem.text is not None:
            tokens = tokens_of(problem.text, self.word("word"))
            read = np.zeros((1, problem.width), spec.dtype)
            read[0, : len(tokens)] = tokens
            return record(spec, machine.parameters, read)
        part = problem.test if len(problem.test.inputs) else problem.training
        row = min(int(self.number("row")), len(part.inputs)) - 1
        rows = part.inputs[row : row + 1] * problem.scale
        if problem.plane is not None:
            rows = problem.plane.to_inputs(places(problem.plane, self.vector("point")))
        if picture_side(problem):
            rows = np.concatenate([rows.reshape(1, -1), as_input(problem, self.vector("canvas"))])
        return record(spec, machine.parameters, rows.astype(spec.dtype).reshape(len(rows), *spec.input_shape))

    def fill(self, sheet: Sheet) -> None:
        """The output, the network, the run, the seeds, the neurons, the statistics."""
        machine = self._machine
        layer, unit, answer = self._layer_at(), int(self.number("unit")) - 1, int(self.number("answer_class")) - 1
        fill_plane(sheet, machine, self.vector("point"), layer, unit, self.word("shown"), answer)
        fill_layers(sheet, machine, layer)
        if self._text is None:
            fill_network(sheet, machine, layer)
        fill_through(sheet, machine.spec)
        fill_run(sheet, machine)
        fill_runs(sheet, machine)
        fill_seeds(sheet, machine, self._bands, int(self.number("run")) - 1)
        fill_statistics(sheet, machine)
        self._fill_drawing(sheet)
        self._fill_text(sheet)
        fill_map(sheet, machine, self._maps, self.word("shape"))
        sheet.text("notes", "the rows", " ".join(self._problem.notes) or "all are used as they are")
        sheet.text("token", "token", token_of(machine.experiment))
        if self._left is not None and self._left.moment == self.beside_controls():
            sheet.text(
                "status", "run", f"{machine.status}. What was left here is kept until you begin: {self._left.why}"
            )

    def _fill_drawing(self, sheet: Sheet) -> None:
        problem = self._problem
        if picture_side(problem):
            fill_drawing(sheet, self._machine, problem.classes or (), self.vector("canvas"))
        else:
            fill_no_drawing(sheet, self._machine.experiment.data.name)

    def _fill_text(self, sheet: Sheet) -> None:
        text, machine = self._problem.text, self._machine
        if text is None:
            fill_no_text(sheet, machine.experiment.data.name)
            return
        draw = Draw(float(self.number("temperature")), seed=int(self.number("sample")))
        head = int(self.number("head")) - 1
        fill_network_of_text(sheet, machine.spec, len(tokens_of(text, self.word("word"))) - 1)
        fill_text(sheet, machine, text, self.word("word"), self._layer_at(), head, draw)

    def keras_program(self) -> KerasProgram:
        """The network with its weights of this moment, and its losses."""
        return program(self._machine)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward and back, and the update."""
        return forward, backward, update
