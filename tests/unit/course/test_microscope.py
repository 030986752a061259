"""From a number on the screen to where it comes from, and what stays covered on the way."""

from __future__ import annotations

import re
from dataclasses import astuple
from pathlib import Path

import pytest

from tutor.course.lessons.lesson import Lesson, Probe, Question, Step
from tutor.course.microscope import ANSWER_FIRST, Microscope
from tutor.course.numbers_on_screen import FEW, Source, rows, shown_names, sources
from tutor.course.session import LessonSession
from tutor.engine.derivations.expressions import largest
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.worksheet import Worksheet
from tutor.labs.kit.controls import Control, GridControl
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Matrix, Number, Readout, Vector
from tutor.labs.neuron import NeuronLab

# z = 2·0.5 + 3·(−1) + 1.5 = −0.5, relu(−0.5) = 0, 1 / (1 + e^0.5) = 0.377541.
SET = {"x": [2, 3], "w": [0.5, -1], "b": 1.5, "activation": "sigmoid"}


def question(read: str) -> Question:
    return Question("?", Probe(read), "So.", ("Look.",), (), 0.01)


STEPS = (
    Step("all", "All", "", ("x", "w", "b", "products", "z", "y", "y_arithmetic", "sizes"), set=SET),
    Step("z-hidden", "z", "", ("x", "w", "b", "products", "z", "y", "y_arithmetic"), ("z",),
         questions=(question("z"),)),
    Step("y-hidden", "y", "", ("x", "z", "y", "y_arithmetic", "sum_arithmetic"), ("y",), questions=(question("y"),)),
    Step("drawn", "Drawn", "", ("x", "W", "biases", "picture", "layer_z"), ("layer_z",),
         questions=(question("layer_z[A]"),)),
    Step("overview", "Overview", "", ()),
)  # fmt: skip


class LargeLab(NeuronLab):
    """The neuron with a picture beside it: a control of more places than a list names, and a readout of it."""

    def controls(self) -> tuple[Control, ...]:
        return (*super().controls(), GridControl("grid", "pixels", 4, 5, ((0.0,) * 5,) * 4))

    def readout_names(self) -> tuple[str, ...]:
        return (*super().readout_names(), "twice")

    def read(self, name: str) -> Readout:
        if name == "twice":
            values = tuple(tuple(row) for row in (2 * self.vector("grid")).tolist())
            return Matrix(name, "pixels twice", (), (), values)
        return super().read(name)


@pytest.fixture
def session() -> LessonSession:
    opened = LessonSession(Lesson("try", 1, "Try", "To try.", "neuron", STEPS, Path()), LargeLab())
    opened.open()
    return opened


def found(session: LessonSession, full: bool = False) -> dict[str, Source]:
    return {source.name: source for source in sources(session, shown_names(session, full))}


def paths(session: LessonSession) -> list[str]:
    return [number.path for source in found(session).values() for number in source.numbers]


def test_every_number_of_the_step_is_offered_readouts_before_controls(session: LessonSession) -> None:
    assert paths(session) == [
        "products[1]", "products[2]", "z", "y", "sizes[X]", "sizes[W]", "sizes[b]", "sizes[out]",
        "sizes[W_and_b]", "x[1]", "x[2]", "w[1]", "w[2]", "b",
    ]  # fmt: skip
    shown = found(session)
    assert [n.value for n in shown["products"].numbers] == [1.0, -3.0]
    assert shown["z"].leads_on
    assert not shown["x"].leads_on
    assert not shown["sizes"].leads_on


def test_each_path_offered_names_the_number_offered_with_it(session: LessonSession) -> None:
    for source in found(session).values():
        for number in source.numbers:
            assert session.lab.lookup(number.path) == number.value


def test_covered_numbers_are_not_offered_nor_arithmetic_about_them(session: LessonSession) -> None:
    session.jump("z-hidden")
    assert set(found(session)) == {"x", "w", "b", "products", "y"}
    session.jump("y-hidden")
    assert set(found(session)) == {"x", "z"}
    # While anything is covered, the full lab shows no more readouts than the step.
    assert {name for name, source in found(session, full=True).items() if not source.set_by_hand} == {"z"}
    session.skip()
    assert {"products", "weighted_sum", "layer_y"} <= set(found(session, full=True))


def test_shown_arithmetic_is_offered_where_its_number_is_not(session: LessonSession) -> None:
    only = sources(session, ("y_arithmetic",))
    assert [(n.path, n.value) for source in only for n in source.numbers] == [("y_arithmetic", session.lab.lookup("y"))]
    session.jump("z-hidden")
    assert sources(session, ("y_arithmetic",)) == ()


def test_what_has_many_numbers_is_one_line_until_words_lead_into_it(session: LessonSession) -> None:
    large = sources(session, ("z", "twice", "grid"))
    assert [row.number.path if row.number else row.source.name for row in rows(large)] == ["z", "twice", "grid"]
    assert len(large[1].numbers) == 20 > FEW
    assert [row.number and row.number.path for row in rows(large, "twice[3][4]")] == ["twice[3][4]"]
    assert [row.number for row in rows(large, "PIXELS twi")] == [None]
    assert rows(large, "nothing of that name") == ()


def test_from_a_number_to_its_operands_and_back(session: LessonSession) -> None:
    microscope = Microscope(session, "y")
    look = microscope.look
    assert (look.path, look.formula) == ("y", "1 / (1 + e^(−z))")
    assert look.numbers == "1 / (1 + e^(0.5))"
    assert look.value == pytest.approx(0.37754067)
    assert [(o.path, o.value) for o in look.operands] == [("z", -0.5)]
    microscope.enter(0)
    look = microscope.look
    assert look.numbers == "2·0.5 + 3·(−1) + 1.5"
    assert [o.path for o in look.operands] == ["x[1]", "w[1]", "x[2]", "w[2]", "b"]
    assert all(o.set_by_hand for o in look.operands)
    microscope.enter(3)
    assert microscope.way == ("y", "z", "w[2]")
    assert microscope.look.value == -1
    assert "weights w" in microscope.look.given
    assert microscope.look.operands == ()
    assert microscope.back()
    assert microscope.back()
    assert not microscope.back()
    assert list(microscope.way) == ["y"]


def test_it_shows_the_moment_in_which_it_was_opened(session: LessonSession) -> None:
    microscope = Microscope(session, "y")
    session.lab.set("b", 9)
    microscope.enter(0)
    assert microscope.look.value == -0.5
    microscope.enter(4)
    assert microscope.look.value == 1.5


class TurnedLab(LargeLab):
    """Keeps numbers under another name, and in another order, than it shows them."""

    def readout_names(self) -> tuple[str, ...]:
        return ("answers", "best")

    def overview(self) -> tuple[str, ...]:
        return ("answers",)

    def read(self, name: str) -> Readout:
        c, b, a = reversed(self.vector("biases").tolist())
        return Vector(name, name, ("C", "B", "A"), (c, b, a)) if name == "answers" else Number(name, name, max(a, b, c))

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        return ("softmax", (2 - index[0],)) if name == "answers" else (name, index)

    def worksheet(self) -> Worksheet:
        sheet = super().worksheet()
        sheet.give("softmax", self.vector("biases"))
        sheet.put("best", 0.5, lambda: Form("max", lambda n: largest(n.each(sheet.cells("softmax")))))
        return sheet


def test_operands_have_the_names_of_the_screen(session: LessonSession) -> None:
    turned = LessonSession(session.lesson, TurnedLab())
    operands = Microscope(turned, "best").look.operands
    assert [o.path for o in operands] == ["answers[A]", "answers[B]", "answers[C]"]
    assert [o.value for o in operands] == [turned.lab.lookup(o.path) for o in operands]


def test_a_shown_derivation_opens_as_its_number(session: LessonSession) -> None:
    assert Microscope(session, "y_arithmetic").look.numbers == Microscope(session, "y").look.numbers


@pytest.mark.parametrize(
    ("path", "reason"),
    [("sizes[X]", "counted"), ("activation", "word"), ("nothing", "there is no"), ("x[9]", "no place"), ("x", "x")],
)
def test_what_has_no_arithmetic_is_a_sentence(session: LessonSession, path: str, reason: str) -> None:
    with pytest.raises(LookupFailed, match=reason):
        Microscope(session, path)


def test_a_covered_operand_shows_no_number_and_is_not_entered(session: LessonSession) -> None:
    session.jump("z-hidden")
    microscope = Microscope(session, "y")
    look = microscope.look
    assert look.numbers is None
    assert [(o.path, o.value) for o in look.operands] == [("z", None)]
    assert look.formula == "1 / (1 + e^(−z))"
    assert "0.5" not in re.sub(r"0\.3775\d*", "", str(astuple(look)))
    assert Microscope(session, "y_arithmetic").look.numbers is None
    with pytest.raises(LookupFailed, match=ANSWER_FIRST):
        microscope.enter(0)
    assert microscope.way == ("y",)
    session.skip()
    assert Microscope(session, "y").look.operands[0].value == -0.5


@pytest.mark.parametrize("path", ["z", "weighted_sum", "layer_y[A]", "e_minus_z"])
def test_what_is_covered_or_beside_the_step_is_not_opened_while_a_question_is(
    session: LessonSession, path: str
) -> None:
    session.jump("z-hidden")
    with pytest.raises(LookupFailed):
        Microscope(session, path)


def test_what_is_open_leads_to_what_is_open(session: LessonSession) -> None:
    session.jump("z-hidden")
    microscope = Microscope(session, "products[2]")
    assert microscope.look.numbers == "3·(−1)"
    microscope.enter(1)
    assert microscope.look.value == -1


def test_what_stands_open_under_another_name_is_opened(session: LessonSession) -> None:
    session.jump("drawn")
    look = Microscope(session, "picture[y][B]").look
    assert look.value == session.lab.lookup("layer_y[B]")
    assert look.numbers is None
    assert [(o.path, o.value) for o in look.operands] == [("layer_z[B]", None)]
    with pytest.raises(LookupFailed):
        Microscope(session, "layer_z[B]")
