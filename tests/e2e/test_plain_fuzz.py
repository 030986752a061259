"""Whatever is typed at the plain face, in any lesson: a sentence, never a fault, and nothing a terminal would obey."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.e2e.plain_learner import Learner, Typed, another, typed
from tests.e2e.test_every_lesson_in_plain import LESSONS, check_plain
from tutor.course.commands import WORDS
from tutor.plain.help import LESSON_WORDS

LINES = int(os.environ.get("DL_TUTOR_PLAIN_LINES", "35"))
"""How many are typed in each lesson."""
GARBAGE = (
    "", " ", "\x1b[2J", "\x00", "1e999", "-", "nan", "9" * 70, "[", "]", "x[", "x[[0]]", "[0]", "a" * 5000, "½", "١",
    "\u202e3", "{b}", "[red]3[/]", "1/0", "50 %", "0,5", "−3", "set", "set [0] 1", "why []", "open 99", "step 0",
    "step -1", "step \u0661", "search [", "search \\", "glossary \x1b", "describe [0]", "draw x", "warm-up", "leave",
    "progress", "lessons", "help", "steps", "code", "other", "wait", "tensorflow", "press \x07", "hint hint",
    "exercises", "exercises all", "exercise", "exercise \x1b", "exercise nobody",
)  # fmt: skip
# A training of thousands of epochs is nobody's test.
SLOW = {"epochs", "train", "try_seeds", "finish", "rows", "network", "masks", "engine", "play", "epoch"}


def anything(learner: Learner, chance: random.Random) -> Typed:
    for _ in range(LINES):
        lab = learner.session.lab
        controls = [control for control in lab.value_controls() if control.name not in SLOW]
        control = chance.choice(controls)
        name = chance.choice((*lab.readout_names(), *(control.name for control in controls)))
        path = name + "".join(f"[{chance.choice(('0', '1', '2', '-1', '99', 'plus', 'x', ''))}]" for _ in range(2))
        action = chance.choice([action for action in lab.actions() if action.name not in SLOW] or [None])
        word = chance.choice((*WORDS, *LESSON_WORDS))
        yield chance.choice(
            (
                chance.choice(GARBAGE),
                chance.choice("nbhsxcfv1234abcd"),
                f"{chance.choice(('why', 'show', 'describe'))} {chance.choice((name, path))}",
                f"set {control.name} {typed(control, another(control, lab.get(control.name)))}",
                f"set {path} {chance.choice(('1', '0', '-1', 'x', '1 2'))}",
                f"press {action.name}" if action is not None else "press",
                f"{word} {chance.choice(('', name, path, '1'))}" if word not in ("press", "set") else word,
                f"draw {name} {chance.choice(('0 0', '1 1 2 2', '0', '-1 3', '99 99', '0.5 1'))}",
                chance.choice(("next", "back", "skip", "hint", f"step {chance.randint(1, 15)}", "3.5", "1")),
            )
        )


@pytest.mark.parametrize("lesson", LESSONS)
def test_anything_typed(lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(f"plain {lesson}")
    learner = Learner(lambda one: anything(one, chance))
    status = learner.learn(lesson, tmp_path, monkeypatch)
    faults = "\n".join(log.read_text() for log in tmp_path.glob("crash-*.log"))
    assert (status, faults) == (0, ""), learner.lines[-3:]
    assert len(learner.lines) == LINES
    check_plain(learner.output)
