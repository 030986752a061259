"""What a curve says at a place of its axis: the same words on the screen and on the plain face."""

from __future__ import annotations

import math

import pytest

from tests.unit.course.test_commands import do
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.course.words.curve_reading import places_to_read, read_line, reading_text, value_text
from tutor.labs.activations import ActivationsLab
from tutor.labs.gradient_descent import GradientDescentLab
from tutor.labs.kit.readouts import Curve, Series
from tutor.resources import lessons_folder

EPOCHS = (1.0, 2.0, 4.0)
TRAINING = Series("training", EPOCHS, (0.5, 0.4312, 0.25))
HELD_OUT = Series("held out", (2.0, 4.0), (0.512, 0.3))
BEFORE = Series("run before", (0.0, 9.0), (1.0, 0.1), "ghost")


def curve(*series: Series, y_label: str = "") -> Curve:
    return Curve("loss_curve", "loss", "epoch", series, y_label=y_label)


def test_a_reading_names_the_place_and_each_line() -> None:
    assert reading_text(curve(TRAINING, HELD_OUT), 2.0) == "epoch 2: training 0.4312, held out 0.5120"
    assert reading_text(curve(TRAINING), 4.0) == "epoch 4: 0.2500"


def test_between_points_and_beyond_them() -> None:
    # Halfway from 0.4312 to 0.25, and the line of held-out rows begins at 2.
    assert reading_text(curve(TRAINING, HELD_OUT), 3.0) == "epoch 3: training ≈ 0.3406, held out ≈ 0.4060"
    assert reading_text(curve(TRAINING, HELD_OUT), 1.0) == "epoch 1: training 0.5000, held out –"
    assert read_line(Series("none", (), ()), 1.0).value is None


def test_a_line_drawn_from_right_to_left_reads_the_same() -> None:
    back = Series("step", (6.0, 2.0), (9.0, 1.0))
    assert read_line(back, 3.0).value == pytest.approx(3.0)
    assert read_line(back, 6.0).value == 9.0


def test_places_are_the_points_of_the_lines_that_make_the_axis() -> None:
    assert places_to_read(curve(TRAINING, HELD_OUT, BEFORE)) == EPOCHS
    # A rounding is no place of its own, nor is a point without a value.
    shifted = Series("s", (1.0 + 1e-12, 2.0, 3.0), (1.0, 1.0, math.nan))
    assert places_to_read(curve(TRAINING, shifted)) == EPOCHS
    assert places_to_read(curve(TRAINING, y_label="up")) == ()
    assert places_to_read(curve()) == ()


@pytest.mark.parametrize(
    ("value", "text"), [(0.43121, "0.4312"), (-12.5, "−12.5000"), (3.21e-7, "3.21e−7"), (0.0, "0.0000"), (4e9, "4e9")]
)
def test_small_and_large_values_keep_their_digits(value: float, text: str) -> None:
    assert value_text(value) == text


@pytest.fixture
def race() -> LessonSession:
    session = LessonSession(load_lesson(lessons_folder() / "09_gradient_descent"), GradientDescentLab())
    session.open()
    session.jump("a-race")
    return session


def said(session: LessonSession, line: str) -> str:
    return " ".join(" ".join(do(session, line).lines).split())


def test_show_at_reads_a_curve(race: LessonSession) -> None:
    assert "covered until you answer" in said(race, "show losses at 3")
    do(race, "skip")
    for line in ("set surface bowl", "set start -2.5 1", "set learning_rate 0.1", "set steps 20", "set race one"):
        assert do(race, line).ok
    # 0.9 of each weight, step by step.
    loss = 0.5 * (2.5**2 + 1) * 0.9**6
    assert said(race, "show losses at 3") == f"loss (losses), step 3: {loss:.4f}"
    assert said(race, "show losses at 6/2") == f"loss (losses), step 3: {loss:.4f}"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("show losses at 99", "losses goes from step 0 to 20"),
        ("show losses at here", "'here' is no number"),
        ("show leader at 3", "leader is no curve"),
        ("show nothing at 3", "there is no curve 'nothing'"),
    ],
)
def test_where_there_is_nothing_to_read(race: LessonSession, line: str, part: str) -> None:
    do(race, "skip")
    do(race, "set steps 20")
    reply = do(race, line)
    assert not reply.ok
    assert part in " ".join(reply.lines)


def test_no_curve_is_read_while_a_question_asks_for_a_number() -> None:
    """The curve of the step is seen, but for its mark; between the points beside it would stand the answer."""
    session = LessonSession(load_lesson(lessons_folder() / "04_activations"), ActivationsLab())
    session.open()
    session.jump("the-slope")
    assert "slope_curve" in session.step.show
    assert "answered or skipped" in said(session, "show slope_curve at -1")
    while session.question is not None:
        do(session, "skip")
    # σ(−1)·(1 − σ(−1))
    output = 1 / (1 + math.e)
    assert f"z −1: {output * (1 - output):.4f}" in said(session, "show slope_curve at -1")
