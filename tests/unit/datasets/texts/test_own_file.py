"""A text of one's own: what is read, and the sentence for what is not."""

import os

import pytest

from tutor.datasets.errors import DataError
from tutor.datasets.texts.own_file import MOST_BYTES, bytes_of, own_text, text_of_bytes


@pytest.fixture
def read(tmp_path):
    def read(content, **how):
        file = tmp_path / "own.txt"
        file.write_bytes(content)
        return own_text(file, **how)

    return read


def test_a_word_a_line_is_a_list(read):
    assert read(b"ada\nbo\n") == ("ada", "bo")
    assert read(b"\xef\xbb\xbfzo\xc3\xab\r\n\r\nbo\r\n") == ("zoë", "bo")
    assert read(b"12+7=19\n1+1=2") == ("12+7=19", "1+1=2")


def test_anything_else_is_running_text(read):
    assert read(b"Mary Ann\r\nbo\r") == "Mary Ann\nbo\n"
    assert read(b"one line") == "one line"
    assert read(b"word\n") == "word\n"
    assert read(("x" * 41 + "\nshort\n").encode()) == "x" * 41 + "\nshort\n"
    assert read("a\u2028b c".encode()) == "a\nb c"


def test_the_kind_can_be_said(read):
    assert read(b" Mary Ann \nbo\n", kind="list") == ("Mary Ann", "bo")
    assert read(b"ada\nbo\n", kind="text") == "ada\nbo\n"


def test_bytes_are_characters_below_256(read):
    assert read("zoë\nbo".encode(), as_bytes=True) == ("zo\xc3\xab", "bo")
    assert text_of_bytes(bytes_of("Zoë, 北京")) == "Zoë, 北京"
    assert text_of_bytes("\xc3") == "�"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file is empty"),
        (b"one\ntwo\xff three", r"own.txt:2: this is not UTF-8: byte 8 of the file, ff,"),
        (b"cut \xe2\x82", r"own.txt:1: this is not UTF-8: byte 5 of the file, e2,"),
        (b"a\nb\0c", "own.txt:2: this is no text: it has bytes that are 0"),
        (b"\x89PNG\r\n\x1a\n\0\0", "this is no text: it has bytes that are 0"),
        (b"red \x1b[31m", r"control character U\+001B"),
        ("next \x9b".encode(), r"control character U\+009B"),
        ("text".encode("utf-16"), "this is UTF-16"),
        (b"x", "this is one character"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 513))).encode(), "513 different characters"),
        (b"ab " * (MOST_BYTES // 3 + 1), "larger than 4 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(read, content, said):
    with pytest.raises(DataError, match=said):
        read(content)


def test_a_list_of_one_is_none(read):
    with pytest.raises(DataError, match="at least two lines"):
        read(b"ada\n", kind="list")


def test_many_characters_can_be_read_as_bytes(read):
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 513)))
    assert text_of_bytes(read(text.encode(), as_bytes=True)) == text


def test_what_is_no_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(DataError, match="this is a folder; expected a text in UTF-8"):
        own_text(tmp_path)
    with pytest.raises(DataError, match="there is no such file"):
        own_text(tmp_path / "none.txt")
    with pytest.raises(DataError, match="no file can have this name"):
        own_text(tmp_path / "no\0ne")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="this is a pipe or a device"):
        own_text(tmp_path / "pipe")
