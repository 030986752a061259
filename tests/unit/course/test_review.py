from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from tutor.course.lessons.lesson import LessonSummary, StepOutline
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import Tally, went_well
from tutor.course.record.memory import Memory, Rating
from tutor.course.record.review import reviews
from tutor.course.record.review_items import Item, memory_after, rating_of

START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # a Monday evening
OUTLINE = (StepOutline("a", 2), StepOutline("turn", 0, 2))
SUMMARY = LessonSummary("neuron", 3, "The neuron", "Sums.", OUTLINE, Path())


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def event(kind: str, days: float, lesson: str = "neuron", **details: object) -> Event:
    return Event(kind, lesson, details, day(days))


def asked(days: float, kind: str = "answer", **details: object) -> Event:
    """Something that happened with the first question of the step ``a`` in a warm-up."""
    plain: dict[str, object] = {"step": "a", "question": 0}
    if kind == "answer":
        plain |= {"correct": True, "attempt": 1, "hints": 0}
    return event(f"warm-up {kind}", days, **(plain | details))


def ratings(*events: Event) -> list[Rating | None]:
    return [None if (found := rating_of(one)) is None else found[1] for one in events]


def memories(*events: Event) -> dict[Item, Memory]:
    found: dict[Item, Memory] = {}
    for one in events:
        rated = rating_of(one)
        if rated is not None:
            found[rated[0]] = memory_after(found.get(rated[0]), one, rated[1])
    return found


def due(*events: Event) -> date:
    return reviews(memories(*events), [SUMMARY])["neuron"].due(UTC)


def test_how_an_answer_went() -> None:
    right, wrong = asked(0), asked(0, correct=False)
    assert ratings(right, wrong, asked(0, "skip", attempt=0)) == [Rating.GOOD, Rating.AGAIN, Rating.AGAIN]
    assert ratings(asked(0, hints=1), asked(0, confidence="guess")) == [Rating.HARD, Rating.HARD]
    # After the verdict, or after a wrong try, nothing more is shown.
    assert ratings(asked(0, attempt=2), asked(0, "skip", attempt=1), asked(0, "hint"), event("visit", 0)) == [None] * 4


def test_how_a_goal_and_an_exercise_went() -> None:
    goal = {"step": "turn", "goal": 1, "hint": False, "solution": False}
    assert ratings(event("goal", 0, **goal), event("goal", 0, **{**goal, "hint": True})) == [Rating.GOOD, Rating.HARD]
    assert ratings(event("warm-up goal", 0, **{**goal, "solution": True})) == [Rating.AGAIN]
    written = {"form": "write", "verdict": "right", "bugs": []}
    found = rating_of(event("check", 0, "exercise:softmax", **written))
    assert found == (Item("exercise:softmax", "exercise"), Rating.GOOD)
    assert found[0].exercise == "softmax"
    assert ratings(event("check", 0, "exercise:softmax", **{**written, "verdict": "bug"})) == [Rating.AGAIN]
    assert ratings(event("check", 0, "exercise:softmax", **{**written, "form": "find"})) == [None]


def test_nothing_is_due_of_a_lesson_of_which_nothing_was_answered() -> None:
    assert reviews(memories(event("visit", 0), event("finished", 0)), [SUMMARY]) == {}


def test_the_gaps_are_those_of_fsrs() -> None:
    """The dates are those of py-fsrs."""
    assert due(asked(0)) == date(2026, 3, 4)
    assert due(asked(0), asked(2)) == date(2026, 3, 15)
    assert due(asked(0), asked(2), asked(13)) == date(2026, 4, 30)


def test_what_was_wrong_or_skipped_comes_back_the_next_day() -> None:
    assert due(asked(0, correct=False)) == date(2026, 3, 3)
    assert due(asked(0, "skip", attempt=0)) == date(2026, 3, 3)
    assert due(asked(0), asked(2), asked(13, correct=False)) <= date(2026, 3, 18)


def test_the_first_of_its_questions_makes_a_lesson_due() -> None:
    second = asked(0, question=1, correct=False)
    assert due(asked(0), second) == date(2026, 3, 3)
    assert due(asked(0), second, asked(1, question=1)) == date(2026, 3, 4)


def test_days_count_and_not_hours() -> None:
    found = reviews(memories(asked(0, correct=False)), [SUMMARY])["neuron"]
    assert not found.is_due(datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    assert found.is_due(datetime(2026, 3, 3, 0, 1, tzinfo=UTC))
    # Where it was Tuesday already when it was asked, Tuesday is not yet one day later.
    east = timezone(timedelta(hours=8))
    assert not found.is_due(datetime(2026, 3, 3, 23, 0, tzinfo=east))
    assert found.is_due(datetime(2026, 3, 4, 1, 0, tzinfo=east))


def test_what_the_lesson_has_no_longer_is_left_out() -> None:
    gone = asked(0, step="gone"), asked(0, question=2), event("goal", 0, step="turn", goal=2)
    assert reviews(memories(*gone), [SUMMARY]) == {}


def test_sure_and_wrong_is_remembered_until_it_goes_well() -> None:
    (item,) = memories(asked(0))
    sure = asked(1, correct=False, confidence="sure")
    assert not memories(asked(0))[item].sure_and_wrong
    assert memories(asked(0), sure)[item].sure_and_wrong
    assert not memories(asked(0), sure, asked(2))[item].sure_and_wrong
    assert not memories(asked(0, confidence="sure"))[item].sure_and_wrong


# Questions


def question(*events: Event) -> tuple[object, ...]:
    tally = Tally()
    for one in events:
        tally.add(one)
    q = tally.total().question("a", 0)
    return q.tries, q.wrong, q.hints, q.skips, q.right, q.first_try, q.trouble


def lesson(kind: str, **details: object) -> Event:
    warm = asked(0, kind, **details)
    return Event(kind, warm.lesson, warm.details, warm.at)


def test_a_question_right_at_the_first_try() -> None:
    assert question(lesson("answer")) == (1, 0, 0, 0, True, True, 0)
    assert question(lesson("answer"), lesson("answer", correct=False)) == (2, 1, 0, 0, True, True, 1)


def test_a_question_right_after_a_wrong_try_or_a_hint() -> None:
    wrong = lesson("answer", correct=False)
    assert question(wrong, lesson("answer", attempt=2)) == (2, 1, 0, 0, True, False, 1)
    assert question(lesson("hint"), lesson("answer", hints=1)) == (1, 0, 1, 0, True, False, 1)
    assert question(lesson("skip")) == (0, 0, 0, 1, False, False, 1)


def test_trouble_is_over_when_it_goes_well_the_next_time() -> None:
    wrong = lesson("answer", correct=False)
    assert question(wrong, wrong, lesson("hint"), asked(3)) == (3, 2, 1, 0, True, False, 0)
    assert question(wrong, asked(3, hints=1))[-1] == 1


def test_what_is_no_answer_of_a_question_is_left_out() -> None:
    assert question(event("answer", 0), event("hint", 0, step=3, question="x"), event("step", 0, step="a")) == (
        0, 0, 0, 0, False, False, 0,
    )  # fmt: skip
    assert not went_well(event("visit", 0))
