"""Trained networks as files: the specification, the weights, the class names, and the run to resume."""

from __future__ import annotations

import json
import math
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from tutor.datasets.errors import DataError
from tutor.datasets.formats.npz_file import NpzFile
from tutor.engine.parameters import Array, count, moving_count
from tutor.engine.spec import DTYPES, NetworkSpec, ShapeError, SpecError, spec_from_dict, spec_to_dict
from tutor.engine.updates import memory_names
from tutor.engine.validation import LARGEST_WHOLE_NUMBER
from tutor.training.history import History
from tutor.training.models import DataName
from tutor.training.saved.atomic_write import FileError, write_atomically
from tutor.training.saved.packing import VALUES, pack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.worker.messages import (
    Arrays,
    checkpoint_from_message,
    checkpoint_to_message,
    settings_from_values,
    settings_to_values,
)

FORMAT = "dl-tutor network 1"
LARGEST_FILE = 256 * 1024 * 1024
LARGEST_VALUES = 1_000_000
"""Bytes for everything but arrays; also for the array of a curve, in a network with fewer weights."""
MOST_ARRAYS = 100

_RUN = "run."


class ModelFileError(FileError):
    """A file is not a saved network: ``file: reason``."""


@dataclass(frozen=True)
class TrainedOn:
    """The training data of a network.

    ``data`` is the name of the data set, such as shapes, ``file`` the path given instead of the usual source,
    ``origin`` a sentence that describes it, ``validation_split`` the share held out.
    """

    data: str
    file: str | None
    origin: str
    validation_split: float = 0.0


@dataclass(frozen=True)
class SavedRun:
    """A saved run: its settings, its checkpoint, its curves.

    ``rows`` is the fingerprint of its training data; with other rows it would not continue as it began.
    """

    settings: RunSettings
    checkpoint: Checkpoint
    rows: str
    history: History


@dataclass(frozen=True)
class SavedNetwork:
    """A trained network: its flat parameters ``theta``, its ``moving`` averages, the names of its outputs.

    It has no names if it gives back what it is given. ``trained_on`` is None if unknown, ``run`` is None if there is no
    run to resume.
    """

    spec: NetworkSpec
    theta: Array
    moving: Array
    classes: tuple[str, ...]
    trained_on: TrainedOn | None = None
    run: SavedRun | None = None

    @property
    def gives_back(self) -> bool:
        """Whether its outputs are no classes, but the numbers that it was given, again."""
        return not self.classes


def save_network(path: Path, network: SavedNetwork) -> None:
    """Write the network atomically. Raises ``FileError``."""
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
    write_atomically(path, pack(values, arrays))


def load_network(path: Path) -> SavedNetwork:
    """Read a network that ``save_network`` wrote; raises ``ModelFileError`` for anything else.

    It reads the specification first, then the header of each array, and the numbers only if all of these match.
    """
    _check_kind(path)
    try:
        with NpzFile(path, LARGEST_FILE) as npz:
            return _loaded(path, npz)
    except (DataError, KeyError, TypeError, ValueError, OverflowError, MemoryError, RecursionError) as error:
        if isinstance(error, FileError):
            raise
        raise _not_ours(path) from None


def _loaded(path: Path, npz: NpzFile) -> SavedNetwork:
    npz.check_stored()
    if len(npz.names) > MOST_ARRAYS:
        raise _not_ours(path)
    headers = npz.headers(npz.names)
    if headers[VALUES].nbytes > LARGEST_VALUES:
        raise _not_ours(path)
    values = json.loads(npz.arrays({VALUES: headers.pop(VALUES)})[VALUES].tobytes())
    spec = spec_from_dict(values["spec"])
    classes = tuple(str(c) for c in values["classes"])
    trained_on = _trained_on(values["trained_on"]) if values.get("trained_on") is not None else None
    sizes = {"theta": (count(spec),), "moving": (moving_count(spec),)}
    fits = all(headers[name].shape == shape and headers[name].dtype.name in DTYPES for name, shape in sizes.items())
    if values.get("format") != FORMAT or not fits or not _names_fit(spec, classes):
        raise ModelFileError(f"{path}: its weights do not fit its network")
    most = max(headers["theta"].nbytes, LARGEST_VALUES)
    if any(header.dtype.name not in DTYPES or header.nbytes > most for header in headers.values()):
        raise ModelFileError(f"{path}: the training run in it is damaged")
    arrays = npz.arrays(headers)
    try:
        run = _run(spec, values["run"], arrays) if values.get("run") is not None else None
    except (KeyError, TypeError, ValueError, SpecError, ShapeError, AttributeError, OverflowError):
        raise ModelFileError(f"{path}: the training run in it is damaged") from None
    theta, moving = (arrays[name].astype(spec.dtype) for name in sizes)
    return SavedNetwork(spec, theta, moving, classes, trained_on, run)


def _check_kind(path: Path) -> None:
    """Raise ``ModelFileError`` unless ``path`` is a regular file that can be opened."""
    try:
        what = path.stat()
        if stat.S_ISDIR(what.st_mode):
            raise ModelFileError(f"{path}: this is a folder, not a saved network")
        if not stat.S_ISREG(what.st_mode):
            raise ModelFileError(f"{path}: this is a pipe or a device, not a saved network")
        if what.st_size > LARGEST_FILE:
            raise ModelFileError(f"{path}: is larger than any network of dl-tutor")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file; 'dl-tutor train … --out FILE' makes one") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror or error}") from error


def _names_fit(spec: NetworkSpec, classes: tuple[str, ...]) -> bool:
    """Whether each output has a name, or none has and there is one for each input."""
    gives_back = not spec.ends_in_places and spec.output_size == math.prod(spec.input_shape)
    return len(classes) == spec.output_size or (gives_back and not classes)


def _not_ours(path: Path) -> ModelFileError:
    return ModelFileError(f"{path}: is not a network that 'dl-tutor train --out' saved")


def _trained_on(values: dict[str, Any]) -> TrainedOn:
    """Raises ``ValueError`` or ``TypeError`` for invalid values."""
    found = TrainedOn(**values)
    share = found.validation_split
    if not (isinstance(found.data, str) and isinstance(found.file, str | None) and isinstance(found.origin, str)):
        raise TypeError("data, file or origin")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 1:
        raise ValueError("validation_split")
    if found.data not in get_args(DataName):
        raise ValueError("data")
    return found


def _run(spec: NetworkSpec, values: dict[str, Any], arrays: Arrays) -> SavedRun:
    """The run in the values and the arrays. Raises ``ValueError`` and similar errors if they do not match."""
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
    whole = [at.epoch, at.batch, at.step, checkpoint.epochs_wanted, checkpoint.rows_seen, checkpoint.correct]
    whole += [settings.epochs, settings.batch_size, settings.patience or 0, 0 if best is None else best.epoch]
    if any(type(n) is not int or not 0 <= n <= LARGEST_WHOLE_NUMBER for n in whole):
        raise ValueError("a position that cannot be")
    reals = [checkpoint.seconds, checkpoint.loss_sum, settings.epochs_per_second or 0.0, best.loss if best else 0.0]
    if any(type(n) not in (int, float) for n in reals):
        raise ValueError("a number that is none")
    return SavedRun(settings, checkpoint, str(values["rows"]), History.from_arrays(own))
