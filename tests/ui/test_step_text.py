"""A step's text: its programs in colours where it says what language they are, and none guessed."""

from __future__ import annotations

import pytest
import textual.highlight
from textual.app import App, ComposeResult
from textual.widgets._markdown import MarkdownParagraph

from tests.ui.panel_app import text, until
from tutor.course.words.unbroken_formulas import GLUE
from tutor.ui.widgets.step_text import StepText

FENCES = """
```
for x in y
```

```python
for x in y
```
"""


class TextApp(App[None]):
    def compose(self) -> ComposeResult:
        yield StepText(FENCES)


async def test_no_language_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    def guess(code: str, path: str | None) -> str:
        raise AssertionError("every language that there is would be loaded")

    monkeypatch.setattr(textual.highlight, "guess_language", guess)
    async with TextApp().run_test() as pilot:
        await until(pilot, lambda: text(pilot.app).count("for x in y") == 2)
        plain, python = (fence._highlighted_code for fence in pilot.app.query("MarkdownFence"))
        words = "for", "in"
        assert not any(_coloured(plain, word) for word in words)
        assert all(_coloured(python, word) for word in words)


def _coloured(code, word: str) -> bool:
    start = code.plain.index(word)
    return any(span.start == start and span.end == start + len(word) for span in code.spans)


FORMULAS = """
The rule, as everywhere, is ⌊(n − k) / s⌋ + 1, and you may write `strides = 2, padding = 0` in it.

- A list has formulas too: z = 2·0.5 + 1
"""


class FormulaApp(App[None]):
    def compose(self) -> ComposeResult:
        yield StepText(FORMULAS)


@pytest.mark.parametrize("width", range(30, 64, 2))
async def test_no_line_is_broken_in_a_formula_or_a_piece_of_code(width: int) -> None:
    async with FormulaApp().run_test(size=(width, 24)) as pilot:
        await until(pilot, lambda: "A list" in text(pilot.app))
        shown = text(pilot.app)
        for whole in ("⌊(n − k) / s⌋ + 1", "strides = 2, padding = 0", "z = 2·0.5 + 1"):
            assert any(whole in line for line in shown.splitlines()), shown
        assert GLUE not in shown


async def test_what_is_selected_and_copied_is_the_text_itself() -> None:
    async with FormulaApp().run_test(size=(34, 24)) as pilot:
        await until(pilot, lambda: "A list" in text(pilot.app))
        pilot.app.screen.query(MarkdownParagraph).first().text_select_all()
        assert pilot.app.screen.get_selected_text() == FORMULAS.strip().split("\n")[0].replace("`", "")
