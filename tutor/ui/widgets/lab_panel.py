"""A panel that shows any lab from its controls and readouts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby
from time import monotonic
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.geometry import Size
from textual.layout import Layout
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.timer import Timer

from tutor.course.covered_drawing import without_told
from tutor.course.undo import Gone, NothingToUndo, Recorded, UndoHistory
from tutor.labs.kit.contract import Lab, NewFile
from tutor.labs.kit.controls import ActionControl, ControlError, GridControl, Value
from tutor.labs.kit.motion import first_value, motions_shown, next_value
from tutor.labs.kit.origins import shown
from tutor.labs.kit.readouts import Arithmetic, Curve, Readout
from tutor.language.catalogue import _
from tutor.ui.terminal.pace import HERE, Pace
from tutor.ui.widgets.action_bar import ActionBar
from tutor.ui.widgets.columns_layout import BESIDE_DESK, ColumnsLayout, desk_height
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.vector_field import VectorField
from tutor.ui.widgets.group_block import GroupBlock
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.panel_contents import made_for, shown_groups, staged_names
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.readout_view import ReadoutView
from tutor.ui.widgets.registry import field_for, view_for
from tutor.ui.widgets.stage import Stage

# Pictures are drawn one at a time, this many seconds apart, so that a key waits for at most one.
_BETWEEN_PICTURES = 0.04
# The pause after a picture, as a multiple of its painting time, so that most keys arrive while nothing is painted: one
# in 11 has to wait for a picture, of keys that come one after the other one in 31.
_REST = 10
_REST_BETWEEN_KEYS = 30


class LabPanel(ScrollableContainer, can_focus=False):
    """The controls and readouts of a lab in titled blocks, below the pictures of a step.

    ``show`` names what to display, in the lab's own order; empty shows the lab's overview. Pictures among it stand on a
    stage, unless ``staged`` is false: then they stand in their blocks. ``covered`` readouts show ``?`` for every
    number; ``read`` reads one as it is to be seen now. While the lab is busy it is asked what is new, as often as
    ``pace`` says; pictures that take long to draw then take turns.
    """

    DEFAULT_CSS = """
    LabPanel { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    LabPanel:focus > GroupBlock { border-top: heavy $accent; }
    """

    covered: reactive[frozenset[str]] = reactive(frozenset[str](), init=False)
    numbers: reactive[bool] = reactive(False, init=False)
    """Whether pictures are shown as tables of their numbers."""

    class Changed(Message):
        """A control got a new value."""

        control: str = ""  # type: ignore[assignment]
        """The control's name in the lab."""

        def __init__(self, control: str) -> None:
            super().__init__()
            self.control = control

    class Outdated(Message):
        """The lab has another drawing to draw on, or shows other things now: the panel is to be made anew."""

    class Updated(Message):
        """An action was pressed, or a run made progress: any number may have changed."""

    class Rested(Message):
        """The background run has ended."""

    class Unseen(Message):
        """A run continues unpainted, since nobody seems to watch."""

    class Gave(Message):
        """An action made a file for the learner, which is still to be written."""

        def __init__(self, file: NewFile) -> None:
            super().__init__()
            self.file = file

    class Said(Message):
        """A message of the lab: the result of an action, or why a value is invalid."""

        def __init__(self, text: str, severity: SeverityLevel = "information") -> None:
            super().__init__()
            self.text = text
            """A sentence for the learner."""
            self.severity = severity
            """``information`` or ``warning``, as in Textual's notifications."""

    def __init__(
        self,
        lab: Lab,
        *,
        show: tuple[str, ...] = (),
        staged: bool = True,
        covered: frozenset[str] = frozenset(),
        numbers: bool = False,
        read: Callable[[str], Readout] | None = None,
        pace: Pace | None = None,
        undo_history: UndoHistory | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.lab = lab
        self._read = read or partial(shown, lab)
        self._undo_history = undo_history or UndoHistory(lab)
        self._pace = pace or Pace(remote=False)
        self.set_reactive(LabPanel.covered, covered)
        self.set_reactive(LabPanel.numbers, numbers)
        self._columns = ColumnsLayout()
        self._desks: dict[Size, Size] = {}
        self._show = show
        self._made_for = made_for(lab, show)
        self._staged = staged_names(lab, show) if staged else ()
        self._groups = shown_groups(lab, show, self._staged)
        self._fields: dict[str, ControlField] = {}
        self._views: dict[str, ReadoutView[Any]] = {}
        self._actions: list[ActionControl] = []
        self._to_undo: list[Callable[[], Gone]] = []
        self._could_undo = self.can_undo, self.can_redo
        self._was_busy = lab.busy
        self._turn = 0
        self._rest_until = 0.0
        self._due: list[str] = []
        self._drawing: Timer | None = None
        self._polling: Timer | None = None
        self._unseen = False

    @property
    def layout(self) -> Layout:
        """Blocks in columns."""
        return self._columns

    @property
    def action_keys(self) -> tuple[ActionControl, ...]:
        """The actions shown now."""
        return tuple(self._actions)

    @property
    def editing(self) -> bool:
        """Whether a number is being typed into one of the fields."""
        return any(field.editing for field in self._fields.values())

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return self._undo_history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to redo."""
        return self._undo_history.can_redo

    @property
    def waits_for_fields(self) -> bool:
        """Whether an entered value is still in the message queue, so that undo does not know it yet."""
        return any(field.waiting for field in self._fields.values())

    @property
    def has_pictures(self) -> bool:
        """Whether any view can show its numbers in a table instead of a picture."""
        return any(view.is_picture for view in self._views.values())

    @property
    def desk_height(self) -> int:
        """How many lines the blocks take left of the pictures; 0 if they stand elsewhere."""
        return self._columns.desk.height if self._columns.desk else 0

    def desk_in(self, body: Size, room: Size | None) -> int:
        """The height of the blocks if they are to stand in at most ``room``, left of the pictures; 0 if they do not.

        What was decided for a ``body`` of one size holds as long as the panel lives: the pictures must not change their
        size while somebody answers. Without ``room`` nothing is decided.
        """
        if room is not None and body not in self._desks:
            blocks = [child for child in self.children if isinstance(child, GroupBlock)]
            elsewhere = Size(body.width - room.width - BESIDE_DESK - 1, body.height)
            height = desk_height(blocks, room, elsewhere) if self._staged and room.height else 0
            self._desks[body] = Size(room.width, height)
        desk = self._desks.get(body, Size(0, 0))
        self._columns.desk = desk if desk.height else None
        return desk.height

    def compose(self) -> ComposeResult:
        """The pictures of a step, and a block for each group."""
        if self._staged:
            views = list(self._views_of(self._staged))
            for view in views:
                view.staged = True
            yield Stage(views)
        for title, names in self._groups:
            yield GroupBlock(title, list(self._views_of(names)))

    def on_mount(self) -> None:
        """Start to poll the lab."""
        self._polling = self.set_interval(HERE, self._poll)

    def watch_virtual_size(self) -> None:
        """Make the panel focusable, for scrolling with the arrows, if not everything fits."""
        self.call_after_refresh(self._let_scroll)

    def _let_scroll(self) -> None:
        self.can_focus = self.max_scroll_y > 0

    def refresh_lab(self) -> None:
        """Read the whole lab again."""
        self._ask_again()
        self._tell_of_history()
        self._due.clear()
        self._read_fields()
        self._read_views(self._views)

    def press(self, name: str) -> None:
        """Press an action of the lab, and report its message and its changes."""
        before = self._values()
        severity: SeverityLevel = "information"
        file = None
        try:
            with self._undo_history.recording(name) as change:
                said = self.lab.press(name)
            file = self.lab.new_file(name)
            said = " ".join(filter(None, (said, _how_to_undo(change))))
        except ControlError as error:
            said, severity = str(error), "warning"
        self._after_change(before)
        self.post_message(self.Updated())
        if said:
            self.post_message(self.Said(said, severity))
        if file is not None:
            self.post_message(self.Gave(file))

    @property
    def motions(self) -> tuple[str, ...]:
        """What can be played here: the names of actions and numbers."""
        return motions_shown(self.lab, {*self._fields, *(action.name for action in self._actions)})

    def begin_motion(self) -> None:
        """Bring a number that has reached its end back to where it begins."""
        for name in self.motions:
            if (value := first_value(self.lab, name)) is not None:
                self._enter(name, value)

    def next_frame(self) -> bool:
        """Play one frame; false if there is none."""
        return not self.editing and any(map(self._plays, self.motions))

    def _plays(self, name: str) -> bool:
        """Play one frame of a motion; false if it cannot go on."""
        if name in self._fields:
            value = next_value(self.lab, name)
            return value is not None and self._enter(name, value)
        before = self._values(), [self._read(shown) for shown in self._views]
        try:
            with self._undo_history.recording(name):
                self.lab.press(name)
        except ControlError:
            return False
        self._after_change(before[0])
        self.post_message(self.Updated())
        return before != (self._values(), [self._read(shown) for shown in self._views])

    def undo(self) -> None:
        """Undo the last change, and report it unless a drawing shows it."""
        self._go_in_history(self._undo_history.undo)

    def redo(self) -> None:
        """Redo the last undone change."""
        self._go_in_history(self._undo_history.redo)

    def _go_in_history(self, go: Callable[[], Gone]) -> None:
        for field in self._fields.values():
            field.end_stroke()
        if self.waits_for_fields:
            # A value that a field has just entered comes first: it is the change to undo.
            self._to_undo.append(go)
            return
        before = self._values()
        try:
            gone = go()
        except NothingToUndo as error:
            self.post_message(self.Said(str(error)))
            return
        self._after_change(before)
        if gone.control not in self._fields:
            self.post_message(self.Said(gone.sentence))

    def press_key(self, key: str) -> bool:
        """Press the action with this letter; false if there is none or a number is being typed."""
        if self.editing:
            return False
        for action in self._actions:
            if action.key and action.key == key:
                self.press(action.name)
                return True
        return False

    def on_key(self, event: events.Key) -> None:
        """A letter that no field takes is for an action."""
        if self.press_key(event.key):
            event.stop()
            event.prevent_default()

    @on(ActionBar.Pressed)
    def _pressed(self, message: ActionBar.Pressed) -> None:
        message.stop()
        self.press(message.action)

    @on(ControlField.Entered)
    def _entered(self, message: ControlField.Entered) -> None:
        message.stop()
        message.field.waiting -= 1
        self._set(message)
        while self._to_undo and not self.waits_for_fields:
            self._go_in_history(self._to_undo.pop(0))

    def _set(self, message: ControlField.Entered) -> None:
        name = message.field.lab_control.name
        if not self._enter(name, message.entered, message.stroke):
            message.field.value = self.lab.get(name)

    def _enter(self, name: str, value: object, stroke: object | None = None) -> bool:
        """Set a control of the lab; false, with a message, if it does not take the value."""
        before = self._values()
        try:
            with self._undo_history.recording(name, stroke) as change:
                self.lab.set(name, value)
        except ControlError as error:
            self.post_message(self.Said(str(error), "warning"))
            return False
        self._after_change(before)
        if change.discarded:
            self.post_message(self.Said(_("Started over. {how_to_undo}").format(how_to_undo=_how_to_undo(change))))
        return True

    @on(ControlField.Refused)
    def _refused(self, message: ControlField.Refused) -> None:
        message.stop()
        self.post_message(self.Said(message.why, "warning"))

    def watch_covered(self) -> None:
        """Cover and uncover readouts."""
        self._read_views(self._views)

    def watch_numbers(self) -> None:
        """Switch between pictures and tables."""
        for view in self._views.values():
            view.numbers = self.numbers

    def _values(self) -> dict[str, Value]:
        return {c.name: self.lab.get(c.name) for c in self.lab.value_controls()}

    def _views_of(self, names: Iterable[str]) -> Iterable[LabView]:
        controls = {c.name: c for c in self.lab.controls()}
        for pressed, part in groupby(names, lambda n: isinstance(controls.get(n), ActionControl)):
            if pressed:
                actions = [c for n in part if isinstance(c := controls[n], ActionControl)]
                self._actions.extend(actions)
                yield ActionBar(actions)
                continue
            for name in part:
                control = controls.get(name)
                if control is None:
                    readout = self._read(name)
                    view = view_for(self._veiled(readout), self._covers(readout))
                    view.set_reactive(ReadoutView.numbers, self.numbers)
                    self._views[name] = view
                    yield view
                elif not isinstance(control, ActionControl):
                    field = field_for(control, self.lab.get(name))
                    if isinstance(field, VectorField):
                        field.set_reactive(VectorField.in_use, self.lab.places_in_use(name))
                    self._fields[name] = field
                    yield field

    def _after_change(self, before: dict[str, Value]) -> None:
        """Update small readouts at once and pictures a moment later, so that a key held down stays fast."""
        if self._made_for != (now := made_for(self.lab, self._show)):
            self._made_for = now
            self.post_message(self.Outdated())
        self._ask_again()
        self._tell_of_history()
        for control, value in self._values().items():
            if before[control] != value:
                self.post_message(self.Changed(control))
        self._read_small()
        # While the lab trains, curves change all the time; they are drawn in turn.
        trains = self.lab.busy
        self._draw_soon(n for n in self._pictures() if not (trains and isinstance(self._views[n], CurveView)))

    def _tell_of_history(self) -> None:
        """Update the keys: undo or redo may have become available or not."""
        could, self._could_undo = self._could_undo, (self.can_undo, self.can_redo)
        if could != self._could_undo and self.is_attached:
            self.screen.refresh_bindings()

    def _ask_again(self) -> None:
        if self._polling is not None and self.lab.busy:
            self._polling.resume()

    def _pictures(self) -> list[str]:
        return [name for name, view in self._views.items() if view.takes_long]

    def _read_small(self) -> None:
        self._read_fields()
        self._read_views(name for name, view in self._views.items() if not view.takes_long)

    def _draw_soon(self, names: Iterable[str]) -> None:
        """Draw these pictures in turn, in the background."""
        self._due.extend(name for name in names if name not in self._due)
        if self._due and self._drawing is None:
            self._drawing = self.set_interval(_BETWEEN_PICTURES, self._draw_next)

    def _draw_in_turn(self) -> None:
        """While the lab is busy, draw the next picture, using at most a tenth of the time for all pictures.

        Somebody who types gets most of that time: the pictures are drawn less often.
        """
        pictures = self._pictures()
        if not pictures or monotonic() < self._rest_until:
            return
        drawn = self._views[pictures[self._turn % len(pictures)]]
        rest = _REST_BETWEEN_KEYS if self._pace.in_use else _REST
        self._rest_until = monotonic() + rest * drawn.paint_seconds
        self._turn = (self._turn + 1) % len(pictures)
        if self._pace.remote:
            # In the same frame as the numbers.
            self._read_views((pictures[self._turn],))
        else:
            self._draw_soon((pictures[self._turn],))

    def _draw_next(self) -> None:
        if self._due:
            self._read_views((self._due.pop(0),))
        if not self._due and self._drawing is not None:
            self._drawing.stop()
            self._drawing = None

    def _poll(self) -> None:
        if not (self.lab.busy or self._was_busy):
            # Nothing is running; starting a run polls again.
            if self._polling is not None:
                self._polling.pause()
            return
        if not self._pace.due():
            return
        changed = self.lab.poll()
        # A run that finished within this poll has ended too.
        ended = not self.lab.busy
        self._was_busy = self.lab.busy
        if ended:
            self.refresh_lab()
            self.post_message(self.Rested())
        elif self._pace.unseen:
            if not self._unseen:
                self.post_message(self.Unseen())
        elif changed or self._unseen:
            self._read_small()
            self._draw_in_turn()
            self.post_message(self.Updated())
        self._unseen = self._pace.unseen

    def _read_fields(self) -> None:
        drawings = {c.name: c for c in self.lab.value_controls() if isinstance(c, GridControl)}
        for name, field in self._fields.items():
            # A drawing of another size is for the panel that takes the place of this one.
            if not field.waiting and drawings.get(name, field.lab_control) == field.lab_control:
                field.value = self.lab.get(name)
            if isinstance(field, VectorField):
                field.in_use = self.lab.places_in_use(name)

    def _read_views(self, names: Iterable[str]) -> None:
        for name in names:
            view, readout = self._views[name], self._read(name)
            view.covered = self._covers(readout)
            view.readout = self._veiled(readout)

    def _covers(self, readout: Readout) -> bool:
        """Whether it is covered itself, or is a derivation with a covered number as its result or operand."""
        if isinstance(readout, Arithmetic):
            cells = (readout.derivation.cell, *readout.derivation.operands)
            return readout.name in self.covered or any(cell.name in self.covered for cell in cells)
        return readout.name in self.covered

    def _veiled(self, readout: Readout) -> Readout:
        """A curve without its mark, if that is at a covered number."""
        if not isinstance(readout, Curve):
            return readout
        return without_told(readout, self.lab, self.covered)


def _how_to_undo(change: Recorded) -> str:
    return _("ctrl+z brings back {work}.").format(work=change.discarded) if change.discarded else ""
