"""What is said when a warm-up has no question."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutor.course.record.progress import Progress
from tutor.practice.record import PracticeRecord, nothing_to_ask
from tutor.practice.verdict import Verdict

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_exercise_that_is_due_is_named_where_no_question_is(tmp_path: Path) -> None:
    with closing(Progress(tmp_path, clock=lambda: MONDAY)) as progress:
        assert nothing_to_ask(progress).startswith("Nothing is due.")
        PracticeRecord(progress).checked("softmax", Verdict("right", "Right."))
    with closing(Progress(tmp_path, clock=lambda: MONDAY + timedelta(days=90))) as progress:
        assert nothing_to_ask(progress) == "No question is due. To write again: softmax, among the exercises."
