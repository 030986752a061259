from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import Tally, went_well
from tutor.course.record.review import LONGEST_GAP, Review, reviews

START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # a Monday evening


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


def due(*events: Event) -> date:
    return reviews(events)["neuron"].due(UTC)


def test_nothing_is_due_of_a_lesson_that_was_never_finished() -> None:
    assert reviews([event("visit", 0), event("step", 0, step="a", position=0), asked(1)]) == {}


def test_what_goes_well_comes_back_one_three_and_seven_days_after_the_end() -> None:
    events = [event("finished", 0)]
    assert due(*events) == date(2026, 3, 3)
    events.append(asked(1))
    assert due(*events) == date(2026, 3, 5)
    events.append(asked(3))
    assert due(*events) == date(2026, 3, 9)
    events.append(asked(7))
    assert due(*events) == date(2026, 3, 17)


def test_days_count_and_not_hours() -> None:
    found = reviews([event("finished", 0)])["neuron"]
    assert not found.is_due(datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    assert found.is_due(datetime(2026, 3, 3, 0, 1, tzinfo=UTC))
    # Where it was Tuesday already when the lesson ended, Tuesday is not yet one day later.
    east = timezone(timedelta(hours=8))
    assert not found.is_due(datetime(2026, 3, 3, 23, 0, tzinfo=east))
    assert found.is_due(datetime(2026, 3, 4, 1, 0, tzinfo=east))


@pytest.mark.parametrize(
    "missed",
    [
        [asked(7, correct=False)],
        [asked(7, "hint")],
        [asked(7, "skip")],
        [asked(7, correct=False), asked(7, attempt=2)],
        [asked(7, "hint"), asked(7, hints=1)],
    ],
)
def test_what_was_missed_comes_back_the_next_day(missed: list[Event]) -> None:
    events = [event("finished", 0), asked(1), asked(3), *missed]
    assert due(*events) == date(2026, 3, 10)
    assert due(*events, asked(8)) == date(2026, 3, 12), "and begins again with short gaps"


def test_an_answer_in_the_lesson_itself_moves_nothing() -> None:
    again = event("answer", 5, step="a", question=0, correct=False, attempt=1, hints=0)
    assert due(event("finished", 0), again, event("visit", 5)) == date(2026, 3, 3)


def test_finishing_once_more_counts_from_then_with_the_gap_reached() -> None:
    found = reviews([event("finished", 0), asked(1), event("finished", 2)])["neuron"]
    assert found == Review(day(2), day(2), 2)


def test_no_gap_is_longer_than_the_longest() -> None:
    events = [event("finished", 0), *(asked(n) for n in range(1, 20))]
    assert reviews(events)["neuron"].gap == LONGEST_GAP


def test_each_lesson_has_its_own_schedule() -> None:
    found = reviews([event("finished", 0), event("finished", 4, lesson="softmax"), asked(1)])
    assert {lesson: review.due(UTC) for lesson, review in found.items()} == {
        "neuron": date(2026, 3, 5), "softmax": date(2026, 3, 7),
    }  # fmt: skip


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
