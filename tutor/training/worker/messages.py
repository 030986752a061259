"""Messages between the interface and the training worker: packed values and arrays, each preceded by its length."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, TrainingData
from tutor.engine.spec import spec_from_dict, spec_to_dict
from tutor.training.plan import Position
from tutor.training.saved.packing import pack, unpack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Best, Checkpoint, Phase, Snapshot

ALIVE = "alive"
"""The ping to the worker, and the key of its answer: ``LOADING``, or empty otherwise."""
LOADING = "loading TensorFlow"
IDLE_EXIT = 75
"""The exit status of a worker that was idle for long; the next command starts another."""

Arrays = Mapping[str, NDArray[Any]]
Message = tuple[dict[str, Any], dict[str, NDArray[Any]]]

_MEMORY = "memory."
_LENGTH = struct.Struct("<Q")


def send(stream: BinaryIO, values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Write one message. Raises ``OSError`` if its reader is gone."""
    stream.write(to_bytes(values, arrays))
    stream.flush()


def to_bytes(values: Mapping[str, Any], arrays: Arrays | None = None) -> bytes:
    """The bytes of one message."""
    data = pack(values, arrays or {})
    return _LENGTH.pack(len(data)) + data


def receive(stream: BinaryIO) -> Message | None:
    """Read one message; None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return unpack(data) if len(data) == length else None


def settings_to_values(settings: RunSettings) -> dict[str, Any]:
    """A run's settings as plain values."""
    return {
        "spec": spec_to_dict(settings.spec),
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "backend": settings.backend,
        "epochs_per_second": settings.epochs_per_second,
        "patience": settings.patience,
        "keep_best": settings.keep_best,
    }


def settings_from_values(values: Mapping[str, Any]) -> RunSettings:
    """The settings from plain values."""
    return RunSettings(**{**values, "spec": spec_from_dict(values["spec"])})


def data_to_arrays(data: TrainingData) -> dict[str, NDArray[Any]]:
    """The rows of a run as named arrays."""
    return {
        "inputs": data.inputs,
        "labels": data.labels,
        "held_out_inputs": data.held_out_inputs,
        "held_out_labels": data.held_out_labels,
        "scale": np.asarray(data.scale),
    }


def data_from_arrays(arrays: Arrays) -> TrainingData:
    """The rows from named arrays."""
    inputs, labels, held_out_inputs, held_out_labels = (
        arrays[name] for name in ("inputs", "labels", "held_out_inputs", "held_out_labels")
    )
    return TrainingData(inputs, labels, held_out_inputs, held_out_labels, float(arrays["scale"]))


def checkpoint_to_message(checkpoint: Checkpoint) -> Message:
    """A checkpoint as values and arrays."""
    values: dict[str, Any] = {
        "position": asdict(checkpoint.position),
        "seconds": checkpoint.seconds,
        "epochs_wanted": checkpoint.epochs_wanted,
        "rows_seen": checkpoint.rows_seen,
        "loss_sum": checkpoint.loss_sum,
        "correct": checkpoint.correct,
        "best": None,
    }
    arrays = state_to_arrays(checkpoint.engine)
    if (best := checkpoint.best) is not None:
        values["best"] = {"epoch": best.epoch, "loss": best.loss}
        arrays |= {"best.theta": best.theta, "best.moving": best.moving}
    return values, arrays


def checkpoint_from_message(values: Mapping[str, Any], arrays: Arrays) -> Checkpoint:
    """The checkpoint from values and arrays."""
    rest = {name: value for name, value in values.items() if name not in ("position", "best")}
    best = None
    if values["best"] is not None:
        weights = {name: np.asarray(arrays[f"best.{name}"]) for name in ("theta", "moving")}
        best = Best(**values["best"], weights=weights)
    return Checkpoint(Position(**values["position"]), state_from_arrays(arrays), **rest, best=best)


def state_to_arrays(state: EngineState) -> dict[str, NDArray[Any]]:
    """An engine's state as named arrays: ``theta``, ``moving``, and ``memory.`` and its name for each vector."""
    return {"theta": state.theta, "moving": state.moving} | {_MEMORY + n: v for n, v in state.memory.items()}


def state_from_arrays(arrays: Arrays) -> EngineState:
    """The state from named arrays."""
    memory = {n.removeprefix(_MEMORY): np.asarray(v) for n, v in arrays.items() if n.startswith(_MEMORY)}
    return EngineState(np.asarray(arrays["theta"]), memory, np.asarray(arrays["moving"]))


def snapshot_to_message(snapshot: Snapshot) -> Message:
    """A snapshot as values and arrays."""
    checkpoint, arrays = checkpoint_to_message(snapshot.checkpoint)
    values = {
        "phase": snapshot.phase.value,
        "checkpoint": checkpoint,
        "learning_rate": snapshot.learning_rate,
        "loss": snapshot.loss,
        "steps_per_second": snapshot.steps_per_second,
        "message": snapshot.message,
    }
    return values, arrays


def snapshot_from_message(values: Mapping[str, Any], arrays: Arrays) -> Snapshot:
    """The snapshot from values and arrays."""
    fields = {**values, "phase": Phase(values["phase"])}
    fields["checkpoint"] = checkpoint_from_message(values["checkpoint"], arrays)
    return Snapshot(**fields)
