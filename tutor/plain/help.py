"""The help of the plain face."""

from __future__ import annotations

from tutor.course.commands import WORDS
from tutor.language.catalogue import N_, _

FACE = (
    N_("lessons: list the lessons"),
    N_("open LESSON: open a lesson by its number or name; open LESSON at STEP goes to a step"),
    N_("warm-up: a few questions from what you learned; warm-up 6: how many a day, 3, 6 or 10"),
    N_("warm-up exam 2026-12-20: prepare for an exam on that day; warm-up exam none: for none"),
    N_("progress: what is done, what was hard, what is due"),
    N_("search WORDS: search lessons, steps and terms"),
    N_("glossary TERM: what a term means; without a term, all of them"),
    N_("exercises: the exercises, in a lesson its own; exercises all lists those of all lessons"),
    N_("exercise NAME: open an exercise, in which you write a function in Python"),
    N_("language CODE: the language of the next starts, such as de"),
    N_("help: this list"),
    N_("quit: leave; everything is saved"),
)
LESSON_WORDS = {
    "describe": N_("describe NAMES: a drawing, a picture or a curve in words, row by row"),
    "draw": N_("draw NAME ROW COLUMN ROW COLUMN …: lead a pen from point to point: draw canvas 4 7 4 20 24 11"),
    "lab": N_("lab: everything that can be set, shown and pressed, including what this step does not show"),
    "wait": N_("wait: continue what Ctrl+C stopped, and wait for it"),
    "to-studio": N_("to-studio: take this lab's network, data and settings to the studio; open studio goes there"),
    "other": N_("other: the lab of another session of yours, if two were open at once"),
}
_ANSWERS = N_("Anything else that you type is taken as your answer to the open question.")
_TYPING = (
    N_("Where a lesson says press p, type p: n b h s t c f v x, and the letters of the lab's own actions."),
    N_("Numbers take a comma or a point, and may be arithmetic: 2/3, 3*5 + 4, -ln 0.2."),
    N_("A grid goes row by row: set drawing 11111/10001/10001/10001/11111."),
    N_("One pixel, row and column counted from 0: set drawing[2][3] 1"),
    N_("Ctrl+C stops a running training; at the prompt it leaves."),
)
EXERCISE = (
    N_("write: write the function here, line by line or pasted; a line with a single dot ends it"),
    N_("write 3, write 3 5, write after 3: the same for line 3, for lines 3 to 5, for lines between 3 and 4"),
    N_("lines: what you wrote, with the number of each line; undo: as it was before the last write"),
    N_("start FILE: write the file to begin with, never over one that is there; what you wrote last, if you did"),
    N_("check FILE: run the function in it, and say what is right or wrong; check alone takes the same again"),
    N_("hint: a hint; after one more try, the next"),
    N_("form complete, form find, form write: lines to fill in, a bug to find, or the whole function to write"),
    N_("form complete 2: with 2 lines left out"),
    N_("point LINE: say in which line the bug of form find is"),
    N_("task: the task and the file again"),
    N_("solution: one that is right"),
    N_("leave: back to where you were; what you wrote is kept"),
)


def lesson_help() -> tuple[str, ...]:
    """What can be typed in a lesson."""
    commands = (f"{word.usage}: {_(word.does)}" for word in WORDS.values())
    return (_(_ANSWERS), *commands, *map(_, LESSON_WORDS.values()), *map(_, _TYPING))
