from __future__ import annotations

import numpy as np
import pytest

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.check import check_folder
from tutor.course.lessons.lesson import Draw, DrawChoice, Misconception, Probe, Question, Step
from tutor.course.lessons.loader import load_lesson
from tutor.course.questions import draws as drawing
from tutor.course.questions.draws import CannotDraw, draw_controls
from tutor.labs.digits import DigitsLab
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.neuron import NeuronLab

DRAWN = ("x", "w", "b")


def draw(step: Step, seed: int, position: int = 0) -> tuple[object, ...]:
    lab = NeuronLab()
    draw_controls(step, lab, seed, position)
    return tuple(lab.get(name) for name in DRAWN)


def question(**changes: object) -> Question:
    given = {"ask": "?", "answer": Probe("z"), "explain": "!", "hints": ("h",), "tolerance": 0.01, **changes}
    return Question(**given)  # type: ignore[arg-type]


def step(draws: tuple[Draw | DrawChoice, ...], *questions: Question) -> Step:
    return Step("s", "S", "text", ("x",), draw=draws, questions=questions)


def test_a_seed_gives_its_numbers_and_another_others(write_lesson: WriteLesson) -> None:
    first = load_lesson(write_lesson()).steps[0]
    assert draw(first, 5) == draw(first, 5)
    assert len({draw(first, seed) for seed in range(20)}) > 10
    assert draw(first, 5, position=0) != draw(first, 5, position=1)


def test_numbers_keep_to_what_was_asked_for(write_lesson: WriteLesson) -> None:
    first = load_lesson(write_lesson()).steps[0]
    seen = [draw(first, seed) for seed in range(60)]
    assert {v for x, _, _ in seen for v in x} == {1, 2, 3, 4, 5}  # type: ignore[attr-defined]
    assert {v for _, w, _ in seen for v in w} == {-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2}  # type: ignore[attr-defined]
    assert {b for _, _, b in seen} == {1, 2, 3}


def test_a_wrong_answer_never_passes_as_right() -> None:
    # Without the bias z is the same when b is 0, which is drawn once in three.
    draws = (Draw("b", 0, 2, 1),)
    wrong = (Misconception(Probe("weighted_sum"), "b is missing"),)
    values = {draw(step(draws, question(misconceptions=wrong)), seed)[2] for seed in range(40)}
    assert values == {1, 2}
    assert {draw(step(draws, question()), seed)[2] for seed in range(40)} == {0, 1, 2}


def test_two_wrong_answers_stay_apart() -> None:
    # With x = (1, 0) and w = (1, 0): z = 1 + b, and the wrong answers come to 2 + b and to 3.
    draws = (Draw("b", 0.0, 3.0, 1.0),)
    wrongs = (
        Misconception(Probe("z", {"x": [2, 0]}), "2 + b"),
        Misconception(Probe("z", {"b": 2}), "1 + 2"),
    )
    lab = NeuronLab()
    lab.set("x", [1, 0])
    lab.set("w", [1, 0])
    seen = set()
    for seed in range(40):
        draw_controls(step(draws, question(misconceptions=wrongs)), lab, seed, 0)
        seen.add(lab.get("b"))
    # With b = 1 both wrong answers are 3; with b = 2 the second one is right.
    assert seen == {0, 3}


def test_a_choice_declared_wrong_is_never_right() -> None:
    # y rises on b = 1 only where b was below 1; "equal" comes about where 1 is drawn.
    asked = question(
        answer=Probe("z", {"b": 1}, against="z"),
        choices={"greater": "rises", "less": "falls", "equal": "stays"},
        misconceptions=(Misconception("equal", "no"),),
    )
    assert {draw(step((Draw("b", 0, 2, 1),), asked), seed)[2] for seed in range(40)} == {0, 2}
    two = question(answer=Probe("z", {"b": 1}, against="z"), choices={"greater": "rises", "equal": "stays"})
    assert {draw(step((Draw("b", 0, 2, 1),), two), seed)[2] for seed in range(40)} == {0, 1}


def test_what_cannot_be_drawn_says_so() -> None:
    with pytest.raises(CannotDraw, match="leaves no value"):
        draw(step((Draw("b", 0, 2, 1, (0, 1, 2)),)), 0)
    never = question(misconceptions=(Misconception(Probe("z"), "the same"),))
    with pytest.raises(CannotDraw, match="step s: in each of 200 draws"):
        draw(step((Draw("b", 0, 2, 1),), never), 0)
    with pytest.raises(CannotDraw, match="but the answer is a word"):
        draw(step((Draw("b", 0, 2, 1),), question(answer=Probe("activation"))), 0)


def test_a_draw_is_taken_where_the_lab_cannot_answer_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Probe] = []

    def busy(probe: Probe, lab: Lab) -> float:
        asked.append(probe)
        raise ControlError("the training has not ended")

    monkeypatch.setattr(drawing, "compute", busy)
    assert draw(step((Draw("b", 0, 2, 1),), question()), 0)[2] in {0, 1, 2}
    assert len(asked) == 1


def test_an_answer_that_takes_a_press_is_not_computed_where_any_choice_may_be_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Probe] = []
    monkeypatch.setattr(drawing, "compute", lambda probe, lab: asked.append(probe) or "greater")
    pressed = question(answer=Probe("z", press=("train",), against="z"), choices={"greater": "rises", "less": "falls"})
    draw(step((Draw("b", 0, 2, 1),), pressed), 0)
    assert not asked
    without = question(answer=Probe("z", {"b": 1}, against="z"), choices={"greater": "rises", "less": "falls"})
    draw(step((Draw("b", 0, 2, 1),), without), 0)
    assert asked


def test_a_step_without_draws_leaves_the_lab_alone() -> None:
    assert draw(step(()), 3) == draw(step(()), 4) == tuple(NeuronLab().get(name) for name in DRAWN)


def test_the_diagonal_of_a_table_has_numbers_of_its_own() -> None:
    lab = DigitsLab()
    drawn = step((Draw("tally", 0, 6, 1, diagonal=(30, 60)),))
    tallies = []
    for seed in range(40):
        draw_controls(drawn, lab, seed, 0)
        tallies.append(lab.vector("tally"))
    diagonal = np.eye(3, dtype=bool)
    on, off = (np.concatenate([tally[where] for tally in tallies]) for where in (diagonal, ~diagonal))
    assert (on.min(), off.min(), off.max()) == (30, 0, 6)
    assert 55 <= on.max() <= 60
    # As a network's: the worst there can be is 90 right of 126.
    assert all(tally.trace() / tally.sum() > 0.7 for tally in tallies)


def test_tables_and_words_are_drawn_too() -> None:
    draws = (Draw("W", -1, 1, 1), DrawChoice("activation", ("relu", "tanh")))
    tables, words = set(), set()
    for seed in range(30):
        lab = NeuronLab()
        draw_controls(step(draws), lab, seed, 0)
        tables.add(lab.get("W"))
        words.add(lab.get("activation"))
        assert {number for row in lab.vector("W").tolist() for number in row} <= {-1, 0, 1}
        assert lab.vector("W").shape == (2, 3)
    assert words == {"relu", "tanh"}
    assert len(tables) > 25


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        ('draw.activation = { among = ["relu", "tanh"] }', ""),
        ('draw.activation = { among = ["softmax"] }', "softmax"),
        ('draw.b = { among = ["1"] }', "b is not a choice"),
        ("draw.activation = { among = [] }", "among = [words]"),
        ("draw.activation = { among = [1] }", "among = [words]"),
    ],
)
def test_words_are_drawn_for_choices_alone(write_lesson: WriteLesson, draw: str, said: str) -> None:
    drawn = "draw.b = { low = 1, high = 3, step = 1 }"
    faults = check_folder(write_lesson((drawn, draw if draw.startswith("draw.b") else f"{drawn}\n{draw}")))
    assert len(faults) == bool(said), faults
    assert all(said in fault for fault in faults)
