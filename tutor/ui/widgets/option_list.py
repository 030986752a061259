"""A list to choose from, as Textual's, that is also asked to page while there is no room for a line of it."""

from __future__ import annotations

from textual import widgets


class OptionList(widgets.OptionList):
    """Textual 8.2's own raises ``KeyError`` for a page key that comes before its first layout, or without any room."""

    def action_page_up(self) -> None:
        """Point a page further up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Point a page further down."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
