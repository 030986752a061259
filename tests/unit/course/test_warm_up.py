from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.done_lesson import finish
from tests.unit.course.lesson_files import TOML, WriteLesson
from tutor.course.lessons.lesson import Draw, Lesson, Probe, Question, Step
from tutor.course.lessons.loader import read_summaries, read_summary
from tutor.course.questions.checking import right_answer
from tutor.course.record.lesson_progress import LessonProgress, QuestionProgress
from tutor.course.record.progress import Progress
from tutor.course.record.review import Review
from tutor.course.record.warm_up import Candidate, candidates, due_lessons
from tutor.course.record.warm_up_question import WarmUpQuestion, question_from, warm_up_questions
from tutor.labs.neuron import NeuronLab

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
EVERYTHING = {f"l{n}" for n in range(30)}


def finished(days_ago: int, last: int | None = None, gap: int = 1) -> Review:
    return Review(NOW - timedelta(days=days_ago), NOW - timedelta(days=days_ago if last is None else last), gap)


def troubled(trouble: int) -> LessonProgress:
    return LessonProgress(questions={("a", 0): QuestionProgress(wrong=trouble, trouble=trouble)})


def test_nothing_is_due_on_the_day_of_the_end() -> None:
    assert due_lessons({"l1": finished(0)}, {}, EVERYTHING, NOW) == ()
    assert due_lessons({"l1": finished(1)}, {}, EVERYTHING, NOW) == ("l1",)


def test_a_lesson_that_went_well_waits_its_gap() -> None:
    assert due_lessons({"l1": finished(9, last=3, gap=4)}, {}, EVERYTHING, NOW) == ()
    assert due_lessons({"l1": finished(9, last=4, gap=4)}, {}, EVERYTHING, NOW) == ("l1",)


def test_one_each_from_seven_three_and_one_days_ago_come_first() -> None:
    found = {"l1": finished(1), "l2": finished(2), "l3": finished(3), "l4": finished(6), "l7": finished(7)}
    found["l9"] = finished(9)
    assert due_lessons(found, {}, EVERYTHING, NOW) == ("l9", "l4", "l2", "l7", "l3", "l1")


def test_the_lesson_with_more_trouble_comes_first_of_its_kind() -> None:
    found = {"l1": finished(9), "l2": finished(8), "l3": finished(4), "l4": finished(4)}
    all_progress = {"l2": troubled(1), "l4": troubled(3)}
    assert due_lessons(found, all_progress, EVERYTHING, NOW) == ("l2", "l4", "l1", "l3")


def test_a_lesson_that_is_not_there_any_more_is_left_out() -> None:
    assert due_lessons({"gone": finished(9), "l1": finished(9)}, {}, EVERYTHING, NOW) == ("l1",)


# Which question

DRAW = (Draw("x", 0, 1, 1),)


def asked(**changes: object) -> Question:
    return dataclasses.replace(Question("?", Probe("z"), "!", ("h",), (), 0.1), **changes)  # type: ignore[arg-type]


def lesson(*steps: Step) -> Lesson:
    return Lesson("l1", 1, "L", "l", "neuron", steps, Path())


def step(name: str, *questions: Question, **changes: object) -> Step:
    return Step(name, name, "t", (), draw=DRAW, questions=questions, **changes)  # type: ignore[arg-type]


def test_steps_without_a_question_are_left_out() -> None:
    assert candidates(lesson(step("a"), step("b", asked())), LessonProgress(), 1) == (Candidate(1, 0),)


def test_trouble_comes_before_everything() -> None:
    steps = lesson(step("a", asked()), step("b", asked(), asked(answer=Probe("z", press=("train",)))))
    lesson_progress = LessonProgress(
        questions={("b", 1): QuestionProgress(trouble=1), ("b", 0): QuestionProgress(wrong=9)}
    )
    assert [candidates(steps, lesson_progress, seed)[0] for seed in range(5)] == [Candidate(1, 1)] * 5


def test_drawn_numbers_before_fixed_ones_and_nothing_pressed_before_that() -> None:
    fixed = dataclasses.replace(step("fixed", asked()), draw=())
    pressed, probed = step("pressed", asked(), press=("finish",)), step("p", asked(answer=Probe("z", press=("train",))))
    for seed in range(5):
        found = [
            c.position for c in candidates(lesson(fixed, pressed, probed, step("a", asked())), LessonProgress(), seed)
        ]
        assert (found[0], set(found[1:3]), found[3]) == (3, {1, 2}, 0)


def test_what_was_asked_longest_ago_comes_before_what_was_asked_last() -> None:
    steps = lesson(*(step(name, asked()) for name in "abc"))
    lesson_progress = LessonProgress(
        questions={
            ("a", 0): QuestionProgress(warmed_up=NOW),
            ("b", 0): QuestionProgress(warmed_up=NOW - timedelta(days=2)),
        }
    )
    assert [c.position for c in candidates(steps, lesson_progress, 3)] == [2, 1, 0]


def test_the_seed_orders_what_is_equal() -> None:
    steps = lesson(*(step(name, asked()) for name in "abcdef"))
    orders = {tuple(c.position for c in candidates(steps, LessonProgress(), seed)) for seed in range(8)}
    assert len(orders) > 3
    assert candidates(steps, LessonProgress(), 5) == candidates(steps, LessonProgress(), 5)


# Asking


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


def close(question: WarmUpQuestion) -> None:
    question.session.lab.close()


def test_a_question_of_a_finished_lesson_is_asked_a_day_later(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    summaries = read_summaries(write_lesson().parent)
    finish(progress, summaries[0])
    assert list(warm_up_questions(progress, summaries)) == []
    clock.pass_days(1)
    (question,) = warm_up_questions(progress, summaries)
    session = question.session
    assert (question.step_id, question.index, question.before) == ("the-sum", 0, ())
    assert session.covered == {"z"}
    assert session.question is not None
    asked_before = session.ask(session.question)
    verdict = session.answer(right_answer(session.question, session.lab))
    assert verdict.correct
    # The place in the lesson and the number of visits are as they were.
    lesson_progress = progress.of_lesson("sums")
    assert (lesson_progress.position, lesson_progress.visits, lesson_progress.answered, lesson_progress.hints) == (
        1,
        0,
        2,
        0,
    )
    assert lesson_progress.question("the-sum", 0).right
    assert lesson_progress.question("the-sum", 0).warmed_up == clock.now
    assert progress.last_position() == ("sums", 1)
    assert progress.load_lab("sums") is None
    assert progress.reviews(summaries)["sums"].gap == 2
    assert list(warm_up_questions(progress, summaries)) == []
    clock.pass_days(2)
    (again,) = warm_up_questions(progress, summaries)
    assert again.step_id == "the-sum", "the only one with drawn numbers, and they are others"
    assert again.session.question is not None
    assert again.session.ask(again.session.question) != asked_before
    close(question)
    close(again)


def test_each_warm_up_draws_other_numbers(write_lesson: WriteLesson, progress: Progress) -> None:
    summary = read_summaries(write_lesson().parent)[0]
    seen = set()
    for _ in range(3):
        question = question_from(summary, progress)
        assert question is not None
        lab = question.session.lab
        seen.add((str(lab.get("x")), str(lab.get("w")), str(lab.get("b"))))
        close(question)
        # Nothing but an event in between: the same question, for it gave trouble.
        progress.record("sums", "warm-up hint", step="the-sum", question=0)
    assert len(seen) == 3


def test_a_missed_question_is_asked_again_the_next_day(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    summaries = read_summaries(write_lesson().parent)
    finish(progress, summaries[0])
    for days in (1, 1, 1):
        clock.pass_days(days)
        (question,) = warm_up_questions(progress, summaries)
        assert question.step_id == "the-sum"
        question.session.skip()
        close(question)
        assert list(warm_up_questions(progress, summaries)) == []
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
    progress.record("sums", "hint", step="the-sum", question=1)
    question = question_from(read_summaries(folder.parent)[0], progress)
    assert question is not None
    session = question.session
    assert session.question_index == question.index == 1
    (before,) = question.before
    assert before.ask == session.ask(session.step.questions[0])
    assert float(before.answer.replace("−", "-")) == pytest.approx(session.lab.lookup("z"), abs=1e-5)
    assert session.covered == {"z"}
    # Setting it up was nobody's skip, and what is answered now goes to the second question.
    assert progress.of_lesson("sums").question("the-sum", 0) == QuestionProgress()
    session.answer("1e6")
    assert progress.of_lesson("sums").question("the-sum", 1).wrong == 1
    close(question)


def test_no_more_than_three_questions_from_as_many_lessons(
    write_lesson: WriteLesson, progress: Progress, clock: Clock
) -> None:
    for number in range(3, 8):
        toml = TOML.replace('"sums"', f'"sums-{number}"').replace("number = 3", f"number = {number}")
        folder = write_lesson(toml=toml, folder=f"{number:02}_sums").parent
        finish(progress, read_summary(folder / f"{number:02}_sums"))
    clock.pass_days(4)
    found = list(warm_up_questions(progress, read_summaries(folder)))
    assert [question.session.lesson.id for question in found] == ["sums-3", "sums-4", "sums-5"]
    for question in found:
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
    clock.pass_days(1)
    found = list(warm_up_questions(progress, read_summaries(progress.folder.parent / "lessons")))
    # Of the last two there is another question that can be asked.
    assert [(q.session.lesson.id, q.step_id) for q in found] == [("sums-5", "the-output"), ("sums-6", "the-output")]
    for question in found:
        close(question)


def test_a_question_that_takes_too_long_is_left_to_its_lesson(
    write_lesson: WriteLesson, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = read_summaries(write_lesson().parent)[0]
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
    question = question_from(summary, progress, seconds=0.3)
    assert question is not None
    assert question.step_id == "the-output"
    go_on.set()
    assert closed.wait(30), "the lab of what was given up is let go of"
