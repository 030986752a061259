"""A lesson on the neuron lab with three goals, and the sessions and journals to try it with."""

from __future__ import annotations

from pathlib import Path

from tutor.course.lessons.loader import load_lesson
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.session import LessonSession
from tutor.labs.neuron import NeuronLab

TOML = """\
id = "aims"
number = 5
title = "Aims"
summary = "What a neuron can be made to do."
lab = "neuron"

[[step]]
id = "your-turn"
show = ["x", "w", "b", "activation", "z", "y"]
set = { x = [1, 1], w = [1, 1], b = 0, activation = "sigmoid" }

[[step.goal]]
say = "Make z, now {z}, exactly −3."
when = { read = "z", is = -3 }
hint = "The weighted sum is {weighted_sum}."
solution = { set = { b = -5 } }

[[step.goal]]
say = "AND."
when = [
    { read = "y", set = { x = [1, 1] }, above = 0.5 },
    { read = "y", set = { x = [1, 0] }, below = 0.5 },
    { read = "y", set = { x = [0, 1] }, below = 0.5 },
    { read = "y", set = { x = [0, 0] }, below = 0.5 },
]
hint = "Both together."
solution = { set = { w = [6, 6], b = -9 } }

[[step]]
id = "look"
show = ["y"]
"""
MARKDOWN = "# Aims\n\n## Your turn\n\nReach them.\n\n## Look\n\nHere it is.\n"


class Noted:
    """A journal that lists what it is told."""

    def __init__(self) -> None:
        self.goals: list[dict[str, object]] = []

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note what is said of goals."""
        if kind == "goal":
            self.goals.append({"lesson": lesson, **details})

    def save_lab(self, lesson: str, state: object) -> None:
        """Keep nothing."""


def write_goals(folder: Path, *changes: tuple[str, str]) -> Path:
    """The lesson in ``folder``, with ``(old, new)`` changes to its TOML."""
    toml = TOML
    for old, new in changes:
        assert toml.count(old) == 1, f"{old!r} stands {toml.count(old)} times in the lesson"
        toml = toml.replace(old, new)
    place = folder / "05_aims"
    place.mkdir(parents=True)
    (place / "lesson.toml").write_text(toml, encoding="utf-8")
    (place / "lesson.md").write_text(MARKDOWN, encoding="utf-8")
    (place / "lesson.walk").write_text("open aims\n", encoding="utf-8")
    return place


def goal_session(
    folder: Path, journal: Journal | None = None, reached: frozenset[tuple[str, int]] = frozenset()
) -> tuple[LessonSession, Noted]:
    """A session at the step with the goals, and the journal that it has where none is given."""
    noted = Noted()
    session = LessonSession(
        load_lesson(write_goals(folder)),
        NeuronLab(),
        journal=journal or noted,
        progress_before=LessonProgress(goals=dict.fromkeys(reached)),
    )
    session.open(0)
    return session, noted
