"""Follow a run to its end: print its epochs, handle Ctrl-C and a closed terminal."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any

from tutor.commands.console.printing import answer_json, tell
from tutor.training.history import EpochRecord, History
from tutor.training.plan import Plan
from tutor.training.run import Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase, Snapshot
from tutor.training.worker.response_timer import no_answer

POLL_SECONDS = 0.02
# Timeout for the worker's final snapshot after a stop; after it the last snapshot counts.
STOP_SECONDS = 2.0
# The interval of saving a run: a crash of the machine loses at most this much.
SAVE_SECONDS = 30.0
WAY_ON = "Ctrl-C stops here; what was trained until then is saved where --out says."


@contextmanager
def heeding_interrupts() -> Iterator[Callable[[], bool]]:
    """Catch Ctrl-C, SIGTERM and hang-ups in the block; the yielded function says whether one arrived.

    A second one ends the block. Ignored signals stay ignored: a hang-up under ``nohup``, Ctrl-C in the background.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    came = False
    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def remember(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        if number == getattr(signal, "SIGHUP", None):
            # Nobody reads further output, so its failure is not an error.
            _silence(terminals)
        elif came:
            raise KeyboardInterrupt
        came = True

    heeded = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heeded = [number for number in heeded if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, remember) for number in heeded}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _silence(descriptors: list[int]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def follow(
    training: Run,
    settings: RunSettings,
    rows: int,
    history: History,
    interrupted: Callable[[], bool],
    keep: Callable[[Snapshot], None],
    *,
    as_json: bool,
) -> bool:
    """Poll the run until it ends or is ``interrupted``; print each epoch and add it to ``history``.

    Calls ``keep`` every ``SAVE_SECONDS``. Returns whether the run was stopped early: by an interrupt, or because the
    reader of its output is gone.
    """
    from tutor.commands.console.training_report import progress_bar

    steps = Plan(settings.spec, rows, settings.batch_size).steps_per_epoch
    checkpoint = training.snapshot.checkpoint
    last = checkpoint.epochs_wanted or settings.epochs
    kept = time.monotonic()
    told_of_silence = False
    try:
        with progress_bar(last * steps, steps, checkpoint.position.step, hidden=as_json) as advance:
            while not interrupted():
                # Read the phase first, so that the records include everything completed before the end.
                going = training.snapshot.phase in (Phase.RUNNING, Phase.STARTING)
                records = training.poll()
                history.add(records)
                _tell(records, as_json=as_json)
                starting = training.snapshot.phase is Phase.STARTING
                how = training.snapshot.message if starting or training.unresponsive_seconds else ""
                advance(training.snapshot.step, records[-1] if records else None, how)
                if training.unresponsive_seconds and not told_of_silence:
                    tell(f"{no_answer(training.unresponsive_seconds)}: it is stopped, or hangs. {WAY_ON}")
                told_of_silence = training.unresponsive_seconds > 0
                if not going and not records:
                    return False
                if time.monotonic() - kept >= SAVE_SECONDS and training.snapshot.step > checkpoint.position.step:
                    keep(training.snapshot)
                    kept = time.monotonic()
                time.sleep(POLL_SECONDS)
    except BrokenPipeError:
        _silence([1])
    training.pause()
    seen, until = training.snapshot, time.monotonic() + STOP_SECONDS
    while training.snapshot is seen and time.monotonic() < until:
        records = training.poll()
        history.add(records)
        _tell(records, as_json=as_json)
        time.sleep(POLL_SECONDS)
    return True


def _tell(records: tuple[EpochRecord, ...], *, as_json: bool) -> None:
    for record in records:
        if as_json:
            answer_json(plain_numbers(asdict(record)), now=True)


def plain_numbers(values: dict[str, Any]) -> dict[str, Any]:
    """The values with None for NaN and infinity, which JSON does not have."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
