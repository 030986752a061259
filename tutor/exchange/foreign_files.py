"""Recognizes files that are not ``.keras`` files, and says what to do with them."""

from __future__ import annotations

import zipfile
from pathlib import Path

START = 64
"""Bytes that identify most kinds of files."""
_HDF5 = b"\x89HDF\r\n\x1a\n"
_SAVE = "save it in Keras with model.save('name.keras')"
_STARTS = (
    (b"version https://git-lfs", "this is a pointer of Git LFS, not the file itself; 'git lfs pull' fetches it"),
    (b"<!doctype html", "this is a web page, as a failed download leaves it; download the file itself"),
    (b"<html", "this is a web page, as a failed download leaves it; download the file itself"),
    (b"\x93numpy", "this is a NumPy array, which does not describe a network"),
    (b"\x1f\x8b", "this is packed with gzip; unpack it first"),
    (b"\x80", "this is a Python pickle, which can run code and is not read; " + _SAVE),
)


def what_it_is(path: Path) -> str:
    """A sentence about a file of another known kind; empty for all others. Raises ``OSError``."""
    with path.open("rb") as stream:
        start = stream.read(START)
    for beginning, sentence in _STARTS:
        if start.lower().startswith(beginning):
            return sentence
    if start[4:8] == b"TFL3":
        return (
            f"this is a TensorFlow Lite model, from which the network cannot be read back; {_SAVE} before converting it"
        )
    if start.startswith(_HDF5):
        return _hdf5(path)
    return _archive(path) if start.startswith(b"PK") else ""


def _hdf5(path: Path) -> str:
    """Keras's files of whole models contain a description, ``model_config``; its files of weights do not."""
    if b"model_config" in path.read_bytes():
        return (
            "this is Keras's older HDF5 format, whose layers can hold pickled code; load it in Keras and save it with "
            "model.save('name.keras')"
        )
    return f"this has only weights, without their network; load them in Keras, and {_SAVE}"


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(name.endswith("data.pkl") for name in names):
        return "this is a PyTorch file, which can run code and is not read"
    if names and all(name.endswith(".npy") for name in names):
        return "this is an archive of NumPy arrays, which does not describe a network"
    return ""
