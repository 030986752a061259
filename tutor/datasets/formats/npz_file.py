"""Reads a few arrays by name from an untrusted ``.npz`` file.

It unpickles nothing. It reads and checks the file's directory and the header of every requested array before it
allocates memory for the numbers, so that a false header or a zip bomb takes no memory.
"""

from __future__ import annotations

import io
import math
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted

LARGEST_FILE = 200_000_000  # bytes
LARGEST_DIRECTORY = 65_536  # bytes; four arrays take a few hundred
LONGEST_HEADER = 1_000  # characters; NumPy's own of a plain array has 118
READ_AT_ONCE = 1 << 20

_END = struct.Struct("<4s4H2LH")
_ZIP64_LOCATOR_SIZE = 20


@dataclass(frozen=True)
class ArrayHeader:
    """The header of an array."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool = False

    @property
    def nbytes(self) -> int:
        """The size of its numbers in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


class NpzFile:
    """An ``.npz`` file open for reading, as a context manager. Raises ``DataError`` for any other file.

    Refuses arrays in column order unless ``by_columns`` allows them.
    """

    def __init__(self, path: str | Path, largest: int = LARGEST_FILE, *, by_columns: bool = False) -> None:
        self.file = str(path)
        self._by_columns = by_columns
        self._stream = _opened(self.file, largest)
        try:
            check_directory(self._stream, self.file)
            self._zip = zipfile.ZipFile(self._stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            self._stream.close()
            if isinstance(error, DataError):
                raise
            raise DataError(self.file, None, f"this is not a complete .npz file: {error}") from None

    def __enter__(self) -> NpzFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._stream.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all arrays in the file."""
        return tuple(dict.fromkeys(name.removesuffix(".npy") for name in self._zip.namelist()))

    def check_stored(self) -> None:
        """Raise ``DataError`` unless its arrays are uncompressed and take no more bytes than the file itself.

        Entries of a directory can share an offset, and so unpack to far more than the file has.
        """
        listed = self._zip.infolist()
        packed = any(member.compress_type != zipfile.ZIP_STORED for member in listed)
        if packed or sum(member.file_size for member in listed) > self._stream.seek(0, os.SEEK_END):
            raise DataError(self.file, None, "the file unpacks to more than it is")

    def headers(self, names: Sequence[str]) -> dict[str, ArrayHeader]:
        """The headers of the arrays with these names. Raises ``DataError`` if one is missing or unreadable."""
        there = set(self._zip.namelist())
        if missing := [name for name in names if f"{name}.npy" not in there]:
            found = ", ".join(sorted(n.removesuffix(".npy") for n in there)) or "nothing"
            raise DataError(
                self.file, None, f"expected the arrays {', '.join(names)}; {missing[0]} is not among {quoted(found)}"
            )
        return {name: self._read(name, None)[0] for name in names}

    def arrays(self, headers: Mapping[str, ArrayHeader]) -> dict[str, NDArray[Any]]:
        """The arrays of checked headers. Raises ``DataError`` if the numbers are truncated or damaged."""
        return {name: self._read(name, header)[1] for name, header in headers.items()}

    def _read(self, name: str, expected: ArrayHeader | None) -> tuple[ArrayHeader, NDArray[Any]]:
        """The header, and the numbers if a header is ``expected``."""
        info = self._zip.getinfo(f"{name}.npy")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(self.file, None, f"{name} is packed in a way that NumPy does not use")
        try:
            with self._zip.open(info) as stream:
                header = self._header(name, stream)
                told = info.file_size - stream.tell()
                if told != header.nbytes:
                    raise DataError(
                        self.file, None, f"{name} says that it has {header.nbytes:,} bytes of numbers, and has {told:,}"
                    )
                if expected is None:
                    return header, np.empty(0)
                return header, _numbers(stream, header)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise DataError(self.file, None, f"{name} cannot be read to its end: {error}") from None

    def _header(self, name: str, stream: IO[bytes]) -> ArrayHeader:
        start = stream.read(10)
        # 2.0 and 3.0 are for headers of more than 65,535 bytes and for names that are not ASCII.
        if len(start) < 10 or start[:8] != b"\x93NUMPY\x01\x00":
            raise DataError(self.file, None, f"{name} is not an array as NumPy writes it")
        length = int.from_bytes(start[8:10], "little")
        header = stream.read(length)
        try:
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(
                io.BytesIO(start[8:] + header), max_header_size=LONGEST_HEADER
            )
        except (ValueError, TypeError, SyntaxError, TokenError, RecursionError, MemoryError, OverflowError):
            raise DataError(self.file, None, f"the header of {name} cannot be understood") from None
        if dtype.hasobject:
            raise DataError(self.file, None, f"{name} holds objects, which could run code; expected numbers")
        if fortran and len(shape) > 1 and not self._by_columns:
            raise DataError(self.file, None, f"{name} is stored column by column; expected row by row")
        if min(shape, default=0) < 0:
            raise DataError(self.file, None, f"{name} says that its shape is {shape}")
        return ArrayHeader(shape, dtype, fortran)


def _numbers(stream: IO[bytes], header: ArrayHeader) -> NDArray[Any]:
    """Read the numbers in pieces, so that memory is used only as far as the file really goes."""
    array = np.empty(header.shape[::-1] if header.by_columns else header.shape, header.dtype)
    into, at = array.reshape(-1).view(np.uint8), 0
    while piece := stream.read(min(READ_AT_ONCE, len(into) - at) or 1):
        if at + len(piece) > len(into):
            raise EOFError("there is more than its header says")
        into[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
        at += len(piece)
    if at < len(into):
        raise EOFError(f"the numbers end after {at:,} of {len(into):,} bytes")
    return array.T if header.by_columns else array


def _opened(file: str, largest: int) -> IO[bytes]:
    try:
        what = Path(file).stat()
        if stat.S_ISDIR(what.st_mode):
            raise DataError(file, None, "this is a folder; expected an .npz file")
        # Opening a pipe would block until something writes to it.
        if not stat.S_ISREG(what.st_mode):
            raise DataError(file, None, "this is a pipe or a device; expected an .npz file")
        if what.st_size > largest:
            raise DataError(file, None, f"the file is larger than {largest // 1_000_000} MB, the most that is read")
        return Path(file).open("rb")
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(file, None, f"no file can have this name: {error}") from error


def check_directory(stream: IO[bytes], file: str, kind: str = ".npz") -> None:
    """Raise ``DataError`` unless the file ends as a zip file with a short directory.

    ``zipfile`` creates an object for every entry of the directory, of which a file of this size could have millions.
    """
    size = stream.seek(0, os.SEEK_END)
    if not size:
        raise DataError(file, None, "the file is empty")
    tail_size = min(size, _END.size + 65_535 + _ZIP64_LOCATOR_SIZE)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise DataError(file, None, f"this is no {kind} file, or its end is missing")
    directory = _END.unpack_from(tail, at)[5]
    locator = tail[max(at - _ZIP64_LOCATOR_SIZE, 0) : at]
    if directory > LARGEST_DIRECTORY or locator.startswith(b"PK\x06\x07"):
        raise DataError(file, None, "the file holds far more than belongs into it")
    stream.seek(0)
