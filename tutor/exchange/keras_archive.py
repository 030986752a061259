"""Reading a ``.keras`` file without Keras: its description as JSON, its weights as plain arrays, and nothing else.

No layer of the file is ever built and nothing in it is unpickled, so that no code in it can run. What
``keras_config`` does not know is refused by name. HDF5 can point outside its own file and can say that it is larger
than it is: only datasets that lie in the file itself and have the very shape that the network needs are read.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from tutor.engine.parameters import Array, Parameter, layout, moving_layout
from tutor.engine.spec import NetworkSpec, spec_to_dict
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import network_of
from tutor.training.messages import Message

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_CONFIG = 2_000_000
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
HDF5_START = b"\x89HDF\r\n\x1a\n"


def read_archive(path: Path) -> Message:
    """The file's network: its specification and notes as values, its ``theta`` and ``moving`` as arrays.

    Raises ``ExchangeError`` with the reason where the file is not of the kind that is taken in.
    """
    data = _bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config, weights = _member(archive, CONFIG, LARGEST_CONFIG), _member(archive, WEIGHTS, LARGEST_FILE)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise ExchangeError(f"this is no .keras file, or it is damaged: {error}") from None
    try:
        described = json.loads(config)
    except (ValueError, RecursionError):
        raise ExchangeError(f"its {CONFIG} is no JSON") from None
    spec, notes = network_of(described, path.stem)
    theta, moving = _weights(spec, weights)
    return {"spec": spec_to_dict(spec), "notes": notes}, {"theta": theta, "moving": moving}


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ExchangeError(
                "this is a folder, as TensorFlow's SavedModel is; save it in Keras with model.save('name.keras')"
            )
        if not path.exists():
            raise ExchangeError("there is no such file")
        if not path.is_file():
            raise ExchangeError("this is a pipe or a device; expected a .keras file")
        if path.stat().st_size > LARGEST_FILE:
            raise ExchangeError(f"the file is larger than {LARGEST_FILE >> 20} MB, the most that is read")
        data = path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"the file cannot be read: {error.strerror or error}") from None
    if data.startswith(HDF5_START):
        raise ExchangeError(
            "this is Keras's older HDF5 format, whose layers can hold pickled code; load it in Keras and save it with "
            "model.save('name.keras')"
        )
    return data


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise ExchangeError(f"this is no .keras file: it has no {name}") from None
    if info.file_size > most:
        raise ExchangeError(f"its {name} unpacks to more than {most:,} bytes, the most that is read")
    with archive.open(info) as stream:
        data = stream.read(most + 1)
    if len(data) != info.file_size:
        raise ExchangeError(f"its {name} is not as long as it says")
    return data


def _weights(spec: NetworkSpec, data: bytes) -> tuple[Array, Array]:
    try:
        import h5py
    except Exception as error:
        raise ExchangeError(
            f"the weights of a .keras file are HDF5, which cannot be read here ({type(error).__name__}: {error}); "
            "install h5py, which comes with 'pip install tensorflow'"
        ) from error
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            places = (*layout(spec), *moving_layout(spec))
            found = {place.name: _dataset(h5py, file, spec, place) for place in places}
    except ExchangeError:
        raise
    # A damaged file shows in whatever HDF5 runs into first.
    except Exception as error:
        raise ExchangeError(f"its weights cannot be read: {error}") from None
    flat = [np.concatenate([np.zeros(0, spec.dtype), *(found[p.name].ravel() for p in part)])
            for part in (layout(spec), moving_layout(spec))]  # fmt: skip
    return flat[0], flat[1]


def _dataset(h5py: Any, file: Any, spec: NetworkSpec, place: Parameter) -> Array:
    """The numbers of one parameter: Keras numbers those of a layer, the trained ones first."""
    own = [p.name for p in (*layout(spec), *moving_layout(spec)) if p.layer == place.layer]
    group = file
    for name in ("layers", place.layer, "vars", str(own.index(place.name))):
        if not isinstance(group, h5py.Group) or not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ExchangeError(f"the weights of its layer {place.layer} are not where Keras 3 puts them")
        group = group[name]
    dataset = group
    if not isinstance(dataset, h5py.Dataset) or dataset.is_virtual or dataset.external:
        raise ExchangeError(f"the weights of its layer {place.layer} are not in the file itself")
    if dataset.shape != place.shape or dataset.dtype.kind != "f":
        raise ExchangeError(
            f"{place.name} is {dataset.dtype} of shape {dataset.shape}; its description says {place.shape}"
        )
    values: Array = dataset[()].astype(spec.dtype)
    if not np.isfinite(values).all():
        raise ExchangeError(f"{place.name} has numbers that are not finite")
    return values
