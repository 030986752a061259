"""Runs the full-screen preview."""

from __future__ import annotations

from pathlib import Path

from tutor.course.preview.forgetful_progress import ForgetfulProgress
from tutor.course.preview.watched import Previewed
from tutor.training.worker.run import Workshop
from tutor.ui.face import prepare_terminal
from tutor.ui.preview.app import PreviewApp
from tutor.ui.terminal.characters import Characters
from tutor.ui.terminal.requirements import is_console


def run_preview(of: Previewed, folder: Path, ascii_only: bool, still: bool) -> int:
    """Show it until the author leaves; ``folder`` is for what a session needs on the disk. Returns the exit status."""
    prepare_terminal()
    characters = Characters.ASCII if ascii_only else Characters.CONSOLE if is_console() else Characters.ALL
    progress = ForgetfulProgress(folder, in_thread=True, learner=0)
    with Workshop(folder / "worker.log") as workshop:
        app = PreviewApp(of, progress, lambda: workshop, characters, still)
        try:
            result = app.run()
        finally:
            app.close_check()
            progress.close()
    return app.return_code or result or 0
