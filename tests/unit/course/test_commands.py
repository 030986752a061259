"""The line language on a session of its own: every word, and what each refuses."""

from pathlib import Path

import pytest

from tests.given_readouts import GivenReadouts
from tutor.course.commands import Command, CommandError, Reply, apply, parse_command
from tutor.course.lessons.lesson import Lesson, Misconception, Probe, Question, Step
from tutor.course.session import LessonSession
from tutor.course.words.printed_page import Page
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, GridControl
from tutor.labs.kit.readouts import Number, Readout
from tutor.labs.neuron import NeuronLab

QUESTION = Question("What is z?", Probe("z"), "It is {z}.", ("Add.", "Add the bias."),
                    (Misconception(Probe("weighted_sum"), "The bias is missing."),), 0.01)  # fmt: skip
CHOICE = Question("And y?", Probe("y", {"b": 9}, (), "y"), "Up.", ("Look.",), (), 0.0,
                  {"greater": "rises", "less": "falls"})  # fmt: skip
STEPS = (
    Step("predict", "Predict", "Do.", ("x", "w", "b", "z"), ("z",), {"b": 0.5, "x": [1, 1], "w": [1, 2]},
         questions=(QUESTION, CHOICE)),
    Step("look", "Look", "See.", ("y", "curve")),
)  # fmt: skip


class GridLab(GivenReadouts):
    """A grid, a choice of two words, an action that fills the grid."""

    id = "grid"
    title = "Grid"

    def controls(self) -> tuple[Control, ...]:
        return (
            GridControl("drawing", "drawing", 2, 3, ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))),
            ChoiceControl("mode", "mode", ("Full speed", "slow"), "slow"),
            ActionControl("fill", "fill"),
            ActionControl("jam", "jam"),
        )

    def given_names(self) -> tuple[str, ...]:
        return ("ink",)

    def given(self, name: str) -> Readout:
        return Number(name, "ink", float(self.vector("drawing").sum()))

    def press(self, name: str) -> str:
        if name == "fill":
            self.set("drawing", [1] * 6)
            return "Filled."
        if name == "jam":
            raise ControlError("It is jammed.")
        return super().press(name)


@pytest.fixture
def session() -> LessonSession:
    opened = LessonSession(Lesson("try", 1, "Try", "To try.", "neuron", STEPS, Path()), NeuronLab())
    opened.open()
    return opened


@pytest.fixture
def grid() -> LessonSession:
    steps = (Step("draw", "Draw", "Draw.", ("drawing", "mode", "fill", "ink")),)
    opened = LessonSession(Lesson("grid", 2, "Grid", "To draw.", "grid", steps, Path()), GridLab())
    opened.open()
    return opened


def do(session: LessonSession, line: str) -> Reply:
    return apply(parse_command(line), session)


# Parsing


def test_a_line_is_a_word_and_what_follows():
    assert parse_command("  SET w 1  2,5 ") == Command("set", ("w", "1", "2,5"))
    assert parse_command("show") == Command("show")


@pytest.mark.parametrize("line", ["", "  ", "dance", "set", "set x", "press", "press a b", "answer", "hint now",
                                  "next 3", "back 1", "skip it", "step", "step 1 2", "why",
                                  "tensorflow now", "code y"])  # fmt: skip
def test_what_is_no_command_is_refused_with_a_sentence(line: str):
    with pytest.raises(CommandError, match=r"^(There is no command|Usage: )"):
        parse_command(line)


# Setting


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("set b -2.5", "b", -2.5),
        ("set b −2,5", "b", -2.5),
        ("set b 1/4", "b", 0.25),
        ("set x 3 4", "x", (3, 4)),
        ("set x 3, 4", "x", (3, 4)),
        ("set x 3,5 4.5", "x", (3.5, 4.5)),
        ("set x[2] 7", "x", (1, 7)),
        ("set x 1/2 -ln(1)", "x", (0.5, 0)),
        ("set x[2] 3 * 2 - 1", "x", (1, 5)),
        ("set b = 1 + 1/4", "b", 1.25),
        ("set b −50 %", "b", -0.5),
        ("set b 1,234", "b", 1.234),  # 1234 lies beyond the bounds
        ("set activation TanH", "activation", "tanh"),
        ("set W 1 2 3 4 5 6", "W", ((1, 2, 3), (4, 5, 6))),
        ("set W 1 2 3 / 4 5 6", "W", ((1, 2, 3), (4, 5, 6))),
        ("set W[2][B] -9", "W", ((1, -1, 0.5), (2, -9, -0.5))),
    ],
)
def test_set_gives_a_control_a_value(session: LessonSession, line: str, name: str, value: object):
    assert do(session, line).ok
    assert session.lab.get(name) == value


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("set drawing 101/010", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 101/010/", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 101 / 010", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 101 010", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 101010", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 1 0 1 0 1 0", ((1, 0, 1), (0, 1, 0))),
        ("set drawing 0,5 0 1 / 0 0.25 0", ((0.5, 0, 1), (0, 0.25, 0))),
        ("set drawing[1][2] 1", ((0, 0, 0), (0, 0, 1))),
    ],
)
def test_a_grid_is_set_in_rows_or_by_the_pixel(grid: LessonSession, line: str, rows: object):
    assert do(grid, line).ok
    assert grid.lab.get("drawing") == rows


def test_a_choice_may_have_blanks_in_it(grid: LessonSession):
    assert do(grid, "set mode full speed").ok
    assert grid.lab.get("mode") == "Full speed"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("set q 1", "there is no control 'q'"),
        ("set b 99", "bias b lies from -10 to 10; got 99"),
        ("set b much", "bias b is a number; got much"),
        ("set b 1 2", "bias b is one number; got 1 2"),
        ("set b 1 234", "bias b lies from -10 to 10; got 1234"),
        ("set b 1/0", "bias b is a number; nothing can be divided by 0"),
        ("set b log 5", "log 5 can be read as 1.60944 or as 0.69897. To say which, write ln or log10."),
        ("set x 1", "inputs x has 2 numbers; got 1"),
        ("set x 1,1", "inputs x has 2 numbers; got 1"),
        ("set x 1 one", "inputs x 2 is a number; got one"),
        ("set W 1 2 3 / 4 5", "has 3 numbers; got 2"),
        ("set x[3] 1", "no place '3'"),
        ("set x[1] 1 2", "x[1] takes one number"),
        ("set x[1] 99", "lies from -10 to 10"),
        ("set W[1] 2", "name both"),
        ("set b[1] 2", "b has no place '1'"),
        ("set activation step", "one of linear, relu, sigmoid, tanh; got step"),
        ("set activation relu now", "got relu now"),
    ],
)
def test_what_a_control_does_not_take_is_a_sentence_and_changes_nothing(session: LessonSession, line: str, part: str):
    before = session.lab.state()
    reply = do(session, line)
    assert not reply.ok
    assert part in " ".join(reply.lines)
    assert session.lab.state() == before


@pytest.mark.parametrize("line", ["set drawing 101/01", "set drawing 101", "set drawing 1 0 1", "set fill 1"])
def test_a_grid_of_another_size_or_an_action_is_not_set(grid: LessonSession, line: str):
    assert not do(grid, line).ok
    assert grid.lab.lookup("ink") == 0


# Pressing


def test_press_does_an_action_and_says_what_it_said(grid: LessonSession):
    assert do(grid, "press fill") == Reply(True, ("Filled.",))
    assert grid.lab.lookup("ink") == 6
    assert do(grid, "press jam") == Reply(False, ("It is jammed.",))
    assert not do(grid, "press drawing").ok


# Answering


def test_answers_are_judged_one_question_after_the_other(session: LessonSession):
    wrong = do(session, "answer 3")
    assert wrong.ok
    assert wrong.lines == ("No. The bias is missing.",)
    assert wrong.verdict is not None
    assert not wrong.verdict.correct
    unread = do(session, "answer three and a half")
    assert unread.verdict is not None
    assert not unread.verdict.understood
    right = do(session, "answer 3,5")
    assert right.lines == ("Right. It is 3.5.",)
    assert do(session, "answer b").verdict == do(session, "answer less").verdict
    assert do(session, "answer greater").lines == ("Right. Up.",)
    assert do(session, "answer greater") == Reply(False, ("There is no open question on this step.",))


def test_hint_and_skip_are_for_an_open_question(session: LessonSession):
    assert do(session, "hint") == Reply(True, ("Hint: Add.", "After a try, type hint for a further one."))
    assert do(session, "skip") == Reply(True, ("The answer is 3.5. It is 3.5.",))
    assert do(session, "skip").ok
    assert not do(session, "skip").ok
    assert not do(session, "hint").ok


# Going about


def test_going_on_back_and_to_a_step(session: LessonSession):
    assert not do(session, "back").ok
    assert do(session, "next") == Reply(True)
    assert session.step.id == "look"
    assert do(session, "next").lines == (
        "That was the last step.",
        "Steps seen: 2 of 2. Questions answered: 0 of 2.",
        "  open: 1 Predict",
        "Type step 1 to go to the first of them.",
    )
    assert do(session, "back").ok
    assert session.step.id == "predict"
    assert do(session, "step 2").ok
    assert do(session, "step predict").ok
    assert session.step.id == "predict"
    refused = do(session, "step 3")
    assert not refused.ok
    assert "predict" in " ".join(refused.lines)
    assert do(session, "steps").lines == (
        "  1. Predict (predict): open – you are here",
        "  2. Look (look): seen",
    )


# Looking


def test_show_prints_what_stands_beside_the_step(session: LessonSession):
    assert do(session, "show").lines == (
        "inputs x (x): [1] 1, [2] 1; from −10 to 10",
        "weights w (w): [1] 1, [2] 2; from −10 to 10",
        "bias b (b): 0.5; from −10 to 10",
        "z: covered until you answer",
    )
    assert do(session, "show x[2] b").lines == ("x[2]: 1", "bias b (b): 0.5; from −10 to 10")


def test_what_is_covered_cannot_be_had_another_way(session: LessonSession):
    for line in ("show z", "show sum_arithmetic", "show products[1]", "why z", "why sum_arithmetic", "why y"):
        reply = do(session, line)
        assert not any(c.isdecimal() for c in "".join(reply.lines).replace(line.split()[1], "")), line
    do(session, "skip")
    do(session, "skip")
    assert do(session, "show z").lines == ("z = sum + bias (z): 3.5",)
    assert do(session, "show products[2]").lines == ("products[2]: 2",)


def test_show_of_what_there_is_not_is_refused(session: LessonSession):
    do(session, "next")
    assert "there is no readout or control 'q'" in do(session, "show q").lines[0]
    assert not do(session, "show q").ok
    assert not do(session, "show products[9]").ok


def test_why_says_where_a_number_comes_from(session: LessonSession):
    do(session, "next")
    assert do(session, "why z").lines == (
        "  z = x1·w1 + x2·w2 + b", "  = 1·1 + 1·2 + 0.5", "  = 3.5",
        "  Deeper: why x[1], why w[1], why x[2], why w[2], why b",
    )  # fmt: skip
    by_value, by_name = do(session, "why y"), do(session, "why y_arithmetic")
    assert by_value == by_name
    assert by_value.lines[-1] == "  Deeper: why z"
    assert do(session, "why b").lines == ("b = 0.5: given, not computed",)
    assert do(session, "why layer_z[B]").lines[1] == "  = 1·(−1) + 1·1 + 0.5"


def test_what_was_counted_says_so(grid: LessonSession):
    reply = do(grid, "why ink")
    assert not reply.ok
    assert "it was counted, timed or drawn, not worked out" in reply.lines[0]


def test_where_no_worker_is_tensorflow_cannot_be_asked(session: LessonSession):
    reply = do(session, "tensorflow")
    assert (reply.ok, reply.lines) == (False, ("TensorFlow cannot run here: there is no process for it.",))


def test_code_prints_the_engine_and_the_lines_of_keras(session: LessonSession):
    lines = do(session, "code").lines
    assert "# tutor.engine.activations: sigmoid" in lines
    assert "import keras" in lines


def test_a_grid_is_rows_of_pixels_in_the_characters_there_are(grid: LessonSession):
    do(grid, "set drawing 1 0 0.5 / 0 1 0")
    assert do(grid, "show drawing").lines == ("drawing, 2 rows of 3:", "  █·5", "  ·█·")
    assert apply(parse_command("show drawing"), grid, Page(78, "#", ".")).lines[1:] == ("  #.5", "  .#.")
    assert do(grid, "show fill").lines == ("press fill: fill",)
