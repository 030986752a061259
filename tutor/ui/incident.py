"""What is left behind when the program fails: a log for whoever mends it, one sentence for the learner."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path


def write_incident(folder: Path, error: BaseException, now: datetime | None = None) -> tuple[str, Path | None]:
    """Write ``incident-NUMBER.log`` into ``folder``; the number, and the file, or None if it could not be written."""
    # Not at the top: it takes a tenth of the time to the first paint, and is hardly ever needed.
    from importlib.metadata import PackageNotFoundError, version

    moment = now or datetime.now(UTC)
    number = moment.strftime("%Y%m%d-%H%M%S")
    file = folder / f"incident-{number}.log"
    try:
        programme = f"dl-tutor {version('dl-tutor')}, textual {version('textual')}"
    except PackageNotFoundError:
        programme = "dl-tutor, not installed"
    head = f"{moment.isoformat(timespec='seconds')}\n{programme}\nPython {platform.python_version()}\n\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(head + "".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return number, None
    return number, file


def incident_sentence(number: str, file: Path | None) -> str:
    """What the learner is told."""
    where = f"Details are in {file}." if file else "The details could not be written to a file."
    return f"dl-tutor has a fault and had to stop (incident {number}). Your progress is kept. {where}"
