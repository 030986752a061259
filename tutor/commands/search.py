"""``dl-tutor search``: search lessons, their steps and the glossary."""

from __future__ import annotations

import argparse

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.lessons.glossary import entries_for
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.lessons.search import Find, pages, search
from tutor.resources import lessons_folder


def run(args: argparse.Namespace) -> int:
    """Print what contains all ``args.words``, one per line or, with ``args.json`` as a list; 1 if none."""
    try:
        lessons = read_lessons(lessons_folder(), folders_beside_the_shipped(args))
        summaries = lessons.summaries
        found = search(pages(summaries, entries_for(summaries)), " ".join(args.words))
    except LessonError as error:
        tell(error)
        return 1
    for notice in lessons.notices:
        tell(notice)
    if args.json:
        answer_json([_row(find) for find in found], indent=2)
    else:
        ways = [_way(find) for find in found]
        width = max(map(len, ways), default=0)
        for find, way in zip(found, ways, strict=True):
            answer(f"{way:<{width}}  {find.title}: {find.excerpt}")
    return 0 if found else 1


def _way(find: Find) -> str:
    """The argument for ``dl-tutor learn``; a term is marked as such."""
    if find.kind == "term":
        return "(term)"
    return find.lesson if find.position is None else f"{find.lesson}/{find.position + 1}"


def _row(find: Find) -> dict[str, str | int | None]:
    return {
        "kind": find.kind,
        "title": find.title,
        "excerpt": find.excerpt,
        "lesson": find.lesson or None,
        "step": None if find.position is None else find.position + 1,
    }
