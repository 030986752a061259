"""The value of a control as it is typed: words of a line in, what the control's own check takes out."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.course.questions.answers import readings, which_is_meant
from tutor.course.questions.arithmetic import NoResult, NotUnderstood
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl, ChoiceControl, ControlError, NumericControl, ValueControl
from tutor.labs.kit.places import LookupFailed, place_index, split_path


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

    Raises ``ControlError`` for several numbers where one is wanted.
    """
    if isinstance(control, ChoiceControl):
        return control.typed(words, str)
    return control.typed(words, lambda text: typed_number(control, text))


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
    taken = [reading for reading in several if control.takes(reading.value)]
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


def _replaced(control: ValueControl, value: object, places: Sequence[str], number: float | str) -> object:
    """``value`` with the number at ``places`` in it."""
    labels = control.axes

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
