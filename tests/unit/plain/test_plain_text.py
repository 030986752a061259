import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.words.plain_characters import encodable
from tutor.plain.text import Printer, markdown_lines, printable


@given(st.text())
def test_nothing_that_a_terminal_would_obey_is_printed(text: str):
    shown = printable(text)
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
    assert not any(0x7F <= ord(c) < 0xA0 for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "a[31mb[0m"),
        ("a\x9b2Jb", "a2Jb"),
        ("over\roverwritten\x08\x07", "overoverwritten"),
        ("right \u202eto left", "right to left"),
        ("two\nlines\tand a tab", "two\nlines and a tab"),
        ("σ′ = σ·(1 − σ) é", "σ′ = σ·(1 − σ) é"),
    ],
)
def test_what_can_be_read_stays(text: str, shown: str):
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("y = σ(−x₁·w₁)", "ascii", "y = sigma(-x1*w1)"),
        ("café “so” …", "ascii", 'cafe "so" ...'),
        ("−0,5 × 2", "latin-1", "-0,5 × 2"),
        ("−0,5 × 2 漢", "utf-8", "−0,5 × 2 漢"),
        ("漢", "ascii", "?"),
    ],
)
def test_what_an_encoding_lacks_is_written_another_way(text: str, encoding: str, written: str):
    assert encodable(text, encoding) == written


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp437", "utf-8"]))
def test_every_text_can_be_written_in_every_encoding(text: str, encoding: str):
    encodable(printable(text), encoding).encode(encoding)


def test_markdown_becomes_plain_lines():
    source = "A *neuron* **adds**: `z` in a line that is long enough to be wrapped.\n\n- one\n- two\n\n    x = 1\n"
    lines = markdown_lines(source, 40)
    text = "\n".join(lines)
    assert "A neuron adds: z in a line" in text
    assert not set("*`") & set(text)
    assert max(map(len, lines)) <= 40
    assert all(line == line.rstrip() for line in lines)
    assert [line.strip(" •-") for line in lines if line.strip(" •-") in ("one", "two")] == ["one", "two"]
    assert any(line.strip() == "x = 1" for line in lines)
    assert "" in lines
    assert lines[0]
    assert lines[-1]


def test_square_brackets_are_no_markup_and_escapes_do_not_come_through():
    assert markdown_lines("[bold]x[/bold] a\x1b[31mb", 78) == ["[bold]x[/bold] a[31mb"]


def test_long_lines_are_wrapped_at_78_where_there_is_no_terminal_and_keep_their_indent():
    out = io.StringIO()
    Printer(out).line("  " + "word " * 40)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 78
    assert all(line.startswith("  word") for line in lines)
    assert " ".join(lines).split() == ["word"] * 40


@pytest.mark.parametrize(("encoding", "blocks"), [("ascii", "#."), ("utf-8", "█·")])
def test_a_printer_writes_bytes_that_its_encoding_has(encoding: str, blocks: str):
    raw = io.BytesIO()
    printer = Printer(io.TextIOWrapper(raw, encoding=encoding))
    printer.line("−1\x1b[2J")
    assert printer.page.on + printer.page.off == blocks
    assert raw.getvalue().decode(encoding) == ("-1[2J\n" if encoding == "ascii" else "−1[2J\n")
