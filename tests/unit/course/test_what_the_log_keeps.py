"""What the log keeps of an answer, and what comes back from it: the question, the answer, the numbers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.loader import load_lesson, read_summary
from tutor.course.record.event_file import SCHEMA
from tutor.course.record.event_log import FILE_NAME
from tutor.course.record.event_salvage import row_crc
from tutor.course.record.progress import LEARNER, Progress
from tutor.course.record.review_items import Item
from tutor.course.record.step_states import StepState, lesson_state
from tutor.course.session import LessonSession
from tutor.course.visiting import begin_visit
from tutor.labs.neuron import NeuronLab
from tutor.training.run import start_inline


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Notebook:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def record(self, lesson: str, kind: str, **details: object) -> None:
        self.events.append((kind, details))

    def save_lab(self, lesson: str, state: object) -> None:
        raise AssertionError

    @property
    def last(self) -> dict[str, Any]:
        return self.events[-1][1]


@pytest.fixture
def summary(write_lesson: WriteLesson) -> LessonSummary:
    return read_summary(write_lesson())


def visit(summary: LessonSummary, folder: Path, learner: int | None = 0, step: str | None = None) -> LessonSession:
    return begin_visit(summary, Progress(folder, learner=learner), step, start_run=start_inline)


def numbers(session: LessonSession) -> tuple[object, ...]:
    return tuple(session.lab.get(name) for name in "xwb")


def by_hand(session: LessonSession) -> float:
    """z from the numbers on the screen."""
    x, w, b = (session.lab.get(name) for name in "xwb")
    return sum(p * q for p, q in zip(x, w, strict=True)) + b  # type: ignore[operator,arg-type]


# What is kept


def test_an_answer_is_kept_with_its_numbers_its_known_mistake_and_its_seconds(write_lesson: WriteLesson) -> None:
    clock, notebook = Clock(), Notebook()
    session = LessonSession(load_lesson(write_lesson()), NeuronLab(), 7, notebook, clock=clock)
    session.open()
    x, w, b = (session.lab.get(name) for name in "xwb")
    assert session.question is not None
    asked = session.ask(session.question)
    clock.seconds += 12.34
    without_bias = by_hand(session) - b  # type: ignore[operator]
    session.answer(f" {without_bias} ")
    assert notebook.last == {
        "step": "the-sum", "question": 0, "text": f" {without_bias} ", "shown": str(without_bias), "read_as": "",
        "correct": False, "mistake": "0", "slip": "", "attempt": 1, "hints": 0, "seconds": 12.3, "asked": asked,
        "said": f"The bias {b:g} is missing.", "seed": 7, "turn": 0,
        "numbers": {"activation": "sigmoid", "x": x, "w": w, "b": b},
    }  # fmt: skip
    product_of_sums = sum(x) * sum(w)  # type: ignore[operator,arg-type]
    session.answer(str(product_of_sums))
    assert notebook.last["mistake"] == "1"
    session.answer("12345")
    assert notebook.last["mistake"] == ""
    clock.seconds += 5
    session.hint()
    assert (notebook.events[-1][0], notebook.last["rung"], notebook.last["seconds"]) == ("hint", 1, 17.3)
    session.answer(str(by_hand(session)))
    assert (notebook.last["correct"], notebook.last["mistake"], notebook.last["hints"]) == (True, "", 1)


def test_of_a_choice_its_text_and_its_known_mistake_are_kept(write_lesson: WriteLesson) -> None:
    clock, notebook = Clock(), Notebook()
    session = LessonSession(load_lesson(write_lesson()), NeuronLab(), 0, notebook, clock=clock)
    session.open(1)
    clock.seconds += 3
    session.answer("3")
    assert (notebook.last["text"], notebook.last["shown"], notebook.last["mistake"]) == ("3", "It stays", "0")
    session.answer("2")
    assert (notebook.last["shown"], notebook.last["mistake"]) == ("It falls", "")
    session.skip()
    assert (notebook.events[-1][0], notebook.last["seconds"], notebook.last["attempt"]) == ("skip", 3, 2)
    assert notebook.last["said"] == "The answer is It rises. z grows."


def test_the_numbers_are_those_on_the_screen_and_not_those_drawn(write_lesson: WriteLesson) -> None:
    notebook = Notebook()
    session = LessonSession(load_lesson(write_lesson()), NeuronLab(), 0, notebook)
    session.open()
    session.lab.set("b", -4)
    session.answer(str(by_hand(session)))
    assert notebook.last["correct"]
    assert notebook.last["numbers"]["b"] == -4
    assert "b is −4." in notebook.last["asked"]
    session.next()
    session.back()
    assert session.lab.get("b") == -4


# What comes back


def test_answers_come_back_in_the_next_visit_with_their_numbers(summary: LessonSummary, tmp_path: Path) -> None:
    first = visit(summary, tmp_path)
    then = numbers(first)
    assert first.question is not None
    asked = first.ask(first.question)
    verdict = first.answer(str(by_hand(first)))
    first.next()
    first.skip()
    again = visit(summary, tmp_path, step="the-sum")
    assert numbers(again) == then
    assert again.question is None
    answer = again.question_state(0).answer
    assert answer is not None
    assert (answer.asked, answer.shown, answer.said) == (asked, f"{by_hand(again)}", verdict.message)
    assert again.covered == frozenset()
    again.next()
    skipped = again.question_state(0)
    assert skipped.answer is not None
    assert (skipped.skipped, skipped.correct, skipped.answer.said) == (True, False, "The answer is It rises. z grows.")


def test_the_numbers_of_an_open_question_are_new_in_the_next_visit(summary: LessonSummary, tmp_path: Path) -> None:
    found = set()
    for _ in range(4):
        session = visit(summary, tmp_path, step="the-sum")
        found.add(numbers(session))
        session.answer("12345")
    assert len(found) == 4


def test_again_asks_with_new_numbers_and_takes_nothing_back(summary: LessonSummary, tmp_path: Path) -> None:
    session = visit(summary, tmp_path)
    assert not session.again(), "nothing was answered"
    found = {numbers(session)}
    for _ in range(3):
        session.answer(str(by_hand(session)))
        assert session.again()
        found.add(numbers(session))
        assert session.question_index == 0
        assert session.covered == {"z"}
    assert len(found) == 4
    session.answer("12345")
    assert session.state.steps[0] is StepState.WRONG
    assert session.state.steps_done == 1
    later = visit(summary, tmp_path, step="the-sum")
    assert later.question_index == 0, "what was asked again stays open"
    assert later.state.steps[0] is StepState.WRONG, "and the step says so"
    assert not later.again(), "there is no settled question to ask again"
    later.answer(str(by_hand(later)))
    assert later.state.steps[0] is StepState.RIGHT_AT_FIRST, "the first answer of all was right"


def test_what_no_longer_fits_the_lesson_is_asked_anew(
    summary: LessonSummary, tmp_path: Path, write_lesson: WriteLesson
) -> None:
    session = visit(summary, tmp_path)
    session.answer(str(by_hand(session)))
    narrower = write_lesson(("draw.b = { low = 1, high = 3, step = 1 }\n", ""), folder="04_sums")
    kept = visit(read_summary(narrower), tmp_path, step="the-sum")
    assert kept.question is None, "there are more numbers than are drawn now"
    wider = write_lesson(("draw.b =", "draw.activation = { among = ['tanh'] }\ndraw.b ="), folder="05_sums")
    other = Progress(tmp_path / "other", learner=0)
    for kind, details in (("step", {"position": 0}), ("answer", {"numbers": {"x": [1, 2], "w": [1, "many"], "b": 1}})):
        told = {"question": 0, "correct": True, "shown": "1", "asked": "?", "said": "."}
        other.record("sums", kind, step="the-sum", **told, **details)
    asked_anew = begin_visit(read_summary(wider), other, "the-sum", start_run=start_inline)
    assert asked_anew.question_index == 0
    assert asked_anew.lab.get("activation") == "tanh"


# Learners


def test_each_learner_has_numbers_of_their_own(summary: LessonSummary, tmp_path: Path) -> None:
    drawn = {numbers(visit(summary, tmp_path / str(n), learner=None)) for n in range(12)}
    # Of 5·5·8·8·3 numbers two of twelve may be the same, but not all.
    assert len(drawn) > 6


def test_a_learner_keeps_the_seed_made_at_the_first_start(tmp_path: Path) -> None:
    learner = Progress(tmp_path).learner
    assert Progress(tmp_path).learner == learner
    assert Progress(tmp_path).setting(LEARNER) == str(learner)
    assert Progress(tmp_path / "another").learner != learner
    broken = Progress(tmp_path / "broken")
    broken.set_setting(LEARNER, "nobody")
    assert broken.learner == Progress(tmp_path / "broken").learner


def test_a_learner_that_is_given_draws_the_same_numbers_each_time(summary: LessonSummary, tmp_path: Path) -> None:
    one, other = (visit(summary, tmp_path / name, learner=5) for name in "ab")
    assert numbers(one) == numbers(other)
    assert one.seed == other.seed == 5
    assert visit(summary, tmp_path / "a", learner=5).seed == 6


# Logs of older versions


def old_log(folder: Path) -> None:
    """A file as versions before this one wrote it: an answer, a skip and the end, and no numbers with any of them."""
    happened = [
        ("step", {"step": "the-sum", "position": 0}),
        ("visit", {}),
        ("answer", {"step": "the-sum", "question": 0, "text": "1", "correct": False, "attempt": 1, "hints": 0}),
        ("hint", {"step": "the-sum", "question": 0, "rung": 1}),
        ("answer", {"step": "the-sum", "question": 0, "text": "2", "correct": True, "attempt": 2, "hints": 1}),
        ("step", {"step": "the-output", "position": 1}),
        ("finished", {}),
    ]
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE_NAME)
    for statement in SCHEMA:
        connection.execute(statement)
    for number, (kind, details) in enumerate(happened):
        row = (number, f"{number:032x}", "a" * 16, f"2026-03-02T20:00:{number:02}.000+00:00", kind, "sums",
               json.dumps(details))  # fmt: skip
        connection.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?)", (*row, row_crc(*row)))
    connection.commit()
    connection.close()


def test_an_old_log_tells_the_truth_about_its_steps(summary: LessonSummary, tmp_path: Path) -> None:
    old_log(tmp_path / "state")
    progress = Progress(tmp_path / "state", learner=0)
    assert progress.notices == []
    state = lesson_state(summary.outline, progress.of_lesson("sums"))
    assert [step.word for step in state.steps] == ["right later", "open"]
    assert (state.done, state.words()) == (False, "1 of 2 answered")
    (memory,) = progress.reviews([summary])["sums"].memories
    assert memory.ratings == 1, "the first try alone counts"


def test_an_old_log_is_gone_on_from_and_then_done(summary: LessonSummary, tmp_path: Path) -> None:
    old_log(tmp_path / "state")
    session = visit(summary, tmp_path / "state")
    assert session.position == 1, "where it was left"
    session.jump("the-sum")
    assert session.question_index == 0, "the numbers of the old answer are not known, so it is asked anew"
    session.next()
    assert not session.state.done
    session.answer("1")
    assert session.state.done
    progress = Progress(tmp_path / "state")
    memories = progress.memories()
    assert {item.step for item in memories} == {"the-sum", "the-output"}
    answered_now = memories[Item("sums", "question", "the-output", 0)]
    assert answered_now.days_since(progress.now()) == 0


# Labs that train when a step opens

TRAINED = """\
id = "trained"
number = 3
title = "Trained"
summary = "A network that is trained when the step opens."
lab = "shapes"

[[step]]
id = "look"
show = ["epochs", "epochs_done"]
set = { pace = "full", epochs = 3 }
press = ["finish"]

[[step.question]]
ask = "How many epochs were trained?"
answer = "epochs_done"
tolerance = 0.1
explain = "It was trained for {epochs_done}."
hints = ["Look."]
"""


def test_what_a_step_presses_is_done_with_the_numbers_of_the_answer(write_lesson: WriteLesson, tmp_path: Path) -> None:
    folder = write_lesson(toml=TRAINED, markdown="## Look\n\nHere.\n")
    first = visit(read_summary(folder), tmp_path)
    first.lab.set("epochs", 5)
    first.lab.press("finish")
    assert first.answer("5").correct
    first.lab.close()
    other = Progress(tmp_path, learner=0)
    again = begin_visit(read_summary(folder), other, "1", start_run=start_inline)
    answer = again.question_state(0).answer
    assert answer is not None
    assert answer.said == "It was trained for 5."
    assert (again.lab.get("epochs"), again.lab.lookup("epochs_done")) == (5, 5)
    again.lab.close()
