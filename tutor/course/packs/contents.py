"""The files of a pack, from a folder or a ``.zip``: checked by their names and sizes before anything is written."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tutor.course.lessons.text_file import LARGEST_TEXT, TextFileError, decoded, read_text_file
from tutor.course.packs.manifest import EXERCISES, LESSONS, MANIFEST
from tutor.datasets.errors import DataError
from tutor.datasets.formats.npz_file import check_directory

MOST_FILES = 500
MOST_BYTES = 8_000_000
"""Of all its texts together."""
LARGEST_ZIP = MOST_BYTES
MOST_TIMES_SMALLER = 100
"""How often as large a file of a ``.zip`` may become."""

_AT_THE_TOP = frozenset({
    MANIFEST, "glossary.md", "README.md", "CHANGELOG.md", "LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE",
    "LICENCE.md", "LICENCE.txt",
})  # fmt: skip
_INSIDE: Mapping[str, re.Pattern[str]] = {
    # In other languages too: lesson.de.md.
    LESSONS: re.compile(r"lesson(\.[a-z]{2,3})?\.(toml|md)|(lesson|translations)\.walk"),
    EXERCISES: re.compile(r"exercise\.toml|task\.md|(start|solution|another)\.py"),
}
_DEEPEST = 3
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_LEFT_OUT = frozenset({"__MACOSX", "__pycache__"})
_SHOWN = 80


class PackRefused(ValueError):
    """A pack that is not taken in; the message is a sentence for whoever adds it."""


def read_contents(given: Path) -> dict[str, str]:
    """The texts of the pack in a folder or a ``.zip``, by their paths within it, such as ``lessons/01_sums/lesson.md``.

    Leaves out files whose names begin with a dot. Raises ``PackRefused`` for a file that no pack has, a link, a name or
    a size that is not allowed, and what is no text.
    """
    try:
        if given.is_dir():
            found = dict(_in_folder(given))
        elif given.is_file():
            found = _in_zip(given)
        elif given.exists():
            raise PackRefused(f"{given} is a pipe or a device; expected a folder or a .zip")
        else:
            raise PackRefused(f"there is no {given}; expected the folder of a pack, a .zip of it, or a shipped pack")
    except OSError as error:
        raise PackRefused(f"{given} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, PackRefused):
            raise
        raise PackRefused(f"no file can be called {str(given)!r}") from None
    if MANIFEST not in found:
        raise PackRefused(f"{given} is no pack: it has no {MANIFEST}")
    return found


def _no_name(name: str, where: Path) -> PackRefused:
    rule = "it takes letters, digits, _, - and ., at most 64, and no path that leads out of it"
    return PackRefused(f"{where}: {name[:_SHOWN]!r} is no name in a pack; {rule}")


def _check_path(parts: tuple[str, ...], where: Path) -> None:
    name = "/".join(parts)[:_SHOWN]
    if not all(map(_NAME.fullmatch, parts)):
        raise _no_name(name, where)
    known = len(parts) == 1 and parts[0] in _AT_THE_TOP
    inside = _INSIDE.get(parts[0]) if len(parts) == _DEEPEST else None
    if not known and (inside is None or inside.fullmatch(parts[2]) is None):
        raise PackRefused(f"{where}: a pack has no file {name!r}; docs/pack-format.md lists what it has")


class _Bound:
    """Counts files and bytes, and refuses what is too many."""

    def __init__(self, where: Path) -> None:
        self._where, self._files, self._bytes = where, 0, 0

    def count(self, size: int, name: str) -> None:
        self._files, self._bytes = self._files + 1, self._bytes + size
        if size > LARGEST_TEXT:
            raise PackRefused(f"{self._where}: {name} has {size:,} bytes; at most {LARGEST_TEXT:,} are read")
        if self._files > MOST_FILES or self._bytes > MOST_BYTES:
            raise PackRefused(
                f"{self._where} is too large: a pack has at most {MOST_FILES} files, {MOST_BYTES:,} bytes"
            )


def _in_folder(folder: Path) -> Iterator[tuple[str, str]]:
    bound = _Bound(folder)
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        at = waiting.pop()
        with os.scandir(folder.joinpath(*at)) as entries:
            for entry in entries:
                parts = (*at, entry.name)
                if entry.name.startswith(".") or entry.name in _LEFT_OUT:
                    continue
                if entry.is_symlink():
                    raise PackRefused(f"{folder}: {'/'.join(parts)[:_SHOWN]!r} is a link; a pack has none")
                if entry.is_dir() and len(parts) < _DEEPEST:
                    waiting.append(parts)
                    continue
                _check_path(parts, folder)
                bound.count(entry.stat().st_size, "/".join(parts))
                try:
                    yield "/".join(parts), read_text_file(Path(entry.path))
                except TextFileError as error:
                    raise PackRefused(f"{entry.path}:{error.line}: {error}") from None


def _in_zip(file: Path) -> dict[str, str]:
    size = file.stat().st_size
    if size > LARGEST_ZIP:
        raise PackRefused(f"{file} has {size:,} bytes; at most {LARGEST_ZIP:,} are read")
    try:
        with file.open("rb") as stream:
            check_directory(stream, str(file), ".zip")
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive, file)
                return {name: _text(archive, info, name, file) for name, info in members.items()}
    except DataError as error:
        raise PackRefused(f"{file} is no .zip that can be read: {error.reason}") from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise PackRefused(f"{file} is no .zip, or it is damaged: {error}") from None


def _members(archive: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    """The files in the archive by their paths within the pack; checks all that its directory says."""
    listed = archive.infolist()
    if len(listed) > 2 * MOST_FILES:
        raise PackRefused(f"{file} has {len(listed):,} entries; a pack has at most {MOST_FILES} files")
    bound = _Bound(file)
    by_path: dict[tuple[str, ...], zipfile.ZipInfo] = {}
    for info in listed:
        name = info.orig_filename
        parts = tuple(name.removesuffix("/").split("/"))
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise PackRefused(f"{file}: {name[:_SHOWN]!r} is a link or a device; a pack has none")
        if ".." in parts or "" in parts:
            raise PackRefused(f"{file}: {name[:_SHOWN]!r} leads out of the pack")
        if "\\" in name:
            raise _no_name(name, file)
        if name.endswith("/") or any(part.startswith(".") or part in _LEFT_OUT for part in parts):
            continue
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PackRefused(f"{file}: {name[:_SHOWN]!r} is encrypted, or packed in an unusual way")
        bound.count(info.file_size, repr(name[:_SHOWN]))
        if info.file_size > MOST_TIMES_SMALLER * info.compress_size + 1000:
            raise PackRefused(f"{file}: {name[:_SHOWN]!r} unpacks to more than {MOST_TIMES_SMALLER} times its size")
        if parts in by_path:
            raise PackRefused(f"{file}: {name[:_SHOWN]!r} is there twice")
        by_path[parts] = info
    # A .zip of a folder has the folder's name before all others.
    tops = {parts[0] for parts in by_path}
    if len(tops) == 1 and (MANIFEST,) not in by_path:
        by_path = {parts[1:]: info for parts, info in by_path.items()}
    for parts in by_path:
        _check_path(parts, file)
    return {"/".join(parts): info for parts, info in by_path.items()}


def _text(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, file: Path) -> str:
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise PackRefused(f"{file}: {name} is not as long as it says")
    try:
        return decoded(data)
    except TextFileError as error:
        raise PackRefused(f"{file}: {name}:{error.line}: {error}") from None
