"""``-`` in place of a file: standard input for reading, standard output for writing.

The commands handle only files. Standard input is copied into a temporary file for them, and a temporary output file is
copied to standard output when they are done; messages name the streams instead of these files.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import naming

STANDARD = Path("-")
READ = ("model", "spec", "resume", "file", "input")
"""The arguments for input files that can be ``-``; not ``data``, whose path is stored with the network."""
MOST_READ = 256 * 1024 * 1024
"""Bytes: the size of the largest file that any command reads."""
INPUT, OUTPUT = "standard input", "standard output"
# The first bytes of files that predict distinguishes by extension; other input is rows of text.
_BEGINNINGS = {
    b"\x93NUMPY": ".npy", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"BM": ".bmp",
    b"RIFF": ".webp",
}  # fmt: skip
_TEXTS = ("python", "numpy")


class CannotStream(ValueError):
    """``-`` cannot be used here; the message says why."""


def run_with_standard_streams(run: Callable[[argparse.Namespace], int], given: argparse.Namespace) -> int:
    """Run a command with ``-`` among its arguments; return its exit status, or 2 with a sentence if ``-`` cannot be
    used."""
    with contextlib.ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dl-tutor-")))
            read = _take_input(given, folder) if STANDARD in named_files(given) else None
            out = _stand_for_output(given, folder) if _writes_to_standard_output(given, read) else None
        except (CannotStream, OSError) as error:
            return refuse(error)
        stack.enter_context(naming({str(file): name for file, name in ((read, INPUT), (out, OUTPUT)) if file}))
        if out is None:
            return run(given)
        with contextlib.redirect_stdout(sys.stderr):
            status = run(given)
        if len(list(out.parent.iterdir())) > 1:
            return refuse("the program needs a file of weights next to it; give the name of a file with --out")
        if out.is_file():
            with out.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return status


def named_files(given: argparse.Namespace, arguments: Iterable[str] = READ) -> list[Path]:
    """The files named by these arguments of the command."""
    files: list[Path] = []
    for name in arguments:
        value = getattr(given, name, None)
        files += value if isinstance(value, list) else [] if value is None else [value]
    return files


def _take_input(given: argparse.Namespace, folder: Path) -> Path:
    """Read standard input into a file, and replace ``-`` by its name."""
    if named_files(given).count(STANDARD) > 1:
        raise CannotStream("standard input can be read only once; give - only once")
    if sys.stdin is None:
        raise CannotStream("standard input is closed")
    data = sys.stdin.buffer.read(MOST_READ + 1)
    if len(data) > MOST_READ:
        raise CannotStream(f"standard input has more than {MOST_READ >> 20} MB, the most that is read")
    endings = (ending for beginning, ending in _BEGINNINGS.items() if data.startswith(beginning))
    file = folder / f"standard-input{next(endings, '.dat')}"
    file.write_bytes(data)
    for name in READ:
        value = getattr(given, name, None)
        if value == STANDARD:
            setattr(given, name, file)
        elif isinstance(value, list):
            setattr(given, name, [file if path == STANDARD else path for path in value])
    return file


def _writes_to_standard_output(given: argparse.Namespace, read: Path | None) -> bool:
    """Whether ``--out -`` asks for it, or the output belongs next to a file that came on standard input."""
    if not hasattr(given, "out"):
        return False
    beside = read is not None and read in (getattr(given, "resume", None), getattr(given, "model", None))
    return given.out == STANDARD or (given.out is None and beside)


def _stand_for_output(given: argparse.Namespace, folder: Path) -> Path:
    """The file to copy to standard output, which replaces ``-``."""
    if getattr(given, "json", False):
        raise CannotStream("--json answers on standard output, so --out names another file than -")
    if sys.stdout is None:
        raise CannotStream("standard output is closed")
    if sys.stdout.isatty() and getattr(given, "to", None) not in _TEXTS:
        raise CannotStream("a network is no text for a terminal: send standard output to a file or a program")
    out = folder / "out" / "standard-output"
    out.parent.mkdir()
    given.out = out
    return out
