"""Saying how sure one is at the plain face and in scripts, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.done_lesson import finish
from tests.unit.plain.conftest import Say
from tests.unit.plain.test_plain_face import after
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.calibration import Judged
from tutor.course.record.progress import Progress
from tutor.course.session import SURE_AND_WRONG
from tutor.plain.visit import HOW_SURE
from tutor.scripting.parse import parse_script
from tutor.scripting.runner import run_script


def calibration(tmp_path: Path) -> object:
    return Progress(tmp_path / "progress").of_lesson("sum").calibration


def test_a_word_before_the_answer(say: Say, tmp_path: Path) -> None:
    output = say("sure", "3", "3.5", "fairly 1", "progress")
    assert after(output, "sure") == "You are sure. And your answer?"
    assert after(output, "3") == f"No. The bias is missing. {SURE_AND_WRONG}"
    assert after(output, "3.5").startswith("Right. It is 3.5.\n")
    assert after(output, "fairly 1").startswith("Right. It is added.\n")
    assert after(output, "progress").splitlines()[:2] == [
        "The one answer that you were sure of was wrong.",
        "The one answer that you were fairly sure of was right.",
    ]
    assert calibration(tmp_path) == {"sure": Judged(1, 0), "fairly": Judged(1, 1)}


def test_it_is_offered_once_and_never_demanded(say: Say, tmp_path: Path) -> None:
    output = say("3.5", "1", "progress")
    assert output.count(HOW_SURE) == 1
    assert "that you were sure of" not in output
    assert calibration(tmp_path) == {}


def test_after_the_first_answer_it_is_too_late_and_the_answer_counts_all_the_same(say: Say, tmp_path: Path) -> None:
    output = say("3", "sure", "sure 3.5")
    assert after(output, "sure").startswith("How sure you are counts for the first answer")
    assert after(output, "sure 3.5").startswith("Right. It is 3.5.")
    assert calibration(tmp_path) == {}


def test_it_comes_back_with_the_kept_answer(say: Say) -> None:
    say("guess 3.5")
    assert "Your answer: 3.5 (a guess)" in say()


def test_without_a_question_there_is_nothing_to_be_sure_of(say: Say) -> None:
    assert after(say("step 2", "guess"), "guess") == "There is no open question on this step."


@pytest.mark.parametrize("line", ["sure 3.5", "sure\n3.5"])
def test_in_a_warm_up(say: Say, lessons: Path, tmp_path: Path, line: str) -> None:
    from datetime import UTC, datetime, timedelta

    progress = Progress(tmp_path / "progress", lambda: datetime.now(UTC) - timedelta(days=5))
    finish(progress, read_summaries(lessons)[0])
    progress.record("sum", "hint", step="predict", question=0, rung=1)
    progress.close()
    say("warm-up", line)
    assert calibration(tmp_path) == {"sure": Judged(1, 1)}


def test_a_script_says_it_too(lessons: Path) -> None:
    lines = "open sum", "sure", "answer 3", "expect answered wrong", "expect message comes back first", "guess 3.5"
    script = parse_script("\n".join((*lines, "expect answered correct")), lessons / "sure.walk")
    assert run_script(script).expectations == 3
