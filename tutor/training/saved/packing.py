"""Serialization of plain values and arrays: for saved models, saved labs and messages to the worker.

The format is NumPy's ``.npz`` with an additional member ``values`` that contains JSON. It never uses pickle, so reading
cannot run code.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

VALUES = "values"


class NotPackedError(ValueError):
    """The bytes were not written by ``pack``."""


def pack(values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """``values`` for JSON and named ``arrays`` (without objects) as bytes. No array may be named ``values``."""
    if VALUES in arrays:
        raise ValueError(f"no array can be called {VALUES!r}: that is where the values are")
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(values).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, **{VALUES: text, **arrays})
    return buffer.getvalue()


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The arguments of ``pack``; raises ``NotPackedError`` for any other bytes."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as members:
            arrays = {name: members[name] for name in members.files}
        values = json.loads(arrays.pop(VALUES).tobytes())
    # NumPy and zipfile report damage by any kind of error.
    except Exception as error:
        raise NotPackedError(f"not a file of dl-tutor: {error}") from error
    if not isinstance(values, dict):
        raise NotPackedError("not a file of dl-tutor: its values are no table")
    return values, arrays
