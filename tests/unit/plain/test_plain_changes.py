"""What the plain face reads out after something was set, pressed or answered: what is new, and not all again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.plain.test_plain_face import after
from tutor.plain.face import run

TABLES = """\
id = "tables"
number = 1
title = "Tables"
summary = "What the plain face reads of tables."
lab = "{lab}"

[[step]]
id = "the-tables"
show = {show}
hide = {hide}
press = ["reset"]
"""
QUESTION = """
[[step.question]]
ask = "a is {a} and b is {b}. What is e?"
answer = "value[e]"
tolerance = 0.01
explain = "It is {value[e]}."
hints = ["First a + b."]
"""


def learn(tmp_path: Path, lesson: str, *lines: str) -> str:
    out = io.StringIO()
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    lessons = tmp_path / "lessons" if lesson == "tables" else None
    assert run(lesson, None, tmp_path, stdin=stdin, stdout=out, lessons=lessons) == 0
    return out.getvalue()


def of_tables(tmp_path: Path, lab: str, show: list[str], *lines: str, hide: tuple[str, ...] = ()) -> str:
    """What is read in a lesson whose only step shows these tables."""
    folder = tmp_path / "lessons" / "01_tables"
    folder.mkdir(parents=True)
    toml = TABLES.format(lab=lab, show=json.dumps(show), hide=json.dumps(hide))
    (folder / "lesson.toml").write_text(toml + (QUESTION if hide else ""), encoding="utf-8")
    (folder / "lesson.md").write_text("# Tables\n\n## The tables\n\nRead.\n", encoding="utf-8")
    return learn(tmp_path, "tables", *lines)


def test_of_a_table_the_rows_that_are_others(tmp_path: Path) -> None:
    output = of_tables(tmp_path, "computation-graph", ["a", "b", "forward", "nodes", "now"], "w", "set a 3")
    new = after(output, "w").partition("values, and gradients of e (nodes):\n")[2].splitlines()
    assert new[:3] == ["  node     is    value  gradient", "  c     a + b        3   not yet", "the last step (now):"]
    rows = [line.split()[0] for line in after(output, "set a 3").splitlines() if "not yet" in line]
    assert rows == ["a", "c"]


def test_of_a_table_that_grows_the_new_rows(tmp_path: Path) -> None:
    output = of_tables(tmp_path, "backpropagation", ["on", "so_far"], *"oooooo", "press on")
    last = after(output, "press on").partition("so far (so_far):\n")[2].splitlines()
    assert [line.split()[-1] for line in last] == ["value", "0.751365"]


def test_what_was_covered_is_read_out_whole(tmp_path: Path) -> None:
    output = of_tables(tmp_path, "computation-graph", ["a", "b", "nodes"], "skip", hide=("nodes",))
    nodes = after(output, "skip").partition("values, and gradients of e (nodes):\n")[2]
    assert [line.split()[0] for line in nodes.splitlines()[:6]] == ["node", "a", "b", "c", "d", "e"]


@pytest.mark.parametrize(("line", "window"), [("l", "columns 1 to 3"), ("press slide_back", "columns 4 to 6")])
def test_of_a_picture_that_is_long_what_is_new_in_a_few_sentences(tmp_path: Path, line: str, window: str) -> None:
    reply = after(learn(tmp_path, "convolution", line), line)
    assert "picture (input): 7 rows of 7." in reply
    assert window in reply
    assert len(reply.splitlines()) < 14


def test_an_action_that_changes_nothing_here_is_not_met_with_silence(tmp_path: Path) -> None:
    output = learn(tmp_path, "digits", "press clear", "press clear", "set pixel_row 3")
    assert after(output, "press clear") == "Done. Nothing that this step shows has changed."
