"""Derivations of a lab's numbers: from a path on the screen to its derivation, and on to its operands."""

from __future__ import annotations

import re
from dataclasses import replace

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.forms import given
from tutor.engine.derivations.trace import NoSuchCellError
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import Value, ValueControl, VectorControl
from tutor.labs.kit.labels import place_id
from tutor.labs.kit.places import Index, LookupFailed, numbers_in, place_index, split_path
from tutor.labs.kit.readouts import Arithmetic, Readout

_LABEL = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<index>\d+(?:,\d+)*)\])?")


def why(lab: Lab, path: str) -> Derivation:
    """The derivation of the number at ``path``.

    ``path`` names a place of a readout or control, such as ``confidences[plus]``, or a cell of the lab's worksheet,
    such as ``dense.z[0,3]``. Raises ``LookupFailed`` if there is no such number or it was not computed from others;
    the message says which.
    """
    name, places = split_path(path)
    if name in lab.readout_names():
        readout = lab.read(name)
        if isinstance(readout, Arithmetic) and not places:
            return readout.derivation
        for shown, index, value in numbers_in(readout):
            if split_path(shown)[1] == places:
                return _derived(lab, *lab.cell_of(name, index), value, shown)
    control = next((c for c in lab.value_controls() if c.name == name), None)
    if control is not None:
        index = _control_index(control, places)
        held = lab.lookup(path)
        if isinstance(held, str):
            raise LookupFailed(f"{path} is a word that you chose, not a number")
        return given(Cell(name, index, held))
    found = _LABEL.fullmatch(path.strip())
    if found is not None:
        index = tuple(int(i) for i in found["index"].split(",")) if found["index"] else ()
        sheet = lab.worksheet()
        try:
            return sheet.derive(sheet.cell(found["name"], *index))
        except NoSuchCellError as error:
            if name not in lab.readout_names():
                raise LookupFailed(str(error)) from error
    lab.lookup(path)
    raise LookupFailed(f"{path} is not one number that was worked out; name one of its places")


def deeper(lab: Lab, cell: Cell) -> Derivation:
    """The derivation of an operand. Raises ``LookupFailed`` if it is not a cell of the lab."""
    try:
        return lab.worksheet().derive(cell)
    except NoSuchCellError as error:
        raise LookupFailed(str(error)) from error


def path_of(lab: Lab, cell: Cell) -> str:
    """The path of a cell, as ``why`` takes it: with the labels of the control or readout that the cell belongs to."""
    for control in lab.value_controls():
        if control.name == cell.name:
            return cell.name + "".join(f"[{label}]" for label in _control_labels(control, cell.index))
    if cell.name in lab.readout_names():
        for path, index, _ in numbers_in(lab.read(cell.name)):
            if lab.cell_of(cell.name, index) == (cell.name, cell.index):
                return path
    return cell.label


def shown(lab: Lab, name: str) -> Readout:
    """A readout as a face shows it: a derived number has its name on the screen."""
    readout = lab.read(name)
    if isinstance(readout, Arithmetic) and not readout.called:
        return replace(readout, called=path_of(lab, readout.derivation.cell))
    return readout


def control_shown(lab: Lab, control: ValueControl) -> tuple[ValueControl, Value]:
    """A control and its value as a face shows them: a vector with only the places in use."""
    value, used = lab.get(control.name), lab.places_in_use(control.name)
    if used is None or not isinstance(control, VectorControl) or not isinstance(value, tuple):
        return control, value
    return replace(control, labels=control.labels[:used]), value[:used]


def _derived(lab: Lab, name: str, index: Index, value: float, path: str) -> Derivation:
    sheet = lab.worksheet()
    try:
        return sheet.derive(sheet.cell(name, *index))
    except NoSuchCellError as error:
        raise LookupFailed(f"{path} is {value:g}: it was counted, timed or drawn, not worked out") from error


def _control_index(control: ValueControl, places: tuple[str, ...]) -> Index:
    axes = control.axes
    if len(places) > len(axes):
        raise LookupFailed(f"{control.name} has no place {places[-1]!r}")
    return tuple(
        place_index(control.name, p, axis, length)
        for p, axis, length in zip(places, axes, control.lengths, strict=False)
    )


def _control_labels(control: ValueControl, index: Index) -> tuple[str, ...]:
    """The ids of a place of a control, or its indices along axes without ids."""
    return tuple(place_id(axis[i]) if axis else str(i) for i, axis in zip(index, control.axes, strict=False))
