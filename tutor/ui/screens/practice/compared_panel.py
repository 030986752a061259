"""What was returned beside what should be, below the editor."""

from __future__ import annotations

from textual.containers import Vertical

from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Picture
from tutor.ui.widgets.readouts.readout_view import ReadoutView
from tutor.ui.widgets.registry import view_for

SHARE = 0.45
"""Of the height that it shares with the editor, at most."""
LEAST_HEIGHT = 5
"""Lines; with fewer, the editor has all of them."""


class ComparedPanel(Vertical):
    """A picture: in numbers with their indices where there is room for all of them, else in colours. Hidden if none."""

    DEFAULT_CSS = """
    ComparedPanel { height: 45%; max-height: 22; padding: 0 1; border-top: solid $panel; display: none; }
    ComparedPanel > * { height: 1fr; }
    """

    async def show(self, picture: Bars | Picture | None) -> None:
        """Show this in place of what it shows."""
        await self.remove_children()
        self.display = picture is not None
        if picture is not None:
            view = view_for(picture, covered=False)
            view.staged = True
            await self.mount(view)
            self.fit_soon()

    def fit_soon(self) -> None:
        """Fit what is shown to the room that there is, once that is laid out."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        beside = self.parent
        if not self.children or not isinstance(beside, Vertical):
            return
        most = int(SHARE * beside.size.height)
        if (has_room := most >= LEAST_HEIGHT) != self.display:
            self.display = has_room
            self.fit_soon()
            return
        for view in self.children:
            if isinstance(view, ReadoutView) and view.is_picture and view.size:
                view.numbers = True
                needed = view.extent(view.size.width)
                view.numbers = needed.height < most and needed.width <= view.size.width
                # One line more is for the rule above it.
                self.styles.height = needed.height + 1 if view.numbers else most
