"""Values as bytes and back: plain numbers, texts, lists, and arrays of numbers. Nothing in them is executed.

Each value is a line of JSON in which an array is a place in the bytes that follow.
"""

from __future__ import annotations

import json
import math
import re
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_BYTES = 16 * 2**20
"""The largest message that is read."""
_KINDS = "biufc"
"""NumPy's kinds of numbers: bool, integers, floats, complex numbers."""
_NUMBERS = re.compile(rf"[<>|=]?[{_KINDS}]\d{{1,2}}")
_LONGEST_HEAD = 4 * 2**20
"""JSON takes a hundred times its size in memory when it is read; arrays are not part of it."""
_HEAD = struct.Struct("<Q")
_DEEPEST = 20


class ValuesError(ValueError):
    """The bytes are no values."""


class TooLarge(ValuesError):
    """There are more values than are read."""


@dataclass(frozen=True)
class Other:
    """What stands for a value that cannot be carried: its type's name."""

    type: str


def is_ellipsis(value: object) -> bool:
    """Whether this is the ... of a start file."""
    return isinstance(value, Other) and value.type == "ellipsis"


@dataclass(frozen=True)
class Code:
    """A function that is given to another as an argument: the text of a module, and the name in it."""

    source: str
    name: str


def to_bytes(value: Any) -> bytes:
    """The bytes of a value; what cannot be carried becomes ``Other``."""
    arrays = bytearray()
    head = json.dumps(_plain(value, arrays, 0), allow_nan=False).encode()
    return _HEAD.pack(len(head)) + head + arrays


def from_bytes(data: bytes) -> Any:
    """The value. Raises ``ValuesError`` if these are not its bytes."""
    try:
        (length,) = _HEAD.unpack_from(data)
        if length > len(data) - _HEAD.size:
            raise ValuesError("they are cut off")
        if length > _LONGEST_HEAD:
            raise TooLarge(f"{length} bytes of values besides arrays")
        end = _HEAD.size + length
        return _value(json.loads(data[_HEAD.size : end]), memoryview(data)[end:], 0)
    except ValuesError:
        raise
    except (
        struct.error, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError,
    ) as error:  # fmt: skip
        raise ValuesError(f"not values: {error}") from error


def _plain(value: Any, arrays: bytearray, depth: int) -> Any:
    """The value in JSON's terms, each kind under a key of its own."""
    if depth > _DEEPEST:
        return {"other": "a value that is nested too deeply"}
    match value:
        case None | bool() | str():
            return {"is": value}
        # NumPy's float64 is a float; it stays what it is.
        case float() if type(value) is float:
            return {"float": value if math.isfinite(value) else str(value)}
        case int() if type(value) is int and abs(value) < 2**63:
            return {"int": value}
        case list() | tuple():
            name = "list" if isinstance(value, list) else "tuple"
            return {name: [_plain(each, arrays, depth + 1) for each in value]}
        case dict() if all(isinstance(key, str) for key in value):
            return {"dict": [[key, _plain(each, arrays, depth + 1)] for key, each in value.items()]}
        case Code():
            return {"code": [value.source, value.name]}
        case Other():
            return {"other": value.type}
        case np.ndarray() | np.generic() if value.dtype.kind in _KINDS:
            array = np.asarray(value)
            at = len(arrays)
            arrays += array.tobytes()
            scalar = isinstance(value, np.generic)
            return {"array": [array.dtype.str, list(array.shape), at, scalar]}
        case np.ndarray():
            return {"other": f"an array of {value.dtype}"}
    return {"other": type(value).__name__}


def _value(plain: Any, data: memoryview, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValuesError("nested too deeply")
    ((kind, given),) = plain.items()
    match kind:
        case "is" if given is None or isinstance(given, bool | str):
            return given
        case "float":
            return float(given)
        case "int" if type(given) is int:
            return given
        case "list":
            return [_value(each, data, depth + 1) for each in given]
        case "tuple":
            return tuple(_value(each, data, depth + 1) for each in given)
        case "dict":
            return {str(key): _value(each, data, depth + 1) for key, each in given}
        case "code":
            return Code(str(given[0]), str(given[1]))
        case "other":
            return Other(str(given)[:200])
        case "array":
            return _array(given, data)
    raise ValuesError(f"unknown kind {kind}")


def _array(given: Any, data: memoryview) -> Any:
    name, shape, at, scalar = given
    if not isinstance(name, str) or not _NUMBERS.fullmatch(name):
        raise ValuesError("no array of numbers")
    dtype = np.dtype(name)
    if not all(type(size) is int and size >= 0 for size in shape):
        raise ValuesError("no array of numbers")
    size = math.prod(shape) * dtype.itemsize
    if type(at) is not int or at < 0 or at + size > len(data):
        raise ValuesError("an array is cut off")
    array = np.frombuffer(data[at : at + size], dtype=dtype).reshape(shape).copy()
    return array[()] if scalar else array
