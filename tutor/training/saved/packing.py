"""Plain values and arrays as bytes and back: for saved models, kept labs and messages to the worker.

The format is NumPy's ``.npz`` with one more member, ``values``, that holds JSON. Never pickle: reading such bytes
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
    """Bytes that ``pack`` did not write."""


def pack(values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """JSON-able ``values`` and named ``arrays`` (never of objects) as bytes. No array may be called ``values``."""
    if VALUES in arrays:
        raise ValueError(f"no array can be called {VALUES!r}: that is where the values are")
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(values).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, **{VALUES: text, **arrays})
    return buffer.getvalue()


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What ``pack`` was given; raises ``NotPackedError`` for any other bytes."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as members:
            arrays = {name: members[name] for name in members.files}
        values = json.loads(arrays.pop(VALUES).tobytes())
    # NumPy and zipfile tell of damage by whatever error they ran into.
    except Exception as error:
        raise NotPackedError(f"not a file of dl-tutor: {error}") from error
    if not isinstance(values, dict):
        raise NotPackedError("not a file of dl-tutor: its values are no table")
    return values, arrays
