from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutor.cli import main
from tutor.course.record.progress import Progress
from tutor.course.record.warm_up import exam, questions_a_day


def review(state: Path, *words: str) -> int:
    return main(["review", "--state", str(state), *words])


def test_the_plan_is_changed_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(tmp_path, "--a-day", "6", "--exam", "9999-12-20") == 0
    out = capsys.readouterr().out
    assert "6 questions a day. Exam on 20 December 9999" in out
    assert "Nothing is due now." in out
    progress = Progress(tmp_path)
    found = exam(progress)
    assert (questions_a_day(progress), found and found.isoformat()) == (6, "9999-12-20")
    progress.close()
    assert review(tmp_path, "--exam", "none", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"a_day": 6, "exam": None, "left_today": 6, "due": [], "exercises": []}


@pytest.mark.parametrize(("day", "why"), [("2001-01-01", "has passed"), ("soon", "write it as in 2026-12-20")])
def test_a_day_that_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str, why: str
) -> None:
    assert review(tmp_path, "--exam", day) == 2
    assert why in capsys.readouterr().err
