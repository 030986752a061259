"""Text without line breaks inside formulas."""

from __future__ import annotations

from typing import Any

from textual.content import Content, _FormattedLine

from tutor.course.words.unbroken_formulas import unbroken, without_glue

CODE_STYLE = ".code_inline"
"""The style that Textual's Markdown gives to code in a text."""


class UnbrokenContent(Content):
    """Content that, if the width allows, wraps without breaking a formula or a piece of code."""

    @classmethod
    def of(cls, content: Content) -> UnbrokenContent:
        """The same text and styles."""
        return cls(content.plain, list(content.spans))

    @property
    def without_spans(self) -> Content:
        """The text with only the spans of code, which determine where its lines break."""
        return UnbrokenContent(self.plain, [span for span in self.spans if span.style == CODE_STYLE])

    def _wrap_and_format(self, width: int, *args: Any, **more: Any) -> list[_FormattedLine]:
        """Like Textual's method, which breaks lines at any space, but with glued spaces that it does not recognise."""
        text = self.plain
        if not more.get("no_wrap"):
            code = [(span.start, span.end) for span in self.spans if span.style == CODE_STYLE]
            text = unbroken(text, width - 2 * more.get("line_pad", 0), code)
        lines = Content(text, list(self.spans))._wrap_and_format(width, *args, **more)
        for line in lines:
            line.content = Content(without_glue(line.content.plain), list(line.content.spans))
        return lines
