"""``dl-tutor review``: what is due, how many questions a day, and the day of an exam."""

from __future__ import annotations

import argparse
from collections import Counter

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.inputs.named_folders import named_lesson_folders
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.own_lessons import pack_folders_of, read_lessons
from tutor.course.record.progress import Progress, state_folder
from tutor.course.record.warm_up import (
    change_plan,
    due_items,
    exam,
    left_today,
    plan_words,
    questions_a_day,
)
from tutor.language.catalogue import _
from tutor.practice.record import exercises_again
from tutor.resources import lessons_folder, own_lesson_folders


def run(args: argparse.Namespace) -> int:
    """Change the plan if ``args.a_day`` or ``args.exam`` says so; print it and what is due. Returns 2 if the plan
    cannot be so."""
    try:
        lessons = read_lessons(lessons_folder(), own_lesson_folders(named_lesson_folders(args))).summaries
    except LessonError as error:
        tell(error)
        return 1
    progress = Progress(state_folder(args.state))
    try:
        for words in filter(None, (args.a_day and (str(args.a_day),), args.exam and ("exam", args.exam))):
            said = change_plan(progress, words)
            if said != plan_words(progress):
                tell(said)
                return 2
        due, exercises = due_items(progress, lessons), exercises_again(progress, pack_folders_of(lessons))
        day = exam(progress)
        if args.json:
            kinds = [{"kind": i.kind, "lesson": i.lesson, "step": i.step, "index": i.index} for i in due]
            answer_json(
                {
                    "a_day": questions_a_day(progress),
                    "exam": None if day is None else day.isoformat(),
                    "left_today": left_today(progress),
                    "due": kinds,
                    "exercises": list(exercises),
                },
                indent=2,
            )
            return 0
        counts = Counter([item.kind for item in due] + ["exercise" for _ in exercises])
        answer(plan_words(progress))
        found = [f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in sorted(counts.items(), reverse=True)]
        answer(_("Due now: {names}.").format(names=", ".join(found)) if found else _("Nothing is due now."))
        if exercises:
            answer(_("To write again: {names}.").format(names=", ".join(exercises)))
        return 0
    finally:
        progress.close()
