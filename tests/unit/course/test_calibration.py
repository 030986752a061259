"""How sure learners are of their answers, and how often they are right: what is recorded, and what it adds up to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.loader import load_lesson
from tutor.course.record.calibration import (
    Calibration,
    Judged,
    calibration_after,
    calibration_sentences,
    together,
)
from tutor.course.record.event_log import Event
from tutor.course.record.progress import Progress
from tutor.course.session import SURE_AND_WRONG, LessonSession
from tutor.labs.neuron import NeuronLab

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def answer(kind: str = "answer", **details: object) -> Event:
    return Event(kind, "sums", {"step": "the-sum", "question": 0, "attempt": 1, "correct": True, **details}, NOW)


def counted(*events: Event) -> Calibration:
    calibration: Calibration = {}
    for event in events:
        calibration = calibration_after(calibration, event)
    return calibration


def test_it_counts_first_answers_by_what_was_said_of_them() -> None:
    events = [answer(confidence="sure")] * 14 + [answer(confidence="sure", correct=False)] * 6
    events += [
        answer("warm-up answer", confidence="fairly"),
        answer("warm-up answer", confidence="guess", correct=False),
    ]
    calibration = counted(*events)
    assert calibration == {"sure": Judged(20, 14), "fairly": Judged(1, 1), "guess": Judged(1, 0)}
    assert calibration_sentences(calibration) == (
        "Of 20 answers that you were sure of, 14 were right.",
        "The one answer that you were fairly sure of was right.",
        "The one answer that you guessed was wrong.",
    )


@pytest.mark.parametrize(
    "event",
    [
        answer(),
        answer(confidence="sure", attempt=2),
        answer(confidence="certain"),
        answer(confidence=["sure"]),
        answer("skip", confidence="sure"),
        answer("again", confidence="sure"),
    ],
    ids=lambda event: f"{event.kind} {event.details.get('confidence')}",
)
def test_nothing_else_counts(event: Event) -> None:
    assert counted(event) == {}
    assert calibration_sentences(counted(event)) == ()


def test_none_and_one_are_said_in_english() -> None:
    assert calibration_sentences({"guess": Judged(4, 1), "sure": Judged(3, 0)}) == (
        "Of 3 answers that you were sure of, none were right.",
        "Of 4 answers that you guessed, 1 was right.",
    )


def test_lessons_are_added_up() -> None:
    one: Calibration = {"sure": Judged(2, 1), "guess": Judged(1, 0)}
    assert together([one, {}, {"sure": Judged(3, 3)}]) == {"sure": Judged(5, 4), "guess": Judged(1, 0)}


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "state", lambda: NOW, learner=0)


def opened(write_lesson: WriteLesson, progress: Progress) -> LessonSession:
    session = LessonSession(
        load_lesson(write_lesson()), NeuronLab(), journal=progress, progress_before=progress.of_lesson("sums")
    )
    session.open()
    return session


def right(session: LessonSession) -> str:
    value = session.lab.lookup("z")
    assert isinstance(value, float)
    return f"{value:.9g}"


def test_what_was_said_is_recorded_with_the_first_answer_alone(write_lesson: WriteLesson, progress: Progress) -> None:
    session = opened(write_lesson, progress)
    assert session.takes_confidence
    assert session.say_confidence("sure")
    refused = session.answer("no number")
    assert not refused.understood
    assert session.confidence == "sure", "what was not understood was no answer"
    assert session.answer("1e6").message.endswith(f" {SURE_AND_WRONG}")
    assert not session.takes_confidence
    assert not session.say_confidence("guess")
    verdict = session.answer(right(session))
    assert verdict.correct
    assert SURE_AND_WRONG not in verdict.message
    assert progress.of_lesson("sums").calibration == {"sure": Judged(1, 0)}
    answered = progress.of_lesson("sums").question("the-sum", 0).settled
    assert answered is not None
    assert answered.confidence is None
    assert answered.shown_with_confidence == answered.shown


@pytest.mark.parametrize(("turns", "said"), [(1, "sure"), (2, "fairly"), (3, "guess"), (4, None), (5, "sure")])
def test_one_key_goes_round(write_lesson: WriteLesson, progress: Progress, turns: int, said: str | None) -> None:
    session = opened(write_lesson, progress)
    for _ in range(turns):
        assert session.turn_confidence()
    assert session.confidence == said
    assert SURE_AND_WRONG not in session.answer(right(session)).message
    assert progress.of_lesson("sums").calibration == ({} if said is None else {said: Judged(1, 1)})


def test_only_who_was_sure_is_told_of_it(write_lesson: WriteLesson, progress: Progress) -> None:
    session = opened(write_lesson, progress)
    session.say_confidence("fairly")
    assert SURE_AND_WRONG not in session.answer("1e6").message


def test_it_is_kept_with_the_answer(write_lesson: WriteLesson, progress: Progress, tmp_path: Path) -> None:
    session = opened(write_lesson, progress)
    session.say_confidence("fairly")
    session.answer(right(session))
    shown = session.question_state(0).answer
    assert shown is not None
    assert shown.shown_with_confidence == f"{shown.shown} (fairly sure)"
    progress.close()
    later = Progress(tmp_path / "state", lambda: NOW, learner=0).of_lesson("sums")
    kept = later.question("the-sum", 0).settled
    assert kept is not None
    assert kept.shown_with_confidence == shown.shown_with_confidence
    assert later.calibration == {"fairly": Judged(1, 1)}


def test_asked_again_it_may_be_said_again(write_lesson: WriteLesson, progress: Progress) -> None:
    session = opened(write_lesson, progress)
    session.say_confidence("sure")
    session.skip()
    assert progress.of_lesson("sums").calibration == {}
    session.again()
    assert session.takes_confidence
    assert session.confidence is None
    session.say_confidence("guess")
    session.answer(right(session))
    assert progress.of_lesson("sums").calibration == {"guess": Judged(1, 1)}


def test_without_an_open_question_there_is_nothing_to_say(write_lesson: WriteLesson, progress: Progress) -> None:
    session = opened(write_lesson, progress)
    session.skip()
    assert not session.takes_confidence
    assert session.confidence is None
    assert not session.turn_confidence()
