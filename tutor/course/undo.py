"""Undo and redo in a lab: drawings, teaching, training that a reset threw away, and a goal's solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.labs.kit.contract import Lab, LabState
from tutor.labs.kit.controls import ActionControl, ControlError, GridControl, Value
from tutor.language.catalogue import _
from tutor.training.saved.stored_arrays import stored

MOST_STEPS = 50
# States with all their weights: the largest labs have several networks of some megabytes each.
MOST_STATES, MOST_STATE_BYTES = 3, 32_000_000


class NothingToUndo(Exception):
    """There is nothing to undo or redo; the message is a sentence for the learner."""


@dataclass(frozen=True)
class Gone:
    """The result of an undo or redo."""

    sentence: str
    control: str
    """The name of the drawing that changed; empty if more than a drawing changed."""


@dataclass
class Recorded:
    """The result of a recorded change."""

    discarded: str = ""
    """The training that it discarded and that undo brings back, such as ``900 epochs of training``; or empty."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The earlier values of a drawing and of the other controls that changed with it."""

    values: Mapping[str, object]
    drawing: GridControl
    stroke: object | None = None


@dataclass(frozen=True, eq=False)
class _Taught:
    """The training rows added by the learner, before an action changed them."""

    rows: Mapping[str, NDArray[Any]]
    action: str


@dataclass(frozen=True, eq=False)
class _Whole:
    """The whole lab, before training was discarded or brought back, or a solution was carried out."""

    state: LabState
    work: str

    @property
    def size(self) -> int:
        """The size of its arrays in bytes."""
        return sum(array.nbytes for array in self.state.arrays.values())


@dataclass
class UndoHistory:
    """The last changes of one lab, for undo and redo.

    These changes are steps: any change to a drawing, where one stroke of a pen is one step; teaching a drawing, whose
    undo leaves the weights unchanged; a change or an action that discards training (``Lab.at_stake``); and a goal's
    solution as a whole. Other controls are not recorded, as their own keys take a change back.
    Keeps ``MOST_STEPS`` steps, but only the last ``MOST_STATES`` of those with weights, large ones on disk.
    """

    lab: Lab
    _done: list[_Drawn | _Taught | _Whole] = field(default_factory=list)
    _undone: list[_Drawn | _Taught | _Whole] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._undone)

    @property
    def last(self) -> object | None:
        """The step that ``undo`` would undo, to compare by ``is``; None if there is none."""
        return self._done[-1] if self._done else None

    @contextmanager
    def recording(self, name: str, stroke: object | None = None) -> Iterator[Recorded]:
        """Context manager around a change of the control ``name`` or a press of it; records the change for undo.

        ``stroke`` is the same object for all values of one stroke. Does not record a change that raises.
        """
        lab, recorded = self.lab, Recorded()
        before, taught, canvases = self._values(), lab.taught(), _canvases(lab)
        whole = None
        if lab.at_stake(name):
            lab.poll()
            whole = _Whole(_kept(lab.state()), lab.at_stake(name))
        yield recorded
        if _canvases(lab) != canvases:
            # What was drawn before has no place on a drawing of another kind.
            self.forget()
            return
        changed = {name: value for name, value in before.items() if lab.get(name) != value}
        if whole is not None and (changed or isinstance(lab.control(name), ActionControl)):
            recorded.discarded = whole.work
            self._push(whole)
            return
        drawings = [c for c in lab.value_controls() if isinstance(c, GridControl) and c.name in changed]
        if drawings:
            self._push(_Drawn(_compact(lab, changed), drawings[0], stroke))
        elif not _same(taught, lab.taught()):
            self._push(_Taught(taught, lab.control(name).label))

    @contextmanager
    def recording_all(self, work: str) -> Iterator[None]:
        """Context manager around changes and presses that are one step: undo restores the whole lab, called ``work``.

        If they raise, restores the lab as it was before the first of them and records nothing.
        """
        self.lab.poll()
        whole = _Whole(_kept(self.lab.state()), work)
        try:
            yield
        except ControlError:
            self.lab.restore(whole.state)
            raise
        self._push(whole)

    def undo(self) -> Gone:
        """Undo one step. Raises ``NothingToUndo``."""
        if not self._done:
            raise NothingToUndo(_("There is nothing to undo."))
        step = self._done.pop()
        _add(self._undone, self._swap(step))
        if isinstance(step, _Drawn):
            return Gone(_("Undone: {label}.").format(label=step.drawing.label), step.drawing.name)
        if isinstance(step, _Taught):
            return Gone(_("Undone: {action}.").format(action=step.action), "")
        return Gone(_("Undone. You have {work} back.").format(work=step.work), "")

    def redo(self) -> Gone:
        """Redo the step that was undone last. Raises ``NothingToUndo``."""
        if not self._undone:
            raise NothingToUndo(_("There is nothing to redo."))
        step = self._undone.pop()
        _add(self._done, self._swap(step))
        if isinstance(step, _Drawn):
            return Gone(_("Redone: {label}.").format(label=step.drawing.label), step.drawing.name)
        if isinstance(step, _Taught):
            return Gone(_("Redone: {action}.").format(action=step.action), "")
        return Gone(_("Redone. The lab is as it was before undo."), "")

    def forget(self) -> None:
        """Forget all steps: the lab was replaced, or the lesson is on another step."""
        self._done.clear()
        self._undone.clear()

    def _values(self) -> dict[str, Value]:
        return {control.name: self.lab.get(control.name) for control in self.lab.value_controls()}

    def _push(self, step: _Drawn | _Taught | _Whole) -> None:
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if isinstance(step, _Drawn) and isinstance(last, _Drawn) and step.stroke and step.stroke is last.stroke:
            self._done[-1] = replace(last, values={**step.values, **last.values})
            return
        _add(self._done, step)

    def _swap(self, step: _Drawn | _Taught | _Whole) -> _Drawn | _Taught | _Whole:
        """Restore what ``step`` holds; return the state that it replaces."""
        lab = self.lab
        if isinstance(step, _Whole):
            lab.poll()
            present = replace(step, state=_kept(lab.state()))
            lab.restore(step.state)
            return present
        if isinstance(step, _Taught):
            instead = replace(step, rows=lab.taught())
            lab.restore_taught(step.rows)
            return instead
        opposite = replace(step, values=_compact(lab, {name: lab.get(name) for name in step.values}), stroke=None)
        # The drawing last, since setting another control may change it.
        for name in sorted(step.values, key=lambda name: isinstance(lab.control(name), GridControl)):
            value = step.values[name]
            lab.set(name, value.tolist() if isinstance(value, np.ndarray) else value)
        return opposite


def _canvases(lab: Lab) -> tuple[GridControl, ...]:
    return tuple(control for control in lab.controls() if isinstance(control, GridControl))


def _compact(lab: Lab, values: Mapping[str, Value]) -> dict[str, object]:
    """The values with each drawing as an array, which takes a fifth of the memory of rows of Python numbers."""
    return {
        name: np.array(value) if isinstance(lab.control(name), GridControl) else value for name, value in values.items()
    }


def _same(one: Mapping[str, NDArray[Any]], other: Mapping[str, NDArray[Any]]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(rows, other[name]) for name, rows in one.items())


def _kept(state: LabState) -> LabState:
    """The state with large arrays moved out of memory."""
    return replace(state, arrays=stored(state.arrays))


def _add(steps: list[_Drawn | _Taught | _Whole], step: _Drawn | _Taught | _Whole) -> None:
    """Push ``step``; drop the oldest steps above the limits."""
    steps.append(step)
    del steps[:-MOST_STEPS]
    whole = [step for step in steps if isinstance(step, _Whole)]
    while len(whole) > MOST_STATES or (len(whole) > 1 and sum(step.size for step in whole) > MOST_STATE_BYTES):
        steps.remove(whole.pop(0))
