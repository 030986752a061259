"""The command palette: lessons, steps of the open lesson, the theme, help, leaving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from tutor.language.catalogue import _
from tutor.ui.app_services import AppServices

if TYPE_CHECKING:
    from textual.app import App

    from tutor.course.new_files import NewPicture
    from tutor.labs.kit.contract import NewFile

TOKEN_PREFIX = "dlt"
"""With which a line of text from the studio begins, of any version."""


class TutorCommands(Provider):
    """The commands of this program; their names are plain text, never markup."""

    def _offered(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        app = cast("AppServices", self.app)
        steps = getattr(self.screen, "step_titles", ())
        go_to = getattr(self.screen, "go_to_step", None)
        if go_to is not None:
            for position, title in enumerate(steps):
                yield (
                    _("Go to step {position}: {title}").format(position=position + 1, title=title),
                    partial(go_to, position),
                )
            yield _("Go home"), app.go_home
        yield from getattr(self.screen, "lab_commands", ())
        for summary in app.summaries:
            where = "" if summary.collection is None else _(" in {name}").format(name=summary.collection.name)
            yield (
                _("Open lesson {number}{where}: {title}").format(
                    number=summary.number, where=where, title=summary.title
                ),
                partial(app.open_lesson, summary.id),
            )
        yield _("Search lessons, steps and terms"), app.action_search
        yield _("Glossary: what the terms mean"), app.action_glossary
        yield _("Exercises: write the function yourself"), app.action_practice
        yield _("Studio: any network on any data"), app.action_studio
        yield _("Progress: what is done, what was hard, what is due"), app.action_progress
        yield _("Warm-up: questions from what you learned"), app.action_warm_up
        yield _("Warm-up: how many questions a day, and an exam"), partial(_change_plan, self.app)
        yield _("Save this screen as a picture (SVG)"), partial(_save_picture, app, _svg)
        yield _("Save this screen as a picture (PNG)"), partial(_save_picture, app, _png)
        yield _("Switch between the dark and the light theme"), app.action_toggle_dark
        if not app.no_color:
            yield _("Choose a theme"), app.search_themes
        yield from _languages(app)
        yield _("Help: the keys of this screen"), app.action_help
        yield _("Leave dl-tutor"), partial(app.exit, 0)

    async def discover(self) -> Hits:
        """All commands, before anything is typed."""
        for name, command in self._offered():
            yield DiscoveryHit(Text(name), command, text=name)

    async def search(self, query: str) -> Hits:
        """The commands that match the typed words; for a token of the studio, what it says."""
        if query.strip().startswith(TOKEN_PREFIX):
            app = cast("AppServices", self.app)
            yield Hit(1.0, Text(_("Open this token in the studio")), partial(app.open_token, query.strip()))
            return
        matcher = self.matcher(query)
        for name, command in self._offered():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, Text(name), command, text=name)


def _languages(app: AppServices) -> Iterator[tuple[str, Callable[[], object]]]:
    from tutor.course.record.learner_language import NAMES, keep_language, offered_languages
    from tutor.language.chosen import chosen

    language = _("Language")
    for code in offered_languages():
        if code != chosen():
            name = NAMES.get(code, code)
            # In both languages: who cannot read the one here finds it too.
            yield f"{language}: {name} (language)", lambda code=code: app.say(keep_language(app.progress, code))  # type: ignore[misc]


def _change_plan(app: App[Any]) -> None:
    from tutor.ui.screens.review.plan import WarmUpPlanScreen

    app.push_screen(WarmUpPlanScreen(cast("AppServices", app).progress))


def _save_picture(app: AppServices, make: Callable[[AppServices], NewFile | NewPicture]) -> None:
    """Write the screen below the palette as a picture, into the current folder or else the folder of the progress."""
    from tutor.course.new_files import write_new

    # The palette is still closing.
    def save() -> None:
        app.say(write_new(make(app), (Path(), app.progress.folder)))

    app.call_after_refresh(save)


def _svg(app: AppServices) -> NewFile:
    from tutor.labs.kit.contract import NewFile

    return NewFile("dl-tutor.svg", app.export_screenshot(title="dl-tutor"))


def _png(app: AppServices) -> NewPicture:
    from tutor.course.new_files import NewPicture
    from tutor.ui.screenshots.cells import screen_cells
    from tutor.ui.screenshots.png import png_of

    return NewPicture("dl-tutor.png", png_of(screen_cells(cast("App[Any]", app))))
