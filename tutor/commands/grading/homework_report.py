"""``dl-tutor report --homework``: the points of each learner, judged anew."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from tutor.classroom.homework_grades import HomeworkRow, grade
from tutor.classroom.learners import Learner
from tutor.classroom.log_reader import Unreadable, read_all
from tutor.classroom.report_text import report_csv, report_json
from tutor.commands.console.printing import answer, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.homework.loading import read_homework
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.own_lessons import pack_folders_of, read_lessons
from tutor.practice.catalog import read_exercises
from tutor.resources import lessons_folder

WRONG_INPUT, NOT_ALL = 2, 1


def report_homework(args: argparse.Namespace, learners: Sequence[Learner]) -> int:
    """Print the rows: 0 printed, 1 without what cannot be read or judged, 2 no such homework."""
    try:
        lessons = read_lessons(lessons_folder(), folders_beside_the_shipped(args)).summaries
        exercises = {each.id: each.title for each in read_exercises(packs=pack_folders_of(lessons))}
        homework = read_homework(args.homework, lessons, exercises)
    except LessonError as error:
        tell(error)
        return WRONG_INPUT
    by_id = {lesson.id: lesson for lesson in lessons}
    rows: list[HomeworkRow] = []
    troubles: list[str] = []
    for learner in learners:
        try:
            events = [logged.event for logged in read_all(learner.file)]
            rows += grade(homework, learner.name, events, by_id, exercises)
        except Unreadable as error:
            troubles.append(str(error))
    troubles += [f"{row.learner}, {row.id}: {row.remark}" for row in rows if "not judged" in row.remark]
    if args.json:
        answer(json.dumps(report_json(rows), ensure_ascii=False, indent=2))
    elif args.csv is not None:
        answer(report_csv(rows, args.csv, HomeworkRow).replace("\r\n", "\n").rstrip("\n"))
    else:
        for line in _table(rows):
            answer(line)
    for trouble in troubles:
        tell(trouble)
    return NOT_ALL if troubles else 0


def _table(rows: Sequence[HomeworkRow]) -> list[str]:
    cells = [("learner", "lesson or exercise", "right", "late", "points", "of", "%", "")]
    cells += [
        (row.learner, row.title if row.kind == "lesson" else f"{row.kind}: {row.title}",
         f"{row.right}/{row.questions}", str(row.late or ""), f"{row.points:.1f}", f"{row.of:g}",
         f"{row.percent:.0f}", row.remark)
        for row in rows
    ]  # fmt: skip
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return [
        "  ".join(
            text.ljust(width) if at in (0, 1, 7) else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
