"""Arrays that are seldom asked for, in a temporary file rather than in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 1_000_000
"""Bytes from which it is worth a file."""


def stored(arrays: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """The same arrays, out of memory if they are large; as they are where no file can be written."""
    if isinstance(arrays, StoredArrays) or sum(array.nbytes for array in arrays.values()) < LARGE:
        return arrays
    try:
        return StoredArrays(arrays)
    except OSError:
        return arrays


class StoredArrays(Mapping[str, "NDArray[Any]"]):
    """Arrays in a file without a name, which goes with them. Each look reads one anew, from the system's own memory
    while that has room. Raises ``OSError`` where it cannot be written.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as this is there
        self._shapes = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        self._places: dict[str, int] = {}
        for name, array in arrays.items():
            self._places[name] = self._file.tell()
            left = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            while left.nbytes:
                left = left[self._file.write(left) :]

    def __getitem__(self, name: str) -> NDArray[Any]:
        dtype, shape = self._shapes[name]
        array = np.empty(shape, dtype)
        self._file.seek(self._places[name])
        into = array.reshape(-1).view(np.uint8).data
        while into.nbytes:
            read = self._file.readinto(into)
            if not read:
                raise OSError(f"the temporary file ends before {name}")
            into = into[read:]
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
