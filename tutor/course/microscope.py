"""Trace the derivation of a number step by step: from the number to its operands, and back."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.course.numbers_on_screen import gives_away
from tutor.course.session import LessonSession
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.trace import NoSuchCellError
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import path_of, why
from tutor.labs.kit.places import Index, LookupFailed, numbers_in
from tutor.labs.kit.readouts import Arithmetic
from tutor.language.catalogue import N_, _

ANSWER_FIRST = N_("shown once the question of this step is answered or skipped")


@dataclass(frozen=True)
class Operand:
    """An operand of a derivation. ``value`` is None while it is covered."""

    path: str
    value: float | None
    set_by_hand: bool


@dataclass(frozen=True)
class Look:
    """What the microscope shows for one number.

    ``numbers`` is the formula with its numbers, None while one of them is covered. ``given`` says where a number that
    was not computed comes from; empty for a computed number.
    """

    path: str
    formula: str
    numbers: str | None
    value: float
    operands: tuple[Operand, ...]
    given: str


class Microscope:
    """The derivation of a number on the screen and, recursively, of its operands.

    Shows the state when it was opened, even if the lab goes on training. While a question is open, numbers that it
    covers stay covered, and so do numbers that no screen shows, since they could give the answer away.
    """

    def __init__(self, session: LessonSession, path: str) -> None:
        """Raises ``LookupFailed`` if the number was not computed or is covered; the message says which."""
        self._lab = session.lab
        self._covers = _Cover(session)
        self._sheet = session.lab.worksheet()
        self._paths: dict[str, dict[tuple[str, Index], str]] = {}
        names = (*session.step.show, *session.lab.overview())
        readouts = set(session.lab.readout_names()) - session.lab.counted()
        self._shown = tuple(name for name in names if name in readouts and not session.keeps_back(name))
        try:
            derivation = why(session.lab, path)
        except ControlError as error:
            raise LookupFailed(str(error)) from error
        if self._covers(derivation.cell):
            raise LookupFailed(f"{path}: {_(ANSWER_FIRST)}")
        self._way: list[tuple[str, Derivation]] = [(path, derivation)]

    @property
    def way(self) -> tuple[str, ...]:
        """The paths of the numbers visited, from the first to the current one."""
        return tuple(path for path, _ in self._way)

    @property
    def look(self) -> Look:
        """The view of the current number."""
        path, derivation = self._way[-1]
        operands = tuple(self._operand(cell) for cell in derivation.operands)
        open_ = all(operand.value is not None for operand in operands)
        is_given = not derivation.operands and derivation.formula == "given"
        return Look(
            path,
            derivation.formula,
            derivation.numbers if open_ else None,
            derivation.value,
            operands,
            self._how_given(derivation.cell) if is_given else "",
        )

    def enter(self, operand: int) -> None:
        """Go to the derivation of this operand. Raises ``LookupFailed`` if it is covered or not a cell of the lab."""
        cell = self._way[-1][1].operands[operand]
        path = self._path(cell)
        if self._covers(cell):
            raise LookupFailed(f"{path}: {_(ANSWER_FIRST)}")
        try:
            self._way.append((path, self._sheet.derive(cell)))
        except NoSuchCellError as error:
            raise LookupFailed(str(error)) from error

    def back(self) -> bool:
        """Go one step back; false if this is the first number."""
        if len(self._way) == 1:
            return False
        self._way.pop()
        return True

    def _operand(self, cell: Cell) -> Operand:
        value = None if self._covers(cell) else cell.value
        return Operand(self._path(cell), value, _control_label(self._lab, cell.name) is not None)

    def _how_given(self, cell: Cell) -> str:
        label = _control_label(self._lab, cell.name)
        if label is not None:
            return _("You set it yourself, with the control “{label}”. It leads no further.").format(label=label)
        return _("It was set or drawn, not computed. It leads no further.")

    def _path(self, cell: Cell) -> str:
        """The number's name on the screen, or else ``path_of``."""
        if _control_label(self._lab, cell.name) is not None:
            return path_of(self._lab, cell)
        known = (cell.name,) if cell.name in self._lab.readout_names() else ()
        for name in (*known, *self._shown):
            path = self._paths_of(name).get((cell.name, cell.index))
            if path is not None:
                return path
        return cell.label

    def _paths_of(self, name: str) -> dict[tuple[str, Index], str]:
        """The paths of a readout's numbers by cell, read once since there may be hundreds of operands."""
        if name not in self._paths:
            numbers = tuple(numbers_in(self._lab.read(name)))
            self._paths[name] = {self._lab.cell_of(name, index): path for path, index, _ in reversed(numbers)}
        return self._paths[name]


class _Cover:
    """Which cells are covered: none, or all except those of the controls and those visible on the screen."""

    def __init__(self, session: LessonSession) -> None:
        lab = session.lab
        self._covered = session.covered
        self._controls = frozenset(control.name for control in lab.value_controls())
        self._open: set[tuple[str, Index]] = set()
        if self._covered:
            names = {*(session.step.show or lab.overview()), *lab.never_covered()} & set(lab.readout_names())
            shown = (name for name in names if not session.keeps_back(name))
            self._open = {cell for name in shown for cell in _cells(session, name)}

    def __call__(self, cell: Cell) -> bool:
        if not self._covered or cell.name in self._controls:
            return False
        return cell.name in self._covered or (cell.name, cell.index) not in self._open


def _cells(session: LessonSession, name: str) -> set[tuple[str, Index]]:
    lab = session.lab
    readout = lab.read(name)
    if isinstance(readout, Arithmetic):
        if gives_away(session, readout.derivation):
            return set()
        return {(cell.name, cell.index) for cell in (readout.derivation.cell, *readout.derivation.operands)}
    return {lab.cell_of(name, index) for _, index, _ in numbers_in(readout)}


def _control_label(lab: Lab, name: str) -> str | None:
    return next((control.label for control in lab.value_controls() if control.name == name), None)
