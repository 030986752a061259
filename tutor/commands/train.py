"""``dl-tutor train``: the same training as in a lesson, without a screen."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tutor.backends.availability import why_no_tensorflow
from tutor.commands.console.failures import did_not_hold, refuse
from tutor.commands.console.following import follow, heeding_interrupts, plain_numbers
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.inputs.run_start import Start, start_of
from tutor.course.record.progress import state_folder
from tutor.datasets.errors import DataError
from tutor.engine.parameters import Parameters, count, views
from tutor.engine.validation import SpecError
from tutor.training.evaluation import Evaluation, evaluate_network
from tutor.training.model_data import ModelData
from tutor.training.resuming import fingerprint
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import SavedNetwork, SavedRun, save_network
from tutor.training.snapshot import Phase, Snapshot
from tutor.training.worker.process import WORKER_LOG
from tutor.training.worker.run import Workshop

INTERRUPTED = 130
MOST_NOTES = 10


def run(given: argparse.Namespace) -> int:
    """Train, save, then evaluate; exit status 2 for an invalid request, before any training if possible."""
    try:
        start = start_of(given)
    except (DataError, SpecError, FileError) as error:
        return refuse(error)
    if start.settings.backend == "tensorflow" and (missing := why_no_tensorflow()):
        return did_not_hold(f"--backend numpy trains the same network without it. {missing}")
    tell_data(start.data)
    workshop = Workshop(state_folder(given.state) / WORKER_LOG)
    try:
        with heeding_interrupts() as interrupted:
            training = workshop.start_run(start.settings, start.data.training, start.checkpoint)
            training.play()
            stopped = follow(
                training, start.settings, start.data.training.rows, start.history, interrupted, _keeper(start),
                as_json=given.json,
            )  # fmt: skip
            snapshot = training.snapshot
            if snapshot.phase is Phase.FAILED:
                kept = "" if start.out is None else f"; {start.out} was not written"
                return did_not_hold(f"{snapshot.message}{kept}")
            if start.out is not None:
                save_network(start.out, _network(start, snapshot, stopped=stopped))
    except FileError as error:
        return refuse(error)
    finally:
        workshop.close()
    return _stopped(given, start, snapshot) if stopped else _finished(given, start, snapshot)


def tell_data(data: ModelData) -> None:
    """Describe the rows on standard error, and list the files that were left out."""
    tell(f"data: {data.origin}")
    for sentence in data.left_out[:MOST_NOTES]:
        tell(f"left out: {sentence}")
    if len(data.left_out) > MOST_NOTES:
        tell(f"left out: {len(data.left_out) - MOST_NOTES:,} more")


def _network(start: Start, snapshot: Snapshot, *, stopped: bool) -> SavedNetwork:
    """The network to save: the final weights, or the best ones after early stopping or Ctrl-C, and the run."""
    checkpoint, best = snapshot.checkpoint, snapshot.checkpoint.best
    weights = checkpoint.engine if best is None or not (stopped or start.settings.patience) else best
    settings = replace(start.settings, epochs=checkpoint.epochs_wanted or start.settings.epochs)
    saved = SavedRun(settings, checkpoint, fingerprint(start.data.training), start.history)
    return SavedNetwork(
        start.settings.spec, weights.theta, weights.moving, start.data.names, start.trained_on, saved
    )  # fmt: skip


def _keeper(start: Start) -> Callable[[Snapshot], None]:
    """A function that saves the run at intervals. Reports a failure only once: there may be room again at the end."""
    told = False

    def keep(snapshot: Snapshot) -> None:
        nonlocal told
        if start.out is None:
            return
        try:
            save_network(start.out, _network(start, snapshot, stopped=True))
        except FileError as error:
            if not told:
                tell(f"not saved for now: {error}")
            told = True

    return keep


def _stopped(given: argparse.Namespace, start: Start, snapshot: Snapshot) -> int:
    """Report the state after Ctrl-C; return the exit status."""
    best = snapshot.checkpoint.best
    epoch = None if best is None else best.epoch
    if given.json:
        last = {
            "done": False,
            "model": start.settings.spec.name,
            "backend": start.settings.backend,
            "epochs": snapshot.epoch,
            "steps": snapshot.step,
            "best_epoch": epoch,
            "data": start.data.origin,
            "saved": None if start.out is None else str(start.out),
        }
        answer_json(last)
    at = f"stopped after {snapshot.epoch} epochs and {snapshot.checkpoint.position.batch} steps of the next"
    if start.out is None:
        tell(f"{at}; nothing was saved (--out FILE would have)")
    else:
        which = "the weights as they stood" if epoch is None else f"the best weights so far, of epoch {epoch},"
        tell(f"{at}; {which} are in {start.out}")
        tell(f"'dl-tutor train --resume {start.out}' goes on")
    return INTERRUPTED


def _finished(given: argparse.Namespace, start: Start, snapshot: Snapshot) -> int:
    network = _network(start, snapshot, stopped=False)
    spec, data = network.spec, start.data
    parameters = views(spec, network.theta, network.moving)
    rows = data.training
    trained, held_out = (
        evaluate_network(spec, parameters, inputs, labels, rows.scale, has_classes=bool(data.names))
        for inputs, labels in ((rows.inputs, rows.labels), (rows.held_out_inputs, rows.held_out_labels))
    )
    test = evaluate_test(data, parameters) if start.trained_on.validation_split else held_out
    if data.test_inputs is None:
        test = None
    if given.json:
        answer_json(plain_numbers(_last(start, snapshot, trained, held_out, test)))
    else:
        _print_end(start, snapshot, trained, held_out, test)
    if start.out is not None:
        tell(f"saved in {start.out}")
    return 0 if math.isfinite(trained.loss) else did_not_hold("the loss is not finite")


def evaluate_test(data: ModelData, parameters: Parameters) -> Evaluation | None:
    """The network's loss and accuracy on the test rows; None if there are none."""
    if data.test_inputs is None or data.test_labels is None:
        return None
    return evaluate_network(
        data.model.spec, parameters, data.test_inputs, data.test_labels, data.training.scale,
        has_classes=bool(data.names),
    )  # fmt: skip


def _last(
    start: Start, snapshot: Snapshot, trained: Evaluation, held_out: Evaluation, test: Evaluation | None
) -> dict[str, Any]:
    best = snapshot.checkpoint.best
    last = {
        "done": True,
        "model": start.settings.spec.name,
        "backend": start.settings.backend,
        "parameters": count(start.settings.spec),
        "loss": trained.loss,
        "accuracy": trained.accuracy,
        "val_loss": held_out.loss,
        "val_accuracy": held_out.accuracy,
        "seed": start.settings.spec.seed,
        "epochs": snapshot.epoch,
        "seconds": snapshot.checkpoint.seconds,
        "data": start.data.origin,
    }
    if test is not None:
        last |= {"test_loss": test.loss, "test_accuracy": test.accuracy}
    if start.settings.patience and best is not None:
        last["best_epoch"] = best.epoch
    if start.out is not None:
        last["saved"] = str(start.out)
    return last


def _print_end(
    start: Start, snapshot: Snapshot, trained: Evaluation, held_out: Evaluation, test: Evaluation | None
) -> None:
    from tutor.commands.console.training_report import print_curve

    spec, best = start.settings.spec, snapshot.checkpoint.best
    print_curve(start.history)
    if snapshot.message:
        answer(snapshot.message)
    epochs = "1 epoch" if snapshot.epoch == 1 else f"{snapshot.epoch} epochs"
    if start.settings.patience and best is not None:
        epochs += f", the weights of epoch {best.epoch}"
    answer(f"{spec.name} on {start.settings.backend}: {count(spec):,} parameters, {epochs}")
    shown = [("training", trained)]
    if test is not held_out and held_out.rows:
        shown.append(("held out", held_out))
    if test is not None:
        shown.append(("test", test))
    for name, found in shown:
        share = f"{found.right:,} of {found.rows:,} right ({found.accuracy:.2%})"
        answer(f"{name + ':':10} loss {found.loss:.4f}, {share}")
