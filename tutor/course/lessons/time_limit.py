"""A time limit for untrusted lessons and scripts, whatever they compute."""

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
"""The environment variable that sets another limit."""
USUAL_SECONDS = 1800.0
"""For one script, and for the check of one lesson; the shipped ones take a minute or two at most."""


_RINGS_AGAIN = 1.0
"""Seconds after which the timer fires again: Python ignores exceptions raised during garbage collection."""


class OutOfTime(BaseException):
    """Time is up. Not an ``Exception``, so that no handler on the way catches it and goes on."""


class NoSuchLimit(ValueError):
    """The environment variable is not a number of seconds; the message is a sentence."""


def allowed_seconds(environment: Mapping[str, str] = os.environ, usual: float = USUAL_SECONDS) -> float:
    """The limit in ``VARIABLE``, or the ``usual`` one. Raises ``NoSuchLimit``."""
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return usual
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise NoSuchLimit(f"{VARIABLE} is a number of seconds above 0; got {text[:40]!r}")
    return seconds


@contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise ``OutOfTime`` in the block once it takes longer, and from the yielded function once time is up.

    In the main thread a system timer raises it, which ends even a long training. In other threads, and on Windows,
    which has no such timer, only the function does: call it at every pause.
    """
    end = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() >= end:
            raise OutOfTime

    has_timer = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    # Leave alone another timer that ends sooner, such as pytest-timeout's.
    if not has_timer or 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= seconds:
        yield check
        return

    is_over = False

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not is_over:
            raise OutOfTime

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    before, interval = signal.getitimer(signal.ITIMER_REAL)
    try:
        # Within, since a short limit is over as soon as it is set.
        signal.setitimer(signal.ITIMER_REAL, seconds, _RINGS_AGAIN)
        yield check
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if before:
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - began), 1e-3), interval)
