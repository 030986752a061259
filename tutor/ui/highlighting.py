"""Syntax highlighting of Python in the theme's colours, with bold, underline and italic for use without colours."""

from __future__ import annotations

from pygments.token import Token  # type: ignore[import-untyped]
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

_TAB = 4


class _PythonTheme(HighlightTheme):
    """A few styles, with names that every theme has, including those with 16 colours or none."""

    STYLES = {  # noqa: RUF012 - Textual declares no ClassVar
        Token.Comment: "italic dim",
        Token.Keyword: "bold $primary",
        Token.Name.Builtin: "$primary",
        Token.Name.Class: "bold underline",
        Token.Name.Decorator: "$accent",
        Token.Name.Function: "bold underline",
        Token.Number: "$warning",
        Token.Operator.Word: "bold $primary",
        Token.String: "$success",
        Token.String.Doc: "italic $success",
    }


def highlighted(source: str) -> list[Content]:
    """The lines of a program, highlighted; replaces control characters, keeps indentation.

    >>> [line.plain for line in highlighted("if a:\\n    b\\x1b = 1\\n")]
    ['if a:', '    b� = 1']
    """
    lines = source.expandtabs(_TAB).splitlines()
    clean = ["".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines]
    whole = highlight("\n".join(clean), language="python", theme=_PythonTheme)
    return whole.split("\n", allow_blank=True)[: len(clean)]


def cut(line: Content, width: int) -> Content:
    """A line cut to ``width`` cells, with ``…`` at the cut."""
    return line.truncate(max(0, width), ellipsis=True) if line.cell_length > width else line
