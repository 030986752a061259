"""A lesson that two sessions had open at once has two labs: telling that there is another, and going on from it."""

from __future__ import annotations

from tutor.course.record.progress import Progress
from tutor.course.session import LessonSession

NO_OTHER = "Of this lesson no other lab is kept: it was open in one session at a time."


def told_of_others(progress: Progress, lesson: str, way: str) -> str:
    """A sentence where other labs of the lesson are kept, empty otherwise. ``way``: how to come to them."""
    count = progress.other_labs(lesson)
    if not count:
        return ""
    labs = "one more lab is" if count == 1 else f"{count} more labs are"
    return f"This lesson was open in several sessions at once; {labs} kept. {way}"


def take_other_lab(session: LessonSession, progress: Progress) -> bool:
    """Keep the session's lab and go on from another session's; asked again, each has its turn. False if none is."""
    lesson = session.lesson.id
    if not progress.other_labs(lesson):
        return False
    progress.save_lab(lesson, session.lab.state())
    state = progress.take_other_lab(lesson)
    if state is None:
        return False
    session.lab.restore(state)
    session.undo_history.forget()
    return True
