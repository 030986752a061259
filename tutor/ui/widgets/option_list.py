"""Textual's option list, made safe for page keys while there is no room for it."""

from __future__ import annotations

from textual import widgets


class OptionList(widgets.OptionList):
    """The list of Textual 8.2 raises ``KeyError`` for a page key before its first layout, or without any room."""

    def action_page_up(self) -> None:
        """Move the highlight up by a page."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move the highlight down by a page."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
