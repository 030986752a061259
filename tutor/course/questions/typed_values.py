"""The value of a control as it is typed: words of a line in, what the control's own check takes out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.course.questions.answers import readings, which_is_meant
from tutor.course.questions.arithmetic import NoResult, NotUnderstood
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    ControlError,
    GridControl,
    MatrixControl,
    NumberControl,
    ValueControl,
    VectorControl,
)
from tutor.labs.kit.places import LookupFailed, place_index, split_path

NumericControl = NumberControl | VectorControl | MatrixControl | GridControl
"""Controls whose value is numbers."""

_PIXELS = re.compile(r"[01]+(/[01]+)*/?")


def set_typed(lab: Lab, path: str, words: Sequence[str]) -> ValueControl:
    """Set a control, or with a path such as ``w[1]`` one place of it, from typed words; returns the control.

    Raises ``ControlError`` or ``LookupFailed`` with a sentence.
    """
    name, places = split_path(path)
    control = lab.control(name)
    if isinstance(control, ActionControl):
        raise ControlError(f"{name} is pressed, not set: press {name}")
    if places:
        if isinstance(control, ChoiceControl):
            raise LookupFailed(f"{control.name} has no place {places[0]!r}")
        number = typed_number(control, " ".join(words))
        if isinstance(number, str) and len(words) != 1:
            raise ControlError(f"{path} takes one number; got {' '.join(words)}")
        lab.set(name, _replaced(control, lab.get(name), places, number))
    else:
        lab.set(name, _with_places_not_in_use(lab, control, typed_value(control, words)))
    return control


def typed_value(control: ValueControl, words: Sequence[str]) -> object:
    """What ``words`` say, in the shape that the control takes. Whether it takes it is for its ``check`` to say.

    A table goes row by row, with or without a ``/`` between rows; a grid also as ``11111/10001/…``. Raises
    ``ControlError`` for several numbers where one is wanted.
    """
    if isinstance(control, ChoiceControl):
        typed = " ".join(words)
        return next((option for option in control.options if option.casefold() == typed.casefold()), typed)
    if isinstance(control, GridControl):
        rows = _pixel_rows(control, words)
        if rows is not None:
            return rows
    if isinstance(control, GridControl | MatrixControl) and "/" in words:
        return _split_rows(control, words)
    if not isinstance(control, NumberControl):
        return [typed_number(control, word) for word in words]
    number = typed_number(control, " ".join(words))
    if isinstance(number, str) and len(words) != 1:
        raise ControlError(f"{control.label} is one number; got {number}")
    return number


def typed_number(control: NumericControl, text: str) -> float | str:
    """One number of the control, typed as an answer would be: in any notation, or as arithmetic.

    Of several readings it is the one that the control takes. The text itself is returned where it is no number.
    Raises ``ControlError`` where the control takes several likely readings, or the arithmetic has no result.
    """
    text = text.rstrip(",; ")
    try:
        several = readings(text)
    except NotUnderstood:
        return text
    except NoResult as failure:
        raise ControlError(f"{control.label} is a number; {failure}") from None
    taken = [reading for reading in several if _takes(control, reading.value)]
    likely = tuple(reading for reading in taken if reading.likely)
    if len(likely) > 1:
        raise ControlError(which_is_meant(text, likely))
    return (*likely, *taken, *several)[0].value


def _with_places_not_in_use(lab: Lab, control: ValueControl, value: object) -> object:
    """A vector typed as it is shown, with as many numbers as are in use: the other places stay as they are."""
    before, used = lab.get(control.name), lab.places_in_use(control.name)
    if used is None or not isinstance(value, list) or not isinstance(before, tuple) or len(value) != used:
        return value
    return [*value, *before[used:]]


def _takes(control: NumericControl, number: float) -> bool:
    whole = isinstance(control, NumberControl) and control.integer
    return control.low <= number <= control.high and not (whole and number != round(number))


def _pixel_rows(control: GridControl, words: Sequence[str]) -> list[list[float]] | None:
    if not all(_PIXELS.fullmatch(word) or word == "/" for word in words):
        return None
    rows = [row for word in words for row in word.split("/") if row]
    if len(rows) == 1 and len(rows[0]) == control.rows * control.columns:
        rows = [rows[0][i : i + control.columns] for i in range(0, len(rows[0]), control.columns)]
    if all(len(row) == 1 for row in rows):
        return None
    return [[float(pixel) for pixel in row] for row in rows]


def _split_rows(control: NumericControl, words: Sequence[str]) -> list[list[float | str]]:
    rows: list[list[float | str]] = [[]]
    for word in words:
        if word == "/":
            rows.append([])
        else:
            rows[-1].append(typed_number(control, word))
    return rows


def _replaced(control: ValueControl, value: object, places: Sequence[str], number: float | str) -> object:
    """``value`` with the number at ``places`` in it."""
    labels: tuple[tuple[str, ...], ...] = ()
    if isinstance(control, VectorControl):
        labels = (control.labels,)
    elif isinstance(control, MatrixControl):
        labels = (control.row_labels, control.column_labels)

    def inside(part: object, axis: int) -> object:
        if axis == len(places):
            if isinstance(part, tuple):
                raise LookupFailed(f"{control.name} has rows and columns; name both, each in square brackets")
            return number
        if not isinstance(part, tuple):
            raise LookupFailed(f"{control.name} has no place {places[axis]!r}")
        axis_labels = labels[axis] if axis < len(labels) else ()
        index = place_index(control.name, places[axis], axis_labels, len(part))
        return (*part[:index], inside(part[index], axis + 1), *part[index + 1 :])

    return inside(value, 0)
