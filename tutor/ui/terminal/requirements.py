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
    if sys.platform == "win32":
        # Its console is asked by calls of the system, and no variable names it.
        return None
    term = environment.get("TERM", "")
    if not term:
        return "the variable TERM is not set"
    if term in ("dumb", "unknown"):
        return f"the terminal calls itself {term!r}, so it cannot move its cursor"
    return None


def term_by_its_colours(environment: Mapping[str, str] = os.environ) -> str:
    """The name of the terminal, by which Textual and Rich know how many colours it has; empty where there is none.

    xterm has 256, but calls itself ``xterm`` on Debian; its own variable tells it from older terminals of that name.
    """
    term = environment.get("TERM", "")
    return "xterm-256color" if term == "xterm" and environment.get("XTERM_VERSION") else term


def has_colours(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is known to have any."""
    term = environment.get("TERM", "")
    return not (_is_old(term) or term.endswith(("-m", "-mono")))


def is_console(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether it is the console of Linux, whose fonts have few characters."""
    return environment.get("TERM", "") == "linux"


def has_ascii_only(asked: bool | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write ASCII alone: as it was asked for, else as the locale, the stream and the terminal say.

    A locale that is not set says nothing: over SSH it often does not come along, and terminals have UTF-8.
    """
    if asked is not None:
        return asked
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), "utf-8")
    streams = (sys.stdout.encoding or "utf-8").lower().replace("-", "")
    old = sys.stdout.isatty() and _is_old(environment.get("TERM", ""))
    return old or streams != "utf8" or "utf8" not in locale.lower().replace("-", "")


def _is_old(term: str) -> bool:
    """Whether it is a terminal from before Unicode and colours, or says so, as serial lines do."""
    return term.startswith("vt") and term[2:3].isdigit()


def comes_over_ssh(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is at the other end of an SSH line."""
    return "SSH_CONNECTION" in environment or "SSH_TTY" in environment
