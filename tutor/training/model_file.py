"""Trained networks as files: the specification, the weights, the names of the classes, and the run to go on with."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tutor.engine.parameters import Array, count, moving_count
from tutor.engine.spec import NetworkSpec, ShapeError, SpecError, spec_from_dict, spec_to_dict
from tutor.engine.updates import memory_names
from tutor.training.history import History
from tutor.training.messages import (
    Arrays,
    checkpoint_from_message,
    checkpoint_to_message,
    settings_from_values,
    settings_to_values,
)
from tutor.training.packing import NotPackedError, pack, unpack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.whole_file import FileError, write_whole

FORMAT = "dl-tutor network 1"
LARGEST_FILE = 256 * 1024 * 1024
MOST_ARRAYS = 100

_RUN = "run."


class ModelFileError(FileError):
    """A file that holds no network: ``file: reason``."""


@dataclass(frozen=True)
class TrainedOn:
    """The data of a network.

    ``data`` is the name of the data (shapes, digits, letters), ``file`` what was given in place of the usual source,
    ``origin`` a sentence that says what it was, ``validation_split`` the share held out.
    """

    data: str
    file: str | None
    origin: str
    validation_split: float = 0.0


@dataclass(frozen=True)
class SavedRun:
    """A run as it stood: what it was asked to do, where it is, its curves.

    ``rows`` is the fingerprint of its training data: with other rows it would not go on as it began.
    """

    settings: RunSettings
    checkpoint: Checkpoint
    rows: str
    history: History


@dataclass(frozen=True)
class SavedNetwork:
    """A trained network: its flat parameters ``theta``, its ``moving`` averages, the names of its outputs.

    ``trained_on`` is None where that is not known, ``run`` where there is nothing to go on with.
    """

    spec: NetworkSpec
    theta: Array
    moving: Array
    classes: tuple[str, ...]
    trained_on: TrainedOn | None = None
    run: SavedRun | None = None


def save_network(path: Path, network: SavedNetwork) -> None:
    """Write the network whole or not at all, the old file staying until then. Raises ``FileError``."""
    values: dict[str, Any] = {
        "format": FORMAT,
        "spec": spec_to_dict(network.spec),
        "classes": list(network.classes),
        "trained_on": None if network.trained_on is None else asdict(network.trained_on),
        "run": None,
    }
    arrays: dict[str, Any] = {"theta": network.theta, "moving": network.moving}
    if (run := network.run) is not None:
        checkpoint, state = checkpoint_to_message(run.checkpoint)
        values["run"] = {"settings": settings_to_values(run.settings), "checkpoint": checkpoint, "rows": run.rows}
        arrays |= {_RUN + name: array for name, array in (state | run.history.arrays()).items()}
    write_whole(path, pack(values, arrays))


def load_network(path: Path) -> SavedNetwork:
    """Read a network that ``save_network`` wrote; raises ``ModelFileError`` for anything else."""
    values, arrays = _read(path)
    try:
        spec = spec_from_dict(values["spec"])
        classes = tuple(str(c) for c in values["classes"])
        theta, moving = _numbers(arrays, "theta"), _numbers(arrays, "moving")
        trained_on = TrainedOn(**values["trained_on"]) if values.get("trained_on") is not None else None
    except (KeyError, TypeError, ValueError, SpecError, ShapeError):
        raise _not_ours(path) from None
    sizes = (count(spec), moving_count(spec))
    if values.get("format") != FORMAT or (theta.size, moving.size) != sizes or len(classes) != spec.output_size:
        raise ModelFileError(f"{path}: its weights do not fit its network")
    try:
        run = _run(spec, values["run"], arrays) if values.get("run") is not None else None
    except (KeyError, TypeError, ValueError, SpecError, ShapeError, AttributeError):
        raise ModelFileError(f"{path}: the training run in it is damaged") from None
    return SavedNetwork(spec, theta.astype(spec.dtype), moving.astype(spec.dtype), classes, trained_on, run)


def _read(path: Path) -> tuple[dict[str, Any], Arrays]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelFileError(f"{path}: is larger than any network of dl-tutor")
        if not path.is_file() and not path.is_dir():
            raise ModelFileError(f"{path}: this is a pipe or a device, not a saved network")
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as members:
            listed = members.infolist()
        # What was packed small could unpack to a thousand times the size of the file; nothing here is.
        if len(listed) > MOST_ARRAYS or any(m.compress_type != zipfile.ZIP_STORED for m in listed):
            raise _not_ours(path)
        return unpack(data)
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file; 'dl-tutor train … --out FILE' makes one") from None
    except IsADirectoryError:
        raise ModelFileError(f"{path}: this is a folder, not a saved network") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    except FileError:
        raise
    except (NotPackedError, zipfile.BadZipFile, MemoryError, ValueError, NotImplementedError):
        raise _not_ours(path) from None


def _not_ours(path: Path) -> ModelFileError:
    return ModelFileError(f"{path}: is not a network that 'dl-tutor train --out' saved")


def _numbers(arrays: Arrays, name: str) -> Array:
    array = arrays[name]
    if array.ndim != 1 or array.dtype.kind != "f":
        raise ValueError(name)
    return array


def _run(spec: NetworkSpec, values: dict[str, Any], arrays: Arrays) -> SavedRun:
    """The run that the values and the arrays hold; ``ValueError`` and its like where they do not fit together."""
    own = {name.removeprefix(_RUN): array for name, array in arrays.items() if name.startswith(_RUN)}
    settings = settings_from_values(values["settings"])
    checkpoint = checkpoint_from_message(values["checkpoint"], own)
    engine, best, at = checkpoint.engine, checkpoint.best, checkpoint.position
    if settings.spec != spec or set(engine.memory) != set(memory_names(spec.optimizer)):
        raise ValueError("another network")
    numbers, averages = [engine.theta, *engine.memory.values()], [engine.moving]
    if best is not None:
        numbers.append(best.theta)
        averages.append(best.moving)
    if any(vector.shape != (count(spec),) or vector.dtype != spec.dtype for vector in numbers):
        raise ValueError("weights of another network")
    if any(vector.shape != (moving_count(spec),) or vector.dtype != spec.dtype for vector in averages):
        raise ValueError("moving averages of another network")
    whole = (at.epoch, at.batch, at.step, checkpoint.epochs_wanted, checkpoint.rows_seen, checkpoint.correct)
    if any(type(n) is not int or n < 0 for n in whole):
        raise ValueError("a position that cannot be")
    return SavedRun(settings, checkpoint, str(values["rows"]), History.from_arrays(own))
