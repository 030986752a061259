"""Crash reports: a log file for the maintainer, and only its number for the learner."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tutor.private_files import FILE, make_private_folder

CRASHED = 70
"""The exit status after a crash: EX_SOFTWARE of ``sysexits.h``."""
PATTERN = "crash-*.log"
LARGEST_LOG = 1_000_000
"""Characters in one crash report, because an error message can have any length."""
# Never follow a link, and never block on a full pipe.
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def report_number(now: datetime | None = None) -> str:
    """The number of a crash report: the time."""
    return (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")


def report_text(number: str, error: BaseException) -> str:
    """The text of a crash report: versions and traceback."""
    # Imported here: it takes a tenth of the time to the first paint, and is rarely needed.
    from importlib.metadata import PackageNotFoundError, version

    def version_of(name: str) -> str:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            return f"{name} (not installed)"

    programmes = ", ".join(map(version_of, ("dl-tutor", "textual", "numpy")))
    head = f"crash report {number}\n{programmes}\nPython {platform.python_version()}\n\n"
    return (head + "".join(traceback.format_exception(error)))[:LARGEST_LOG] + "\n"


def open_log(file: Path) -> int:
    """Open a log for appending and return its descriptor; truncate a large one. Raises ``OSError``."""
    descriptor = os.open(file, _APPEND, FILE)
    if hasattr(os, "fchmod"):
        # An older file may have another mode.
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, FILE)
    if os.fstat(descriptor).st_size > LARGEST_LOG:
        os.ftruncate(descriptor, 0)
    return descriptor


def write_crash_report(folder: Path | None, error: BaseException, now: datetime | None = None) -> tuple[str, bool]:
    """Write ``crash-NUMBER.log`` into ``folder``; return the number and whether it was written. Raises nothing."""
    number = report_number(now)
    try:
        if folder is None:
            return number, False
        make_private_folder(folder)
        with os.fdopen(open_log(folder / f"crash-{number}.log"), "a", encoding="utf-8", errors="replace") as log:
            log.write(report_text(number, error))
    except Exception:
        return number, False
    return number, True


def crash_sentence(number: str, written: bool, unsaved: str = "") -> str:
    """The sentence for the learner; ``unsaved`` says why their progress is not saved, if it is not."""
    # The report lies beside the progress: if it could not be written, promise nothing.
    kept = unsaved or ("Your progress is kept." if written else "")
    where = (
        "Your administrator can find the report by this number: 'dl-tutor doctor' shows where it is."
        if written
        else "The crash report could not be written."
    )
    return " ".join(part for part in (f"dl-tutor crashed (crash report {number}).", kept, where) if part)


def known_cause(error: BaseException) -> str:
    """A sentence for causes outside the program, such as no memory or a missing package; empty otherwise."""
    if isinstance(error, MemoryError):
        return "dl-tutor stopped: this machine does not have enough memory for this."
    if not isinstance(error, ImportError):
        return ""
    name = (error.name or "").partition(".")[0]
    what = f"the package {name}" if name and name != "tutor" else "a part of it"
    how = "is missing" if isinstance(error, ModuleNotFoundError) else "cannot be loaded"
    return f"dl-tutor is not installed completely: {what} {how}. Install it again, or ask your administrator."


@contextlib.contextmanager
def logging_stray_exceptions(folder: Path | None) -> Iterator[None]:
    """While the block runs, log exceptions in threads and finalizers, and print no warnings.

    Python would otherwise print a traceback or a file path for each of them over the screen.
    """

    def of_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            write_crash_report(folder, failed.exc_value)

    def unraisable(failed: sys.UnraisableHookArgs) -> None:
        if failed.exc_value is not None:
            write_crash_report(folder, failed.exc_value)

    hooks = threading.excepthook, sys.unraisablehook
    with warnings.catch_warnings():
        if not sys.warnoptions:
            for category in (RuntimeWarning, UserWarning, ResourceWarning):
                warnings.simplefilter("ignore", category)
        threading.excepthook, sys.unraisablehook = of_thread, unraisable
        try:
            yield
        finally:
            threading.excepthook, sys.unraisablehook = hooks
