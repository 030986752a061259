"""A terminal that is sent differences shows what one shows that is sent every frame whole."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tutor.ui.terminal.frame_difference import FrameDifference

WIDTH, HEIGHT = 12, 3
STYLES = (None, Style(bold=True), Style(color="color(9)"), Style(reverse=True, bgcolor="color(17)"))


class Screen:
    """What a terminal shows that is sent whatever comes."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self._screen)

    def take(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[tuple[str, ...]]]:
        rows = self._screen.buffer
        return [
            [(c.data, str(c.fg), str(c.bg), str(c.bold), str(c.reverse)) for c in (rows[y][x] for x in range(WIDTH))]
            for y in range(HEIGHT)
        ]


def update(x: int, y: int, segments: list[tuple[str, int]]) -> LayoutUpdate:
    strip = Strip([Segment(text, STYLES[style]) for text, style in segments]).crop(0, max(0, WIDTH - x))
    return LayoutUpdate([[strip]], Region(x, y, max(1, strip.cell_length), 1))


TEXTS = st.text(alphabet="ab c─█σ", min_size=1, max_size=6)
FRAMES = st.lists(
    st.tuples(
        st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1),
        st.lists(st.tuples(TEXTS, st.integers(0, len(STYLES) - 1)), min_size=1, max_size=3),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def whole(text: str, x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H{text}"


@settings(max_examples=200)
@given(FRAMES)
def test_shows_the_same_as_with_every_frame_whole(frames: list[tuple[int, int, list[tuple[str, int]]]]) -> None:
    all_sent, differences = Screen(), Screen()
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    for x, y, segments in frames:
        frame = update(x, y, segments)
        (strip,) = next(iter(frame.strips))
        sent = "".join(
            text if style is None else Strip.render_style(style, text, ColorSystem.EIGHT_BIT)
            for text, style, _ in strip
        )
        all_sent.take(whole(sent, x, y))
        changed = difference.sequence(frame, WIDTH, HEIGHT)
        assert changed is not None
        differences.take(changed)
        assert differences.cells == all_sent.cells


def sequence(difference: FrameDifference, text: str, x: int = 0) -> str:
    return difference.sequence(update(x, 0, [(text, 0)]), WIDTH, HEIGHT) or ""


def test_what_is_there_already_costs_nothing() -> None:
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    assert sequence(difference, "loss 0.25") != ""
    assert sequence(difference, "loss 0.25") == ""


def test_only_what_changed_is_sent() -> None:
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    sequence(difference, "loss 0.25")
    assert sequence(difference, "loss 0.26") == "\x1b[1;9H6"


def test_a_wide_character_is_never_sent_in_halves() -> None:
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    sequence(difference, "a数c")
    # Its second half is covered, so the first goes too.
    assert sequence(difference, "x", x=2) == "\x1b[1;2H x"
    assert sequence(difference, "a数c") == "\x1b[1;2H数"


def test_combining_marks_stay_with_their_letter() -> None:
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    assert sequence(difference, "e\u0301x") == "\x1b[1;1He\u0301x"
    assert sequence(difference, "e\u0301y") == "\x1b[1;2Hy"


def test_another_size_or_a_forgotten_screen_is_sent_whole() -> None:
    difference = FrameDifference(ColorSystem.EIGHT_BIT)
    first = sequence(difference, "loss")
    assert difference.sequence(update(0, 0, [("loss", 0)]), WIDTH + 1, HEIGHT) == first
    difference.forget()
    assert sequence(difference, "loss") == first
