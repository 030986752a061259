"""Atomic writes: to a temporary file that is then renamed, so that the old file stays until the new one is complete."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


class FileError(ValueError):
    """A file that cannot be read or written: ``file: reason``."""


def check_writable(path: Path) -> None:
    """Raise ``FileError`` unless a file can be written at ``path`` now. Call it before long work."""
    with _raising_file_errors(path):
        temporary = _temporary_path(path)
        try:
            temporary.touch(exist_ok=False)
        finally:
            temporary.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to a temporary file, sync it to disk and rename it to ``path``. Raises ``FileError``."""
    with _raising_file_errors(path):
        temporary, target = _temporary_path(path), path.resolve()
        try:
            with temporary.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def _temporary_path(path: Path) -> Path:
    """A temporary path in the folder of the file that ``path`` resolves to, so that a link stays a link."""
    target = path.resolve()
    if target.is_dir():
        raise FileError(f"{path}: this is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise FileError(f"{path}: there is no folder {path.parent}")
    # Detects a name that is too long before the rename.
    with contextlib.suppress(FileNotFoundError):
        target.stat()
        if not target.is_file():
            raise FileError(f"{path}: this is a pipe or a device; give the name of a file")
    return target.with_name(f".{secrets.token_hex(8)}.part")


@contextlib.contextmanager
def _raising_file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:  # a zero byte; links that lead to each other
        raise FileError(f"{path}: no file can have this name: {error}") from error
