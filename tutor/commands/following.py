"""A run until it is over or the person has had enough: its epochs as they come, and Ctrl-C."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any

from tutor.commands.printing import answer_json
from tutor.training.history import EpochRecord, History
from tutor.training.plan import Plan
from tutor.training.run import Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase

POLL_SECONDS = 0.02
# How long the worker may take to say where it stands once it was told to stop; then its last word counts.
STOP_SECONDS = 2.0


@contextmanager
def heeding_interrupts() -> Iterator[Callable[[], bool]]:
    """Remember Ctrl-C and SIGTERM in the block; what it gives says whether one came. A second one ends the block."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    came = False

    def remember(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def follow(
    training: Run, settings: RunSettings, rows: int, history: History, interrupted: Callable[[], bool], *, as_json: bool
) -> None:
    """Poll the run until it is over or ``interrupted``, telling of each epoch and adding it to ``history``."""
    from tutor.commands.training_report import progress_bar

    steps = Plan(settings.spec, rows, settings.batch_size).steps_per_epoch
    checkpoint = training.snapshot.checkpoint
    last = checkpoint.epochs_wanted or settings.epochs
    with progress_bar(last * steps, steps, checkpoint.position.step, hidden=as_json) as advance:
        while not interrupted():
            # The phase is read first: what the run completed before it was over is then among the records.
            going = training.snapshot.phase in (Phase.RUNNING, Phase.STARTING)
            records = training.poll()
            _tell(records, history, as_json=as_json)
            advance(training.snapshot.step, records[-1] if records else None)
            if not going and not records:
                return
            time.sleep(POLL_SECONDS)
    training.pause()
    seen, until = training.snapshot, time.monotonic() + STOP_SECONDS
    while training.snapshot is seen and time.monotonic() < until:
        _tell(training.poll(), history, as_json=as_json)
        time.sleep(POLL_SECONDS)


def _tell(records: tuple[EpochRecord, ...], history: History, *, as_json: bool) -> None:
    history.add(records)
    for record in records:
        if as_json:
            answer_json(plain_numbers(asdict(record)), now=True)


def plain_numbers(values: dict[str, Any]) -> dict[str, Any]:
    """The values with null where a number is none: JSON has no NaN."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
