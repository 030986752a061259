"""Read the curves of a lesson's lab: a cursor that goes from one to the next, and a logarithmic y axis."""

from __future__ import annotations

from textual import on
from textual.widget import Widget

from tutor.language.catalogue import N_, _
from tutor.ui.screens.lesson_motion import LessonMotion
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.curve_cursor import CurveCursor
from tutor.ui.widgets.readouts.curve_view import CurveView

NO_CURVE = N_("There is no curve here to read.")
NOT_YET = N_("A curve is read once the question is answered or skipped.")
"""While something is covered, a value that is read off could be the answer."""


class LessonCurves(LessonMotion):
    """A lesson's lab whose curves can be read."""

    _focus_before: Widget | None = None
    """What had the focus before the cursor."""
    _logarithmic_at: int | None = None
    """The step whose curves have logarithmic axes; in the full lab too."""

    @property
    def has_curves(self) -> bool:
        """Whether there is a curve on this step, covered ones and planes included."""
        return bool(self.query(CurveView))

    @property
    def why_not_read(self) -> str:
        """Why no curve can be read now, as a sentence; empty if one can."""
        if not any(view.places or view.covered for view in self.query(CurveView)):
            return _(NO_CURVE)
        return _(NOT_YET) if self.session.covered else ""

    def action_curve(self) -> None:
        """Read the first curve, then the next, and after the last one leave."""
        if self._left:
            return
        curves = [view for view in self.query(CurveView) if view.places]
        read = next((i for i, view in enumerate(curves) if view.at is not None), -1)
        if reason := self.why_not_read:
            self.tutor.remark(reason)
        elif read + 1 < len(curves):
            self._read(curves[read + 1])
        else:
            self._leave_curves()

    @on(CurveCursor.Clicked)
    def _clicked(self, message: CurveCursor.Clicked) -> None:
        message.stop()
        if self._left:
            return
        if reason := self.why_not_read:
            self.tutor.remark(reason)
        elif not (self.session.lab.click_goes and self._go_to(message.view, message.x)):
            self._read(message.view, message.x)

    @on(CurveCursor.Taken)
    def _taken(self, message: CurveCursor.Taken) -> None:
        message.stop()
        if not self._left and not self._go_to(message.view, message.x):
            self.tutor.remark(_("This curve is none of a run that was trained here."))

    def _go_to(self, view: CurveCursor, x: float) -> bool:
        """Show the moment of a run at this place of its curve; false where a lab has none."""
        if not self.session.lab.go_to(view.data.name, x):
            return False
        self.query_one(LabPanel).refresh_lab()
        self._lab_changed()
        return True

    @on(CurveCursor.Left)
    def _cursor_left(self, message: CurveCursor.Left) -> None:
        message.stop()
        if not self._left:
            self._leave_curves()

    def _read(self, view: CurveCursor, near: float | None = None) -> None:
        """Put the cursor on this curve, and take it from another."""
        if not any(other.at is not None for other in self.query(CurveView)):
            self._focus_before = self.focused
        for other in self.query(CurveView):
            if other is not view:
                other.stop_reading()
        view.begin_reading(near)

    def _leave_curves(self) -> None:
        """Take the cursor away, and give the focus back."""
        for view in self.query(CurveView):
            view.stop_reading()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.is_attached and before.focusable:
            self.set_focus(before)
        else:
            self._focus_lab()

    def action_logarithmic(self) -> None:
        """Give the curves a logarithmic y axis, or a linear one again."""
        if self._left:
            return
        curves = list(self.query(CurveView))
        if any(view.logarithmic for view in curves):
            self._logarithmic_at = None
            self._set_axes()
            self.tutor.remark(_("The y axis is linear again: equal steps are equal differences."))
            return
        reasons = [view.why_not_log for view in curves]
        if not curves or all(reasons):
            self.tutor.remark(next(iter(reasons), _(NO_CURVE)))
            return
        self._logarithmic_at = self.session.position
        self._set_axes()
        self.tutor.remark(_("The y axis is logarithmic: equal steps are equal factors. L: linear again."))

    def _set_axes(self) -> None:
        """Give each curve of this step its kind of axis; one that cannot have it stays linear."""
        for view in self.query(CurveView):
            view.logarithmic = self._logarithmic_at == self.session.position

    async def _mount_lab(self, show: tuple[str, ...]) -> None:
        await super()._mount_lab(show)
        if not self._left:
            self._set_axes()
