"""The run: what it does, how wrong and how right it is, its curves, and the runs before it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from tutor.backends.rows import answers, evaluate_rows
from tutor.labs.kit.readouts import Curve, Series, Table
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.training_curve import training_curve
from tutor.labs.studio.machine import Machine, PastRun
from tutor.studio.affordable import affordable_rows
from tutor.studio.building import training_data
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.layer_text import optimizer_text
from tutor.studio.layers_text import layers_text
from tutor.studio.problem import problem_of
from tutor.training.history import History

SETS = ("training", "test")


def fill_run(sheet: Sheet, machine: Machine) -> None:
    """The status, the losses, the share that is right, the curves with the moment marked."""
    data = training_data(machine.experiment.data, machine.experiment.loss)
    spec = machine.spec
    count = max(affordable_rows(spec), 0 if problem_of(machine.experiment.data).plane is None else len(data.inputs))
    sets = (
        (data.inputs[:count], data.labels[:count]), (data.held_out_inputs[:count], data.held_out_labels[:count]),
    )  # fmt: skip
    sheet.text("status", "run", machine.status)

    def losses() -> list[float]:
        return [evaluate_rows(spec, machine.parameters, *rows, data.scale)[0] for rows in sets]

    def right() -> list[float]:
        return [100 * _right(machine, rows[0], rows[1], data.scale) for rows in sets]

    sheet.vector("losses", "loss", SETS, losses, digits=4)
    label = "right, in %" if problem_of(machine.experiment.data).classes else "on the right side of 0, in %"
    sheet.vector("right", label, SETS, right, digits=1)
    sheet.show("curve", lambda: _curve("curve", machine), counted=True)


def fill_runs(sheet: Sheet, machine: Machine) -> None:
    """The runs of before in a table, and their curves behind the present one."""

    def table() -> Table:
        rows = [_row(f"{i + 1}", run.experiment, run, machine.experiment) for i, run in enumerate(machine.past)]
        present = PastRun(machine.experiment, machine.timeline)
        rows.append(_row("now", machine.experiment, present, machine.experiment))
        return Table(
            "runs", "the runs", ("run", "what is different", "steps", "best loss", "last loss"), tuple(rows), 4
        )

    def compared() -> Curve:
        lines = []
        for i, run in enumerate(machine.past):
            xs, ys = loss_points(run)
            lines.append(Series(f"run {i + 1}", xs, ys))
        lines.append(Series("now", *loss_points(PastRun(machine.experiment, machine.timeline))))
        # The present run may have no epoch yet: the lines are then those of the runs before it.
        measured = _measured(machine.timeline.history, *(run.history for run in machine.past))
        return Curve("compared", f"loss on {measured} rows", "epoch", tuple(lines), 0.0)

    sheet.show("runs", table, counted=True)
    sheet.show("compared", compared, counted=True)


def _curve(name: str, machine: Machine) -> Curve:
    """Both losses over the whole run, the moment marked."""
    curve = training_curve(name, "loss", machine.timeline.history, labels=SETS)
    text = problem_of(machine.experiment.data).text
    if text is not None:
        curve = replace(curve, low=None, series=(*curve.series, _knowing_nothing(curve, len(text.vocabulary))))
    moment, end = machine.checkpoint.position, machine.timeline.end
    if moment.step == end or not moment.epoch:
        return curve
    key = "val_loss" if machine.timeline.history.points("val_loss")[0] else "loss"
    xs, ys = machine.timeline.history.points(key)
    if not xs:
        return curve
    at = int(np.argmin(np.abs(np.asarray(xs) - moment.epoch)))
    return replace(curve, marker=(xs[at], ys[at]), marker_label="this moment")


def _knowing_nothing(curve: Curve, tokens: int) -> Series:
    """The loss of one who gives every token the same chance: ln of their number."""
    xs = [x for series in curve.series for x in series.xs]
    ends, loss = (min(xs, default=0.0), max(xs, default=1.0)), math.log(tokens)
    return Series(f"knowing nothing, ln {tokens}", ends, (loss, loss), "ghost")


def _measured(*histories: History) -> str:
    return "test" if any(history.points("val_loss")[0] for history in histories) else "training"


def loss_points(run: PastRun) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A run's losses by epoch: on the test rows, or on the training rows where there are none."""
    held_out = run.history.points("val_loss")
    return held_out if held_out[0] else run.history.points("loss")


def _row(name: str, experiment: Experiment, run: PastRun, now: Experiment) -> tuple[str | float, ...]:
    ys = loss_points(run)[1]
    best, last = (min(ys), ys[-1]) if ys else (float("nan"), float("nan"))
    return name, _differences(experiment, now) or "—", f"{run.timeline.end:,}", best, last


@lru_cache(maxsize=64)
def _differences(experiment: Experiment, now: Experiment) -> str:
    """What an experiment has that the present one has not, in short."""
    words: list[str] = []
    if experiment.data != now.data:
        words += _data_differences(experiment.data, now.data)
    if experiment.layers != now.layers:
        words.append(layers_text(experiment.layers) or "no hidden layer")
    if experiment.optimizer != now.optimizer:
        words.append(optimizer_text(experiment.optimizer))
    words += [f"batch {experiment.batch}"] if experiment.batch != now.batch else []
    words += [experiment.loss] if experiment.loss != now.loss else []
    words += [f"seed {experiment.seed}"] if experiment.seed != now.seed else []
    words += [experiment.backend] if experiment.backend != now.backend else []
    if experiment.edits != now.edits:
        count = len(experiment.edits)
        words.append("no edits" if not count else "1 edit" if count == 1 else f"{count} edits")
    return ", ".join(words)


def _data_differences(data: DataChoice, now: DataChoice) -> Iterator[str]:
    """The name of the set, and whatever else of it is another."""
    yield data.name
    if data.count != now.count and data.name != "points":
        yield f"{data.count} points"
    if data.noise != now.noise:
        yield f"noise {data.noise} %"
    if data.test != now.test:
        yield f"test {data.test} %"
    if data.draw != now.draw:
        yield f"draw {data.draw}"
    if data.features != now.features:
        yield " ".join(data.features)
    if data.points != now.points:
        yield f"{len(data.points)} by hand"


def _right(machine: Machine, inputs: np.ndarray, labels: np.ndarray, scale: float) -> float:
    """The share of rows with the right answer; of numbers, with the right sign."""
    spec = machine.spec
    if not len(inputs):
        return float("nan")
    if spec.output_size > 1 and spec.loss == "binary_crossentropy":
        # The engine's accuracy wants each output on its side of 0.5; here it is the class of the largest that counts.
        outputs = np.concatenate([output.copy() for _, _, output in answers(spec, machine.parameters, inputs, scale)])
        return float((outputs.argmax(axis=1) == labels.argmax(axis=1)).mean())
    if spec.loss != "mean_squared_error" or spec.output_size > 1:
        return evaluate_rows(spec, machine.parameters, inputs, labels, scale)[1]
    parts = [output.copy() for _, _, output in answers(spec, machine.parameters, inputs, scale)]
    outputs = np.concatenate(parts)
    return float(((outputs > 0) == (labels > 0)).all(axis=1).mean())
