"""``dl-tutor compare``: both engines side by side, step by step."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutor.backends.availability import why_no_tensorflow
from tutor.backends.interface import TrainingData
from tutor.commands.console.failures import did_not_hold, refuse
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.inputs.run_start import data_asked_for, model_asked_for
from tutor.commands.train import tell_data
from tutor.course.record.progress import state_folder
from tutor.datasets.errors import DataError
from tutor.engine.validation import SpecError
from tutor.training.settings import RunSettings
from tutor.training.worker.messages import data_to_arrays, settings_to_values
from tutor.training.worker.process import WORKER_LOG
from tutor.training.worker.run import Workshop

MEASURED = ("numpy_loss", "tensorflow_loss", "weights_apart", "gradients_apart")
# The largest difference between the engines that rounding explains.
BOUNDS = {"float64": 1e-10, "float32": 1e-4}


class ComparisonFailed(RuntimeError):
    """The comparison failed; the message is the reason."""


def run(given: argparse.Namespace) -> int:
    """Print both losses and the differences after each step; exit status 1 if they exceed rounding."""
    if missing := why_no_tensorflow():
        return did_not_hold(missing)
    try:
        model = model_asked_for(given)
        if given.seed is not None:
            model = replace(model, spec=replace(model.spec, seed=given.seed))
        data = data_asked_for(given, model)
        settings = data.model.settings(model.spec.seed)
    except (DataError, SpecError) as error:
        return refuse(error)
    tell_data(data)
    settings = replace(settings, spec=replace(settings.spec, dtype=given.dtype))
    largest = 0.0
    if not given.json:
        answer("  step  loss NumPy    loss TensorFlow  weights apart  gradients apart")
    try:
        for row in compared_steps(settings, data.training, given.steps, state_folder(given.state) / WORKER_LOG):
            apart = max(row["weights_apart"], row["gradients_apart"])
            if not all(math.isfinite(row[name]) for name in MEASURED):
                return did_not_hold(f"step {row['step']}: a loss or a weight is not finite; the rate may be too high")
            largest = max(largest, apart)
            if given.json:
                answer_json(row, now=True)
            else:
                answer(
                    f"{row['step']:6}  {row['numpy_loss']:.9f}  {row['tensorflow_loss']:.9f}    "
                    f"{row['weights_apart']:13.2e}  {row['gradients_apart']:15.2e}"
                )
    except ComparisonFailed as failed:
        return did_not_hold(failed)
    bound = BOUNDS[given.dtype]
    holds = largest < bound
    if given.json:
        answer_json({"done": True, "dtype": given.dtype, "largest": largest, "bound": bound, "holds": holds})
    else:
        answer(f"largest difference {largest:.2e}, {'within' if holds else 'beyond'} {bound:g} ({given.dtype})")
    if holds:
        return 0
    # Rounding decides the sign of a sum near 0, and thus whether a ReLU passes it or which number wins a pool.
    why = (
        ". In float32 a rounding can decide what a ReLU lets pass; --dtype float64 tells"
        if given.dtype == "float32"
        else ""
    )
    return did_not_hold(f"the engines are {largest:.2e} apart; expected less than {bound:g}{why}")


def compared_steps(
    settings: RunSettings, data: TrainingData, steps: int, log: Path | None = None
) -> Iterator[dict[str, Any]]:
    """Each step's row, computed in the worker. Raises ``ComparisonFailed``."""
    workshop = Workshop(log)
    number = workshop.next_number()
    try:
        worker = workshop.worker
        values = {"do": "compare", "run": number, "settings": settings_to_values(settings), "steps": steps}
        worker.send(values, data_to_arrays(data))
        while True:
            messages = worker.wait_for(number)
            if not messages:
                raise ComparisonFailed(f"the training process ended ({worker.exit_reason()})")
            for answer, _ in messages:
                if "waiting" in answer:
                    tell(answer["waiting"])
                    continue
                if "failure" in answer:
                    raise ComparisonFailed(answer["failure"])
                if answer["row"] is None:
                    return
                yield answer["row"]
    finally:
        workshop.close()
