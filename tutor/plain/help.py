"""What the plain face says when asked for help."""

from __future__ import annotations

from tutor.course.commands import WORDS

FACE = (
    "lessons: list the lessons",
    "open LESSON: open a lesson by its number or name; open LESSON at STEP goes to a step",
    "help: this list",
    "quit: leave; all is kept",
)
LESSON = (
    "Anything else that you type is taken as your answer to the open question.",
    *(f"{word.usage}: {word.does}" for word in WORDS.values()),
    "Numbers take a comma or a point. A grid goes row by row: set drawing 11111/10001/10001/10001/11111.",
)
