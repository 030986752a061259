"""What a random learner does, as data: the same for the same seed, so that a failure can be seen again."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass

KEYS = (
    # q and ctrl+q leave; they would only end the run early.
    *string.ascii_letters.replace("q", ""), *string.digits,
    *"+-.,:;/?!()[]{}<>=*'\"\\|~^&%$#@_ ", "enter", "escape", "tab", "shift+tab",
    "backspace", "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left", "right", "shift+up",
    "shift+down", "ctrl+left", "ctrl+right", *(f"f{n}" for n in range(1, 13)),
    *(f"ctrl+{letter}" for letter in "abcdefghijklmnoprstuvwxyz"),
)  # fmt: skip
# What leads somewhere is pressed more often than its share.
LEADING = (
    "enter", "enter", "tab", "tab", "n", "b", "f", "x", "t", "c", "v", "s", "h", "g", "up", "down", "left", "right",
    "space", "escape", "slash", "p", "o", "e", "r", "1", "2", "question_mark",
)  # fmt: skip
SIZES = ((80, 24), (120, 40), (60, 16), (59, 15), (20, 5), (300, 100), (80, 10), (30, 60), (61, 17), (200, 17))
TEXTS = (
    "0.5", "1e309", "-1", "nan", "inf", "１２", "σ′", "数", "e\u0301", "[/]", "[@click=app.quit]x", "\x1b[31m", "",
    "9" * 400, "why y", "\u202eabc", "a\nb\nc",
)  # fmt: skip


@dataclass(frozen=True)
class Press:
    """A key."""

    key: str


@dataclass(frozen=True)
class Point:
    """The mouse, at a share of the window's width and height: ``down``, ``up``, ``move`` or a scroll."""

    what: str
    across: float
    along: float


@dataclass(frozen=True)
class Resize:
    """The window gets another size."""

    columns: int
    rows: int


@dataclass(frozen=True)
class Paste:
    """A text is pasted."""

    text: str


@dataclass(frozen=True)
class Open:
    """A lesson is opened at a step, given as shares of what there is: every lab gets its turn."""

    lesson: float
    step: float


Event = Press | Point | Resize | Paste | Open


def random_events(seed: int, count: int) -> Sequence[Event]:
    """``count`` events; the first opens a lesson, so that seeds one after the other go through all of them."""
    chance = random.Random(seed)
    events: list[Event] = [Open(chance.random(), chance.random())]
    while len(events) < count:
        events.append(_one(chance))
    return events


def _one(chance: random.Random) -> Event:
    draw = chance.random()
    if draw < 0.45:
        return Press(chance.choice(LEADING))
    if draw < 0.75:
        return Press(chance.choice(KEYS))
    if draw < 0.9:
        what = chance.choice(("down", "up", "move", "move", "scroll_up", "scroll_down"))
        return Point(what, chance.uniform(-0.05, 1.05), chance.uniform(-0.05, 1.05))
    if draw < 0.94:
        return Resize(*chance.choice(SIZES))
    if draw < 0.98:
        return Paste(chance.choice(TEXTS))
    return Open(chance.random(), chance.random())
