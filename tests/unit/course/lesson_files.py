"""A sound lesson on the neuron lab, and writing it with faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MARKDOWN = """# A lesson

## The sum

Each input times its weight, and the bias.

## The output

The sum goes through the activation.
"""

TOML = """\
id = "sums"
number = 3
title = "Sums"
summary = "What a neuron adds up."
lab = "neuron"

[[step]]
id = "the-sum"
show = ["x", "w", "b", "z"]
hide = ["z"]
set = { activation = "sigmoid" }
draw.x = { low = 1, high = 5, step = 1 }
draw.w = { low = -2, high = 2, step = 0.5, not = [0] }
draw.b = { low = 1, high = 3, step = 1 }

[[step.question]]
ask = "x is ({x[1]}, {x[2]}), w is ({w[1]}, {w[2]}), b is {b}. What is z?"
answer = "z"
tolerance = 0.005
explain = "The sum is {weighted_sum:2}, z is {z:2}."
hints = ["Multiply first.", "The products are {products[1]} and {products[2]}."]
wrong = [
    { gives = { read = "z", set = { b = 0 } }, say = "The bias {b} is missing." },
    { gives = { formula = "sum(x)·sum(w)" }, say = "Each input has its own weight." },
]

[[step]]
id = "the-output"
show = ["x", "w", "b", "y"]
set = { x = [1, 1], w = [1, 2], b = 0 }

[[step.question]]
ask = "b goes from 0 to 1. What does y do?"
answer = { read = "y", set = { b = 1 }, against = "y" }
choices = { greater = "It rises", less = "It falls", equal = "It stays" }
explain = "z grows."
hints = ["Is b part of z?"]
wrong = [{ gives = "equal", say = "b is part of z." }]
"""

WriteLesson = Callable[..., Path]


def line_of(file: Path, text: str) -> int:
    """The line from 1 at which ``text`` stands in ``file``, once."""
    lines = [n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if text in line]
    assert len(lines) == 1, f"{text!r} stands at {lines}"
    return lines[0]
