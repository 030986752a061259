"""Trained networks as files: the specification, the weights and the names of the classes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tutor.engine.parameters import Array, count, moving_count
from tutor.engine.spec import NetworkSpec, ShapeError, SpecError, spec_from_dict, spec_to_dict
from tutor.training.packing import NotPackedError, pack, unpack

FORMAT = "dl-tutor network 1"
LARGEST_FILE = 256 * 1024 * 1024


class ModelFileError(ValueError):
    """A file that holds no network, or a place where none can be written: ``file: reason``."""


@dataclass(frozen=True)
class SavedNetwork:
    """A trained network: its flat parameters ``theta``, its ``moving`` averages, the names of its outputs."""

    spec: NetworkSpec
    theta: Array
    moving: Array
    classes: tuple[str, ...]


def save_network(path: Path, network: SavedNetwork) -> None:
    """Write the network beside ``path`` first and then rename it, so that an old file stays whole until then.

    Raises ``ModelFileError``.
    """
    if path.is_dir():
        raise ModelFileError(f"{path}: is a folder; give the name of a file to save the network in")
    values = {"format": FORMAT, "spec": spec_to_dict(network.spec), "classes": list(network.classes)}
    data = pack(values, {"theta": network.theta, "moving": network.moving})
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise ModelFileError(f"{path}: cannot be written: {error.strerror}") from error


def load_network(path: Path) -> SavedNetwork:
    """Read a network that ``save_network`` wrote; raises ``ModelFileError`` for anything else."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelFileError(f"{path}: is larger than any network of dl-tutor")
        values, arrays = unpack(path.read_bytes())
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file; 'dl-tutor train … --out FILE' makes one") from None
    except NotPackedError:
        raise ModelFileError(f"{path}: is not a network that 'dl-tutor train --out' saved") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        spec = spec_from_dict(values["spec"])
        classes = tuple(str(c) for c in values["classes"])
        theta, moving = arrays["theta"], arrays["moving"]
    except (KeyError, TypeError, SpecError, ShapeError):
        raise ModelFileError(f"{path}: is not a network that 'dl-tutor train --out' saved") from None
    sizes = (count(spec), moving_count(spec))
    if values.get("format") != FORMAT or (theta.size, moving.size) != sizes or len(classes) != spec.output_size:
        raise ModelFileError(f"{path}: its weights do not fit its network")
    return SavedNetwork(spec, theta.astype(spec.dtype), moving.astype(spec.dtype), classes)
