"""A goal's solution carried out: on the lab as its step opens, and taken back by one undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.course.test_undo import everything
from tutor.course.commands import Reply, apply, parse_command
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.labs.shapes.lab import ShapesLab
from tutor.training.turns import Turns

TOML = """\
id = "trained"
number = 5
title = "Trained"
summary = "A network with a goal."
lab = "shapes"

[[step]]
id = "your-turn"
show = ["drawing", "shape", "teach", "reset", "train", "epochs", "pace", "status", "epochs_done"]
set = { epochs = 4, pace = "watch", seed = 1 }
press = ["reset", "load"]

[[step.goal]]
say = "Teach it a drawing of one pixel, and train to epoch 4."
when = [{ read = "epochs_done", is = 4 }, { read = "training_rows", is = 6 }, { read = "learning_rate", is = 0.01 }]
hint = "Teach, then train."
solution = { set = { pace = "full", shape = "bar", drawing = PIXEL }, press = ["teach", "reset", "train"] }

[[step.goal]]
say = "Train to epoch 2."
when = { read = "status", is = "trained for 2 epochs" }
hint = "Fewer epochs."
solution = { set = { epochs = 2 }, press = ["train"] }
"""
PIXEL = str(np.eye(25)[12].reshape(5, 5).astype(int).tolist())


@pytest.fixture
def session(tmp_path: Path) -> LessonSession:
    """At the step with the goals, on a network that the learner has trained and taught a drawing."""
    (tmp_path / "lesson.toml").write_text(TOML.replace("PIXEL", PIXEL), encoding="utf-8")
    (tmp_path / "lesson.md").write_text("# Trained\n\n## Your turn\n\nReach them.\n", encoding="utf-8")
    session = LessonSession(load_lesson(tmp_path), ShapesLab())
    session.open(0)
    typed(session, "press invert", "press teach", "set epochs 3", "set learning_rate 0.5", "press epoch", "press step")
    return session


def typed(session: LessonSession, *lines: str) -> list[Reply]:
    return [apply(parse_command(line), session) for line in lines]


def test_one_undo_takes_all_of_a_solution_back(session: LessonSession) -> None:
    before = everything(session.lab)
    *_, done = typed(session, "skip", "skip")
    assert done.discarded == "your own lab"
    after = everything(session.lab)
    assert after != before
    (undone,) = typed(session, "undo")
    assert undone.lines == ("Undone. You have your own lab back.",)
    assert everything(session.lab) == before
    typed(session, "redo")
    assert everything(session.lab) == after
    # Training goes on from what came back.
    typed(session, "undo", "press train")
    assert session.lab.lookup("status") == "trained for 3 epochs"


def test_a_solution_that_the_lab_refuses_leaves_the_lab_alone(
    session: LessonSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, press = everything(session.lab), session.lab.press

    def refusing(name: str) -> str:
        return session.lab.get("no such control") if name == "train" else press(name)  # type: ignore[return-value]

    monkeypatch.setattr(session.lab, "press", refusing)
    _, refused = typed(session, "skip", "skip")
    assert (refused.ok, refused.discarded) == (False, "")
    assert everything(session.lab) == before


def test_a_solution_begins_on_the_lab_as_its_step_opens(session: LessonSession) -> None:
    # The learner's own rate, epochs and taught drawing are in its way otherwise.
    typed(session, "skip", "skip")
    assert session.goals.look(session.step) == (0,)
    assert session.missed_by_solution() == ""
    lab = session.lab
    assert [lab.get(name) for name in ("epochs", "learning_rate", "seed", "pace")] == [4, 0.01, 1, "full"]
    assert lab.lookup("training_rows") == 6


@pytest.mark.parametrize("lines", [(), ("undo",)])
def test_where_a_solution_does_not_reach_its_goal_it_is_said_once(
    session: LessonSession, lines: tuple[str, ...]
) -> None:
    typed(session, "press forget", "skip", "skip")
    session.goals.look(session.step)
    typed(session, "skip", "skip")
    # As where the learner stops the training, or an engine trains otherwise.
    session.lab.press("reset")
    typed(session, *lines)
    session.goals.look(session.step)
    expected = "" if lines else "The solution was carried out, but goal 2 is not reached."
    assert session.missed_by_solution() == expected
    assert session.missed_by_solution() == ""


def test_nothing_is_said_of_the_goal_while_the_solution_trains(session: LessonSession) -> None:
    turns = LessonSession(session.lesson, ShapesLab(Turns().start_run))
    turns.open(0)
    typed(turns, "skip", "skip")
    assert turns.lab.busy
    turns.goals.look(turns.step)
    assert turns.missed_by_solution() == ""
    typed(turns, "press pause")
    turns.goals.look(turns.step)
    assert turns.missed_by_solution().endswith("goal 1 is not reached.")
