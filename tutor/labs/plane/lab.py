"""The plane: the output of one neuron, or of one behind up to four hidden units, for every point of two inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane import CORNERS
from tutor.engine.derivations.cells import Cells, stacked
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.network import backward, evaluate, forward
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import ActionControl, Control, ControlError
from tutor.labs.kit.pass_graph import SIGNS, UnitNames, show_pass
from tutor.labs.kit.plane_map import Axes, axes, points_on
from tutor.labs.kit.sheet import Sheet
from tutor.labs.plane.controls import FEW, FURTHEST, INPUTS, MANY, OUTPUT, UNITS, plane_controls
from tutor.labs.plane.drawings import (
    MAP,
    SMALL,
    SPOT,
    draw_output,
    draw_units,
    kinds_of,
    loss_curve,
    places,
)
from tutor.labs.plane.network import (
    MOST_HIDDEN,
    Training,
    most_right,
    right,
    right_after_training,
    rows_of,
    spec_of,
    trained,
    untrained,
)
from tutor.labs.plane.program import program
from tutor.labs.plane.to_studio import LEFT_OUT, plane_experiment
from tutor.studio.experiment import Experiment
from tutor.training.keras_program import KerasProgram

Array = NDArray[np.float64]

CORNER_NAMES = tuple(f"{a:g}, {b:g}".replace("-", "−") for a, b in CORNERS)


class PlaneLab(Lab):
    """A network of two inputs, one output and 0 to 4 hidden units, with weights set by hand or by training."""

    id = "plane"
    title = "Lines on a plane"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._training = untrained(self._theta())
        self._turns = 0

    def controls(self) -> tuple[Control, ...]:
        """The points, the network, the weights of each unit, a point to look at, the training."""
        return plane_controls()

    def groups(self) -> tuple[Group, ...]:
        """The maps, the weights, the training, a point, the corners, what was counted."""
        return (
            Group("Plane", ("data", "hidden", "activation", "seed", "plane", "units", "hidden_plane")),
            Group("Weights", ("w", *UNITS, "v", "b")),
            Group("Training", ("few", "train", "reset", "right", "loss", "curve")),
            Group("A point", ("point", "spot", "hidden_z", "hidden_out", "z", "y", "graph", "crossing")),
            Group("The corners", ("corners", "corner_y")),
            Group("Counted", ("rows", "share", "most_right", "by_units")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The maps, the weights and the training."""
        left_out = {"w", "spot", "hidden_plane", "corners", "corner_y"}
        return tuple(name for group in self.groups()[:4] for name in group.names if name not in left_out)

    def places_in_use(self, name: str) -> int | None:
        """The output's weights of the hidden units that there are."""
        return (self._hidden or None) if name == "v" else None

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, if new weights would take its place."""
        count = len(self._training.losses)
        return f"{count:,} step{'' if count == 1 else 's'} of training" if count and name == "reset" else ""

    def changed(self, name: str) -> None:
        """A training ends when its network or its points change."""
        if name != "point":
            self._forget()

    def press(self, name: str) -> str:
        """Train a few steps or many, or draw new weights."""
        match name:
            case "few" | "train":
                rows, steps = self._rows(), FEW if name == "few" else MANY
                theta, training = trained(self._spec, self._theta(), rows, self._training, steps)
                self._hold(theta)
                self._training = training
            case "reset":
                self._hold(np.asarray(initial_theta(self._spec), dtype=np.float64))
                self._forget()
            case _:
                return super().press(name)
        self._turns += 1
        return ""

    def beside_controls(self) -> object:
        """How often the learner trained."""
        return self._turns

    def state(self) -> LabState:
        """The controls, the losses, the optimizer's memory."""
        memory = {f"memory.{name}": vector.copy() for name, vector in self._training.memory.items()}
        return LabState(super().state().values, {"losses": np.asarray(self._training.losses), **memory})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``; a memory that does not fit the network is left out."""
        super().restore(state)
        self._forget()
        fresh, losses = self._training.memory, state.arrays.get("losses", np.zeros(0))
        kept = {name: state.arrays.get(f"memory.{name}", np.zeros(0)).astype(np.float64) for name in fresh}
        if losses.ndim == 1 and all(kept[name].shape == vector.shape for name, vector in fresh.items()):
            self._training = Training(tuple(losses.tolist()), kept)

    def _forget(self) -> None:
        self._training = untrained(self._theta())
        self._turns += 1

    # The network

    @property
    def _hidden(self) -> int:
        return int(self.number("hidden"))

    @property
    def _spec(self) -> NetworkSpec:
        return spec_of(self._hidden, self.word("activation"), int(self.number("seed")))

    def _rows(self) -> tuple[Array, Array]:
        return rows_of(self.word("data"), int(self.number("seed")))

    def _theta(self) -> Array:
        """The parameters in the engine's order, from the controls."""
        bias = [self.number("b")]
        if not self._hidden:
            return np.concatenate([self.vector("w"), bias])
        lines = np.stack([self.vector(unit) for unit in UNITS[: self._hidden]], axis=1)  # (w1 w2 b, units)
        return np.concatenate([lines.ravel(), self.vector("v")[: self._hidden], bias])

    def _hold(self, theta: Array) -> None:
        """Put parameters into the controls."""
        found = {"b": float(theta[-1])}
        lists: dict[str, list[float]] = {}
        if self._hidden:
            lines, v = theta[: 3 * self._hidden].reshape(3, -1), theta[3 * self._hidden : -1].tolist()
            lists = dict(zip(UNITS, lines.T.tolist(), strict=False))
            lists["v"] = [*v, *self.vector("v")[self._hidden :].tolist()]
        else:
            lists["w"] = theta[:-1].tolist()
        if not np.abs(theta).max() <= FURTHEST:
            raise ControlError(f"A weight would pass {FURTHEST:g}. It is trained: new weights begin anew.")
        for name, value in {**found, **lists}.items():
            control = self.control(name)
            assert not isinstance(control, ActionControl)
            self._values[name] = control.check(value)

    # The sheet

    def recorded(self) -> Trace:
        """A pass of the chosen point, the corners, the points, and the places of the two maps."""
        inputs = [self.vector("point")[None], np.array(CORNERS), self._rows()[0], places(MAP), places(SMALL)]
        return record(self._spec, views(self._spec, self._theta()), np.concatenate(inputs))

    def fill(self, sheet: Sheet) -> None:
        """The maps; a point and the corners; how right it is; what was counted."""
        points, targets = self._rows()
        first = 1 + len(CORNERS) + len(points)
        names = [name for name, _ in self._spec.named_layers]
        out = sheet[f"{names[-1]}.out"]
        kinds, spot = kinds_of(targets), self.vector("point")[None]
        y = self._mapped(out, MAP, first, 0)
        draw_output(sheet, "plane", "output y", y, MAP, INPUTS, points_on(MAP, points, kinds))
        with_spot = points_on(MAP, np.concatenate([points, spot]), (*kinds, SPOT))
        draw_output(sheet, "spot", "output y", y, MAP, INPUTS, with_spot)
        small = first + len(MAP[0]) * len(MAP[1])
        units = [(UNITS[i], self._mapped(sheet["dense.out"], SMALL, small, i)) for i in range(self._hidden)]
        units.append((OUTPUT, self._mapped(out, SMALL, small, 0)))
        draw_units(sheet, units, points_on(SMALL, points, kinds))
        self._fill_hidden_plane(sheet, targets)
        self._fill_point(sheet, names[-1])
        self._fill_corners(sheet, out)
        self._fill_loss(sheet, out)
        self._fill_counted(sheet, y)

    def _mapped(self, out: Cells, of: Axes, first: int, unit: int) -> Cells:
        """A unit's output at every place of a map, whose rows of the pass begin at ``first``."""
        across, down = of
        return out.viewed((len(down), len(across)), lambda at: (first + at[0] * len(across) + at[1], unit))

    def _fill_hidden_plane(self, sheet: Sheet, targets: Array) -> None:
        """The output over the outputs of two hidden units, and where the points lie there."""
        if self._hidden != 2:
            sheet.picture("hidden_plane", "for two hidden units", [])
            return
        begin = 1 + len(CORNERS)
        seen = sheet["dense.out"].values[begin : begin + len(targets)]
        of = axes(len(MAP[0]), len(MAP[1]), 1.25 * max(1.0, float(np.abs(seen).max())))
        h1, h2 = sheet.give("map h1", of[0]), sheet.give("map h2", of[1][:, None])
        v = sheet["v"]
        sheet.let("map z", v[0] * h1 + v[1] * h2 + sheet["b"], "v1·h1 + v2·h2 + b")
        y = sheet.let("map y", sheet.activated("tanh", "map z"))
        points = points_on(of, seen, kinds_of(targets))
        draw_output(sheet, "hidden_plane", "y over h1 and h2", y, of, ("h1", "h2"), points)

    def _fill_point(self, sheet: Sheet, last: str) -> None:
        """The pass of the chosen point, and the single neuron's line at its x1."""
        units = UNITS[: self._hidden]
        layers = [UnitNames(last, (OUTPUT,), "tanh")]
        if units:
            activation = self.word("activation")
            layers = [UnitNames("dense", units, SIGNS.get(activation, activation)), *layers]
            sheet.vector("hidden_z", "z of hidden units", units, sheet["dense.z"][0])
            sheet.vector("hidden_out", "hidden outputs", units, sheet["dense.out"][0])
        else:
            for name in ("hidden_z", "hidden_out"):
                sheet.text(name, "hidden units", "none")
        sheet.number("z", "z of the output", sheet[f"{last}.z"][0, 0], digits=4)
        sheet.number("y", "y = tanh(z)", sheet[f"{last}.out"][0, 0], digits=4)
        show_pass(sheet, "graph", "", INPUTS, layers, backward=False)
        if units:
            sheet.text("crossing", "x2 where y is 0", "on a line for each unit")
            return
        w, x1 = sheet["w"], sheet["point"][0]
        label = f"x2 where y is 0, at x1 = {x1.number:g}".replace("-", "−")
        sheet.number("crossing", label, -(w[0] * x1 + sheet["b"]) / w[1], "−(w1·x1 + b) / w2", digits=4)

    def _fill_corners(self, sheet: Sheet, out: Cells) -> None:
        """What the network makes of the corners of the square."""
        at, last = range(1, 1 + len(CORNERS)), stacked([out[row, 0] for row in range(1, 1 + len(CORNERS))])
        hidden = [stacked([sheet["dense.out"][row, unit] for row in at]) for unit in range(self._hidden)]
        columns = ("corner", *UNITS[: self._hidden], OUTPUT)
        sheet.table("corners", "at the corners", columns, CORNER_NAMES, [*hidden, last], digits=2)
        sheet.vector("corner_y", "y at the corners", CORNER_NAMES, last)

    def _fill_loss(self, sheet: Sheet, out: Cells) -> None:
        """How right the network is, from the pass of the points."""
        spec, theta, rows = self._spec, self._theta(), self._rows()
        begin, count = 1 + len(CORNERS), len(rows[0])
        y = stacked([out[begin + row, 0] for row in range(count)])
        missed = y - sheet.give("targets", rows[1][:, 0])
        loss = ((missed * missed).sum() / count).computed(lambda: evaluate(spec, views(spec, theta), *rows)[0])
        loss = sheet.number("loss", "loss, the mean of (y − t)²", loss, "Σ (y − t)·(y − t) / points", digits=4)
        sheet.number("right", f"right, of {count}", lambda: right(spec, theta, rows), digits=0)
        sheet.number("rows", "points", count, digits=0)
        sheet.show("curve", lambda: loss_curve(self._training.losses, loss.number), counted=True)

    def _fill_counted(self, sheet: Sheet, y: Cells) -> None:
        """The part of the map above 0, the best line, and a training with every number of hidden units."""
        data, seed, activation = self.word("data"), int(self.number("seed")), self.word("activation")
        sheet.number("share", "of the map above 0", lambda: 100 * (y.values > 0).mean(), digits=1, unit="%")
        sheet.number("most_right", "most right with one line", lambda: most_right(data, seed), digits=0)
        sheet.vector(
            "by_units", "right, by hidden units",
            tuple(str(hidden) for hidden in range(MOST_HIDDEN + 1)),
            lambda: [right_after_training(data, hidden, activation, seed) for hidden in range(MOST_HIDDEN + 1)],
            digits=0,
        )  # fmt: skip

    def for_studio(self) -> Experiment:
        """The same network with its weights on the same points."""
        return plane_experiment(self._spec, self._theta(), self._rows())

    def left_out_of_studio(self) -> str:
        """Only Adam's memory of steps that were taken."""
        return LEFT_OUT if self._training.losses else ""

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward and back, the update, and the steps made of them."""
        return forward, backward, update, trained

    def keras_program(self) -> KerasProgram:
        """The network with the lab's weights, at the corners and on the points; and its training."""
        return program(self._spec, self._theta(), self._rows())
