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
from tutor.ui.screens.help import HelpSection
from tutor.ui.widgets.fields.canvas_field import SMALLEST_CANVAS, STRIDE

KEYS = HelpSection(
    "In a lesson",
    (
        ("n  b", "next, back (ctrl+n and ctrl+b also while you type)"),
        ("g", "go to any step: its number or the arrows, then enter"),
        ("f", "the full lab, on the whole screen; f or escape comes back"),
        ("x", "the microscope: where a number comes from, and the numbers it was made from"),
        ("t", "compare the lab's numbers with TensorFlow's, in place of the text; t: the text again"),
        ("e  E", "the exercises of this lesson: write the function yourself; E also where the lab has an e of its own"),
        ("c", "the programs that compute what the lab shows: the engine's own, and Keras"),
        ("ctrl+z  ctrl+y", "undo, redo: a drawing, a reset that discarded training, a goal's solution"),
        ("P  <  >", "play the lab, or pause it; slower, faster; where a step has something that moves"),
        (
            "C",
            "read a curve: ← → from point to point, shift or page keys further, home end; C: the next; escape leaves",
        ),
        ("L", "a logarithmic y axis for the curves, and a linear one again; where all values are above 0"),
        ("v", "the numbers of a picture in a table; v again: the picture"),
        ("U", "take this to the studio: the lab's network on its data, to train on, change and look into"),
        ("ctrl+o", "the lab of another session of yours, if two were open at once"),
        ("tab", "to the next control, shift+tab to the one before"),
        ("arrows", "change the control's value; in a row of numbers ← → go along it and ↑ ↓ change"),
        ("page up/down", "scroll the text; ↑ ↓ scroll a lab where no control takes them"),
        ("escape", "one level out: drops what is being typed, then leaves the question, the full lab, the lesson"),
        ("letters", "are keys unless something is being typed, in an empty field too"),
    ),
)
ANSWERING = HelpSection(
    "Answering",
    (
        ("a", "go to the question"),
        (
            "a number",
            "type it, then enter: 0.5 or 0,5, 63,610, 50 %, 1e-3; arithmetic too: 3*5 + 4, =ln 5, =sqrt(2)",
        ),
        ("a choice", "its digit or the arrows mark it, enter answers"),
        ("!", "if you like: how sure you are, before your first answer; again for fairly sure and a guess"),
        ("h", "a hint; after a try there may be a further one"),
        ("N", "answer this step's questions again, with new numbers"),
        ("s", "skip: see the answer and why; you can always go on with n"),
    ),
)

GOALS = HelpSection(
    "Goals",
    (
        ("h", "a hint for the first goal that is still open"),
        ("s", "its solution in words; s again: carried out in the lab"),
    ),
)


def lesson_help(session: LessonSession, actions: Sequence[ActionControl]) -> tuple[HelpSection, ...]:
    """The keys of a lesson, how to answer, and the valid values of the controls on the screen."""
    lab, show = session.lab, session.step.show
    controls = [c for c in lab.value_controls() if not show or c.name in show]
    sections = [KEYS]
    if session.step.questions:
        sections.append(ANSWERING)
    if session.step.goals:
        sections.append(GOALS)
    rows = [(action.key or "·", action.help or action.label) for action in actions]
    rows += [(control.label, _takes(control)) for control in controls]
    if rows:
        sections.append(HelpSection(f"The lab: {lab.title}", tuple(rows)))
    sections.append(HelpSection("Steps", LEGEND))
    return tuple(sections)


def _takes(control: Control) -> str:
    match control:
        case NumberControl(low=low, high=high):
            how = f"arrows or type a number from {_number(low)} to {_number(high)}"
        case ChoiceControl(options=options):
            how = f"arrows go through {', '.join(options)}"
        case TextControl(characters=characters):
            how = f"enter, then type{' letters' if characters else ''}; enter takes it, escape drops it"
        case VectorControl(low=low, high=high) | MatrixControl(low=low, high=high):
            how = f"← → a place, ↑ ↓ or type a number from {_number(low)} to {_number(high)}"
        case GridControl(rows=rows) if rows >= SMALLEST_CANVAS:
            how = (
                f"arrows move, with shift by {STRIDE}; enter: pen down, pen up; space: one dab; "
                "backspace: eraser, pen again; or the mouse, whose right button erases"
            )
        case GridControl():
            how = "arrows move, with shift to the edge; space turns a pixel on or off; or the mouse"
        case _:
            how = ""
    return f"{control.help}; {how}" if control.help else how


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
