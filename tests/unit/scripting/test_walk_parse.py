from pathlib import Path

import pytest

from tutor.course.commands import Command
from tutor.scripting.parse import parse_script, read_script
from tutor.scripting.script import (
    ExpectAnswered,
    ExpectBeyond,
    ExpectCovered,
    ExpectMessage,
    ExpectProgress,
    ExpectStep,
    ExpectText,
    ExpectValue,
    Open,
    ScriptError,
    WaitFor,
    WaitTrained,
)

FILE = Path("some.walk")


def action(line: str) -> object:
    return parse_script(f"open neuron\n{line}\n", FILE).statements[1].action


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("open neuron", Open("neuron")),
        ("open 2 at 3 seed 7", Open("2", "3", 7)),
        ("OPEN neuron SEED 4 at the-sum", Open("neuron", "the-sum", 4)),
        ("set x 1 1", Command("set", ("x", "1", "1"))),
        ("answer I do not know", Command("answer", ("I", "do", "not", "know"))),
        ("wait trained", WaitTrained()),
        ("wait accuracy above 0,9", WaitFor("accuracy", "above", 0.9)),
        ("expect y 0.952574", ExpectValue("y", "0.952574")),
        ("expect confidences[broken shape] 0.5 0.1", ExpectValue("confidences[broken shape]", "0.5", "0.1")),
        ("expect status done at last", ExpectValue("status", "done at last")),
        ("expect loss below 1e-3", ExpectBeyond("loss", "below", 0.001)),
        ("expect answered refused", ExpectAnswered("refused")),
        ("expect message the bias  is missing", ExpectMessage("the bias  is missing")),
        ("expect text b is  1", ExpectText("b is  1")),
        ("expect covered z", ExpectCovered("z")),
        ("expect step the-activation", ExpectStep("the-activation")),
        ("expect progress Right at  first", ExpectProgress("right at first")),
        ("expect y 1 # as ever", ExpectValue("y", "1")),
        ("\texpect   y\t 1", ExpectValue("y", "1")),
    ],
)
def test_a_line_is_read(line: str, expected: object):
    assert action(line) == expected


def test_comments_and_blank_lines_count_as_lines_and_say_nothing():
    script = parse_script("# why\n\nopen neuron\n   # more\nhint", FILE)
    assert [(s.line, s.text) for s in script.statements] == [(3, "open neuron"), (5, "hint")]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("jump 3", "there is no word 'jump'"),
        ("set x", "set NAME VALUES"),
        ("press", "press ACTION"),
        ("hint please", "Usage: hint"),
        ("open", "open LESSON"),
        ("open neuron at", "open LESSON"),
        ("open neuron on 3", "open LESSON"),
        ("open neuron at 2 at 3", "open LESSON"),
        ("open neuron seed soon", "whole number"),
        ("open neuron seed " + "9" * 5000, "at most 18 digits"),
        ("set b " + "9" * 5000, "at most 4000 characters"),
        ("wait", "wait trained"),
        ("wait a while", "wait trained"),
        ("wait y above high", "one number"),
        ("expect", "expect NAME VALUE"),
        ("expect y", "expect NAME VALUE"),
        ("expect y[ 3", "expect NAME VALUE"),
        ("expect y above", "one number; got nothing"),
        ("expect y below 1 2", "one number; got 1 2"),
        ("expect y 1 -0.1", "not below 0"),
        ("expect answered maybe", "correct, wrong or refused"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_file_and_line(line: str, part: str):
    with pytest.raises(ScriptError) as error:
        parse_script(f"open neuron\n\n{line}\n", FILE)
    assert str(error.value).startswith("some.walk:3: ")
    assert part in str(error.value)


@pytest.mark.parametrize(("source", "line"), [("", 1), ("# only this\n", 1), ("\nset x 1\nopen neuron\n", 2)])
def test_a_script_begins_with_open(source: str, line: int):
    with pytest.raises(ScriptError, match="open LESSON") as error:
        parse_script(source, FILE)
    assert error.value.line == line


def test_a_file_that_is_missing_a_folder_or_no_text_is_said_so(tmp_path: Path):
    binary = tmp_path / "binary.walk"
    binary.write_bytes(b"open neuron\n\xff\xfe\x00")
    folder = tmp_path / "folder.walk"
    folder.mkdir()
    for file, line, part in (
        (tmp_path / "none.walk", 1, "no such script"),
        (binary, 2, "the byte 0xff is not UTF-8"),
        (folder, 1, "this is a folder"),
    ):
        with pytest.raises(ScriptError, match=part) as error:
            read_script(file)
        assert str(error.value).startswith(f"{file}:{line}: ")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path):
    file = tmp_path / "windows.walk"
    file.write_bytes(b"\xef\xbb\xbfopen neuron\r\nexpect y 1\r\n")
    assert [s.action for s in read_script(file).statements] == [Open("neuron"), ExpectValue("y", "1")]
