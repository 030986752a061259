"""Runs the full-screen view of a class."""

from __future__ import annotations

from pathlib import Path

from tutor.classroom.live import LiveClass
from tutor.classroom.wording import Wording
from tutor.course.preview.forgetful_progress import ForgetfulProgress
from tutor.ui.classroom.app import ClassApp
from tutor.ui.face import prepare_terminal
from tutor.ui.terminal.characters import Characters
from tutor.ui.terminal.requirements import is_console


def run_class(live: LiveClass, wording: Wording, folder: Path, ascii_only: bool, answers: bool) -> int:
    """Show it until the instructor leaves; ``folder`` is for what the app keeps. Returns the exit status."""
    prepare_terminal()
    characters = Characters.ASCII if ascii_only else Characters.CONSOLE if is_console() else Characters.ALL
    progress = ForgetfulProgress(folder, in_thread=True, learner=0)
    app = ClassApp(live, wording, progress, characters, answers)
    try:
        result = app.run()
    finally:
        progress.close()
    return app.return_code or result or 0
