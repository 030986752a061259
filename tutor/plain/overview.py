"""Progress, search and glossary on the plain face."""

from __future__ import annotations

from tutor.course.lessons.glossary import Entry, entries_for, find_entries
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.search import Find, pages, search
from tutor.course.lessons.step_texts import read_step_texts, step_position
from tutor.course.record.calibration import calibration_sentences, together
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress import Progress
from tutor.course.record.progress_report import report
from tutor.language.catalogue import _
from tutor.plain.text import Printer

MOST_FINDS = 12
MOST_HARD = 3
MOST_ENTRIES = 3


def print_progress(printer: Printer, summaries: tuple[LessonSummary, ...], progress: Progress) -> None:
    """Print for each lesson what is done, what was hard, and when its review is due."""
    all_progress, reviews, now = progress.by_lesson(), progress.reviews(summaries), progress.now()
    printer.lines(calibration_sentences(together(one.calibration for one in all_progress.values())))
    for summary in summaries:
        steps = read_step_texts(summary.folder)
        one = report(summary, all_progress.get(summary.id, LessonProgress()), reviews.get(summary.id), steps)
        printer.line(f"{summary.number}. {summary.title}: {' '.join(one.sentences(now))}")
        for hard in one.hard[:MOST_HARD]:
            printer.line(
                _("  Hard: {words}. open {id} at {position}").format(
                    words=hard.words(), id=summary.id, position=hard.position + 1
                )
            )


def print_search(printer: Printer, summaries: tuple[LessonSummary, ...], words: str) -> None:
    """Print the finds for these words, and how to open them."""
    try:
        glossary = entries_for(summaries)
    except LessonError as error:
        printer.line(str(error))
        glossary = ()
    found = search(pages(summaries, glossary), words)
    if not found:
        printer.line(_("Nothing has “{words}” in it.").format(words=words))
    for find in found[:MOST_FINDS]:
        printer.line(f"{find.title}: {_way_to(find)}")
        printer.line(f"  {find.excerpt}")
    if len(found) > MOST_FINDS:
        printer.line(_("And {count} more. Add words to narrow the search.").format(count=len(found) - MOST_FINDS))


def print_glossary(printer: Printer, summaries: tuple[LessonSummary, ...], term: str) -> None:
    """Print the entries of the term, or the list of all terms."""
    try:
        entries = entries_for(summaries)
    except LessonError as error:
        printer.line(str(error))
        return
    if not entries:
        printer.line(_("These lessons have no glossary."))
        return
    if not term:
        printer.line(", ".join(entry.term for entry in entries))
        printer.line(_("Type glossary and a term."))
        return
    found = find_entries(entries, term)
    exact = [entry for entry in found if entry.term.casefold() == term.casefold()]
    if not found:
        printer.line(
            _("There is no term with “{term}”; glossary lists them all, search looks into the lessons.").format(
                term=term
            )
        )
    for entry in (exact or found)[:MOST_ENTRIES]:
        _print_entry(printer, summaries, entry)
    others = [entry.term for entry in found if entry not in (exact or found)[:MOST_ENTRIES]]
    if others:
        printer.line(_("See also: {names}").format(names=", ".join(others)))


def _print_entry(printer: Printer, summaries: tuple[LessonSummary, ...], entry: Entry) -> None:
    printer.line(entry.term)
    printer.markdown(entry.text)
    summary = next((summary for summary in summaries if summary.id == entry.lesson), None)
    if summary is not None:
        position = step_position(read_step_texts(summary.folder), entry.step or "")
        at = "" if position is None else _(" at {position}").format(position=position + 1)
        printer.line(
            _("  Lesson {number}, {title}: open {id}{at}").format(
                number=summary.number, title=summary.title, id=summary.id, at=at
            )
        )
    printer.line()


def _way_to(find: Find) -> str:
    if find.kind == "term":
        return f"glossary {find.title}"
    return (
        f"open {find.lesson}"
        if find.position is None
        else _("open {lesson} at {position}").format(lesson=find.lesson, position=find.position + 1)
    )
