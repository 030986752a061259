"""Rich's Markdown, without line breaks inside formulas."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, Paragraph

from tutor.course.words.unbroken_formulas import unbroken

_CODE_STYLE = "markdown.code"
"""Rich's style for code in a text."""


class _Paragraph(Paragraph):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = [(span.start, span.end) for span in self.text.spans if str(span.style) == _CODE_STYLE]
        self.text.plain = unbroken(self.text.plain, options.max_width, code)
        return super().__rich_console__(console, options)


class UnbrokenMarkdown(Markdown):
    """Prints ``GLUE`` for spaces in formulas; ``without_glue`` turns them back into spaces."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "paragraph_open": _Paragraph}
