"""Messages over a pipe, each after its length."""

from __future__ import annotations

import struct
from typing import IO

from tutor.practice.runner.values import MOST_BYTES

IDLE_EXIT = 3
"""The exit status of a warm process of which nothing was asked for long."""
_LENGTH = struct.Struct("<Q")


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one message. Raises ``OSError`` if its reader is gone."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end of the stream, and if it would be longer than ``MOST_BYTES``."""
    head = _read(stream, _LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        return None
    data = _read(stream, length)
    return data if len(data) == length else None


def _read(stream: IO[bytes], count: int) -> bytes:
    """So many bytes, or fewer at the end; a stream without a buffer gives what is there already."""
    data = bytearray()
    while len(data) < count and (part := stream.read(count - len(data))):
        data += part
    return bytes(data)
