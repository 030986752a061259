"""Whether there is a terminal here that a full-screen interface can be painted on."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

SMALLEST_WIDTH = 60
SMALLEST_HEIGHT = 16


def why_no_terminal(environment: Mapping[str, str] = os.environ) -> str | None:
    """A sentence that says why the full-screen face cannot be used here; None if it can.

    Without a terminal the interface would paint on after its client is gone; a dumb one cannot move the cursor.
    """
    if not sys.stdin.isatty():
        return "standard input is not a terminal"
    if not sys.stdout.isatty():
        return "standard output is not a terminal"
    term = environment.get("TERM", "")
    if not term:
        return "the variable TERM is not set"
    if term in ("dumb", "unknown"):
        return f"the terminal calls itself {term!r}, so it cannot move its cursor"
    return None


def comes_over_ssh(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is at the other end of an SSH line."""
    return "SSH_CONNECTION" in environment or "SSH_TTY" in environment
