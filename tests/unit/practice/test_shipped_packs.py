"""What ships in ``packs/`` is added without a further check, so it is checked here: lessons, exercises, teaching."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.course.lessons.loader import lesson_folders, load_lesson
from tutor.course.packs.contents import read_contents
from tutor.course.packs.installed import shipped_packs
from tutor.course.packs.manifest import Pack
from tutor.course.teaching.rules import findings
from tutor.practice.packs.check import check_pack

LESSONS = [folder for pack in shipped_packs() for folder in lesson_folders(pack.lessons)]


@needs_sandbox
@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.id)
def test_its_lessons_its_glossary_and_its_exercises_hold(pack: Pack) -> None:
    # It can be added under its id.
    assert read_contents(pack.folder)
    assert pack.folder.name == pack.id
    checked = check_pack(pack)
    assert checked.faults == ()
    assert checked.lessons == len(lesson_folders(pack.lessons)) > 0


@pytest.mark.parametrize("folder", LESSONS, ids=lambda folder: folder.name)
def test_its_questions_keep_to_the_rules_of_teaching(folder: Path) -> None:
    lesson = load_lesson(folder)
    assert findings(lesson) == []
    assert any(step.problem_first for step in lesson.steps)
    assert 6 <= len(lesson.steps) <= 9
