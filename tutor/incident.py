"""What is left behind when the program fails: a log for whoever mends it, a number for the learner and no more."""

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
"""The exit status of a program that failed, as ``sysexits.h`` has it."""
PATTERN = "incident-*.log"
LARGEST_LOG = 1_000_000
"""Characters of one incident's log: what went wrong may have been a text of any length."""
# Never through a link, and never waiting for somebody to empty a pipe.
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def incident_number(now: datetime | None = None) -> str:
    """A number for what goes wrong at this moment."""
    return (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")


def incident_text(number: str, error: BaseException) -> str:
    """All that is known about an error, for whoever mends it."""
    # Not at the top: it takes a tenth of the time to the first paint, and is hardly ever needed.
    from importlib.metadata import PackageNotFoundError, version

    def version_of(name: str) -> str:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            return f"{name} (not installed)"

    programmes = ", ".join(map(version_of, ("dl-tutor", "textual", "numpy")))
    head = f"incident {number}\n{programmes}\nPython {platform.python_version()}\n\n"
    return (head + "".join(traceback.format_exception(error)))[:LARGEST_LOG] + "\n"


def open_log(file: Path) -> int:
    """The descriptor of a log to be added to, emptied where it has become large. Raises ``OSError``."""
    descriptor = os.open(file, _APPEND, FILE)
    if hasattr(os, "fchmod"):
        # It may be older than this rule.
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, FILE)
    if os.fstat(descriptor).st_size > LARGEST_LOG:
        os.ftruncate(descriptor, 0)
    return descriptor


def write_incident(folder: Path | None, error: BaseException, now: datetime | None = None) -> tuple[str, bool]:
    """Write ``incident-NUMBER.log`` into ``folder``: the number, and whether it could be written. Raises nothing."""
    number = incident_number(now)
    try:
        if folder is None:
            return number, False
        make_private_folder(folder)
        with os.fdopen(open_log(folder / f"incident-{number}.log"), "a", encoding="utf-8", errors="replace") as log:
            log.write(incident_text(number, error))
    except Exception:
        return number, False
    return number, True


def incident_sentence(number: str, written: bool, unsaved: str = "") -> str:
    """What the learner is told: ``unsaved`` says why their work is not kept, where it is not."""
    # The log lies beside the progress: where it could not be written, nothing is promised.
    kept = unsaved or ("Your progress is kept." if written else "")
    where = (
        "Whoever looks after dl-tutor finds it by this number: 'dl-tutor doctor' says where the logs are."
        if written
        else "No log of it could be written."
    )
    return " ".join(
        part for part in (f"dl-tutor has a fault and had to stop (incident {number}).", kept, where) if part
    )


def known_cause(error: BaseException) -> str:
    """What to do where the fault is known not to be the program's: no memory, a missing package. Empty otherwise."""
    if isinstance(error, MemoryError):
        return "dl-tutor had to stop: there is not enough memory for this here."
    if not isinstance(error, ImportError):
        return ""
    name = (error.name or "").partition(".")[0]
    what = f"the package {name}" if name and name != "tutor" else "a part of it"
    how = "is missing" if isinstance(error, ModuleNotFoundError) else "cannot be loaded"
    return f"dl-tutor is not installed completely: {what} {how}. Install it again, or ask whoever looks after it."


@contextlib.contextmanager
def heeding_stray_faults(folder: Path | None) -> Iterator[None]:
    """While the block runs, what fails in a thread or while tidying up goes to a log, and no warning is printed.

    Python would print a traceback or the path of a file for each of them, into whatever is on the screen.
    """

    def of_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            write_incident(folder, failed.exc_value)

    def unraisable(failed: sys.UnraisableHookArgs) -> None:
        if failed.exc_value is not None:
            write_incident(folder, failed.exc_value)

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
