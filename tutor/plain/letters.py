"""Single letters: where a lesson says press p, typing p does what the key does on the screen."""

from __future__ import annotations

from tutor.course.commands import Command
from tutor.course.questions.answers import parse_choice
from tutor.course.session import LessonSession

WORDS_OF_LETTERS = {"n": "next", "b": "back", "h": "hint", "s": "skip", "N": "again", "t": "tensorflow", "c": "code"}


def is_answer(session: LessonSession, letter: str) -> bool:
    """Whether the letter names one of the answers to the open question."""
    question = session.question
    return question is not None and parse_choice(letter, tuple(question.choices)) is not None


def of_letter(session: LessonSession, letter: str) -> Command | None:
    """The command of a letter: an action of the lab, or a word; None for others, and if it is an answer."""
    if len(letter) != 1 or is_answer(session, letter):
        return None
    command = with_name(session, Command("press", (letter,)))
    if command.arguments != (letter,):
        return command
    return Command(WORDS_OF_LETTERS[letter]) if letter in WORDS_OF_LETTERS else None


def with_name(session: LessonSession, command: Command) -> Command:
    """The command, with the name of an action in place of its letter."""
    if command.word == "press":
        for action in session.lab.actions():
            if action.key and action.key == command.arguments[0]:
                return Command("press", (action.name,))
    return command
