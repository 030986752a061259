"""What the plain face reads out after something was set, pressed or answered: what is new, and not all again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.unit.plain.test_plain_face import after
from tutor.plain.face import run


def learn(tmp_path: Path, lesson: str, *lines: str) -> str:
    out = io.StringIO()
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    assert run(lesson, None, tmp_path, stdin=stdin, stdout=out) == 0
    return out.getvalue()


def test_of_a_table_the_rows_that_are_others(tmp_path: Path) -> None:
    output = learn(tmp_path, "computation-graphs", "w", "set a 3")
    new = after(output, "w").partition("values, and gradients of e (nodes):\n")[2].splitlines()
    assert new[:3] == ["  node     is    value  gradient", "  c     a + b        3   not yet", "the last step (now):"]
    rows = [line.split()[0] for line in after(output, "set a 3").splitlines() if "not yet" in line]
    assert rows == ["a", "c"]


def test_of_a_table_that_grows_the_new_rows(tmp_path: Path) -> None:
    output = learn(tmp_path, "backpropagation", *"oooooo", "press on")
    last = after(output, "press on").partition("so far (so_far):\n")[2].splitlines()
    assert [line.split()[-1] for line in last] == ["value", "0.751365"]


def test_what_was_covered_is_read_out_whole(tmp_path: Path) -> None:
    output = learn(tmp_path, "computation-graphs", "next", "skip")
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
