"""Goals: read from lesson.toml, judged on the lab, kept when reached, proved by check-lessons."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.goal_files import goal_session, write_goals
from tests.unit.course.lesson_files import line_of
from tutor.course.lessons.check import check_folder, check_lessons
from tutor.course.lessons.lesson import Condition, LessonError, Probe, Solution
from tutor.course.lessons.loader import lesson_folders, load_lesson
from tutor.course.questions.goals import GoalState, holds
from tutor.course.questions.solution_text import solution_in_words, solution_lines
from tutor.course.questions.typed_values import set_typed
from tutor.course.record.progress import Progress
from tutor.labs.convolution import ConvolutionLab
from tutor.labs.neuron import NeuronLab
from tutor.resources import lessons_folder
from tutor.scripting.parse import read_script
from tutor.scripting.script import ExpectGoal


# Judging. The lab opens with z = 1 + 1 + 0 = 2.
def test_a_goal_is_reached_by_the_lab_and_stays_reached(tmp_path: Path) -> None:
    session, journal = goal_session(tmp_path)
    goals, step = session.goals, session.step
    assert goals.look(step) == ()
    assert goals.state(step, 0) == GoalState(reached=False, holding=0, conditions=1)
    session.lab.set("b", -5)
    assert goals.look(step) == (0,)
    assert goals.look(step) == ()
    session.lab.set("b", 0)
    goals.look(step)
    assert goals.state(step, 0).reached
    assert journal.goals == [{"lesson": "aims", "step": "your-turn", "goal": 0, "hint": False, "solution": False}]


def test_a_step_of_ones_own_work_stands_as_it_was_left(tmp_path: Path) -> None:
    session, _ = goal_session(tmp_path)
    session.lab.set("b", -4)
    session.next()
    session.lab.set("b", 3)
    session.back()
    assert session.lab.get("b") == -4
    # Going to the step one is on sets it anew, and so does another visit.
    session.jump("your-turn")
    assert session.lab.get("b") == 0


def test_several_conditions_are_counted(tmp_path: Path) -> None:
    session, _ = goal_session(tmp_path)
    # y = sigmoid(z) with z = 2, 1, 1, 0: only the first is as AND wants it.
    session.goals.look(session.step)
    assert session.goals.state(session.step, 1).progress == "1 of 4 met"
    # −1 lets (0, 0) be below one half, and leaves (1, 0) and (0, 1) at one half exactly.
    session.lab.set("b", -1)
    session.goals.look(session.step)
    assert session.goals.state(session.step, 1).progress == "2 of 4 met"
    session.lab.set("b", -1.5)
    assert session.goals.look(session.step) == (1,)
    assert session.goals.state(session.step, 1).progress == "reached"
    # Asking "what if" leaves the learner's lab alone.
    assert session.lab.get("x") == (1, 1)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (Condition(Probe("z"), equals=2.0), True),
        (Condition(Probe("z", within=0.1), equals=2.05), True),
        (Condition(Probe("z", within=0.1), equals=2.2), False),
        (Condition(Probe("z"), above=2.0), False),
        (Condition(Probe("z"), at_least=2.0), True),
        (Condition(Probe("z"), below=2.0), False),
        (Condition(Probe("z"), at_most=2.0), True),
        (Condition(Probe("z"), above=1.0, below=3.0), True),
        (Condition(Probe("z"), above=1.0, below=1.5), False),
        (Condition(Probe("activation"), equals="sigmoid"), True),
        (Condition(Probe("activation"), equals="relu"), False),
        (Condition(Probe("activation"), above=0.0), False),
        (Condition(Probe("z"), equals="sigmoid"), False),
        (Condition(Probe("z", set={"b": 5}, against="z"), equals="greater"), True),
        (Condition(Probe("z", set={"b": 5}, against="z"), equals="less"), False),
        # What the lab does not have now is not met; check-lessons finds names that it never has.
        (Condition(Probe("zed"), equals=1.0), False),
        (Condition(Probe("z", set={"b": 99}), above=0.0), False),
    ],
)
def test_what_a_condition_wants(condition: Condition, held: bool) -> None:
    lab = NeuronLab()
    lab.set("x", [1, 1])
    lab.set("w", [1, 1])
    lab.set("b", 0)
    assert holds(condition, lab) is held


def test_what_needs_a_copy_waits_while_the_lab_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, _ = goal_session(tmp_path)
    session.goals.look(session.step)
    monkeypatch.setattr(NeuronLab, "busy", True)
    session.lab.set("w", [6, 6])
    session.lab.set("b", -9)
    # z is 3: neither is reached, and of AND nothing new is known.
    assert session.goals.look(session.step) == ()
    assert session.goals.state(session.step, 1).progress == "1 of 4 met"
    session.lab.set("w", [6, 0])
    assert session.goals.look(session.step) == (0,)
    monkeypatch.setattr(NeuronLab, "busy", False)
    session.lab.set("w", [6, 6])
    assert session.goals.look(session.step) == (1,)


def test_a_hint_then_the_solution_for_the_first_open_goal(tmp_path: Path) -> None:
    session, journal = goal_session(tmp_path)
    goals, step = session.goals, session.step
    assert goals.text(step.goals[0]) == "Make z, now 2, exactly −3."
    assert goals.hint(step) == "Hint for goal 1: The weighted sum is 2."
    assert not goals.solution_is_told(step)
    assert goals.tell_solution(step) == "A solution of goal 1: Set bias b to −5."
    assert goals.solution_is_told(step)
    goals.solve(step)
    assert session.lab.get("b") == -5
    assert goals.look(step) == (0,)
    assert journal.goals[-1] | {"lesson": ""} == {
        "lesson": "", "step": "your-turn", "goal": 0, "hint": True, "solution": True,
    }  # fmt: skip
    # The next one was not told.
    assert not goals.solution_is_told(step)
    assert goals.tell_solution(step, typed=True) == "A solution of goal 2: set w 6 6, then set b -9"
    session.open(0)
    assert not goals.solution_is_told(step)


def test_what_was_reached_on_an_earlier_visit_is_reached(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    session, _ = goal_session(tmp_path / "first", progress)
    session.lab.set("b", -5)
    session.goals.look(session.step)
    progress.close()
    again = Progress(tmp_path / "state")
    reached = again.of_lesson("aims").goals
    again.close()
    assert dict(reached) == {("your-turn", 0): None}
    later, journal = goal_session(tmp_path / "later", None, frozenset(reached))
    later.goals.look(later.step)
    assert later.goals.state(later.step, 0).reached
    assert later.goals.first_open(later.step) == 1
    assert journal.goals == []


def test_a_solution_reads_and_can_be_typed() -> None:
    lab = ConvolutionLab()
    goal = load_lesson(Path(__file__).parents[3] / "lessons/03_neuron").steps[-1].goals[-1]
    assert solution_in_words(goal.solution, NeuronLab()) == (
        "Set points to OR, weights w to (6, 6), bias b to −3 and activation to sigmoid."
    )
    kernel = [[1, 0, -1], [0.5, 0, 0], [0, 0, 2]]
    drawing = [[1, 0, 0, 0, 0, 0, 0]] * 7
    solution = Solution({"kernel": kernel, "drawing": drawing, "stride": 2}, ("clear", "slide", "slide"))
    lines = solution_lines(solution, lab)
    assert lines[3:] == ("press clear", "press slide", "press slide")
    for line in lines[:3]:
        _, name, *words = line.split()
        set_typed(lab, name, words)
    assert lab.get("kernel") == tuple(map(tuple, kernel))
    assert lab.get("drawing") == tuple(map(tuple, drawing))
    assert lab.get("stride") == 2
    words = solution_in_words(solution, lab)
    assert "weights to 1 0 −1 / 0.5 0 0 / 0 0 2" in words
    assert words.endswith("stride to 2. Then press w (clear) and l (slide on) 2 times.")


# Reading.
UNREADABLE = [
    ('when = { read = "z", is = -3 }', 'when = []', "a goal needs 'when'"),
    ('when = { read = "z", is = -3 }', 'when = "z"', "a condition is"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z" }', "'is', or bounds"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", is = -3, above = 1 }', "'is', or bounds"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", is = true }', "a condition is"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", above = nan }', "a condition is"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", least = 1 }', "a condition is"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", formula = "z", is = -3 }', "a condition is"),
    ('when = { read = "z", is = -3 }', 'when = { formula = "z·", is = -3 }', "missing at the end"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", press = ["go"], is = -3 }', "presses nothing"),
    ('when = { read = "z", is = -3 }', 'when = { read = "z", against = "y", is = "more" }', "with 'against'"),
    ('solution = { set = { b = -5 } }', 'solution = {}', "'solution' is"),
    ('solution = { set = { b = -5 } }', 'solution = { press = "go" }', "'solution' is"),
    ('solution = { set = { b = -5 } }', 'hints = []\nsolution = { set = { b = -5 } }', "unknown key 'hints'"),
    ('hint = "Both together."', '', "'hint' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason"), UNREADABLE, ids=[f"{u[2]}: {u[1]}" for u in UNREADABLE])
def test_what_is_no_goal(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(LessonError, match=reason.replace("(", "\\(")):
        load_lesson(write_goals(tmp_path, (old, new)))


def test_a_step_has_questions_or_goals(tmp_path: Path) -> None:
    question = (
        '[[step.question]]\nask = "?"\nanswer = "z"\ntolerance = 1\nexplain = "!"\n'
        'hints = ["."]\n\n[[step]]\nid = "look"'
    )
    with pytest.raises(LessonError, match="questions or goals, not both"):
        load_lesson(write_goals(tmp_path, ('[[step]]\nid = "look"', question)))


# Proving.
def test_sound_goals_have_no_fault(tmp_path: Path) -> None:
    checked = check_lessons(write_goals(tmp_path))
    assert checked.faults == ()
    assert checked.goals == 2


def test_a_condition_may_be_arithmetic_on_the_labs_numbers(tmp_path: Path) -> None:
    def checked(formula: str) -> list[str]:
        place = tmp_path / str(len(formula))
        return check_folder(write_goals(place, ('read = "z", is = -3', f'formula = "{formula}", is = -1.5')))

    # The solution sets b to −5, with x = (1, 1) and w = (1, 1): z is −3.
    assert checked("(sum(x·w) + b) / 2") == []
    assert any("does not reach the goal: z / 3 is -1" in fault for fault in checked("z / 3"))


# A change, the line that the fault is told at, and words of the reason.
FAULTS = [
    ("is = -3 }", "is = 2 }", "is = 2 }", "reached as the step opens"),
    ("set = { b = -5 }", "set = { b = -4 }", "b = -4", "does not reach the goal: z is -2"),
    ("set = { b = -5 }", "set = { c = -5 }", "c = -5", "no control that takes a value 'c'"),
    ("set = { b = -5 }", "set = { b = -99 }", "b = -99", "bias b lies from -10 to 10"),
    ("set = { b = -5 }", 'press = ["go"]', '"go"', "there is no action 'go'"),
    ('show = ["x", "w", "b"', 'show = ["x", "b"', "b = -9", "the step does not show 'w'"),
    ('read = "z", is', 'read = "zed", is', "b = -5", "there is no readout or control 'zed'"),
    ("x = [0, 0] }, below", "q = [0, 0] }, below", "when = [", "no control that takes a value 'q'"),
    ("now {z},", "now {zed},", "zed", "a placeholder {…} cannot be filled"),
    ("is {weighted_sum}", "is {sum}", "is {sum}", "a placeholder {…} cannot be filled"),
    ("w = [6, 6], b = -9", "w = [6, 6], b = -5", "[6, 6], b", "y with x = [1, 0] is 0.73"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "reason"), FAULTS, ids=[f[3] for f in FAULTS])
def test_a_goal_that_cannot_be_kept_is_a_fault(tmp_path: Path, old: str, new: str, at: str, reason: str) -> None:
    folder = write_goals(tmp_path, (old, new))
    faults = [fault for fault in check_folder(folder) if reason in fault]
    assert len(faults) == 1, check_folder(folder)
    assert faults[0].startswith(f"{folder / 'lesson.toml'}:{line_of(folder / 'lesson.toml', at)}: ")


def test_a_goal_reached_by_some_of_the_drawn_numbers_is_a_fault(tmp_path: Path) -> None:
    drawn = '"sigmoid" }\ndraw.b = { low = -5, high = -4, step = 1 }\n'
    folder = write_goals(tmp_path, ('"sigmoid" }\n', drawn))
    assert any("reached as the step opens" in fault for fault in check_folder(folder))


@pytest.mark.parametrize("folder", lesson_folders(lessons_folder()), ids=lambda folder: folder.name)
def test_a_walk_that_ships_reaches_a_goal_of_its_lesson(folder: Path) -> None:
    goals = [goal for step in load_lesson(folder).steps for goal in step.goals]
    expected = [statement.action for statement in read_script(folder / "lesson.walk").statements]
    reached = any(isinstance(action, ExpectGoal) and action.outcome == "reached" for action in expected)
    assert reached is bool(goals)
