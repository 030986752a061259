"""The interface of a lab: controls in, a sheet of numbers out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.trace import Trace
from tutor.engine.derivations.worksheet import Worksheet
from tutor.labs.kit.controls import (
    ActionControl,
    Control,
    ControlError,
    Value,
    ValueControl,
    WordControl,
)
from tutor.labs.kit.places import Index, LookupFailed, place_index, split_path, value_at
from tutor.labs.kit.readouts import Code, Readout
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

if TYPE_CHECKING:
    from tutor.labs.kit.given_network import GivenNetwork
    from tutor.studio.experiment import Experiment


@dataclass(frozen=True)
class LabState:
    """Everything needed to restore a lab: plain values, and arrays such as weights."""

    values: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Controls and readouts shown together under one heading, by name."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class NewFile:
    """A text file that a lab hands over to be written for the learner; ``name`` has no folder."""

    name: str
    text: str


class Lab(ABC):
    """A live computation. A subclass declares controls and fills a sheet with numbers; it never paints.

    ``start_run`` starts a training: in the worker process, or inline (at once, in this process, for scripts and
    for computing the answer to a question).
    """

    id: ClassVar[str]
    title: ClassVar[str]
    program_label: ClassVar[str] = "the same in Keras"
    click_goes: ClassVar[bool] = False
    """Whether a click on a curve of the run goes to that moment at once; in other labs it reads the curve first."""

    takes_networks: ClassVar[bool] = False
    """Whether ``take_network`` puts a trained network of a file into the lab."""

    _filled: tuple[dict[str, Any], object, Sheet] | None = None

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._start_run = start_run
        self._values: dict[str, Value] = {c.name: c.default for c in self.value_controls()}

    # What a subclass defines

    @abstractmethod
    def controls(self) -> tuple[Control, ...]:
        """All controls and actions, in reading order."""

    @abstractmethod
    def fill(self, sheet: Sheet) -> None:
        """Put every number on the sheet, each after the numbers it is computed from."""

    def beside_controls(self) -> object:
        """The other state that the numbers depend on, such as a run; compared by ``==`` to know if it changed."""
        return None

    def recorded(self) -> Trace | None:
        """The recorded pass of a network whose arrays the sheet uses, by names such as ``dense.z``.

        Called at most once per sheet, when its first number is needed.
        """
        return None

    def groups(self) -> tuple[Group, ...]:
        """The groups of controls and readouts on a screen; by default a single group."""
        names = tuple(c.name for c in self.controls()) + self.readout_names()
        return (Group(self.title, names),)

    def overview(self) -> tuple[str, ...]:
        """The names shown when the lab has the whole screen and no step chooses others.

        By default all groups except the Keras program, which has its own screen.
        """
        return tuple(name for group in self.groups() for name in group.names if name != "keras")

    def places_in_use(self, name: str) -> int | None:  # noqa: ARG002 - in most labs every place counts
        """How many leading places of the vector ``name`` are in use and shown; None if all are."""
        return None

    def in_use(self, name: str) -> bool:  # noqa: ARG002 - in most labs every name is
        """Whether a control, action or readout has a meaning in the present state; a step leaves out those without."""
        return True

    def motions(self) -> tuple[str, ...]:
        """What can be played: actions to press again and again, and numbers that go up to their end.

        A step plays those that it shows, one after the other: the next begins where the one before cannot go on.
        """
        return ()

    def never_covered(self) -> frozenset[str]:
        """Readouts that give no answer away, such as a run's status, and stay visible while others are covered."""
        return frozenset()

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The engine's functions and classes behind this lab's numbers, for the source view."""
        return ()

    def keras_program(self) -> KerasProgram | None:
        """The same computation in Keras for the current state; None if there is none."""
        return None

    def for_studio(self) -> Experiment | None:
        """The run in the studio that is nearest to this network, its rows and its settings; None if there is none.

        ``left_out_of_studio`` says what it lacks.
        """
        return None

    def left_out_of_studio(self) -> str:
        """What ``for_studio`` does not take along, as a part of a sentence; empty if it is the same run."""
        return ""

    def take_network(self, given: GivenNetwork) -> str:
        """Go on from a trained network of a file, with the settings that it has; return a sentence about it.

        Raises ``ControlError`` if it is none of the lab's networks; nothing has changed then.
        """
        raise ControlError(f"This lab goes on from no file; the studio may: dl-tutor studio {given.name}")

    def show_token(self, token: str) -> str:  # noqa: ARG002 - only the studio has tokens
        """Show what a token of the studio says, at its moment; a sentence if that is not met.

        Raises ``ValueError`` for a text that is none.
        """
        raise ControlError("only the studio shows a token")

    def changed(self, name: str) -> None:  # noqa: B027 - most labs keep nothing to bring up to date
        """Called after the control ``name`` got a new value."""

    def press(self, name: str) -> str:
        """Do the action ``name``; return a sentence that says what happened, or an empty string.

        Raises ``ControlError`` for an unknown action, and for one that is not possible now, with the reason.
        """
        raise self._unknown(name)

    def new_file(self, name: str) -> NewFile | None:  # noqa: ARG002 - most labs write none
        """The file that the action ``name`` makes for the learner; None for other actions.

        Called after ``press``. The lab writes nothing itself; the session does, where that is allowed.
        """
        return None

    def go_to(self, curve: str, x: float) -> bool:  # noqa: ARG002 - most labs cannot go back in time
        """Show the moment of the run nearest to ``x`` of a curve; false if the curve is none of a run.

        Raises ``ControlError`` if there is no such moment.
        """
        return False

    def at_stake(self, name: str) -> str:  # noqa: ARG002 - most labs throw nothing away
        """What changing or pressing ``name`` would throw away now that takes time to make again.

        Part of a sentence, such as ``900 epochs of training``; empty if nothing is lost. Restoring the earlier
        ``state`` brings it back.
        """
        return ""

    def taught(self) -> Mapping[str, NDArray[Any]]:
        """The training rows that the learner added, as arrays by name; empty if the lab takes none."""
        return {}

    def restore_taught(self, rows: Mapping[str, NDArray[Any]]) -> None:  # noqa: B027 - most labs take no rows
        """Restore rows returned by ``taught``; weights and curves stay."""

    def poll(self) -> bool:
        """Fetch the progress of a background run; true if a readout may have changed."""
        return False

    @property
    def busy(self) -> bool:
        """Whether something runs in the background, so that ``poll`` is worth calling."""
        return False

    def state(self) -> LabState:
        """Everything that ``restore`` needs."""
        return LabState(dict(self._values))

    def restore(self, state: LabState) -> None:
        """Go back to ``state``, ignoring names that this lab does not have and values that it no longer takes."""
        for control in self.value_controls():
            if control.name in state.values:
                try:
                    self.set(control.name, state.values[control.name])
                except ControlError:
                    continue

    def close(self) -> None:  # noqa: B027 - most labs hold nothing
        """Release the worker process, if the lab has one."""

    # The sheet

    @property
    def sheet(self) -> Sheet:
        """The sheet for the current state, filled once and cached."""
        values, beside = self._values, self.beside_controls()
        if self._filled is None or self._filled[:2] != (values, beside):
            sheet = Sheet(self.sheet_of_controls(self.recorded))
            # Cached before it is filled: an arithmetic on the sheet reads numbers that are already on it.
            self._filled = dict(values), beside, sheet
            with np.errstate(all="ignore"):
                self.fill(sheet)
            if "keras" not in sheet.shown:
                sheet.show("keras", self._program)
        return self._filled[2]

    def readout_names(self) -> tuple[str, ...]:
        """The names of the readouts, in the order of the sheet."""
        return tuple(self.sheet.shown)

    def read(self, name: str) -> Readout:
        """One readout of the sheet. Raises ``LookupFailed`` for an unknown name."""
        return self.sheet.read(name)

    def counted(self) -> frozenset[str]:
        """Readouts whose numbers were counted, timed or drawn at random, so that no arithmetic explains them."""
        return frozenset(self.sheet.counted)

    def worksheet(self) -> Worksheet:
        """The derivations of the sheet's numbers."""
        return self.sheet.worksheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The worksheet's name and index for the number at ``index`` of a readout."""
        return self.sheet.cell_of(name, index)

    def _program(self) -> Code:
        program = self.keras_program()
        return Code("keras", self.program_label, "" if program is None else program.source)

    # Common to all labs

    def value_controls(self) -> tuple[ValueControl, ...]:
        """The controls that hold a value."""
        return tuple(c for c in self.controls() if not isinstance(c, ActionControl))

    def actions(self) -> tuple[ActionControl, ...]:
        """The controls that are pressed rather than set."""
        return tuple(c for c in self.controls() if isinstance(c, ActionControl))

    def control(self, name: str) -> Control:
        """The control ``name``; raises ``ControlError`` that lists the known names."""
        for control in self.controls():
            if control.name == name:
                return control
        raise self._unknown(name)

    def get(self, name: str) -> Value:
        """The current value of a control."""
        if name not in self._values:
            raise self._unknown(name)
        return self._values[name]

    def set(self, name: str, value: object) -> None:
        """Set a control; raises ``ControlError`` for a value that it does not take."""
        control = self.control(name)
        if isinstance(control, ActionControl):
            raise ControlError(f"{name} is pressed, not set")
        checked = control.check(value)
        if self._values.get(name) != checked:
            self._values[name] = checked
            self.changed(name)

    def set_where_taken(self, name: str, value: object) -> str:
        """Set a control; a sentence if it does not take the value, which leaves it as it is, and empty if it does."""
        try:
            self.set(name, value)
        except ControlError as error:
            reason = str(error)
            return f"{reason[:1].upper()}{reason[1:]}: {self.control(name).label} stays {self.get(name)}."
        return ""

    def sheet_of_controls(self, recorded: Trace | Callable[[], Trace | None] | None = None) -> Worksheet:
        """A worksheet with the numbers of all controls, and of a ``recorded`` pass if there is one."""
        sheet = Worksheet(recorded)
        for control in self.value_controls():
            if not isinstance(control, WordControl):
                sheet.give(control.name, self.vector(control.name))
        return sheet

    def number(self, name: str) -> float:
        """The value of a number control."""
        value = self._values[name]
        assert isinstance(value, int | float)
        return value

    def word(self, name: str) -> str:
        """The value of a choice or a text control."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def vector(self, name: str) -> NDArray[np.float64]:
        """The value of a vector (n,), matrix (rows, columns) or grid (rows, columns) control."""
        return np.asarray(self._values[name], dtype=np.float64)

    def lookup(self, path: str) -> float | str:
        """The number or word at a path such as ``y``, ``products[0]`` or ``confidences[plus]``.

        Looks among readouts first, then controls. Raises ``LookupFailed``.
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
        """A copy in the same state that trains inline: for trying "what if" without touching this lab."""
        copy = type(self)(start_inline)
        copy.restore(self.state())
        return copy

    def _unknown(self, name: str) -> ControlError:
        return ControlError(
            f"there is no control {name!r} here; there are {', '.join(c.name for c in self.controls())}"
        )
