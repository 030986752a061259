"""Files that are written whole or not at all: aside first, then renamed, so that an old file stays until then."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


class FileError(ValueError):
    """A file that cannot be read or written: ``file: reason``."""


def check_writable(path: Path) -> None:
    """Raise ``FileError`` unless a file could be written at ``path`` now. To be asked before work that takes long."""
    with _refusing(path):
        aside = _aside(path)
        try:
            aside.touch(exist_ok=False)
        finally:
            aside.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` aside, make sure that it is on the disk, rename it to ``path``. Raises ``FileError``."""
    with _refusing(path):
        aside, target = _aside(path), path.resolve()
        try:
            with aside.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                aside.chmod(target.stat().st_mode & 0o777)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    """A name beside the file that ``path`` leads to: a link stays a link."""
    target = path.resolve()
    if target.is_dir():
        raise FileError(f"{path}: this is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise FileError(f"{path}: there is no folder {path.parent}")
    # A name that is too long is found out here, and not when the file is renamed.
    with contextlib.suppress(FileNotFoundError):
        target.stat()
        if not target.is_file():
            raise FileError(f"{path}: this is a pipe or a device; give the name of a file")
    return target.with_name(f".{secrets.token_hex(8)}.part")


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:  # a zero byte; links that lead to each other
        raise FileError(f"{path}: no file can have this name: {error}") from error
