"""The help of a lesson."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.course.record.step_states import LEGEND
from tutor.course.session import LessonSession
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    GridControl,
    MatrixControl,
    NumberControl,
    TextControl,
    VectorControl,
)
from tutor.language.catalogue import N_, _
from tutor.ui.screens.help import HelpSection, in_words
from tutor.ui.widgets.fields.canvas_field import SMALLEST_CANVAS, STRIDE

KEYS = HelpSection(
    N_("In a lesson"),
    (
        ("n  b", N_("next, back (ctrl+n and ctrl+b also while you type)")),
        ("g", N_("go to any step: its number or the arrows, then enter")),
        ("f", N_("the full lab, on the whole screen; f or escape comes back")),
        ("x", N_("the microscope: where a number comes from, and the numbers it was made from")),
        ("t", N_("compare the lab's numbers with TensorFlow's, in place of the text; t: the text again")),
        (
            "e  E",
            N_("the exercises of this lesson: write the function yourself; E also where the lab has an e of its own"),
        ),
        ("c", N_("the programs that compute what the lab shows: the engine's own, and Keras")),
        ("ctrl+z  ctrl+y", N_("undo, redo: a drawing, a reset that discarded training, a goal's solution")),
        ("P  <  >", N_("play the lab, or pause it; slower, faster; where a step has something that moves")),
        (
            "C",
            N_(
                "read a curve: ← → from point to point, shift or page keys further, home end; C: the next; "
                "escape leaves"
            ),
        ),
        ("L", N_("a logarithmic y axis for the curves, and a linear one again; where all values are above 0")),
        ("v", N_("the numbers of a picture in a table; v again: the picture")),
        ("U", N_("take this to the studio: the lab's network on its data, to train on, change and look into")),
        ("ctrl+o", N_("the lab of another session of yours, if two were open at once")),
        ("tab", N_("to the next control, shift+tab to the one before")),
        ("arrows", N_("change the control's value; in a row of numbers ← → go along it and ↑ ↓ change")),
        (N_("page up/down"), N_("scroll the text; ↑ ↓ scroll a lab where no control takes them")),
        ("escape", N_("one level out: drops what is being typed, then leaves the question, the full lab, the lesson")),
        ("letters", N_("are keys unless something is being typed, in an empty field too")),
    ),
)
ANSWERING = HelpSection(
    N_("Answering"),
    (
        ("a", N_("go to the question")),
        (
            N_("a number"),
            N_("type it, then enter: 0.5 or 0,5, 63,610, 50 %, 1e-3; arithmetic too: 3*5 + 4, =ln 5, =sqrt(2)"),
        ),
        (N_("a choice"), N_("its digit or the arrows mark it, enter answers")),
        ("!", N_("if you like: how sure you are, before your first answer; again for fairly sure and a guess")),
        ("h", N_("a hint; after a try there may be a further one")),
        ("N", N_("answer this step's questions again, with new numbers")),
        ("s", N_("skip: see the answer and why; you can always go on with n")),
    ),
)

GOALS = HelpSection(
    N_("Goals"),
    (
        ("h", N_("a hint for the first goal that is still open")),
        ("s", N_("its solution in words; s again: carried out in the lab")),
    ),
)


def lesson_help(session: LessonSession, actions: Sequence[ActionControl]) -> tuple[HelpSection, ...]:
    """The keys of a lesson, how to answer, and the valid values of the controls on the screen."""
    lab, show = session.lab, session.step.show
    controls = [c for c in lab.value_controls() if not show or c.name in show]
    sections = [KEYS.in_words()]
    if session.step.questions:
        sections.append(ANSWERING.in_words())
    if session.step.goals:
        sections.append(GOALS.in_words())
    rows = [(action.key or "·", action.help or action.label) for action in actions]
    rows += [(control.label, _takes(control)) for control in controls]
    if rows:
        sections.append(HelpSection(_("The lab: {title}").format(title=lab.title), tuple(rows)))
    sections.append(HelpSection(_("Steps"), in_words(LEGEND)))
    return tuple(sections)


def _takes(control: Control) -> str:
    match control:
        case NumberControl(low=low, high=high):
            how = _("arrows or type a number from {low} to {high}").format(low=_number(low), high=_number(high))
        case ChoiceControl(options=options):
            how = _("arrows go through {names}").format(names=", ".join(options))
        case TextControl(characters=characters):
            how = (
                _("enter, then type letters; enter takes it, escape drops it")
                if characters
                else _("enter, then type; enter takes it, escape drops it")
            )
        case VectorControl(low=low, high=high) | MatrixControl(low=low, high=high):
            how = _("← → a place, ↑ ↓ or type a number from {low} to {high}").format(
                low=_number(low), high=_number(high)
            )
        case GridControl(rows=rows) if rows >= SMALLEST_CANVAS:
            how = _(
                "arrows move, with shift by {stride}; enter: pen down, pen up; space: one dab; "
                "backspace: eraser, pen again; or the mouse, whose right button erases"
            ).format(stride=STRIDE)
        case GridControl():
            how = _("arrows move, with shift to the edge; space turns a pixel on or off; or the mouse")
        case _:
            how = ""
    return f"{control.help}; {how}" if control.help else how


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
