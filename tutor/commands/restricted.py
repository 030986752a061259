"""The way into ``--restricted``: what has to be done before a learner can do anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tutor.sandbox.environment import is_isolated, start_isolated
from tutor.training.worker.launcher import WorkerLauncher


def enter_restriction(
    state: Path | None, own_lessons: Sequence[Path] = (), lesson: str | None = None
) -> WorkerLauncher:
    """Restrict this process for good; what starts training workers from now on.

    The folders ``own_lessons`` may still be read, and the one that ``lesson`` names if it is a path.

    The first time it does not return: the interpreter starts anew, with a clean environment and nothing of the
    learner's on its path. The order counts: the launcher is started before the restriction, which it does not have;
    the restriction comes before the first thread.
    """
    if not is_isolated():
        start_isolated(sys.argv[1:])
    launcher = WorkerLauncher(os.environ)
    from tutor.course.lessons.lesson_path import folder_named_by
    from tutor.course.record.progress import state_folder
    from tutor.private_files import make_private_folder
    from tutor.sandbox.restriction import restrict

    folder = state_folder(state)
    # Only what is there can be named to the kernel; where it cannot be made, progress says so.
    try:
        make_private_folder(folder)
        writable = [folder]
    except OSError:
        writable = []
    named = folder_named_by(lesson) if lesson else None
    restrict(writable, own_lessons if named is None else (*own_lessons, named))
    return launcher
