"""Resuming a saved run as if it had never stopped."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.validation import SpecError
from tutor.training.saved.model_file import SavedRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.trainer import early_stop_message


def fingerprint(data: TrainingData) -> str:
    """A short hash that depends on the rows, their order and the labels."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (data.inputs, data.labels, data.held_out_inputs, data.held_out_labels, np.asarray(data.scale)):
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def resume_run(run: SavedRun, epochs: int | None, patience: int | None) -> tuple[RunSettings, Checkpoint]:
    """The settings and the checkpoint for resuming the run.

    ``epochs`` is the total number of epochs, ``patience`` how many to wait after the best; None keeps the run's own.
    Raises ``SpecError`` if nothing is left to do.
    """
    settings, checkpoint = run.settings, run.checkpoint
    done = checkpoint.position.epoch
    wanted = epochs or checkpoint.epochs_wanted or settings.epochs
    settings = replace(settings, epochs=wanted, patience=settings.patience if patience is None else patience)
    if done >= wanted:
        raise SpecError(f"it has trained {done} epoch{'' if done == 1 else 's'}; give the total number with --epochs")
    best = checkpoint.best
    if settings.patience is not None and best is not None and done - best.epoch >= settings.patience:
        raise SpecError(f"it {early_stop_message(best.epoch, done - best.epoch)}; a higher --patience lets it continue")
    return settings, replace(checkpoint, epochs_wanted=wanted)
