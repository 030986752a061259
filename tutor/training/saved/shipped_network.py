"""The shipped trained network: the CNN for digits, so that a learner sees a good network before training one.

``scripts/train_digits_cnn.py`` recreates the file and writes its SHA-256 beside it. The weights are stored in float16,
which halves the file; the number of right test digits was counted after that rounding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutor.backends.interface import EngineState, initial_state
from tutor.engine.parameters import Array, count
from tutor.engine.validation import SpecError
from tutor.resources import data_folder
from tutor.training.plan import Position
from tutor.training.saved.atomic_write import FileError, write_atomically
from tutor.training.saved.packing import NotPackedError, pack, unpack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.worker.messages import settings_from_values, settings_to_values

STORED = np.float16


@dataclass(frozen=True, eq=False)
class ShippedNetwork:
    """A network at the end of its run.

    ``settings`` are those of the run, ``theta`` (parameters,) its weights in the specification's dtype, ``steps`` its
    number of steps. ``data`` describes its training and test data; of ``tested`` test pictures it gets ``right`` right.
    """

    settings: RunSettings
    theta: Array
    steps: int
    data: str
    right: int
    tested: int

    @property
    def checkpoint(self) -> Checkpoint:
        """The end of the run, with an empty optimizer memory, which does not ship."""
        fresh = initial_state(self.settings.spec)
        position = Position(self.settings.epochs, 0, self.steps)
        return Checkpoint(position, EngineState(self.theta, fresh.memory, fresh.moving))


def rounded(theta: Array) -> Array:
    """The weights as stored in the file: each rounded to float16."""
    return theta.astype(STORED).astype(theta.dtype)


def shipped_file() -> Path:
    """The path of the digits CNN."""
    return data_folder() / "digits" / "trained_cnn.npz"


def checksum_file(file: Path) -> Path:
    """The path, beside ``file``, of its SHA-256 in the format of ``sha256sum``."""
    return file.with_suffix(".sha256")


def write_shipped(file: Path, network: ShippedNetwork) -> None:
    """Write the network and its checksum. Raises ``FileError``."""
    values = {
        "settings": settings_to_values(network.settings),
        "steps": network.steps,
        "data": network.data,
        "right": network.right,
        "tested": network.tested,
    }
    packed = pack(values, {"theta": network.theta.astype(STORED)})
    write_atomically(file, packed)
    write_atomically(checksum_file(file), f"{hashlib.sha256(packed).hexdigest()}  {file.name}\n".encode())


def read_shipped(file: Path | None = None) -> ShippedNetwork:
    """The shipped network. Raises ``FileError`` if the file is missing, changed or invalid."""
    file = shipped_file() if file is None else file
    try:
        packed, expected = file.read_bytes(), checksum_file(file).read_text("ascii").split()[:1]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its checksum is damaged"
        raise FileError(f"{file}: the trained network cannot be read: {reason}; install dl-tutor again") from error
    if [hashlib.sha256(packed).hexdigest()] != expected:
        reason = "this is not the trained network that ships (its SHA-256 differs)"
        raise FileError(f"{file}: {reason}; install dl-tutor again")
    try:
        values, arrays = unpack(packed)
        settings = settings_from_values(values["settings"])
        theta = arrays["theta"].astype(settings.spec.dtype)
        network = ShippedNetwork(settings, theta, values["steps"], values["data"], values["right"], values["tested"])
    except (NotPackedError, SpecError, KeyError, TypeError, ValueError) as error:
        raise FileError(f"{file}: this is not a trained network: {error}") from error
    if theta.shape != (count(settings.spec),):
        raise FileError(f"{file}: its weights do not fit its network")
    return network
