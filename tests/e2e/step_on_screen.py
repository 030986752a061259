"""Whether a step stands whole on a screen of 80 columns: its text, its question, its choices."""

from __future__ import annotations

import re

from tutor.course.lessons.lesson import Step
from tutor.course.words.plain_characters import in_cells

# Of 80 columns; a text may hold the line that divides the screen itself.
LEFT_WIDTH = 36


def words(text: str) -> list[str]:
    """What is said, without Markdown's marks, dashes, bullets and line ends."""
    return re.findall(r"\w+", text.replace("```python", ""))


def left_column(text: str) -> str:
    """The lesson's side of the screen: text above, question below."""
    return "\n".join(line[:LEFT_WIDTH] for line in text.split("\n")[1:-1])


def shows(screen: str, said: str) -> bool:
    """Whether all words of ``said`` stand on the screen in their order, one after the other."""
    return f" {' '.join(words(said))} " in f" {' '.join(words(left_column(screen)))} "


def asked(template: str) -> re.Pattern[str]:
    """A question, or a step's text, with any numbers in its places."""
    parts = re.split(r"\{[^{}]*\}", template)
    # A place such as {weights[1]:2} stands for one number, which words() may split at its point and its sign, and
    # {shape} for a number for each axis.
    pattern = [" ".join(map(re.escape, words(part))) for part in parts]
    return re.compile(r" \w+(?: \w+){0,5} ".join(pattern).replace("  ", " "))


def asks(screen: str, question: re.Pattern[str]) -> bool:
    """Whether the question stands on the screen."""
    return question.search(f" {' '.join(words(left_column(screen)))} ") is not None


def says_all(screen: str, step: Step) -> bool:
    """Whether the step's whole text stands there, its first question too, and all of the choices.

    On a screen of any characters: what is compared are the letters and figures that stand for them in ASCII.
    """
    said = _in_ascii(left_column(screen))
    # Which of a question's variants is asked depends on the learner.
    return any(_says(said, step.at_visit(visit)) for visit in range(step.variants))


def _says(said: str, step: Step) -> bool:
    templates = [step.text]
    for question in step.questions[:1]:
        templates += [question.ask, *question.choices.values()]
    for template in templates:
        parts = re.split(r"\{[^{}]*\}", template.replace("```python", ""))
        if re.search("[a-z0-9]{1,40}?".join(map(_in_ascii, parts)), said) is None:
            return False
    return True


def _in_ascii(text: str) -> str:
    return "".join(re.findall("[a-z0-9]", in_cells(text, str.isascii, len).casefold()))
