"""``dl-tutor list``: the lessons with the learner's progress."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import tzinfo
from typing import Any

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.lessons.step_texts import read_step_texts
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress import Progress, state_folder
from tutor.course.record.progress_report import report
from tutor.course.record.review import Review
from tutor.language.catalogue import _
from tutor.resources import lessons_folder


def run(args: argparse.Namespace) -> int:
    """Print the lessons, as a table or with ``args.json`` as a list of objects; ``args.state`` holds the progress."""
    try:
        lessons = read_lessons(lessons_folder(), folders_beside_the_shipped(args))
    except LessonError as error:
        tell(error)
        return 1
    progress = Progress(state_folder(args.state))
    all_progress, reviews = progress.by_lesson(), progress.reviews(lessons.summaries)
    progress.close()
    for notice in (*progress.notices, *lessons.notices):
        tell(notice)
    zone = progress.now().tzinfo
    rows = [_row(s, all_progress.get(s.id, LessonProgress()), reviews.get(s.id), zone) for s in lessons.summaries]
    if args.json:
        answer_json(rows, indent=2)
    else:
        for line in _table(rows):
            answer(line)
    return 0


def _row(
    summary: LessonSummary, progress: LessonProgress, review: Review | None, zone: tzinfo | None
) -> dict[str, Any]:
    did = report(summary, progress, review, read_step_texts(summary.folder))
    return {
        "id": summary.id,
        "number": summary.number,
        "title": summary.title,
        "summary": summary.summary,
        "steps": summary.steps,
        "done": did.state.seen,
        "finished": did.state.done,
        "state": did.state.words(),
        "questions": did.state.questions,
        "answered": did.state.answered,
        "states": [state.word for state in did.state.steps],
        "right_at_first_try": did.first_try,
        "right_later": did.with_help,
        "not_right": did.left,
        "wrong_tries": did.wrong,
        "hints": did.hints,
        "confidence": {level: asdict(judged) for level, judged in progress.calibration.items()},
        "hard": [{"step": h.position + 1, "wrong_tries": h.wrong, "hints": h.hints} for h in did.hard],
        "due": None if review is None else review.due(zone).isoformat(),
        **({} if summary.collection is None else {"collection": summary.collection.name}),
    }


def _table(rows: list[dict[str, Any]]) -> list[str]:
    cells = [("", "lesson", "title", _("steps seen"), "")]
    for row in rows:
        seen = _("{done} of {steps}").format(done=row["done"], steps=row["steps"])
        cells.append((str(row["number"]), row["id"], row["title"], seen, row["state"]))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = [
        "  ".join(
            cell.rjust(width) if column == 0 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    # Insert a heading above the lessons of each own folder; from the end, so that indices stay valid.
    for index in range(len(rows) - 1, -1, -1):
        collection = rows[index].get("collection")
        if collection is not None and (index == 0 or rows[index - 1].get("collection") != collection):
            lines.insert(index + 1, _("in {collection}:").format(collection=collection))
    return lines
