"""A formula, the formula with its numbers, and the value, laid out in lines."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tutor.course.microscope import Look
from tutor.engine.derivations.derivation import show
from tutor.ui.widgets.notation import MASK, visible, wrap

_OPERATORS = frozenset("+−/·=")


def wrapped_sum(text: str, width: int) -> list[str]:
    """Arithmetic in lines of at most ``width`` cells, broken before operators.

    >>> wrapped_sum("= 2·0.5 + 3·(−1) + 1.5", 12)
    ['= 2·0.5', '+ 3·(−1)', '+ 1.5']
    """
    terms: list[str] = []
    for word in visible(text).split(" "):
        if terms and terms[-1] in _OPERATORS:
            terms[-1] += f" {word}"
        else:
            terms.append(word)
    lines = [""]
    for term in terms:
        joined = f"{lines[-1]} {term}" if lines[-1] else term
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines += wrap(term, width)
    return [line for line in lines if line]


class DerivationText(Widget):
    """The microscope's text for one number, as high as necessary."""

    DEFAULT_CSS = """
    DerivationText { width: 1fr; height: auto; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def show_look(self, look: Look) -> None:
        """Show another number."""
        self._look = look
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as it wraps to."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """The lines."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        look = self._look
        value = Content.styled(f"  = {show(look.value)}", "bold")
        if look.given:
            words = wrap(look.given, width)
            return [Content.styled(f"{look.path} = {show(look.value)}", "bold"), *(Content(line) for line in words)]
        numbers = MASK if look.numbers is None else look.numbers
        return [
            *_hanging(f"{look.path} = {look.formula}", 0, width),
            *_hanging(f"= {numbers}", 2, width),
            value,
        ]


def _hanging(text: str, indent: int, width: int) -> list[Content]:
    """The text wrapped, with continuation lines indented."""
    lines = wrapped_sum(text, max(8, width - indent - 2))
    return [Content(" " * (indent + 2 * bool(number)) + line) for number, line in enumerate(lines)]
