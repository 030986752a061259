"""Reading a ``.keras`` file without Keras: its description as JSON, its weights as plain arrays, and nothing else.

It never builds a layer of the file and never unpickles, so that no code in it can run. Anything that ``keras_config``
does not know is refused by name. HDF5 can point outside its own file and can claim to be larger than it is, so only
datasets in the file itself with exactly the shape that the network needs are read.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from tutor.backends.availability import install_command
from tutor.datasets.errors import DataError
from tutor.datasets.formats.npz_file import check_directory
from tutor.engine.parameters import MOST_PARAMETERS, Array, Parameter, count, layout, moving_count, moving_layout
from tutor.engine.sequence_layers import LSTM, Embedding, MultiHeadAttention, SimpleRNN, TiedProjection
from tutor.engine.spec import NetworkSpec, spec_to_dict
from tutor.exchange.errors import ExchangeError
from tutor.exchange.foreign_files import what_it_is
from tutor.exchange.keras_config import Described, network_of
from tutor.training.worker.messages import Message

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_CONFIG = 2_000_000
# For the file of weights: an optimizer keeps up to three more numbers per parameter, each of up to eight bytes.
BYTES_OF_A_PARAMETER, BYTES_BESIDE = 32, 4_000_000
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError)


def read_archive(path: Path) -> Message:
    """The file's network: its specification, rescaling and notes as values, its ``theta`` and ``moving`` as arrays.

    Raises ``ExchangeError`` with the reason if the file cannot be imported.
    """
    _check_kind(path)
    try:
        with path.open("rb") as stream:
            check_directory(stream, str(path), ".keras")
            with zipfile.ZipFile(stream) as archive:
                described = _described(_member(archive, CONFIG, LARGEST_CONFIG), path.stem)
                spec = described.spec
                numbers = count(spec) + moving_count(spec)
                if numbers > MOST_PARAMETERS:
                    raise ExchangeError(f"it has {numbers:,} parameters; at most {MOST_PARAMETERS:,} are taken in")
                weights = _member(archive, WEIGHTS, BYTES_BESIDE + numbers * BYTES_OF_A_PARAMETER, packed=False)
    except DataError as error:
        what = "this is no .keras file"
        said = error.reason if error.reason.startswith(what) else f"{what}, or it is damaged: {error.reason}"
        raise ExchangeError(said) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        RuntimeError,
        NotImplementedError,
        OSError,
    ) as error:
        raise ExchangeError(f"this is no .keras file, or it is damaged: {error}") from None
    theta, moving = _weights(spec, weights)
    rescaling = None if described.rescaling is None else asdict(described.rescaling)
    values = {"spec": spec_to_dict(spec), "rescaling": rescaling, "notes": list(described.notes)}
    return values, {"theta": theta, "moving": moving}


def _described(config: bytes, name: str) -> Described:
    try:
        described = json.loads(config)
    except (ValueError, RecursionError):
        raise ExchangeError(f"its {CONFIG} is no JSON") from None
    return network_of(described, name)


def _check_kind(path: Path) -> None:
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
        other = what_it_is(path)
    except OSError as error:
        raise ExchangeError(f"the file cannot be read: {error.strerror or error}") from None
    if other:
        raise ExchangeError(other)


def _member(archive: zipfile.ZipFile, name: str, most: int, *, packed: bool = True) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise ExchangeError(f"this is no .keras file: it has no {name}") from None
    if info.compress_type != zipfile.ZIP_STORED and not packed:
        raise ExchangeError(f"its {name} is packed, as Keras does not do it: it could unpack to any size")
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
            f"this installs what is missing: {install_command('h5py')}"
        ) from error
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            entries = (*layout(spec), *moving_layout(spec))
            found = {entry.name: _dataset(h5py, file, spec, entry) for entry in entries}
    except ExchangeError:
        raise
    # HDF5 reports damage by any kind of error.
    except Exception as error:
        raise ExchangeError(f"its weights cannot be read: {error}") from None
    flat = [np.concatenate([np.zeros(0, spec.dtype), *(found[p.name].ravel() for p in part)])
            for part in (layout(spec), moving_layout(spec))]  # fmt: skip
    return flat[0], flat[1]


def _dataset(h5py: Any, file: Any, spec: NetworkSpec, entry: Parameter) -> Array:
    """The numbers of one parameter, from the place in which Keras keeps them."""
    group = file
    for name in ("layers", *_folders(spec, entry)):
        if not isinstance(group, h5py.Group) or not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ExchangeError(f"the weights of its layer {entry.layer} are not where Keras 3 puts them")
        group = group[name]
    dataset = group
    if not isinstance(dataset, h5py.Dataset) or dataset.is_virtual or dataset.external:
        raise ExchangeError(f"the weights of its layer {entry.layer} are not in the file itself")
    if dataset.shape != entry.shape or dataset.dtype.kind != "f":
        raise ExchangeError(
            f"{entry.name} is {dataset.dtype} of shape {dataset.shape}; its description says {entry.shape}"
        )
    # If HDF5 decompresses, or fills in values never written, a small file can yield any amount of numbers.
    if dataset.chunks is not None or dataset.id.get_storage_size() < dataset.nbytes:
        raise ExchangeError(f"{entry.name} is not stored whole, as Keras does it")
    values: Array = dataset[()].astype(spec.dtype)
    if not np.isfinite(values).all():
        raise ExchangeError(f"{entry.name} has numbers that are not finite")
    return values


def _folders(spec: NetworkSpec, entry: Parameter) -> tuple[str, ...]:
    """Keras numbers the parameters of a layer, the trained ones first, and gives a layer within a layer a folder.

    A folder has the name of the layer's class.
    """
    own = [p.name for p in (*layout(spec), *moving_layout(spec)) if p.layer == entry.layer]
    number = str(own.index(entry.name))
    match dict(spec.named_layers)[entry.layer]:
        case MultiHeadAttention():
            part, kind = entry.name.rpartition(".")[2].split("_")
            return entry.layer, f"{part}_dense", "vars", str(("kernel", "bias").index(kind))
        case SimpleRNN() | LSTM():
            return entry.layer, "cell", "vars", number
        case Embedding() if any(isinstance(layer, TiedProjection) for layer in spec.layers):
            return f"reversible_{entry.layer}", "vars", number
    return entry.layer, "vars", number
