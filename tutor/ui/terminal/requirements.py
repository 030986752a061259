"""Detect whether the terminal supports a full-screen interface, and its features."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from tutor.language.catalogue import _

SMALLEST_WIDTH = 60
SMALLEST_HEIGHT = 16


def why_no_terminal(environment: Mapping[str, str] = os.environ) -> str | None:
    """A sentence that says why the full-screen face cannot be used here; None if it can.

    Without a terminal the interface would go on painting after its client is gone; a dumb one cannot move the cursor.
    """
    if not sys.stdin.isatty():
        return _("standard input is not a terminal")
    if not sys.stdout.isatty():
        return _("standard output is not a terminal")
    if sys.platform == "win32":
        # The Windows console is queried by system calls, and no variable names it.
        return None
    term = environment.get("TERM", "")
    if not term:
        return _("the variable TERM is not set")
    if term in ("dumb", "unknown"):
        return _("the terminal calls itself {term!r}, so it cannot move its cursor").format(term=term)
    return None


def term_by_its_colours(environment: Mapping[str, str] = os.environ) -> str:
    """The terminal's name, from which Textual and Rich derive its number of colours; empty if there is none.

    xterm has 256 colours but sets TERM to ``xterm`` on Debian; its own variable distinguishes it from older terminals.
    """
    term = environment.get("TERM", "")
    return "xterm-256color" if term == "xterm" and environment.get("XTERM_VERSION") else term


def has_colours(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is known to have colours."""
    term = environment.get("TERM", "")
    return not (_is_old(term) or term.endswith(("-m", "-mono")))


def is_console(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether it is the Linux console, whose fonts have few characters."""
    return environment.get("TERM", "") == "linux"


def has_ascii_only(asked: bool | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write only ASCII: as requested, else according to the locale, the stream and the terminal.

    A missing locale means nothing: SSH often does not forward it, and terminals support UTF-8.
    """
    if asked is not None:
        return asked
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), "utf-8")
    streams = (sys.stdout.encoding or "utf-8").lower().replace("-", "")
    old = sys.stdout.isatty() and _is_old(environment.get("TERM", ""))
    return old or streams != "utf8" or "utf8" not in locale.lower().replace("-", "")


def _is_old(term: str) -> bool:
    """Whether it is a terminal without Unicode and colours, or claims to be, as serial lines do."""
    return term.startswith("vt") and term[2:3].isdigit()


def comes_over_ssh(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is connected over SSH."""
    return "SSH_CONNECTION" in environment or "SSH_TTY" in environment
