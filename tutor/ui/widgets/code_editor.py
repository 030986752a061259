"""An editor for a short Python program, in the theme's colours."""

from __future__ import annotations

from collections.abc import Mapping

from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.token import Token  # type: ignore[import-untyped]
from rich.style import Style
from textual.color import Color
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

_NAMES = (
    (Token.Comment, "comment"), (Token.Keyword, "keyword"), (Token.Operator.Word, "keyword"),
    (Token.Name.Builtin, "builtin"), (Token.Name.Function, "function"), (Token.Number, "number"),
    (Token.String, "string"),
)  # fmt: skip
_VARIABLES = {"keyword": "primary", "builtin": "primary", "number": "warning", "string": "success"}
"""The theme's variable for the colour of each."""
_WITHOUT_COLOURS: Mapping[str, Style] = {
    "comment": Style(italic=True, dim=True), "keyword": Style(bold=True), "function": Style(bold=True, underline=True),
}  # fmt: skip

_THEME = "dl-tutor"


class CodeEditor(TextArea):
    """Line numbers, four blanks for tab, colours by Pygments: a grammar of its own would be a compiled package."""

    DEFAULT_CSS = """
    CodeEditor { border: none; padding: 0; background: $background; }
    CodeEditor:focus { border: none; }
    """

    def __init__(self, source: str) -> None:
        super().__init__(source, show_line_numbers=True, tab_behavior="indent", soft_wrap=False)

    def on_mount(self) -> None:
        """Use the colours that the terminal has."""
        self._use_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._use_theme())
        self._build_highlight_map()

    def _use_theme(self) -> None:
        styles = dict(_WITHOUT_COLOURS)
        if not self.app.no_color:
            colours = {name: Color.parse(self.app.theme_variables[variable]) for name, variable in _VARIABLES.items()}
            for name, colour in colours.items():
                styles[name] = styles.get(name, Style()) + Style(color=colour.rich_color)
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=styles))
        self.theme = _THEME

    def _build_highlight_map(self) -> None:
        # Textual asks a tree-sitter grammar here.
        self._line_cache.clear()
        self._highlights.clear()
        row = column = 0
        for token, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(self.text):
            name = next((name for kind, name in _NAMES if token in kind), None)
            for number, part in enumerate(text.split("\n")):
                if number:
                    row, column = row + 1, 0
                width = len(part.encode())
                if name is not None and width:
                    self._highlights[row].append((column, column + width, name))
                column += width
