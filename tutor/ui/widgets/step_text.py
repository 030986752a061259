"""The text of a step."""

from __future__ import annotations

from textual.widgets import Markdown


class StepText(Markdown):
    """A lesson's Markdown, set tight so that eighty words fit beside a lab. Its links are shown, not opened."""

    DEFAULT_CSS = """
    StepText {
        padding: 0;
        background: transparent;
        & > MarkdownParagraph { margin: 0 0 1 0; }
        & > MarkdownBulletList, & > MarkdownOrderedList { margin: 0 0 1 0; }
        & > MarkdownFence { margin: 0 0 1 0; padding: 0; }
        & > *:last-child { margin-bottom: 0; }
    }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text, open_links=False)

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Show the address: what it leads to is for the learner's own browser."""
        event.stop()
        self.app.notify(event.href)
