"""Write files that a learner asks for, such as a program or a picture, without overwriting any."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.labs.kit.contract import NewFile

# A key that is held down must not fill the disk.
MOST = 99


@dataclass(frozen=True)
class NewPicture:
    """A picture to be written for the learner; ``name`` has no folder."""

    name: str
    data: bytes


def write_new(file: NewFile | NewPicture, folders: Sequence[Path]) -> str:
    """Write ``file`` to the first writable one of ``folders``; return a sentence with its path, or with the reason.

    If the name is taken, the next is tried: program.py, program-2.py, … If a file already has the same in it, the
    sentence names it and nothing is written.
    """
    if not folders:
        return f"{file.name} is not written here: this session writes no files."
    reason = ""
    for folder in folders:
        try:
            return _write(file, folder.absolute())
        except OSError as error:
            reason = f"{folder}: {error.strerror or error}"
    return f"{file.name} could not be written. {reason}."


def _write(file: NewFile | NewPicture, folder: Path) -> str:
    what, data = ("picture", file.data) if isinstance(file, NewPicture) else ("text", file.text.encode())
    for path in _names(folder / file.name):
        try:
            stream = path.open("xb")
        except FileExistsError:
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                    return f"The same {what} is already in {path}"
            continue
        try:
            with stream:
                stream.write(data)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return f"Written to {path}"
    raise OSError(f"there are already {MOST} files named like {file.name}")


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, MOST + 1):
        yield path.with_stem(f"{path.stem}-{number}")
