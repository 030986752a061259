"""Going on with a saved run as if it had never been stopped."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.validation import SpecError
from tutor.training.saved.model_file import SavedRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.trainer import early_stop_in_words


def fingerprint(data: TrainingData) -> str:
    """A few characters that are others for other rows, in another order, or other labels."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (data.inputs, data.labels, data.held_out_inputs, data.held_out_labels, np.asarray(data.scale)):
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def go_on(run: SavedRun, epochs: int | None, patience: int | None) -> tuple[RunSettings, Checkpoint]:
    """The settings and the checkpoint with which the run goes on.

    ``epochs`` is how many there are to be in all, ``patience`` how many to wait from the best; None for what the run
    was asked for. Raises ``SpecError`` where nothing is left to do then.
    """
    settings, checkpoint = run.settings, run.checkpoint
    done = checkpoint.position.epoch
    wanted = epochs or checkpoint.epochs_wanted or settings.epochs
    settings = replace(settings, epochs=wanted, patience=settings.patience if patience is None else patience)
    if done >= wanted:
        raise SpecError(f"it has trained {done} epochs; say with --epochs how many there are to be in all")
    best = checkpoint.best
    if settings.patience is not None and best is not None and done - best.epoch >= settings.patience:
        raise SpecError(f"it {early_stop_in_words(best.epoch, done - best.epoch)}; a higher --patience lets it go on")
    return settings, replace(checkpoint, epochs_wanted=wanted)
