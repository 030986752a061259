"""Text whose lines are not broken inside a formula."""

from __future__ import annotations

from typing import Any

from textual.content import Content, _FormattedLine

from tutor.course.words.unbroken_formulas import unbroken, without_glue

CODE_STYLE = ".code_inline"
"""How Textual's Markdown marks a piece of code in its text."""


class UnbrokenContent(Content):
    """Content that is wrapped only where no formula and no piece of code is broken, where the width allows."""

    @classmethod
    def of(cls, content: Content) -> UnbrokenContent:
        """The same text and styles."""
        return cls(content.plain, list(content.spans))

    @property
    def without_spans(self) -> Content:
        """The text with no more than its pieces of code: where its lines are broken depends on them."""
        return UnbrokenContent(self.plain, [span for span in self.spans if span.style == CODE_STYLE])

    def _wrap_and_format(self, width: int, *args: Any, **more: Any) -> list[_FormattedLine]:
        """As Textual's own, which breaks lines at any space; it knows none of those that are glued meanwhile."""
        text = self.plain
        if not more.get("no_wrap"):
            code = [(span.start, span.end) for span in self.spans if span.style == CODE_STYLE]
            text = unbroken(text, width - 2 * more.get("line_pad", 0), code)
        lines = Content(text, list(self.spans))._wrap_and_format(width, *args, **more)
        for line in lines:
            line.content = Content(without_glue(line.content.plain), list(line.content.spans))
        return lines
