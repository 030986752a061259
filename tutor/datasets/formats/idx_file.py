"""IDX files, the original format of MNIST: a header with type and shape, then the numbers; compressed by gzip or not.

http://yann.lecun.com/exdb/mnist/ describes the format: two zero bytes, one for the type (8 is an unsigned byte), one
for the number of dimensions, and the size of each in four bytes, big-endian.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError

UNSIGNED_BYTE = 8
MOST_DIMENSIONS = 4
READ_AT_ONCE = 1 << 20
GZIP = b"\x1f\x8b"


def is_idx(start: bytes) -> bool:
    """Whether a file with these first bytes, decompressed, is an IDX file."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in (8, 9, 11, 12, 13, 14) and 0 < start[3] < 5


def unpacked_start(path: Path, length: int = 4096) -> bytes:
    """The first bytes of the file, decompressed if it is compressed by gzip. Raises ``DataError``."""
    try:
        with opened(path) as stream:
            return stream.read(length)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            str(path), None, f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


def opened(path: Path) -> IO[bytes]:
    """The file opened for reading, decompressed if it is compressed by gzip. Raises ``OSError``."""
    stream = path.open("rb")
    packed = stream.read(2) == GZIP
    stream.seek(0)
    return gzip.GzipFile(fileobj=stream) if packed else stream  # type: ignore[return-value]


def read_idx(path: Path, most: int) -> NDArray[np.uint8]:
    """The array in the file, of at most ``most`` bytes. Raises ``DataError`` for a file without such an array."""
    file = str(path)
    try:
        with opened(path) as stream:
            shape = _shape(stream, file)
            size = math.prod(shape)
            if size > most:
                raise DataError(file, None, f"the file says that it has {size:,} numbers; at most {most:,} are read")
            return _numbers(stream, size, file).reshape(shape)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            file, None, f"the file cannot be read to its end: {getattr(error, 'strerror', None) or error}"
        ) from None


def _shape(stream: IO[bytes], file: str) -> tuple[int, ...]:
    start = stream.read(4)
    if not is_idx(start):
        raise DataError(file, None, "this is no IDX file: it does not begin as one")
    if start[2] != UNSIGNED_BYTE:
        raise DataError(file, None, "its numbers are no bytes; expected an IDX file of shades or classes, of type 8")
    sizes = stream.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise DataError(file, None, "the file ends within its header")
    return struct.unpack(f">{start[3]}I", sizes)


def _numbers(stream: IO[bytes], size: int, file: str) -> NDArray[np.uint8]:
    """Read the numbers in pieces, so that a header that promises more than the file has takes no memory."""
    pieces, there = [], 0
    while there < size and (piece := stream.read(min(READ_AT_ONCE, size - there))):
        pieces.append(piece)
        there += len(piece)
    if there < size:
        raise DataError(file, None, f"the file ends after {there:,} of {size:,} numbers")
    if stream.read(1):
        raise DataError(file, None, f"there is more in the file than the {size:,} numbers of its header")
    return np.frombuffer(b"".join(pieces), dtype=np.uint8)
