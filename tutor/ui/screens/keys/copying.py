"""The key that copies: what is put on the clipboard, and the remark that says so."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tutor.course.words.printable_text import printable
from tutor.language.catalogue import N_, _

COPY = "Y"
"""The key, on every screen. Only capitals are left: each lab takes small letters."""
NOTHING_HERE = N_("{key} copies a number in the microscope (x), a program where it is read (c).")
"""For one line of 80 columns, as the other remarks."""


def copy(app: App[Any], text: str, what: str) -> str:
    """Put ``text`` on the clipboard, by OSC 52, which reaches the learner's own machine over SSH too.

    Returns the remark: ``what`` was copied. A terminal that takes no OSC 52 ignores it and does not tell.
    """
    app.copy_to_clipboard(printable(text))
    return _("copied: {what}").format(what=what)
