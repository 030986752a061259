"""Parse the typed value of a control: from the words of a line to a value for the control's ``check``."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.course.questions.answers import readings, which_is_meant
from tutor.course.questions.arithmetic import NoResult, NotUnderstood
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl, ControlError, NumericControl, ValueControl, WordControl
from tutor.labs.kit.places import LookupFailed, place_index, split_path
from tutor.language.catalogue import _


def set_typed(lab: Lab, path: str, words: Sequence[str]) -> ValueControl:
    """Set a control, or with a path such as ``w[1]`` one place of it, from typed words; return the control.

    Raises ``ControlError`` or ``LookupFailed`` with a sentence.
    """
    name, places = split_path(path)
    control = lab.control(name)
    if isinstance(control, ActionControl):
        raise ControlError(_("{name} is pressed, not set: press {name}").format(name=name))
    if places:
        if isinstance(control, WordControl):
            raise LookupFailed(_("{name} has no place {places!r}").format(name=control.name, places=places[0]))
        number = typed_number(control, " ".join(words))
        if isinstance(number, str) and len(words) != 1:
            raise ControlError(_("{path} takes one number; got {names}").format(path=path, names=" ".join(words)))
        lab.set(name, _replaced(control, lab.get(name), places, number))
    else:
        lab.set(name, _with_places_not_in_use(lab, control, typed_value(control, words)))
    return control


def typed_value(control: ValueControl, words: Sequence[str]) -> object:
    """``words`` in the shape of the control's value, still to be validated by its ``check``.

    Raises ``ControlError`` for several numbers if the control takes one.
    """
    if isinstance(control, WordControl):
        return control.typed(words, str)
    return control.typed(words, lambda text: typed_number(control, text))


def typed_number(control: NumericControl, text: str) -> float | str:
    """One number of the control, typed like an answer: in any notation, or as arithmetic.

    Of several readings, the one that the control takes. Returns the text itself if it is not a number. Raises
    ``ControlError`` if the control takes several likely readings, or the arithmetic has no result.
    """
    text = text.rstrip(",; ")
    try:
        several = readings(text)
    except NotUnderstood:
        return text
    except NoResult as failure:
        raise ControlError(_("{label} is a number; {failure}").format(label=control.label, failure=failure)) from None
    taken = [reading for reading in several if control.takes(reading.value)]
    likely = tuple(reading for reading in taken if reading.likely)
    if len(likely) > 1:
        raise ControlError(which_is_meant(text, likely))
    return (*likely, *taken, *several)[0].value


def _with_places_not_in_use(lab: Lab, control: ValueControl, value: object) -> object:
    """Complete a vector typed with only the places in use: the other places keep their values."""
    before, used = lab.get(control.name), lab.places_in_use(control.name)
    if used is None or not isinstance(value, list) or not isinstance(before, tuple) or len(value) != used:
        return value
    return [*value, *before[used:]]


def _replaced(control: ValueControl, value: object, places: Sequence[str], number: float | str) -> object:
    """``value`` with ``number`` at ``places``."""
    labels = control.axes

    def inside(part: object, axis: int) -> object:
        if axis == len(places):
            if isinstance(part, tuple):
                raise LookupFailed(
                    _("{name} has rows and columns; name both, each in square brackets").format(name=control.name)
                )
            return number
        if not isinstance(part, tuple):
            raise LookupFailed(_("{name} has no place {places!r}").format(name=control.name, places=places[axis]))
        axis_labels = labels[axis] if axis < len(labels) else ()
        index = place_index(control.name, places[axis], axis_labels, len(part))
        return (*part[:index], inside(part[index], axis + 1), *part[index + 1 :])

    return inside(value, 0)
