"""A step's text: its programs in colours where it says what language they are, and none guessed."""

from __future__ import annotations

import pytest
import textual.highlight
from textual.app import App, ComposeResult

from tests.ui.panel_app import text, until
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
