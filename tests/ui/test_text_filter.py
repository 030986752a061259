"""Whatever a widget is given to show, the terminal gets letters."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tutor.ui.terminal.text_filter import PrintableText

BLACK = Color.parse("black")


def shown(*segments: Segment) -> list[Segment]:
    return PrintableText().apply(list(segments), BLACK)


def test_an_order_to_the_terminal_becomes_its_letters() -> None:
    (segment,) = shown(Segment("a\x1b]52;c;aGk=\x07b\x9b31m"))
    assert "\x1b" not in segment.text
    assert "\x07" not in segment.text
    assert "\x9b" not in segment.text
    assert "52;c;aGk=" in segment.text


def test_what_turns_the_writing_round_is_taken_out() -> None:
    (segment,) = shown(Segment("abc\u202edef\u2066"))
    assert not set(segment.text) & {"\u202e", "\u2066"}


def test_an_address_that_the_terminal_would_open_is_dropped_and_its_text_stays() -> None:
    (segment,) = shown(Segment("there", Style(link="file:///etc/passwd", bold=True)))
    assert segment.text == "there"
    assert segment.style is not None
    assert segment.style.link is None
    assert segment.style.bold


def test_plain_text_passes_untouched() -> None:
    segment = Segment("σ′ = σ·(1 − σ) ⏎ │", Style(bold=True))
    assert shown(segment)[0] is segment


@given(st.text())
def test_no_control_character_is_left_and_the_line_is_as_wide_as_before(text: str) -> None:
    filtered = "".join(segment.text for segment in shown(Segment(text)))
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in filtered)
    assert cell_len(filtered) == cell_len(text)
