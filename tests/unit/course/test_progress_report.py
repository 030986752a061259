from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tutor.course.lessons.lesson import LessonSummary, StepOutline
from tutor.course.lessons.step_texts import StepText
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import LessonProgress, Tally
from tutor.course.record.memory import Rating, first_memory
from tutor.course.record.progress_report import report
from tutor.course.record.review import Review
from tutor.course.record.step_states import StepState, goal_state, lesson_state

OUTLINE = (StepOutline("a", 1), StepOutline("b", 2), StepOutline("c", 1))
SUMMARY = LessonSummary("sums", 3, "Sums", "What a neuron adds up.", OUTLINE, Path())
STEPS = (StepText("a", "The sum", ""), StepText("b", "The bias", ""), StepText("c", "The end", ""))
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


def standing(*happened: tuple[str, str, int, bool]) -> LessonProgress:
    """From kind, step, question and whether it was right."""
    tally = Tally()
    for kind, step, question, correct in happened:
        tally.add(Event(kind, "sums", {"step": step, "question": question, "position": 0, "correct": correct}, NOW))
    return tally.total()


def test_nothing_to_tell_of_a_lesson_that_was_not_begun() -> None:
    found = report(SUMMARY, LessonProgress(), None, STEPS)
    assert (found.begun, found.sentences(NOW), found.hard) == (False, ("Not begun.",), ())


def test_questions_are_counted_by_how_they_went() -> None:
    found = report(
        SUMMARY,
        standing(
            ("step", "a", 0, True),
            ("answer", "a", 0, True),
            ("step", "b", 0, True),
            ("answer", "b", 0, False), ("answer", "b", 0, False), ("answer", "b", 0, True),
            ("hint", "b", 1, False), ("answer", "b", 1, True),
            ("skip", "c", 0, False),
            ("answer", "of an earlier edition", 0, False),
        ),
        Review((first_memory(Rating.AGAIN, NOW),)),
        STEPS,
    )  # fmt: skip
    assert found.sentences(NOW) == (
        "Steps seen: 2 of 3.",
        "Questions: 1 right at the first try, 2 after hints or wrong tries, 1 open or skipped.",
        "Together 2 wrong tries and 1 hint.",
        "Warm-up: due tomorrow.",
    )
    assert [(hard.position, hard.words()) for hard in found.hard] == [
        (1, "The bias, question 1: 2 wrong tries"),
        (1, "The bias, question 2: 1 hint"),
        (2, "The end: 1 skip"),
    ]


def test_questions_that_were_never_tried_are_open() -> None:
    found = report(SUMMARY, standing(("step", "a", 0, True), ("answer", "a", 0, True)), None, STEPS)
    assert found.sentences(NOW)[1] == (
        "Questions: 1 right at the first try, 0 after hints or wrong tries, 3 open or skipped."
    )
    assert found.first_try + found.with_help + found.left == 4 == found.state.questions
    unread = report(SUMMARY, standing(("answer", "a", 0, True)), None, ())
    assert (unread.first_try, unread.left) == (1, 3), "counted by the outline, whether or not the texts can be read"


@pytest.mark.parametrize(
    ("rating", "ago", "words"),
    [
        (Rating.AGAIN, 0, "due tomorrow"), (Rating.AGAIN, 1, "due today"), (Rating.AGAIN, 9, "due today"),
        (Rating.GOOD, 0, "due in 2 days"), (Rating.EASY, 1, "due in 7 days"), (Rating.EASY, 0, "due on 28 Mar"),
    ],
)  # fmt: skip
def test_when_it_is_due_in_words(rating: Rating, ago: int, words: str) -> None:
    """2.3 days after a first good answer, 8.3 after an easy one."""
    later = first_memory(Rating.EASY, NOW + timedelta(days=30))
    assert Review((later, first_memory(rating, NOW - timedelta(days=ago)))).due_words(NOW) == words


def test_goals_count_as_what_a_step_asks() -> None:
    outline = (StepOutline("a", 1), StepOutline("turn", 0, 3))
    tally = Tally()
    for kind, details in (
        ("step", {"step": "a", "position": 0}),
        ("answer", {"step": "a", "question": 0, "correct": True}),
        ("step", {"step": "turn", "position": 1}),
        ("goal", {"step": "turn", "goal": 0, "hint": False, "solution": False}),
        ("goal", {"step": "turn", "goal": 1, "hint": True, "solution": False}),
    ):
        tally.add(Event(kind, "l", details, NOW))
    state = lesson_state(outline, tally.total())
    assert state.steps == (StepState.RIGHT_AT_FIRST, StepState.OPEN)
    assert (state.done, state.words()) == (False, "1 goal open")
    tally.add(Event("goal", "l", {"step": "turn", "goal": 2, "hint": True, "solution": True}, NOW))
    state = lesson_state(outline, tally.total())
    assert state.steps[1] is StepState.SKIPPED
    assert state.done
    # What was reached once stays as it was reached.
    tally.add(Event("goal", "l", {"step": "turn", "goal": 0, "hint": False, "solution": True}, NOW))
    assert goal_state(tally.total(), ("turn", 0)) is StepState.RIGHT_AT_FIRST
    assert goal_state(tally.total(), ("turn", 1)) is StepState.RIGHT_LATER
