"""Write files that a learner asks for, such as a program, without overwriting any."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor.labs.kit.contract import NewFile

# A key that is held down must not fill the disk.
MOST = 99


def write_new(file: NewFile, folders: Sequence[Path]) -> str:
    """Write ``file`` to the first writable one of ``folders``; return a sentence with its path, or with the reason.

    If the name is taken, the next is tried: program.py, program-2.py, … If a file already has this text, the sentence
    names it and nothing is written.
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


def _write(file: NewFile, folder: Path) -> str:
    data = file.text.encode()
    for path in _names(folder / file.name):
        try:
            stream = path.open("xb")
        except FileExistsError:
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                    return f"The same text is already in {path}"
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
