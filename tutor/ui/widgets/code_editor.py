"""An editor for a short Python program, in the theme's colours."""

from __future__ import annotations

from collections.abc import Mapping

from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.token import Token  # type: ignore[import-untyped]
from rich.style import Style
from textual import events
from textual.color import Color
from textual.widgets import TextArea
from textual.widgets.text_area import Selection, TextAreaTheme

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
    """Line numbers, colours by Pygments: a grammar of its own would be a compiled package.

    A line that is too long goes on below: sideways scrolling would hide the beginnings of all lines. A new line begins
    below the last one, four blanks further in after a colon; tab and shift+tab move the selected lines.
    """

    DEFAULT_CSS = """
    CodeEditor { border: none; padding: 0; background: $background; }
    CodeEditor:focus { border: none; }
    """

    def __init__(self, source: str, *, read_only: bool = False, id: str | None = None) -> None:
        super().__init__(
            source, show_line_numbers=True, tab_behavior="indent", soft_wrap=True, read_only=read_only, id=id
        )

    def on_mount(self) -> None:
        """Use the colours that the terminal has."""
        self._use_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._use_theme())
        self._build_highlight_map()

    # Indentation

    async def _on_key(self, event: events.Key) -> None:
        """Handle the keys that indent; Textual's editor handles the others, unless that is prevented."""
        if self.read_only:
            return
        match event.key:
            case "enter":
                self._replace_via_keyboard(f"\n{self._indent_below()}", *self.selection)
            case "tab" if self._several_lines:
                self._move_lines(self.indent_width)
            case "shift+tab":
                self._move_lines(-self.indent_width)
            case _:
                return
        event.stop()
        event.prevent_default()

    @property
    def _several_lines(self) -> bool:
        (first, _), (last, _) = self.selection
        return first != last

    def _indent_below(self) -> str:
        """The blanks of a line below the one in which the selection begins."""
        row, column = min(self.selection)
        before = self.document[row][:column]
        blanks = before[: len(before) - len(before.lstrip(" "))]
        return blanks + " " * self.indent_width if before.rstrip().endswith(":") else blanks

    def _move_lines(self, by: int) -> None:
        """Move the lines of the selection to the right, or to the left as far as they can go; they stay selected."""
        (first, start), (last, end) = sorted(self.selection)
        # Where the selection ends before the first character of a line, it is not part of it.
        until = last if first == last or end else last - 1
        lines = [self.document[row] for row in range(first, until + 1)]
        moved = [_moved(line, by) for line in lines]
        if moved == lines:
            return
        self.replace("\n".join(moved), (first, 0), (until, len(lines[-1])), maintain_selection_offset=False)
        start = max(0, start + len(moved[0]) - len(lines[0]))
        if until == last:
            end = max(0, end + len(moved[-1]) - len(lines[-1]))
        self.selection = Selection((first, start), (last, end))

    def action_delete_left(self) -> None:
        """Delete what is selected, the last character, or of blanks at the beginning of a line all to the last stop."""
        row, column = self.cursor_location
        before = self.document[row][:column]
        if self.read_only or not self.selection.is_empty or not before or before.strip(" "):
            super().action_delete_left()
        else:
            self._delete_via_keyboard((row, (column - 1) // self.indent_width * self.indent_width), (row, column))

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


def _moved(line: str, by: int) -> str:
    """The line with so many blanks more in front, or with fewer, if it has them; an empty one stays empty."""
    if by > 0:
        return " " * by + line if line else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
