"""A tiny exercise in a folder: twice a number plus the mean, with hints and bugs as a test wants them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tutor.practice.exercise import Exercise
from tutor.practice.loading import read_exercise

TASK = "# Doubled\n\nReturn twice each number of `x`, with the mean of all the numbers added.\n"
START = "def doubled(x):\n    mean = ...\n    return ...\n"
SOLUTION = "def doubled(x):\n    mean = x.sum() / len(x)\n    return 2 * x + mean\n"
ANOTHER = "def doubled(x):\n    return x + x + x.mean()\n"
GOOD = ("What has each number to do with the others?", "How many numbers go into a mean?", "2 * x + mean")
BUGS = (("minus", "You subtract the mean.", "+ mean", "- mean"), ("once", "You take x once.", "2 * x", "x"))


def made(folder: Path, hints: Sequence[str] = GOOD, bugs: Sequence[tuple[str, str, str, str]] = BUGS) -> Exercise:
    """The exercise, written to ``folder`` and read from there."""
    listed = "".join(f'    "{hint}",\n' for hint in hints)
    toml = (
        'id = "doubled"\ntitle = "Doubled"\nlesson = "neuron"\nfunction = "doubled"\nreturns = ["y"]\n'
        f'hints = [\n{listed}]\n\n[sizes]\nn = [2, 5]\n\n[[input]]\nname = "x"\nshape = ["n"]\n'
    )
    for name, say, old, new in bugs:
        toml += f'\n[[bug]]\nid = "{name}"\nsay = "{say}"\nold = "{old}"\nnew = "{new}"\n'
    texts = {"exercise.toml": toml, "task.md": TASK, "start.py": START, "solution.py": SOLUTION, "another.py": ANOTHER}
    for file, text in texts.items():
        (folder / file).write_text(text)
    return read_exercise(folder)
