"""``dl-tutor list``: the lessons and how far the learner is."""

from __future__ import annotations

import argparse
from datetime import tzinfo
from typing import Any

from tutor.commands.printing import answer, answer_json, tell
from tutor.course.lesson import LessonError, LessonSummary
from tutor.course.loader import read_summaries
from tutor.course.progress import Progress, state_folder
from tutor.course.progress_report import report
from tutor.course.review import Review
from tutor.course.standing import Standing
from tutor.course.step_texts import read_step_texts
from tutor.resources import lessons_folder


def run(args: argparse.Namespace) -> int:
    """Print the lessons, as a table or with ``args.json`` as a list of objects; ``args.state`` keeps progress."""
    try:
        summaries = read_summaries(lessons_folder())
    except LessonError as error:
        tell(error)
        return 1
    progress = Progress(state_folder(args.state))
    standings, reviews = progress.standings(), progress.reviews(summaries)
    progress.close()
    for notice in progress.notices:
        tell(notice)
    zone = progress.now().tzinfo
    rows = [_row(s, standings.get(s.id, Standing()), reviews.get(s.id), zone) for s in summaries]
    if args.json:
        answer_json(rows, indent=2)
    else:
        for line in _table(rows):
            answer(line)
    return 0


def _row(summary: LessonSummary, standing: Standing, review: Review | None, zone: tzinfo | None) -> dict[str, Any]:
    did = report(summary, standing, review, read_step_texts(summary.folder))
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
        "hard": [{"step": h.position + 1, "wrong_tries": h.wrong, "hints": h.hints} for h in did.hard],
        "due": None if review is None else review.due(zone).isoformat(),
    }


def _table(rows: list[dict[str, Any]]) -> list[str]:
    cells = [("", "lesson", "title", "steps seen", "")]
    for row in rows:
        seen = f"{row['done']} of {row['steps']}"
        cells.append((str(row["number"]), row["id"], row["title"], seen, row["state"]))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return [
        "  ".join(
            cell.rjust(width) if column == 0 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
