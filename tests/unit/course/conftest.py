from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML, WriteLesson


@pytest.fixture
def write_lesson(tmp_path: Path) -> WriteLesson:
    """Writes a sound lesson with ``(old, new)`` changes to its TOML, or other files given whole."""

    def write(
        *changes: tuple[str, str],
        toml: str = TOML,
        markdown: str | None = MARKDOWN,
        folder: str = "03_sums",
        walk: bool = True,
    ) -> Path:
        for old, new in changes:
            assert toml.count(old) == 1, f"{old!r} stands {toml.count(old)} times in the lesson"
            toml = toml.replace(old, new)
        place = tmp_path / "lessons" / folder
        place.mkdir(parents=True)
        (place / "lesson.toml").write_text(toml, encoding="utf-8")
        if markdown is not None:
            (place / "lesson.md").write_text(markdown, encoding="utf-8")
        if walk:
            (place / "lesson.walk").write_text("open sums\n", encoding="utf-8")
        return place

    return write
