"""The help of an exercise on the screen."""

from __future__ import annotations

from tutor.ui.screens.help import HelpSection

SECTIONS = (
    HelpSection(
        "An exercise",
        (
            ("ctrl+r", "run what is written, and be told what is wrong"),
            ("ctrl+t", "the hints so far; after each try there is one more"),
            ("ctrl+o", "with more help or less: complete it, find the bug, write it"),
            ("ctrl+g", "a solution in place of what you wrote, and back"),
            ("f2", "to the lesson's lab and back to the editor; try there what you compute here"),
            ("ctrl+e", "once it is right: the engine's own version, its source"),
            ("ctrl+n", "the next exercise"),
            ("page up, page down", "scroll the task and the verdict"),
            ("escape", "back; what is written is kept"),
        ),
    ),
    HelpSection(
        "In the editor",
        (
            ("shift+arrows", "select; ctrl+c, ctrl+x, ctrl+v copy, cut and paste it"),
            ("tab, shift+tab", "move the line or the selected lines by four blanks"),
            ("ctrl+z, ctrl+y", "undo, redo"),
            ("f7", "select all; empty it and leave, and the exercise begins anew"),
            ("letters, signs", "are text here, also the keys below that are a single letter or sign"),
        ),
    ),
)
