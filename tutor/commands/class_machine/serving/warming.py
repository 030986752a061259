"""Load and try what every session needs, before the first one: a fork then finds it in memory."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

_PACKAGES = ("tutor.ui.screens", "tutor.ui.widgets", "tutor.ui.terminal", "tutor.course", "tutor.labs")
_SIZE = (80, 24)


def warm() -> None:
    """Import the interface and the labs, open the home screen and a lesson once without a terminal, and forget them.

    No learner's files are read. Raises ``RuntimeError`` if a thread is left, since only one is forked.
    """
    from tutor.commands.learn import PAINTS_A_SECOND

    os.environ.setdefault("TEXTUAL_FPS", PAINTS_A_SECOND)
    for name in ("tutor.commands.restricted", "tutor.ui.face", "tutor.ui.restricted_app", "tutor.plain.face"):
        import_module(name)
    for name in _PACKAGES:
        package = import_module(name)
        for module in walk_packages(package.__path__, f"{name}."):
            import_module(module.name)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_try(Path(folder)))
    gc.collect()
    # The collector would write into each object, and so copy the shared memory.
    gc.freeze()
    if threading.active_count() > 1:
        raise RuntimeError(f"threads are left: {threading.enumerate()}")


async def _try(folder: Path) -> None:
    from tutor.course.lessons.own_lessons import read_lessons
    from tutor.course.record.progress import Progress
    from tutor.resources import lessons_folder
    from tutor.training.worker.run import Workshop
    from tutor.ui.restricted_app import RestrictedApp

    progress = Progress(folder, in_thread=True)
    summaries = read_lessons(lessons_folder(), ()).summaries
    app = RestrictedApp(progress, summaries, None, lambda: Workshop(folder / "worker.log"))
    async with app.run_test(size=_SIZE) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("up")
        await pilot.pause()
    progress.close()
