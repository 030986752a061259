"""Open the microscope on the numbers beside a step."""

from __future__ import annotations

from textual.app import App

from tutor.course.microscope import ANSWER_FIRST, Microscope
from tutor.course.numbers_on_screen import Source, shown_names, sources
from tutor.course.session import LessonSession
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import _
from tutor.ui.screens.choose_number import ChooseNumberScreen
from tutor.ui.screens.microscope import MicroscopeScreen


def open_microscope(app: App[int], session: LessonSession, full: bool) -> None:
    """Open the only computed number, or let the learner choose; show a sentence if there is none."""
    found = sources(session, shown_names(session, full))
    leading = [number.path for source in found if source.leads_on for number in source.numbers]
    if not found:
        reason = _("There is no number here; f shows the whole lab.")
        if session.covered:
            reason = _("The numbers here are {answer_first}.").format(answer_first=_(ANSWER_FIRST))
        app.notify(reason)
    elif len(leading) == 1:
        _look(app, session, found, leading[0])
    else:
        _choose(app, session, found)


def _choose(
    app: App[int], session: LessonSession, found: tuple[Source, ...], pointed: str = "", said: str = ""
) -> None:
    def chosen(path: str | None) -> None:
        if path is not None:
            _look(app, session, found, path)

    if session.covered and not said:
        said = _("Numbers that are not in this list are {answer_first}.").format(answer_first=_(ANSWER_FIRST))
    app.push_screen(ChooseNumberScreen(found, pointed, said), chosen)


def _look(app: App[int], session: LessonSession, found: tuple[Source, ...], path: str) -> None:
    try:
        microscope = Microscope(session, path)
    except LookupFailed as error:
        _choose(app, session, found, path, f"{error}.")
        return

    def closed(choose_another: bool | None) -> None:
        if choose_another:
            _choose(app, session, found, path)

    app.push_screen(MicroscopeScreen(microscope, session.lab.busy), closed)
