"""The numbers visible beside a step, as a list to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.course.session import LessonSession
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.labs.kit.chart_numbers import Coverable, Drawn
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ValueControl
from tutor.labs.kit.origins import control_shown, path_of
from tutor.labs.kit.places import Index, numbers_in
from tutor.labs.kit.readouts import Arithmetic, Covered

FEW = 12
"""A list shows a readout with more numbers than this as one row; its places are then chosen one by one."""
MOST_FOUND = 100


@dataclass(frozen=True)
class NumberAt:
    """A number and its path; ``index`` is its place counted from 0."""

    path: str
    index: Index
    value: float


@dataclass(frozen=True)
class Source:
    """A readout or a control, with the numbers that it shows.

    ``set_by_hand``: it is a control. ``counted``: it is a readout whose numbers are not computed from others.
    """

    name: str
    label: str
    numbers: tuple[NumberAt, ...]
    set_by_hand: bool = False
    counted: bool = False

    @property
    def leads_on(self) -> bool:
        """Whether its numbers are computed from others."""
        return not (self.set_by_hand or self.counted)


@dataclass(frozen=True)
class Row:
    """A line of the list: one number, or a whole source with more than a few."""

    source: Source
    number: NumberAt | None = None


def shown_names(session: LessonSession, full: bool = False) -> tuple[str, ...]:
    """The names on the screen: those of the step, or the overview in the full lab and where the step names none."""
    return session.lab.overview() if full or not session.step.show else session.shown


def sources(session: LessonSession, names: tuple[str, ...]) -> tuple[Source, ...]:
    """The uncovered sources of numbers among ``names``: readouts first, then controls, each in the given order.

    A derivation counts as a number if no other readout shows the number it derives.
    """
    lab = session.lab
    readouts = _of_readouts(session, tuple(name for name in names if name in lab.readout_names()))
    controls = {control.name: control for control in lab.value_controls()}
    set_by_hand = [_of_control(lab, controls[name]) for name in names if name in controls]
    return tuple(source for source in (*readouts, *set_by_hand) if source.numbers)


def rows(found: tuple[Source, ...], typed: str = "") -> tuple[Row, ...]:
    """The lines for these sources; with typed words, the lines whose name or label contains all of them.

    A number of a large source is found by its path, such as ``image[3]``.
    """
    words = typed.casefold().split()
    lines: list[Row] = []
    for source in found:
        whole = _matches(words, source.name, source.label)
        if len(source.numbers) <= FEW:
            lines += [Row(source, n) for n in source.numbers if _matches(words, n.path, source.label)]
        elif whole:
            lines.append(Row(source))
        else:
            lines += [Row(source, n) for n in source.numbers if _matches(words, n.path, source.label)]
    return tuple(lines[:MOST_FOUND])


def gives_away(session: LessonSession, derivation: Derivation) -> bool:
    """Whether a covered readout is an operand or the result of this derivation."""
    names = {derivation.cell.name, *(cell.name for cell in derivation.operands)}
    return any(session.keeps_back(name) for name in names & set(session.lab.readout_names()))


def _matches(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _of_readouts(session: LessonSession, names: tuple[str, ...]) -> list[Source]:
    lab = session.lab
    found: dict[str, Source] = {}
    cells: set[tuple[str, Index]] = set()
    arithmetic: dict[str, Arithmetic] = {}
    # What a drawing shows too goes by its other name.
    for name in sorted(names, key=lambda name: isinstance(lab.read(name), Drawn)):
        if session.keeps_back(name):
            continue
        readout = session.readout(name)
        numbers = tuple(NumberAt(*each) for each in numbers_in(readout))
        if isinstance(readout, Coverable):
            numbers = tuple(
                number for number in numbers
                if not isinstance(number.value, Covered)
                and not (isinstance(readout, Drawn) and lab.cell_of(name, number.index) in cells)
            )  # fmt: skip
        found[name] = Source(name, readout.label, numbers, counted=name in lab.counted())
        cells.update(lab.cell_of(name, number.index) for number in numbers)
        if isinstance(readout, Arithmetic) and not gives_away(session, readout.derivation):
            arithmetic[name] = readout
    for name, readout in arithmetic.items():
        cell = readout.derivation.cell
        if (cell.name, cell.index) not in cells:
            found[name] = Source(name, readout.label, (NumberAt(name, (), cell.value),))
    return list(found.values())


def _of_control(lab: Lab, control: ValueControl) -> Source:
    numbers = tuple(
        NumberAt(path_of(lab, Cell(control.name, index, value)), index, value)
        for index, value in _places(control_shown(lab, control)[1])
    )
    return Source(control.name, control.label, numbers, set_by_hand=True)


def _places(value: object, index: Index = ()) -> Iterator[tuple[Index, float]]:
    if isinstance(value, tuple):
        for i, each in enumerate(value):
            yield from _places(each, (*index, i))
    elif isinstance(value, int | float):
        yield index, float(value)
