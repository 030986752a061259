"""What the plain face says when asked for help."""

from __future__ import annotations

from tutor.course.commands import WORDS

FACE = (
    "lessons: list the lessons",
    "open LESSON: open a lesson by its number or name; open LESSON at STEP goes to a step",
    "warm-up: a few questions from lessons that you finished",
    "progress: what is done, what was hard, what is due",
    "search WORDS: look for words in lessons, steps and terms",
    "glossary TERM: what a term means; without a term, all of them",
    "help: this list",
    "quit: leave; all is kept",
)
LESSON = (
    "Anything else that you type is taken as your answer to the open question.",
    *(f"{word.usage}: {word.does}" for word in WORDS.values()),
    "Numbers take a comma or a point. A grid goes row by row: set drawing 11111/10001/10001/10001/11111.",
)
