from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.done_lesson import finish
from tests.unit.course.lesson_files import MARKDOWN, TOML, WriteLesson
from tutor.course.lessons.loader import read_summaries, read_summary
from tutor.course.questions.checking import right_answer
from tutor.course.record.choosing import WEEKS_TO_COME, gain, in_order
from tutor.course.record.lesson_progress import QuestionProgress
from tutor.course.record.memory import Memory, Rating, first_memory, rated
from tutor.course.record.progress import Progress
from tutor.course.record.review_items import Item
from tutor.course.record.warm_up import (
    PLAN_USAGE,
    change_plan,
    choose_a_day,
    choose_exam,
    due_exercises,
    exam,
    questions_a_day,
)
from tutor.course.record.warm_up_question import WarmUpQuestion, question_of_item, warm_up_questions
from tutor.labs.neuron import NeuronLab

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def progress(tmp_path: Path, clock: Clock) -> Progress:
    return Progress(tmp_path / "state", clock)


# Which


def met(days_ago: int, rating: Rating = Rating.GOOD, sure: bool = False) -> Memory:
    return dataclasses.replace(first_memory(rating, NOW - timedelta(days=days_ago)), sure_and_wrong=sure)


def order(memories: dict[str, Memory], exam: date | None = None) -> tuple[str, ...]:
    """Names such as ``l1 a``: those with the same first word are siblings."""
    return in_order(memories, NOW, lambda name: name.split()[0], exam)


def test_nothing_is_due_on_the_day_it_was_met() -> None:
    assert order({"l1": met(0, Rating.AGAIN)}) == ()
    assert order({"l1": met(1, Rating.AGAIN)}) == ("l1",)


def test_what_went_well_waits_until_its_recall_has_fallen() -> None:
    # 2.3 days after a first good answer nine in ten are recalled.
    assert order({"l1": met(1)}) == ()
    assert order({"l1": met(2)}) == ("l1",)


def test_what_an_asking_helps_most_comes_first() -> None:
    memories = {"l1": met(2, Rating.EASY), "l2": met(40), "l3": met(3), "l4": met(3, Rating.AGAIN)}
    gains = {name: gain(memory, NOW) for name, memory in memories.items()}
    found = order(memories)
    assert set(found) == {"l2", "l3", "l4"}, "an easy one is not due yet"
    assert list(found) == sorted(found, key=lambda name: -gains[name])


def test_a_gain_is_what_asking_adds_to_the_mean_recall_of_the_weeks_to_come() -> None:
    """By hand: recalled with the probability of now, the stability grows; else it shrinks."""
    memory, now = met(3), NOW
    known = memory.recall(3)
    right, wrong = rated(memory, Rating.GOOD, now, UTC), rated(memory, Rating.AGAIN, now, UTC)
    asked = [known * right.recall(day) + (1 - known) * wrong.recall(day) for day in WEEKS_TO_COME]
    left = [memory.recall(3 + day) for day in WEEKS_TO_COME]
    assert gain(memory, now) == pytest.approx((sum(asked) - sum(left)) / len(WEEKS_TO_COME))


def test_what_one_was_sure_of_and_got_wrong_comes_before_everything() -> None:
    memories = {"l1": met(9), "l2": met(3, Rating.AGAIN), "l3": met(1, Rating.AGAIN, sure=True)}
    assert order(memories)[0] == "l3"


def test_questions_of_one_lesson_come_in_turns_with_those_of_others() -> None:
    memories = {f"l1 {name}": met(3, Rating.AGAIN) for name in "abc"} | {"l2 a": met(3), "l3 a": met(4)}
    found = order(memories)
    assert {name.split()[0] for name in found[:3]} == {"l1", "l2", "l3"}
    assert [name.split()[0] for name in found[3:]] == ["l1", "l1"]


def test_before_an_exam_everything_is_asked_that_raises_its_day() -> None:
    memories = {"l1": met(1, Rating.EASY), "l2": met(1), "l3": met(0)}
    assert order(memories) == ()
    exam = (NOW + timedelta(days=10)).date()
    found = order(memories, exam)
    assert set(found) == {"l1", "l2"}
    gains = {name: gain(memories[name], NOW, exam) for name in found}
    assert list(found) == sorted(found, key=lambda name: -gains[name])
    assert order(memories, NOW.date()) == (), "on its day it is too late to learn more"


# How many


def test_three_six_or_ten_a_day(progress: Progress) -> None:
    assert questions_a_day(progress) == 3
    choose_a_day(progress, 10)
    assert questions_a_day(progress) == 10
    with pytest.raises(ValueError, match="4 questions a day: choose 3, 6 or 10"):
        choose_a_day(progress, 4)
    progress.set_setting("questions a day", "many")
    assert questions_a_day(progress) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("6", "6 questions a day."),
        ("exam 2026-04-02", "3 questions a day. Exam on 2 April 2026, in 13 days."),
        ("exam 2026-03-21", "3 questions a day. Exam on 21 March 2026, tomorrow."),
        ("exam none", "3 questions a day."),
        ("exam 2026-03-01", "An exam on 2026-03-01: that day has passed."),
        ("exam soon", "'soon' is no day; write it as in 2026-12-20."),
        ("5", "5 questions a day: choose 3, 6 or 10."),
        ("often", PLAN_USAGE),
    ],
)
def test_the_plan_is_changed_by_words(progress: Progress, words: str, said: str) -> None:
    assert change_plan(progress, tuple(words.split())) == said


def test_an_exercise_is_to_be_written_again(progress: Progress, clock: Clock) -> None:
    for name, verdict in (("softmax", "right"), ("relu", "bug")):
        progress.record(f"exercise:{name}", "check", verdict=verdict, form="write", bugs=[])
    assert due_exercises(progress) == ()
    clock.pass_days(1)
    assert due_exercises(progress) == ("relu",)
    clock.pass_days(1)
    assert set(due_exercises(progress)) == {"relu", "softmax"}


def test_the_day_of_an_exam(progress: Progress, clock: Clock) -> None:
    assert exam(progress) is None
    choose_exam(progress, date(2026, 3, 22))
    assert exam(progress) == date(2026, 3, 22)
    with pytest.raises(ValueError, match="has passed"):
        choose_exam(progress, date(2026, 3, 19))
    clock.pass_days(3)
    assert exam(progress) is None
    choose_exam(progress, None)
    assert exam(progress) is None


# Asking

FIRST, SECOND = Item("sums", "question", "the-sum", 0), Item("sums", "question", "the-output", 0)


def close(question: WarmUpQuestion) -> None:
    question.session.lab.close()


def answer_right(question: WarmUpQuestion) -> None:
    session = question.session
    assert session.question is not None
    assert session.answer(right_answer(session.question, session.lab)).correct


def test_the_questions_of_a_lesson_are_asked_when_they_are_due(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    summaries = read_summaries(write_lesson().parent)
    finish(progress, summaries[0])
    clock.pass_days(1)
    assert list(warm_up_questions(progress, summaries)) == []
    clock.pass_days(1)
    questions = {question.item: question for question in warm_up_questions(progress, summaries)}
    assert set(questions) == {FIRST, SECOND}
    question = questions[FIRST]
    session = question.session
    assert question.before == ()
    assert session.covered == {"z"}
    assert session.question is not None
    assert question.whence(clock.now).startswith("From Sums: The sum. You last had it 2 days ago.")
    asked_before = session.ask(session.question)
    assert question.went_well is None
    answer_right(question)
    assert question.went_well
    # The place in the lesson and the number of visits are as they were.
    of_lesson = progress.of_lesson("sums")
    assert (of_lesson.position, of_lesson.visits, of_lesson.answered, of_lesson.hints) == (1, 0, 2, 0)
    assert of_lesson.question("the-sum", 0).right
    assert of_lesson.question("the-sum", 0).warmed_up == clock.now
    assert progress.last_position() == ("sums", 1)
    assert progress.load_lab("sums") is None
    # Each by its own memory: the other one is still due.
    assert [one.item for one in warm_up_questions(progress, summaries)] == [SECOND]
    clock.pass_days(20)
    again = {one.item: one for one in warm_up_questions(progress, summaries)}[FIRST]
    assert again.session.question is not None
    assert again.session.ask(again.session.question) != asked_before
    for one in (*questions.values(), again):
        close(one)


def test_each_warm_up_draws_other_numbers(write_lesson: WriteLesson, progress: Progress) -> None:
    summary = read_summaries(write_lesson().parent)[0]
    seen = set()
    for _ in range(3):
        question = question_of_item(FIRST, summary, progress)
        assert question is not None
        lab = question.session.lab
        seen.add((str(lab.get("x")), str(lab.get("w")), str(lab.get("b"))))
        close(question)
        progress.record("sums", "warm-up hint", step="the-sum", question=0)
    assert len(seen) == 3


def test_a_missed_question_is_asked_again_the_next_day(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    summaries = read_summaries(write_lesson().parent)
    progress.record("sums", "answer", step="the-sum", question=0, correct=True, attempt=1, hints=0)
    clock.pass_days(2)
    for _ in range(3):
        (question,) = warm_up_questions(progress, summaries)
        assert question.item == FIRST
        question.session.skip()
        assert question.went_well is False
        close(question)
        assert list(warm_up_questions(progress, summaries)) == []
        clock.pass_days(1)
    assert progress.of_lesson("sums").question("the-sum", 0).skips == 3
    assert progress.of_lesson("sums").question("the-sum", 0).right, "in its lesson, once"


SECOND_QUESTION = """
[[step.question]]
ask = "And twice z?"
answer = "z"
tolerance = 0.005
explain = "Well."
hints = ["Well."]

[[step]]
id = "the-output"
"""


def test_what_stands_before_a_later_question_is_told_with_its_answer(
    write_lesson: WriteLesson, progress: Progress
) -> None:
    folder = write_lesson(('\n[[step]]\nid = "the-output"\n', SECOND_QUESTION))
    question = question_of_item(Item("sums", "question", "the-sum", 1), read_summary(folder), progress)
    assert question is not None
    session = question.session
    assert session.question_index == 1
    (before,) = question.before
    assert before.ask == session.ask(session.step.questions[0])
    assert float(before.answer.replace("−", "-")) == pytest.approx(session.lab.lookup("z"), abs=1e-5)
    assert session.covered == {"z"}
    # Setting it up was nobody's skip, and what is answered now goes to the second question.
    assert progress.of_lesson("sums").question("the-sum", 0) == QuestionProgress()
    session.answer("1e6")
    assert progress.of_lesson("sums").question("the-sum", 1).wrong == 1
    close(question)


GOALS = """
[[step]]
id = "two-goals"
show = ["w", "b", "z"]
set = { x = [1, 1], w = [1, 1], b = 0 }

[[step.goal]]
say = "Make z 5."
when = { read = "z", is = 5 }
hint = "Turn b."
solution = { set = { b = 3 } }

[[step.goal]]
say = "Make z 7."
when = { read = "z", is = 7 }
hint = "Turn b."
solution = { set = { b = 5 } }
"""


def test_a_goal_comes_back_as_a_task_of_its_own(write_lesson: WriteLesson, progress: Progress, clock: Clock) -> None:
    folder = write_lesson(toml=TOML + GOALS, markdown=MARKDOWN + "\n## Two goals\n\nTurn.\n")
    summaries = read_summaries(folder.parent)
    item = Item("sums", "goal", "two-goals", 1)
    progress.record("sums", "goal", step="two-goals", goal=1, hint=True, solution=False)
    clock.pass_days(2)
    (question,) = warm_up_questions(progress, summaries)
    session = question.session
    assert question.item == item
    assert question.is_goal
    assert [goal.say for goal in session.step.goals] == ["Make z 7."]
    assert (session.goals.look(session.step), question.went_well) == ((), None)
    before = progress.memories()[item]
    session.lab.set("b", 5)
    assert session.goals.look(session.step) == (0,)
    assert question.went_well
    after = progress.memories()[item]
    assert (after.last, after.ratings) == (clock.now, 2)
    assert after.stability > before.stability
    # The other goal was not reached by it.
    assert set(progress.of_lesson("sums").goals) == {("two-goals", 1)}
    close(question)


def test_no_more_than_were_chosen_a_day(write_lesson: WriteLesson, progress: Progress, clock: Clock) -> None:
    for number in range(3, 8):
        toml = TOML.replace('"sums"', f'"sums-{number}"').replace("number = 3", f"number = {number}")
        folder = write_lesson(toml=toml, folder=f"{number:02}_sums").parent
        finish(progress, read_summary(folder / f"{number:02}_sums"))
    clock.pass_days(4)
    summaries = read_summaries(folder)
    found = list(warm_up_questions(progress, summaries))
    assert len(found) == len({question.item.lesson for question in found}) == 3
    answer_right(found[0])
    rest = list(warm_up_questions(progress, summaries))
    assert len(rest) == 2, "one of today's three was answered"
    choose_a_day(progress, 6)
    more = list(warm_up_questions(progress, summaries))
    assert len(more) == 5
    # Each lesson's first before any lesson's second.
    assert len({question.item.lesson for question in more[:4]}) == 4
    clock.pass_days(1)
    tomorrow = list(warm_up_questions(progress, summaries))
    assert len(tomorrow) == 6
    for question in (*found, *rest, *more, *tomorrow):
        close(question)


def test_a_lesson_that_cannot_be_asked_about_is_passed_over(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    def named(number: int, old: str, new: str) -> None:
        toml = TOML.replace('"sums"', f'"sums-{number}"').replace("number = 3", f"number = {number}")
        assert old in toml
        folder = write_lesson(toml=toml.replace(old, new), folder=f"{number:02}_sums")
        finish(progress, read_summary(folder))

    named(3, 'lab = "neuron"', 'lab = "nowhere"')
    named(4, 'show = ["x", "w", "b", "z"]', "show = 3")
    named(5, '{ activation = "sigmoid" }', '{ activation = "none such" }')
    named(6, "What is z?", "What is {zz}?")
    clock.pass_days(2)
    found = list(warm_up_questions(progress, read_summaries(progress.folder.parent / "lessons")))
    # Of the last two there is another question that can be asked.
    assert {(q.item.lesson, q.item.step) for q in found} == {("sums-5", "the-output"), ("sums-6", "the-output")}
    for question in found:
        close(question)


def test_a_question_that_takes_too_long_is_left_to_its_lesson(
    write_lesson: WriteLesson, progress: Progress, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries = read_summaries(write_lesson().parent)
    finish(progress, summaries[0])
    clock.pass_days(2)
    go_on, closed = threading.Event(), threading.Event()
    waiting: list[NeuronLab] = []
    real = NeuronLab.lookup

    def slow(lab: NeuronLab, path: str) -> float | str:
        if path == "z" and not go_on.is_set():
            waiting.append(lab)
            go_on.wait(30)
        return real(lab, path)

    monkeypatch.setattr(NeuronLab, "lookup", slow)
    monkeypatch.setattr(NeuronLab, "close", lambda lab: closed.set() if lab in waiting else None)
    found = list(warm_up_questions(progress, summaries, seconds=0.3))
    assert [question.item for question in found] == [SECOND]
    go_on.set()
    assert closed.wait(30), "the lab of what was given up is let go of"
