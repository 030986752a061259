"""What commands print gives a terminal no orders, whatever the text was made of."""

from __future__ import annotations

import ast
import io
import json
import sys
from pathlib import Path

import pytest

import tutor.commands
from tutor.cli import main
from tutor.commands.console.failures import did_not_hold, refuse
from tutor.commands.console.printing import answer, answer_json, tell

# Escape sequences, their one-byte forms, a bell, a delete, a turn of the direction, and a line that is none.
HOSTILE = "A\x1b]52;c;eA==\x1b\\B\x9b31mC\x9d0;t\x9cD\x07\x7f\x08\x00\u202eE\u2066F\u200f\u2028"
SEEN = "A]52;c;eA==\\B31mC0;tDEF"


def orders(text: str) -> list[str]:
    return [c for c in text if c != "\n" and not c.isprintable()]


def test_only_letters_come_out(capsys: pytest.CaptureFixture[str]) -> None:
    answer(HOSTILE)
    tell(HOSTILE)
    said = capsys.readouterr()
    assert said.out == said.err == SEEN + "\n"


@pytest.mark.parametrize(("say", "status"), [(refuse, 2), (did_not_hold, 1)])
def test_a_refusal_is_one_line_that_shows_what_was_there(
    say: object, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(f"{HOSTILE}\nsecond") == status  # type: ignore[operator]
    said = capsys.readouterr().err
    assert orders(said) == []
    assert said.count("\n") == 1
    assert r"\x1b]52" in said
    assert r"\u202e" in said


def test_json_is_the_same_value_without_orders(capsys: pytest.CaptureFixture[str]) -> None:
    value = {HOSTILE: [HOSTILE, "größer", "\U000e0001", "\udcff"]}
    answer_json(value, indent=2)
    said = capsys.readouterr().out
    assert orders(said) == []
    assert "größer" in said
    assert json.loads(said) == value


def test_a_narrow_encoding_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    answer("σ × 2 → größer")
    answer_json(["größer"])
    out.flush()
    lines = out.buffer.getvalue().decode("ascii").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "sigma x 2 -> gro?er"
    assert json.loads(lines[1]) == ["größer"]


def test_the_parser_repeats_no_orders(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = HOSTILE.replace("\x00", "")
    for words in (
        [hostile],
        ["list", "--" + hostile],
        ["list", hostile],
        ["train", hostile],
        ["train", "--seed", hostile],
    ):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2
        said = capsys.readouterr()
        assert orders(said.out + said.err) == []


def test_no_command_prints_by_itself() -> None:
    """``print``, or writing to a standard stream, anywhere but in ``printing``."""
    for file in sorted(Path(tutor.commands.__file__).parent.glob("*.py")):
        if file.name == "printing.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("print", "sys.stdout.write", "sys.stderr.write"), f"{file.name}:{node.lineno}"
