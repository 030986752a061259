"""An end to what somebody else's lesson or script may compute, whatever it presses and however long that takes."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

VARIABLE = "DL_TUTOR_LESSON_SECONDS"
"""The environment variable that allows more, or less."""
USUAL_SECONDS = 1800.0
"""For one script, and for the check of one lesson; those that ship take a minute or two at most."""


_RINGS_AGAIN = 1.0
"""Seconds after which the timer rings once more: Python ignores what is raised while it collects garbage."""


class OutOfTime(BaseException):
    """Time is up. No ``Exception``, so that nothing on the way takes it for a fault of its own and goes on."""


class NoSuchLimit(ValueError):
    """The environment variable holds no number of seconds; the message is a sentence."""


def allowed_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """What ``VARIABLE`` says, or the usual. Raises ``NoSuchLimit``."""
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return USUAL_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise NoSuchLimit(f"{VARIABLE} is a number of seconds above 0; got {text[:40]!r}")
    return seconds


@contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise ``OutOfTime`` in what is done within, once that takes longer, and whenever the yielded function is called.

    In the main thread a timer of the system's raises it, so that the longest training ends. Elsewhere, and on Windows,
    which has no such timer, only the function does: call it wherever there is a pause.
    """
    end = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() >= end:
            raise OutOfTime

    has_timer = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    # Somebody else's timer that ends sooner is left alone: pytest-timeout has one.
    if not has_timer or 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= seconds:
        yield check
        return

    is_over = False

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not is_over:
            raise OutOfTime

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    before, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _RINGS_AGAIN)
    try:
        yield check
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if before:
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - began), 1e-3), interval)
