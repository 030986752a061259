"""The studio's views: their script holds, each shows what there is, and the plain face leads through them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tutor.cli import main
from tutor.course.lessons.finding import find_lesson, open_lesson
from tutor.plain import face


def test_their_script_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["walk", "studio"]) == 0
    assert "expectations held" in capsys.readouterr().out


def test_each_view_shows_what_there_is() -> None:
    session = open_lesson(find_lesson("studio", ()))
    known = {*session.lab.readout_names(), *(control.name for control in session.lab.controls())}
    for position, step in enumerate(session.lesson.steps):
        session.open(position)
        assert set(step.show) <= known
        assert session.text


def test_the_plain_face_leads_through_them(tmp_path: Path) -> None:
    typed = "press epoch\nshow losses\nset moment 5\nnext\npress add\nset units 0\nwhy answer\nquit\n"
    out = io.StringIO()
    status = face.run("studio", None, tmp_path, stdin=io.StringIO(typed), stdout=out)
    said = out.getvalue()
    assert status == 0
    assert said.lstrip().startswith("Studio")
    for words in ("epoch 1, step 10", "epoch 0, step 5 of 10", "Dense: layer 2.", "from 1 to 1000"):
        assert words in said, said
