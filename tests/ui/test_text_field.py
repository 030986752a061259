"""The field of a text control: enter begins a text, enter takes it, and while it is typed no letter is a command."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.geometry import Size

from tests.ui.panel_app import PanelApp, dump, text, until
from tests.ui.test_narrow_panel import lines_of, together
from tests.word_lab import WordLab
from tutor.labs.kit.controls import TextControl
from tutor.ui.widgets.fields.text_field import TextField

SIZE = (60, 10)


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        (("enter", "m", "i", "a", "enter"), "mia"),
        (("enter", "M", "i", "a", "tab"), "mia"),
        (("enter", "m", "i", "x", "backspace", "a", "enter"), "mia"),
        (("enter", "w", "w", "enter"), "ww"),
        (("enter", "m", "i", "a", "escape"), "emma"),
        (("enter", "space", "enter"), "emma"),
        (("enter", "enter"), "emma"),
        (("m", "i", "a"), "emma"),
        (("w",), "new"),
    ],
)
async def test_a_word_is_typed(keys: tuple[str, ...], word: str) -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("word", "new", "sentence"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", *keys)
        await until(pilot, lambda: lab.get("word") == word and f" {word} " in text(app))
        await until(pilot, lambda: not app.panel.editing)
        assert lab.get("sentence") == "low lower"


async def test_a_sentence_has_blanks_and_is_seen_while_it_is_typed() -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("sentence",))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "your sentence" in text(app) and "▏" in text(app))
        assert "low lower" not in text(app)
        await pilot.press("n", "e", "w", "space", "n")
        await until(pilot, lambda: "new n▏" in text(app))
        assert lab.get("sentence") == "low lower"
        await pilot.press("e", "w", "enter")
        await until(pilot, lambda: lab.get("sentence") == "new new" and app.changed == ["sentence"])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("a", "your word has 2 to 12 characters; this has 1"), ("o'neil", "your word has a to z; “'” is none of them")],
)
async def test_what_is_not_taken_is_said_and_the_old_word_stays(typed: str, sentence: str) -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("word",))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", "enter", *(("apostrophe" if c == "'" else c) for c in typed), "enter")
        await until(pilot, lambda: app.said == [(sentence, "warning")])
        await until(pilot, lambda: "emma" in text(app))
        assert lab.get("word") == "emma"
        assert app.changed == []


async def test_it_takes_no_more_than_the_longest_text() -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("word",))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", "enter", *"abcdefghijklmn", "enter")
        await until(pilot, lambda: lab.get("word") == "abcdefghijkl")


async def test_a_pasted_line_is_typed_and_a_long_one_is_not() -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("sentence",))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab")
        field = app.panel.query_one(TextField)
        field.post_message(Paste("x" * 41))
        await pilot.pause()
        assert not field.editing
        field.post_message(Paste("new [b]er\x1b[2J\nand more"))
        await until(pilot, lambda: field.typed == "new [b]er[2J")
        await pilot.press("enter")
        await until(pilot, lambda: lab.get("sentence") == "new [b]er[2J" and "new [b]er[2J" in text(app))


async def test_a_click_begins_a_text() -> None:
    lab = WordLab()
    app = PanelApp(lab, show=("word",))
    async with app.run_test(size=SIZE) as pilot:
        row = next(y for y, line in enumerate(dump(app)) if "emma" in line)
        await pilot.click(offset=(30, row))
        await pilot.press("m", "i", "a", "enter")
        await until(pilot, lambda: lab.get("word") == "mia")


LONG = TextControl("long", "a sentence", "a", 1, 40)


@pytest.mark.parametrize("width", [12, 20, 33, 41, 58, 80])
@pytest.mark.parametrize(
    "value",
    [
        "x" * 40,
        "京" * 20,
        "abcde " * 6 + "abcd",
        "abcdefghijk " * 3 + "abcd",
        "ab cdef ghijklm nopqrstu vwxyzabcd efghi",
        "a",
    ],
)
def test_the_longest_texts_are_seen_whole_at_every_width(width: int, value: str) -> None:
    field = TextField(LONG, value)
    lines = lines_of(field, width)
    assert together(*lines) == together(LONG.label, value)
    field.set_reactive(TextField.typed, value)
    assert together(*lines_of(field, width)) == together(LONG.label, value, "▏")


def test_a_blank_just_typed_is_seen() -> None:
    field = TextField(LONG, "a")
    field.set_reactive(TextField.typed, "low ")
    assert field.lines(Size(20, 5))[1].plain == "  low ▏"
