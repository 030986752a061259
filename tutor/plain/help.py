"""The help of the plain face."""

from __future__ import annotations

from tutor.course.commands import WORDS

FACE = (
    "lessons: list the lessons",
    "open LESSON: open a lesson by its number or name; open LESSON at STEP goes to a step",
    "warm-up: a few questions from what you learned; warm-up 6: how many a day, 3, 6 or 10",
    "warm-up exam 2026-12-20: prepare for an exam on that day; warm-up exam none: for none",
    "progress: what is done, what was hard, what is due",
    "search WORDS: search lessons, steps and terms",
    "glossary TERM: what a term means; without a term, all of them",
    "exercises: the exercises, in a lesson its own; exercises all lists those of all lessons",
    "exercise NAME: open an exercise, in which you write a function in Python",
    "help: this list",
    "quit: leave; everything is saved",
)
LESSON_WORDS = {
    "describe": "describe NAMES: a drawing, a picture or a curve in words, row by row",
    "draw": "draw NAME ROW COLUMN ROW COLUMN …: lead a pen from point to point: draw canvas 4 7 4 20 24 11",
    "lab": "lab: everything that can be set, shown and pressed, including what this step does not show",
    "wait": "wait: continue what Ctrl+C stopped, and wait for it",
    "to-studio": "to-studio: take this lab's network, data and settings to the studio; open studio goes there",
    "other": "other: the lab of another session of yours, if two were open at once",
}
LESSON = (
    "Anything else that you type is taken as your answer to the open question.",
    *(f"{word.usage}: {word.does}" for word in WORDS.values()),
    *LESSON_WORDS.values(),
    "Where a lesson says press p, type p: n b h s t c f v x, and the letters of the lab's own actions.",
    "Numbers take a comma or a point, and may be arithmetic: 2/3, 3*5 + 4, -ln 0.2.",
    "A grid goes row by row: set drawing 11111/10001/10001/10001/11111.",
    "One pixel, row and column counted from 0: set drawing[2][3] 1",
    "Ctrl+C stops a running training; at the prompt it leaves.",
)
EXERCISE = (
    "write: write the function here, line by line or pasted; a line with a single dot ends it",
    "write 3, write 3 5, write after 3: the same for line 3, for lines 3 to 5, for lines between 3 and 4",
    "lines: what you wrote, with the number of each line; undo: as it was before the last write",
    "start FILE: write the file to begin with, never over one that is there; what you wrote last, if you did",
    "check FILE: run the function in it, and say what is right or wrong; check alone takes the same again",
    "hint: a hint; after one more try, the next",
    "form complete, form find, form write: lines to fill in, a bug to find, or the whole function to write",
    "form complete 2: with 2 lines left out",
    "point LINE: say in which line the bug of form find is",
    "task: the task and the file again",
    "solution: one that is right",
    "leave: back to where you were; what you wrote is kept",
)
