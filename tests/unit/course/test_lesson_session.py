from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.labs.kit.contract import LabState
from tutor.labs.kit.places import LookupFailed
from tutor.labs.neuron import NeuronLab


@dataclass
class Notebook:
    """A journal that keeps what it is told."""

    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def record(self, lesson: str, kind: str, **details: object) -> None:
        assert lesson == "sums"
        self.events.append((kind, details))

    def save_lab(self, lesson: str, state: LabState) -> None:
        raise AssertionError("a session does not keep labs by itself")

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]


@pytest.fixture
def session(write_lesson: WriteLesson) -> LessonSession:
    # Two questions on the first step, so that one may be settled and the other open.
    more = '\n[[step.question]]\nask = "What is the sum?"\nanswer = "weighted_sum"\ntolerance = 0.005\n'
    more += 'explain = "It is {weighted_sum}."\nhints = ["Add."]\n\n[[step]]\nid = "the-output"'
    folder = write_lesson(('\n[[step]]\nid = "the-output"', more))
    session = LessonSession(load_lesson(folder), NeuronLab(), seed=4, journal=Notebook())
    session.open()
    return session


class Emptied(NeuronLab):
    """A lab that has no sum any more, as one whose training was reset has no loss curve."""

    emptied = False

    def lookup(self, path: str) -> float | str:
        if self.emptied and path == "weighted_sum":
            raise LookupFailed("there is no weighted sum yet")
        return super().lookup(path)


def test_a_number_that_the_lab_lost_is_said_to_be_missing(write_lesson: WriteLesson) -> None:
    sum_asked = '\n[[step.question]]\nask = "From {weighted_sum}?"\nanswer = "weighted_sum"\ntolerance = 0.005\n'
    sum_asked += 'explain = "It is {weighted_sum}."\nhints = ["Of {weighted_sum}."]\n\n[[step]]\nid = "the-output"'
    folder = write_lesson(('\n[[step]]\nid = "the-output"', sum_asked))
    lab = Emptied()
    session = LessonSession(load_lesson(folder), lab, journal=Notebook())
    session.open()
    session.skip()
    lab.emptied = True
    assert session.question is not None
    assert session.ask(session.question) == "From (no value yet)?"
    verdict = session.answer("1")
    assert not verdict.understood
    assert "there is no weighted sum yet" in verdict.message
    assert "answer" not in journal(session).kinds
    assert session.hint() == "Hint: Of (no value yet)."
    said = session.skip()
    assert "there is no weighted sum yet" in said
    assert said.endswith("It is (no value yet).")
    assert session.question is None


def journal(session: LessonSession) -> Notebook:
    assert isinstance(session.journal, Notebook)
    return session.journal


def z(session: LessonSession) -> float:
    x, w, b = (session.lab.get(name) for name in ("x", "w", "b"))
    return x[0] * w[0] + x[1] * w[1] + b  # type: ignore[index, operator, no-any-return]


def test_opening_sets_the_lab_and_draws(session: LessonSession) -> None:
    assert session.lab.get("activation") == "sigmoid"
    drawn = session.lab.get("x")
    session.jump("the-output")
    assert (session.lab.get("x"), session.lab.get("b")) == ((1, 1), 0)
    session.back()
    assert session.lab.get("x") == drawn
    assert journal(session).events[-1] == ("step", {"step": "the-sum", "position": 0})


def test_next_back_and_jump_keep_within_the_lesson(session: LessonSession) -> None:
    assert not session.back()
    assert not session.at_end
    assert session.next()
    assert session.at_end
    assert not session.next()
    assert session.position == 1
    assert journal(session).kinds == ["step", "step", "finished"]
    assert session.back()
    assert session.jump("2")
    assert session.position == 1
    assert not session.jump("nowhere")
    assert not session.jump("3")
    assert session.position == 1
    session.open(99)
    assert session.position == 1
    session.open(-5)
    assert session.position == 0


def test_an_open_question_holds_nobody_back(session: LessonSession) -> None:
    assert session.question is not None
    assert session.next()
    assert session.back()
    assert session.question_index == 0


def test_the_readout_is_covered_until_every_question_is_settled(session: LessonSession) -> None:
    assert session.covered == {"z"}
    session.answer("1000")
    assert session.covered == {"z"}
    assert session.answer(f"{z(session):.3f}").correct
    assert session.question_index == 1
    assert session.covered == {"z"}
    session.skip()
    assert session.question is None
    assert session.covered == frozenset()
    session.next()
    session.back()
    assert session.covered == frozenset()


def test_a_right_answer_waits(session: LessonSession) -> None:
    before = session.lab.state()
    verdict = session.answer(f"{z(session):.3f}".replace(".", ","))
    assert verdict.correct
    # Two decimals, but no zeros at the end of them.
    assert f"z is {round(z(session), 2):g}".replace("-", "−") in verdict.message
    assert session.position == 0
    assert session.lab.state() == before
    state = session.question_state(0)
    assert (state.attempts, state.correct, state.settled, state.last) == (1, True, True, verdict)


def test_each_attempt_is_noted_and_no_answer_is_no_attempt(session: LessonSession) -> None:
    assert not session.answer("").understood
    assert not session.answer("perhaps").understood
    assert session.question_state(0).attempts == 0
    assert journal(session).kinds == ["step"]
    session.hint()
    session.answer("1000")
    session.answer(str(z(session)))
    kept = [d for k, d in journal(session).events if k == "answer"]
    assert [(d["step"], d["question"], d["text"], d["correct"], d["attempt"], d["hints"]) for d in kept] == [
        ("the-sum", 0, "1000", False, 1, 1),
        ("the-sum", 0, str(z(session)), True, 2, 1),
    ]


def test_between_two_hints_lies_an_attempt(session: LessonSession) -> None:
    first = "Hint: Multiply first."
    assert session.further_hint == ""
    assert session.hint() == first
    assert session.further_hint == "after a try"
    assert session.hint() == f"Try an answer first; then comes a further hint. {first}"
    session.answer("no number")
    assert session.hint().startswith("Try an answer first")
    session.answer("1000")
    assert session.further_hint == "now"
    second = session.hint()
    assert session.further_hint == ""
    assert second.startswith("Hint: The products are ")
    assert journal(session).kinds.count("hint") == 2
    last = "That was the last hint. Try once more, or skip to see the answer explained."
    assert session.hint() == f"{last} {second}"
    session.answer("1001")
    assert session.hint() == last
    assert session.question_state(0).hints_taken == 2
    assert journal(session).kinds.count("hint") == 2


def test_hints_are_counted_for_each_question(session: LessonSession) -> None:
    session.hint()
    session.skip()
    assert session.hint() == "Hint: Add."


def test_skip_gives_the_answer_and_its_explanation(session: LessonSession) -> None:
    expected = f"{z(session):.6g}".replace("-", "−")
    told = session.skip()
    assert told.startswith(f"The answer is {expected}. The sum is ")
    assert session.question_state(0).skipped
    assert not session.question_state(0).correct
    kind, details = journal(session).events[-1]
    assert (kind, details["step"], details["question"], details["said"]) == ("skip", "the-sum", 0, told)
    session.jump("the-output")
    assert session.skip() == "The answer is It rises. z grows."


def test_without_an_open_question_nothing_is_judged(session: LessonSession) -> None:
    session.skip()
    session.skip()
    noted = len(journal(session).events)
    assert session.answer("1").message == "There is no open question on this step."
    assert not session.answer("1").correct
    assert session.hint() == session.skip() == "There is no open question on this step."
    assert len(journal(session).events) == noted


def test_the_question_shows_the_labs_numbers(session: LessonSession) -> None:
    assert session.question is not None
    asked = session.ask(session.question)
    x = session.lab.get("x")
    assert asked.startswith(f"x is ({x[0]:g}, {x[1]:g}), w is (")  # type: ignore[index, str-bytes-safe]
    assert "{" not in asked
