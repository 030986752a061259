"""Rarely used arrays, in a temporary file instead of in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 1_000_000
"""Bytes from which a file pays off."""


def stored(arrays: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """The same arrays, moved to a file if they are large; unchanged if no file can be written."""
    if isinstance(arrays, StoredArrays) or sum(array.nbytes for array in arrays.values()) < LARGE:
        return arrays
    try:
        return StoredArrays(arrays)
    except OSError:
        return arrays


class StoredArrays(Mapping[str, "NDArray[Any]"]):
    """Arrays in an unnamed file that exists as long as this object. Each access reads an array again, from the page
    cache while it has room. Raises ``OSError`` if the file cannot be written.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as this is there
        self._shapes = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        self._offsets: dict[str, int] = {}
        for name, array in arrays.items():
            self._offsets[name] = self._file.tell()
            left = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            while left.nbytes:
                left = left[self._file.write(left) :]

    def __getitem__(self, name: str) -> NDArray[Any]:
        dtype, shape = self._shapes[name]
        array = np.empty(shape, dtype)
        self._file.seek(self._offsets[name])
        into = array.reshape(-1).view(np.uint8).data
        while into.nbytes:
            read = self._file.readinto(into)
            if not read:
                raise OSError(f"the temporary file ends before {name}")
            into = into[read:]
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)
