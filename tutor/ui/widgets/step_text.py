"""The text of a step."""

from __future__ import annotations

from textual.widgets import Markdown


class StepText(Markdown):
    """A lesson's Markdown, set tight so that eighty words fit beside a lab. Its links open nothing."""

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
