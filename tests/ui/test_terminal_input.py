"""Bytes from a terminal, cut anywhere, become what was typed and what was pasted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.ui.terminal.input import (
    ESCAPE_HELD,
    LONGEST_PASTE,
    PASTE_ABANDONED,
    Answered,
    Part,
    Pasted,
    TerminalInput,
    Typed,
)


def all_of(*chunks: bytes) -> list[Part]:
    reader = TerminalInput()
    found = [part for chunk in chunks for part in reader.feed(chunk, 0.0)]
    return found + reader.tick(PASTE_ABANDONED)


def typed(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if isinstance(part, Typed))


def test_a_byte_that_is_no_utf_8_becomes_a_replacement_character() -> None:
    assert typed(all_of(b"a\xffb")) == "a�b"


def test_a_letter_may_come_in_two_reads() -> None:
    assert typed(all_of(b"\xc3", b"\xb1")) == "ñ"


def test_a_paste_is_one_whole() -> None:
    assert all_of(b"a\x1b[200~two\nwords\x1b[201~b") == [Typed("a"), Pasted("two\nwords"), Typed("b")]


@given(st.lists(st.integers(0, 40), max_size=6))
def test_it_does_not_matter_where_the_bytes_are_cut(cuts: list[int]) -> None:
    text = "é\x1b[A\x1b[200~pasted →\x1b[201~z\x1b[".encode()
    ends = sorted(min(cut, len(text)) for cut in cuts)
    chunks = [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    parts = all_of(*chunks)
    assert typed(parts) == "é\x1b[Az\x1b["
    assert [part.text for part in parts if isinstance(part, Pasted)] == ["pasted →"]


def test_a_paste_is_cut_at_its_limit() -> None:
    parts = all_of(b"\x1b[200~", b"x" * LONGEST_PASTE, b"y" * LONGEST_PASTE, b"\x1b[201~")
    assert parts == [Pasted("x" * LONGEST_PASTE)]


def test_a_paste_that_is_never_ended_is_over_when_nothing_more_comes() -> None:
    reader = TerminalInput()
    assert reader.feed(b"\x1b[200~abc", 10.0) == []
    assert reader.tick(10.0 + PASTE_ABANDONED / 2) == []
    assert reader.tick(10.0 + PASTE_ABANDONED) == [Pasted("abc")]
    assert reader.feed(b"n", 20.0) == [Typed("n")]


def test_an_escape_key_is_not_held_for_long() -> None:
    reader = TerminalInput()
    assert reader.feed(b"\x1b", 0.0) == []
    assert reader.tick(ESCAPE_HELD / 2) == []
    assert reader.tick(ESCAPE_HELD) == [Typed("\x1b", ended=True)]


def test_no_null_characters_in_a_paste() -> None:
    assert all_of(b"\x1b[200~a\x00b\x1b[201~") == [Pasted("ab")]


@pytest.mark.parametrize("cut", range(5))
def test_the_terminals_answer_is_not_taken_for_keys(cut: int) -> None:
    sent = b"\x1b[0n"
    assert all_of(b"a" + sent[:cut], sent[cut:] + b"b") == [Typed("a"), Answered(), Typed("b")]
