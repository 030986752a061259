"""What a lab is: controls in, a sheet of numbers out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.trace import Trace
from tutor.engine.derivations.worksheet import Worksheet
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    ControlError,
    Value,
    ValueControl,
)
from tutor.labs.kit.places import Index, LookupFailed, place_index, split_path, value_at
from tutor.labs.kit.readouts import Code, Readout
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline


@dataclass(frozen=True)
class LabState:
    """All that a lab has to be given back to go on where it was: plain values, and arrays such as weights."""

    values: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Names of controls and readouts that belong together on a screen, under one heading."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class NewFile:
    """A text file that a lab has a face write for the learner; the name has no folder in it."""

    name: str
    text: str


class Lab(ABC):
    """A live computation. A subclass declares controls and fills a sheet with numbers; it never paints.

    ``start_run`` is how the lab trains: in the worker process, or inline (at once, in this process, for scripts
    and for computing what a question asks).
    """

    id: ClassVar[str]
    title: ClassVar[str]
    program_label: ClassVar[str] = "the same in Keras"

    _filled: tuple[dict[str, Any], object, Sheet] | None = None

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._start_run = start_run
        self._values: dict[str, Value] = {c.name: c.default for c in self.value_controls()}

    # What a subclass gives

    @abstractmethod
    def controls(self) -> tuple[Control, ...]:
        """Everything that can be changed or pressed, in reading order."""

    @abstractmethod
    def fill(self, sheet: Sheet) -> None:
        """State every number, in the order in which they follow from each other."""

    def beside_controls(self) -> object:
        """What the numbers follow from besides the controls, to be compared by ``==``: how far a walk is, a run."""
        return None

    def recorded(self) -> Trace | None:
        """The pass of a network that the sheet stands on: its arrays have their names there, as ``dense.z``.

        Called once for a sheet, when the first of its numbers is asked for.
        """
        return None

    def groups(self) -> tuple[Group, ...]:
        """How controls and readouts belong together on a screen; by default all in one group."""
        names = tuple(c.name for c in self.controls()) + self.readout_names()
        return (Group(self.title, names),)

    def overview(self) -> tuple[str, ...]:
        """What is shown when the lab has the screen to itself and no step says otherwise.

        By default all groups but the program, which has a screen of its own.
        """
        return tuple(name for group in self.groups() for name in group.names if name != "keras")

    def places_in_use(self, name: str) -> int | None:  # noqa: ARG002 - in most labs every place counts
        """How many places of the vector ``name`` count now, from the first on: the faces show no others. None: all."""
        return None

    def never_covered(self) -> frozenset[str]:
        """Readouts that give no answer away and are seen while others are covered: whether something runs."""
        return frozenset()

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The engine's functions and classes that compute what this lab shows, to be read on request."""
        return ()

    def keras_program(self) -> KerasProgram | None:
        """The same computation in Keras, at the present state; None where there is none to compare with now."""
        return None

    def changed(self, name: str) -> None:  # noqa: B027 - most labs keep nothing to bring up to date
        """Called after the control ``name`` took a new value."""

    def press(self, name: str) -> str:
        """Do the action ``name``; returns a sentence that says what happened, or an empty one.

        Raises ``ControlError`` for an unknown action, or one that is not possible now, saying why.
        """
        raise self._unknown(name)

    def new_file(self, name: str) -> NewFile | None:  # noqa: ARG002 - most labs write none
        """The file that a press of ``name`` gives the learner; None for an action that gives none.

        Asked for after ``press``. A lab writes nothing itself: the session does, where it may.
        """
        return None

    def at_stake(self, name: str) -> str:  # noqa: ARG002 - most labs throw nothing away
        """What a change of the control ``name``, or a press of it, throws away now that takes time to make again.

        In words that a sentence goes on with, such as ``900 epochs of training``; empty where it is nothing.
        ``restore`` of the ``state`` before brings it back.
        """
        return ""

    def taught(self) -> Mapping[str, NDArray[Any]]:
        """The training rows that the learner added, as arrays by name; empty in a lab that takes none."""
        return {}

    def restore_taught(self, rows: Mapping[str, NDArray[Any]]) -> None:  # noqa: B027 - most labs take no rows
        """Go back to the rows that ``taught`` gave; weights and curves stay."""

    def poll(self) -> bool:
        """Take in what a background run has done since; true if a readout may have changed."""
        return False

    @property
    def busy(self) -> bool:
        """Whether something runs in the background, so that ``poll`` is worth calling."""
        return False

    def state(self) -> LabState:
        """All that ``restore`` needs."""
        return LabState(dict(self._values))

    def restore(self, state: LabState) -> None:
        """Go back to ``state``. What this lab does not know in it, or no longer takes, is left out."""
        for control in self.value_controls():
            if control.name in state.values:
                try:
                    self.set(control.name, state.values[control.name])
                except ControlError:
                    continue

    def close(self) -> None:  # noqa: B027 - most labs hold nothing
        """Let go of a worker process, where the lab has one."""

    # The sheet

    @property
    def sheet(self) -> Sheet:
        """The sheet of the present state, filled once."""
        values, beside = self._values, self.beside_controls()
        if self._filled is None or self._filled[:2] != (values, beside):
            sheet = Sheet(self.sheet_of_controls(self.recorded))
            # Before it is filled: an arithmetic on the sheet reads what stands there already.
            self._filled = dict(values), beside, sheet
            with np.errstate(all="ignore"):
                self.fill(sheet)
            if "keras" not in sheet.shown:
                sheet.show("keras", self._program)
        return self._filled[2]

    def readout_names(self) -> tuple[str, ...]:
        """What the sheet shows, in its order."""
        return tuple(self.sheet.shown)

    def read(self, name: str) -> Readout:
        """One readout of the sheet. Raises ``LookupFailed`` for a name there is not."""
        return self.sheet.read(name)

    def counted(self) -> frozenset[str]:
        """Readouts whose numbers were counted, timed or drawn: no arithmetic leads to them."""
        return frozenset(self.sheet.counted)

    def worksheet(self) -> Worksheet:
        """Where the numbers of the sheet come from."""
        return self.sheet.worksheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The worksheet's name and index for the number at ``index`` of a readout."""
        return self.sheet.cell_of(name, index)

    def _program(self) -> Code:
        program = self.keras_program()
        return Code("keras", self.program_label, "" if program is None else program.source)

    # What every lab has

    def value_controls(self) -> tuple[ValueControl, ...]:
        """The controls that hold a value."""
        return tuple(c for c in self.controls() if not isinstance(c, ActionControl))

    def actions(self) -> tuple[ActionControl, ...]:
        """The controls that do something at once."""
        return tuple(c for c in self.controls() if isinstance(c, ActionControl))

    def control(self, name: str) -> Control:
        """The control ``name``; raises ``ControlError`` listing what there is."""
        for control in self.controls():
            if control.name == name:
                return control
        raise self._unknown(name)

    def get(self, name: str) -> Value:
        """The present value of a control."""
        if name not in self._values:
            raise self._unknown(name)
        return self._values[name]

    def set(self, name: str, value: object) -> None:
        """Give a control a value; raises ``ControlError`` where it does not take it."""
        control = self.control(name)
        if isinstance(control, ActionControl):
            raise ControlError(f"{name} is pressed, not set")
        checked = control.check(value)
        if self._values.get(name) != checked:
            self._values[name] = checked
            self.changed(name)

    def sheet_of_controls(self, recorded: Trace | Callable[[], Trace | None] | None = None) -> Worksheet:
        """A worksheet with the numbers of all controls, and on a pass where one is ``recorded``."""
        sheet = Worksheet(recorded)
        for control in self.value_controls():
            if not isinstance(control, ChoiceControl):
                sheet.give(control.name, self.vector(control.name))
        return sheet

    def number(self, name: str) -> float:
        """The value of a number control."""
        value = self._values[name]
        assert isinstance(value, int | float)
        return value

    def word(self, name: str) -> str:
        """The value of a choice control."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def vector(self, name: str) -> NDArray[np.float64]:
        """The value of a vector (n,), matrix (rows, columns) or grid (rows, columns) control."""
        return np.asarray(self._values[name], dtype=np.float64)

    def lookup(self, path: str) -> float | str:
        """The number or word that a path such as ``y``, ``products[0]`` or ``confidences[plus]`` names.

        Readouts first, then controls. Raises ``LookupFailed``.
        """
        name, places = split_path(path)
        if name in self.readout_names():
            return value_at(self.read(name), places)
        value: object = self._values.get(name)
        if value is None:
            known = ", ".join((*self.readout_names(), *self._values))
            raise LookupFailed(f"there is no readout or control {name!r}; there are {known}")
        control = self.control(name)
        axes = () if isinstance(control, ActionControl) else control.axes
        for axis, place in enumerate(places):
            if not isinstance(value, tuple):
                raise LookupFailed(f"{name} has no place {place!r}")
            labels = axes[axis] if axis < len(axes) else ()
            value = value[place_index(name, place, labels, len(value))]
        if isinstance(value, tuple):
            raise LookupFailed(f"{name} has {len(value)} places; name one of them in square brackets")
        assert isinstance(value, int | float | str)
        return value

    def twin(self) -> Self:
        """A copy in the same state that trains at once in this process: for asking "what if" beside the lab."""
        copy = type(self)(start_inline)
        copy.restore(self.state())
        return copy

    def _unknown(self, name: str) -> ControlError:
        return ControlError(
            f"there is no control {name!r} here; there are {', '.join(c.name for c in self.controls())}"
        )
