"""The text of a step."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownBlock, MarkdownFence, MarkdownParagraph

from tutor.ui.widgets.unbroken import UnbrokenContent


class _Fence(MarkdownFence):
    """A code block. Does not guess a missing language, which would load all lexers."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """The lines, highlighted in their language."""
        return super().highlight(code, language or "text", ansi, dark)


class _Paragraph(MarkdownParagraph):
    """A paragraph, also in a list, without line breaks inside formulas."""

    def set_content(self, content: Content) -> None:
        """Show ``content``."""
        super().set_content(UnbrokenContent.of(content))


class StepText(Markdown):
    """A lesson's Markdown, compact, so that eighty words fit beside a lab. Shows links without opening them."""

    BLOCKS: dict[str, type[MarkdownBlock]] = {  # noqa: RUF012 - Textual declares no ClassVar
        **Markdown.BLOCKS,
        "paragraph_open": _Paragraph,
        "fence": _Fence,
        "code_block": _Fence,
    }
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
        self._shown = text

    def show(self, text: str) -> AwaitComplete:
        """Show ``text``; does nothing if it has not changed."""
        if text == self._shown:
            return AwaitComplete()
        self._shown = text
        return self.update(text)

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Show the address, for the learner's own browser."""
        event.stop()
        self.app.notify(event.href)
