from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutor.course.record.progress import Progress
from tutor.practice.catalog import read_exercises
from tutor.practice.record import exercises_again


def test_only_exercises_that_are_there_are_to_be_written_again(tmp_path: Path) -> None:
    now = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    progress = Progress(tmp_path / "state", lambda: now)
    there = read_exercises()[0].id
    for name in (there, "gone-long-ago"):
        progress.record(f"exercise:{name}", "check", verdict="bug", form="write", bugs=[])
    assert exercises_again(progress) == ()
    now += timedelta(days=1)
    assert exercises_again(progress) == (there,)
