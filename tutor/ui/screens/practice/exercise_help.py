"""The help of an exercise on the screen."""

from __future__ import annotations

from tutor.language.catalogue import N_
from tutor.ui.screens.help import HelpSection

SECTIONS = (
    HelpSection(
        N_("An exercise"),
        (
            ("ctrl+r", N_("run what is written, and be told what is wrong")),
            ("ctrl+t", N_("the hints so far; after each try there is one more")),
            ("ctrl+o", N_("with more help or less: complete it, find the bug, write it")),
            ("ctrl+g", N_("a solution in place of what you wrote, and back")),
            ("f2", N_("to the lesson's lab and back to the editor; try there what you compute here")),
            ("ctrl+e", N_("once it is right: the engine's own version, its source")),
            ("ctrl+n", N_("the next exercise")),
            (N_("page up, page down"), N_("scroll the task and the verdict")),
            ("escape", N_("back; what is written is kept")),
        ),
    ),
    HelpSection(
        N_("In the editor"),
        (
            ("shift+arrows", N_("select; ctrl+c, ctrl+x, ctrl+v copy, cut and paste it")),
            (N_("tab, shift+tab"), N_("move the line or the selected lines by four blanks")),
            ("ctrl+z, ctrl+y", N_("undo, redo")),
            ("f7", N_("select all; empty it and leave, and the exercise begins anew")),
            (N_("letters, signs"), N_("are text here, also the keys below that are a single letter or sign")),
        ),
    ),
)
