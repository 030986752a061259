"""A line of the language leads back to a moment of a run, as the cursor on its curve does on the screen."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.course.test_commands import do
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.labs.kit.readouts import Curve
from tutor.labs.overfitting import OverfittingLab
from tutor.resources import lessons_folder


@pytest.fixture
def session() -> LessonSession:
    session = LessonSession(load_lesson(lessons_folder() / "12_overfitting"), OverfittingLab())
    session.open()
    assert do(session, "step too-long-overfitting").ok
    return session


def weights(session: LessonSession) -> np.ndarray:
    return session.lab._training.checkpoint().engine.theta.copy()  # type: ignore[attr-defined]


def train(session: LessonSession, epochs: int) -> None:
    for _ in range(epochs):
        assert do(session, "press epoch").ok


def answered(session: LessonSession) -> None:
    # The step has two questions.
    for line in ("skip", "next", "skip"):
        assert do(session, line).ok
    assert not session.covered


def test_the_moment_is_the_one_that_was(session: LessonSession) -> None:
    answered(session)
    do(session, "press reset")
    train(session, 4)
    then = weights(session)
    train(session, 6)
    end = weights(session)
    assert do(session, "rewind loss_curve at 4").ok
    np.testing.assert_array_equal(weights(session), then)
    curve = session.lab.read("loss_curve")
    assert isinstance(curve, Curve)
    assert max(curve.series[0].xs) == 4
    # The run as it was stays as a line, and on that line its end is found again.
    assert do(session, "rewind loss_curve at 10").ok
    np.testing.assert_array_equal(weights(session), end)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("rewind loss_curve at 99", "goes from epoch 1 to 3"),
        ("rewind loss_curve at here", "'here' is no number"),
        ("rewind loss_curve to 2", "Usage: rewind CURVE at PLACE"),
        ("rewind nothing at 2", "there is no curve 'nothing'"),
        ("rewind parameters at 2", "is no curve"),
    ],
)
def test_where_there_is_no_moment(session: LessonSession, line: str, part: str) -> None:
    answered(session)
    do(session, "press reset")
    train(session, 3)
    before = weights(session)
    reply = do(session, line)
    assert not reply.ok
    assert part in " ".join(reply.lines)
    np.testing.assert_array_equal(weights(session), before)


def test_a_question_keeps_the_moments_back(session: LessonSession) -> None:
    do(session, "press reset")
    train(session, 3)
    before = weights(session)
    assert session.covered
    assert not do(session, "rewind loss_curve at 2").ok
    np.testing.assert_array_equal(weights(session), before)
