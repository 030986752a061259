"""The labs of other sessions that had the same lesson open at once: report them, and switch to one."""

from __future__ import annotations

from tutor.course.record.progress import Progress
from tutor.course.session import LessonSession
from tutor.language.catalogue import N_, _

NO_OTHER_LAB = N_("There is no other lab of this lesson: it was open in one session at a time.")


def other_labs_notice(progress: Progress, lesson: str, way: str) -> str:
    """A sentence if other labs of the lesson are saved, else empty. ``way`` says how to open them."""
    count = progress.other_labs(lesson)
    if not count:
        return ""
    labs = _("one more lab is") if count == 1 else _("{count} more labs are").format(count=count)
    return _("This lesson was open in several sessions at once; {labs} saved. {way}").format(labs=labs, way=way)


def take_other_lab(session: LessonSession, progress: Progress) -> bool:
    """Save the session's lab and go on from another session's; repeated calls cycle. False if there is no other."""
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
