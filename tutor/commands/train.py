"""``dl-tutor train``: the same run as in the lesson, without a screen."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.commands.failures import did_not_hold, refuse
from tutor.datasets.errors import DataError
from tutor.datasets.shapes import NAMES, held_out_rows, training_rows
from tutor.datasets.shapes_file import read_labelled
from tutor.engine.network import evaluate
from tutor.engine.parameters import count, views
from tutor.training.history import EpochRecord, History
from tutor.training.model_file import ModelFileError, SavedNetwork, save_network
from tutor.training.models import model_settings
from tutor.training.run import Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.worker_run import Workshop

POLL_SECONDS = 0.02


def run(given: argparse.Namespace) -> int:
    """Train, then evaluate on the training rows; exit status 2 for bad data or a place that cannot be written."""
    settings = replace(model_settings(given.name, given.seed, given.epochs), backend=given.backend)
    try:
        data = training_data(given.data)
        if given.out is not None:
            _check_writable(given.out)
    except (DataError, ModelFileError) as error:
        return refuse(error)
    workshop = Workshop()
    try:
        training = workshop.start_run(settings, data)
        training.play()
        history = _follow(training, settings, given.json)
    finally:
        workshop.close()
    if training.snapshot.phase is Phase.FAILED:
        return did_not_hold(training.snapshot.message)
    return _finish(given, settings, data, training, history)


def training_data(file: Path | None) -> TrainingData:
    """The rows of ``file``, or the shipped ones, with the held-out drawings. Raises ``DataError``."""
    rows = read_labelled(file) if file is not None else training_rows()
    held_out = held_out_rows()
    return TrainingData(rows.inputs, rows.labels, held_out.inputs, held_out.labels)


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise ModelFileError(f"{path}: is a folder; give the name of a file to save the network in")
    if not path.parent.is_dir():
        raise ModelFileError(f"{path}: there is no folder {path.parent}")


def _follow(training: Run, settings: RunSettings, as_json: bool) -> History:
    """Poll the run until it is over, telling of each epoch; the curves of all of them."""
    from tutor.commands.training_report import progress_bar

    history = History()
    with progress_bar(settings.epochs, hidden=as_json) as advance:
        while True:
            # The phase is read first: what the run completed before it was over is then among the records.
            going = training.snapshot.phase in (Phase.RUNNING, Phase.STARTING)
            records = training.poll()
            history.add(records)
            for record in records:
                if as_json:
                    print(json.dumps(_plain(record)), flush=True)
            if records:
                advance(records[-1])
            if not going and not records:
                return history
            time.sleep(POLL_SECONDS)


def _plain(record: EpochRecord) -> dict[str, object]:
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in asdict(record).items()}


def _finish(
    given: argparse.Namespace, settings: RunSettings, data: TrainingData, training: Run, history: History
) -> int:
    engine = training.snapshot.checkpoint.engine
    parameters = views(settings.spec, engine.theta, engine.moving)
    loss, accuracy = evaluate(settings.spec, parameters, data.inputs, data.labels)
    val_loss, val_accuracy = evaluate(settings.spec, parameters, data.held_out_inputs, data.held_out_labels)
    if given.out is not None:
        try:
            save_network(given.out, SavedNetwork(settings.spec, engine.theta, engine.moving, NAMES))
        except ModelFileError as error:
            return refuse(error)
    if given.json:
        last = {
            "done": True,
            "model": given.name,
            "backend": settings.backend,
            "parameters": count(settings.spec),
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
            "seed": settings.spec.seed,
            "epochs": training.snapshot.epoch,
        }
        print(json.dumps(last))
        return 0
    from tutor.commands.training_report import print_curve

    print_curve(history)
    rows = len(data.inputs)
    print(f"{given.name} on {settings.backend}: {count(settings.spec):,} parameters, {training.snapshot.epoch} epochs")
    print(f"training:  loss {loss:.4f}, {round(accuracy * rows)} of {rows} right")
    held_out = len(data.held_out_inputs)
    print(f"held out:  loss {val_loss:.4f}, {round(val_accuracy * held_out)} of {held_out} right")
    if given.out is not None:
        print(f"saved in {given.out}", file=sys.stderr)
    if not np.isfinite(loss):
        return did_not_hold("the loss is not finite")
    return 0
